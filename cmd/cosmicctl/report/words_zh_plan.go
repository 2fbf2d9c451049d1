package report

import (
	"cosmicctl/engine"
	"cosmicctl/schema"
	"cosmicctl/schema/policy"
)

func planWordsZH() Words {
	return Words{
		engine.CodeUnknownRef:      "此租户没有 {value}（{kind}）",
		engine.CodeAmbiguousRef:    "租户中有多个对象名为 {value}（{kind}），请用编码引用",
		engine.CodeProtected:       "{key} 是租户的预置数据，cosmicctl 从不修改或删除，请从清单中去掉",
		engine.CodeDoubled:         "租户中键为 {key} 的对象不止一个（id 为 {ids}），请在控制台只保留一个",
		engine.CodeIncomplete:      "{kind}没有读全（{doubt}），不会新建或删除此类对象",
		engine.CodeUnreadable:      "{kind}无法读取：{error}",
		engine.CodePropertyMissing: "租户的应答中没有属性 {property}，所以无法比较 `{field}`",

		engine.CodeSecretUnresolved: "{error}",
		engine.CodeSecretLength:     "机密须有 {min} 至 {max} 个字符",
		engine.CodeSecretClasses:    "机密须含大写字母、小写字母、数字和 _ 以外的特殊字符",

		engine.CodeNotReread:       "未写入，因为写入之前无法重新读取：{reason}",
		engine.CodeMoved:           "生成计划之后它在租户上发生了变化，所以未写入，请重新计划",
		engine.CodeForbidden:       "未写入：{reason}",
		engine.CodeNotJournaled:    "未写入，因为日志无法保存：{error}",
		engine.CodeInterrupted:     "未写入，因为运行已停止",
		engine.CodeDependency:      "未写入，因为 {needs} 失败",
		engine.CodeRequest:         "{error}",
		engine.CodeRefusedRow:      "租户拒绝了操作 {op}：{error}",
		engine.CodeRotationUnknown: "rotate: {rotate} 搁置，因为此处无从得知上次写入的是第几次轮换，请用 --set-secrets 写入",
		engine.CodeRotationRefused: "新密钥已写入，但用它请求 Token 被拒绝：使用者已被挡在外面，请在控制台检查",
		engine.CodeNotReadBack:     "已写入，但无法回读，所以结果不明：{reason} {said}",
		engine.CodeStillThere:      "删除之后它还在",
		engine.CodeNotThere:        "保存之后它不在",
		engine.CodeRowsStayed:      "保存之后 {fields} 的行还在：{form} 已发布的保存 API 会合并分录，请打开 OverrideEntry 后发布",
		engine.CodeDropped:         "租户接受了保存，却没有接受 {fields}，请把这些属性加入 {form} 已发布的保存和查询 API",
	}
}

func guardWordsZH() Words {
	return Words{
		engine.CodeGuarded:       "`protect: {object}`（{at}）禁止修改或删除它",
		engine.CodeSelf:          "cosmicctl 自己在用 environment.auth 的 {name}，可能把自己挡在外面，如仍要做（排在其他变更之后），请加 --allow-self {object}",
		engine.CodeSelfCutOff:    "此版本须先禁用才能编辑，而 cosmicctl 自己在用 {name}，禁用后无法再启用，请在控制台编辑",
		engine.CodePruneDeclared: "有清单声明了它，要删除请在清单中写 `state: absent`",
		engine.CodePrunePreset:   "它是租户的预置数据，cosmicctl 从不修改或删除",
		CodePruneUnknown:         "不知道 cosmicctl 在此新建过什么：{error}",
		engine.CodeLimitChange:   "共 {all} 个{kind}，其中 {n} 个将被修改或删除，第一个是 {first}，而 --max-change 只允许 {max}%",
		engine.CodeLimitDelete:   "共 {all} 个{kind}，其中 {n} 个将被删除，第一个是 {first}，而 --max-delete 只允许 {max}",
		engine.CodeLimitRisk:     "{kind}有 {n} 项变更的风险高于 {max}，第一个是 {first}（{risk}），--max-risk 不允许",
		engine.HintOverride:      "除非 --override 写出此计划的摘要，否则 apply 拒绝执行",
	}
}

func suggestWordsZH() Words {
	return Words{
		schema.CodeUneditable:    "清单的写法让自动编辑没有把握，请手工编辑",
		schema.CodeInexpressible: "清单没有字段能表达线上的内容，所以无法接受，应用变更会把它还原",
		CodeNotEditable:          "清单无法编辑：{error}",
		CodeSharedResource:       "有 {n} 个租户以它为准，编辑会改变它们全部的期望，请手工编辑",
		CodeSecretStays:          "租户不给出它所存的机密，请把它放到清单引用的位置",
		CodeSecretToCome:         "补丁以 {env: {name}} 引用机密 {field}，请把线上的值放到那里，或写明它在何处",
		CodeLeftOut:              "补丁略去了 {field}，因为它可能是机密，要纳管请手工加上",
		CodeRecordNext:           "打上补丁后它是无人声明的对象，`cosmicctl drift --record` 可把它记为已知",
	}
}

func policyWordsZH() Words {
	return Words{
		policy.CodeNoPolicy: "策略无法读取：{reason}。策略是一个文件夹，或内置的：{packs}",
		policy.CodeNoRules:  "策略没有规则，它需要 *.cue 文件，写有 `rules: \"some-id\": {kind: …, require: …, message: …}`",
		policy.CodeTooLarge: "策略过大：每个文件不超过 {bytes} KiB，每个文件夹不超过 {files} 个文件",
		policy.CodeInvalid:  "策略无效：{reason}",
		policy.CodeImport:   "策略不能导入 {value}，只能导入 CUE 内置的包，如 \"strings\" 和 \"list\"",
		policy.CodeMissing:  "规则 {rule} 没有 `{field}`",
		policy.CodeKind:     "没有类型 {value}，规则针对的类型可选：{options}",
		policy.CodeField:    "没有 `{pattern}` 所指的字段 `{field}`",
		policy.CodeSameRule: "已有规则 {rule}，位于 {first}，一次运行的所有策略中规则 id 不得重复",
		policy.CodeUnused:   "规则 {rule} 的豁免没有豁免任何内容，请删除",
		policy.HintObject:   "该规则针对每个 {kind}：要对某一个豁免，请在 `object` 中写 {kind}/它的键",
		policy.HintTenant:   "该规则针对整个租户：请去掉 `object`",
		policy.CodeUnwanted: "规则 {rule} 发现了此处，却没有 `# want: {rule}` 标明",
		policy.CodeNotFound: "规则 {rule} 应在此行发现问题，却没有",
		policy.CodeUntested: "没有清单表明规则 {rule} 能发现问题",
		policy.HintRule:     "规则 {rule}",
		policy.HintHelp:     "规则 {rule}，见 {help}",
	}
}

func noticeWordsZH() Words {
	w := Words{
		"notice-title":            "cosmicctl: {counts}",
		"notice-count":            "{what} {n} 项",
		"notice-opened":           "新出现",
		"notice-changed":          "再次变化",
		"notice-closed":           "已恢复",
		"notice-expired":          "知悉已到期",
		"notice-unreadable":       "无法读取",
		"notice-readable":         "恢复可读",
		"notice-by":               "修改人 {by}",
		"notice-when":             "修改人 {by}，{when}",
		"notice-since":            "自 {since} 起",
		"notice-lines":            "… 另有 {n} 行",
		"notice-more":             "… 另有 {n} 项",
		"notice-class-changed":    "被改",
		"notice-class-missing":    "缺失",
		"notice-class-unwanted":   "应删未删",
		"notice-class-new":        "新增",
		"notice-class-unreadable": "无法读取",
		"notice-page":             "打开页面",
	}
	for code, words := range riskWordsZH() {
		w["notice-"+code] = words
	}
	return w
}

func riskWordsZH() Words {
	return Words{
		riskCode(engine.Redirects): "数据改道",
		riskCode(engine.Widens):    "放宽访问",
		riskCode(engine.Narrows):   "收紧访问",
		riskCode(engine.Rotates):   "更换机密",
		riskCode(engine.Destroys):  "删除对象",
		riskCode(engine.Routine):   "常规",
	}
}
