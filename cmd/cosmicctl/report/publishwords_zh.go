package report

import "cosmicctl/engine"

// publishWordsZH are [publishWords] in Chinese.
func publishWordsZH() Words {
	return Words{
		engine.TopicPublished:  "发布情况",
		engine.TopicProperties: "属性",

		engine.CodePublished:      "{op} 已有：{path} 已发布为 {number}",
		engine.CodePublishedOwn:   "{op} 已有：{path} 由本工具发布为 {number}",
		engine.CodePublishSilent:  "{op} 在列表中为 {path} 的 {number}，但不响应此登录；请在控制台启用该 API 并允许应用调用，或在那里删除后再次运行",
		engine.CodePublishNew:     "{op} 未发布：将 {number} 发布到 {path}",
		engine.CodePublishAgain:   "{op} 由本工具发布：将 {number} 重新发布到 {path}",
		engine.CodePublishOff:     "{op} 由本工具发布：禁用 {path} 的 {number}",
		engine.CodePublishTaken:   "{op} 无法发布为 {number}：该编号的 API 位于 {path}；请在控制台改名或移除它",
		engine.CodeNoOperation:    "{form} 没有操作 {op}；请在 environment.api 中给出可完成它的 API 路径",
		engine.CodeNoKey:          "{op} 无法发布：{form} 的元数据缺少标识对象的属性；请在 environment.properties 中给出其名称",
		engine.CodeNoMetadata:     "无法读取 {form} 的元数据，因此不为它发布；请管理员放行 getEntityFields，或在控制台发布",
		engine.CodeNoList:         "无法读取 {app} 的 API 列表，因此不为 {form} 发布；请管理员放行 queryByApp，或在控制台发布",
		engine.CodePropertiesHere: "{all} 个属性中有 {n} 个名称一致",
		engine.CodeByTitle:        "{property} 在此租户名为 {live}，按标题识别",
		engine.CodeByColumns:      "{property} 在此租户名为 {live}，它是唯一含有全部所需列的分录",
		engine.CodeNoProperty:     "元数据中没有 {property}，也没有标题相同的属性，因此不包含它；若另有名称，请在 environment.properties 中给出",
		engine.CodeAppList:        "在 8.0.1 及以后版本，或未授权全部API时，须先将其加入应用 {app} 的 API授权清单才能调用；请在控制台加入 {apis}",

		engine.CodePublishDone:      "{op} 已发布为 {number}",
		engine.CodePublishOffDone:   "{number} 已禁用；如需彻底删除，请用控制台",
		engine.CodePublishOffUntold: "{number} 已按租户应答禁用；API 列表并不显示",
		engine.CodePublishRefused:   "租户拒绝发布 {number}",
		engine.CodePublishFailed:    "发布 {number} 失败；再试之前请查看 API 列表",
		engine.CodePublishMoved:     "未写入 {number}：计划之后 {path} 或该编号已被占用",
		engine.CodePublishUnseen:    "{number} 已写入，但 API 列表并未如实显示",
		engine.CodePublishCalled:    "{path} 的 {op} 可以调用",
		engine.CodePublishUncalled:  "{op} 已发布，但此登录还不能调用",
		engine.CodePublishUnchecked: "未写入 {number}：无法读取其地址是否空闲",

		"publish-paste":        "请将这些名称写入清单，再用 --renew 运行一次：",
		"publish-ask":          "是否发布？",
		"publish-no-terminal":  "没有终端可供询问；请先评审要发布的内容，再使用 --auto-approve",
		"publish-not-approved": "未获批准；没有写入任何内容",
	}
}
