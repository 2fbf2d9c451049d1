package report

import (
	"cosmicctl/engine"
	"cosmicctl/schema"
)

// The Chinese words. One English term has one Chinese term, everywhere:
//
//	manifest 清单          base (of manifests) 公共清单   base (--base) 对比基准
//	plan 计划              change 变更                    apply 应用变更
//	drift 漂移             difference 差异                unmanaged 未纳管
//	tenant 租户            object 对象                    kind 类型
//	field 字段             rule 规则                      policy 策略
//	waiver 豁免            finding 违规项                 guard 防护
//	risk 风险              access 访问权限                preset 预置
//	secret 机密            reference 引用                 fingerprint 指纹
//	run 运行               journal 日志                   lock 锁
//	resume 续完            rollback 回退                  settle 了结
//	digest 摘要            stale 已过时                   override 放行
//	watch 值守             look 巡检                      channel 通知渠道
//	acknowledge 知悉       baseline 基线                  sandbox 沙箱
//
// What the product has a name for is called as on its screens: 第三方应用, 业务系统,
// 业务系统编码, 用户授权, API授权清单, 代理用户, 数据中心, 增强型Token, 密钥. "App" is
// always 第三方应用, since 应用 alone is what is done with a plan.
//
// Chinese and Latin words have a space between them, punctuation is full-width, and
// names of fields, flags and commands stay as they are typed.

func fileWordsZH() Words {
	return Words{
		schema.CodeNotFound:      "没有这个文件或文件夹",
		schema.CodeNoFile:        "无法读取：{reason}",
		schema.CodeNotRegular:    "不是普通文件",
		schema.CodeNoManifest:    "没有找到清单（含有 apiVersion " + schema.APIVersion + " 的 *.yaml 或 *.yml 文档）",
		schema.CodeEmptyFile:     "文件中没有文档",
		schema.CodeEncoding:      "文件编码为 {encoding}，请另存为 UTF-8",
		schema.CodeBinary:        "文件不是 UTF-8 文本",
		schema.CodeControl:       "含有控制字符，YAML 文本中不允许出现",
		schema.CodeTooLarge:      "文件超过 {max} MiB，请把该租户拆成几部分",
		schema.CodeTooManyDocs:   "文件中的文档超过 {max} 个，请拆分",
		schema.CodeTooManyFields: "映射的字段超过 {max} 个",
		schema.CodeMore:          "文件中还有更多问题，只列出前 {max} 个",
		schema.CodeTooDeep:       "映射和列表的嵌套超过 {max} 层",

		schema.CodeSyntax:     "不是合法的 YAML：{reason}",
		schema.CodeTab:        "含有制表符，YAML 用空格缩进",
		schema.CodeAnchor:     "清单中不允许使用锚点（&），请在用到的地方直接写值",
		schema.CodeAlias:      "清单中不允许使用别名（*），请把值写出来",
		schema.CodeMerge:      "清单中不允许使用合并键（<<），请把字段写出来",
		schema.CodeTag:        "清单中不允许使用标签（{tag}），要把值当作文本，请加引号",
		schema.CodeDirective:  "清单中不允许使用 YAML 指令（%）",
		schema.CodeComplexKey: "字段名必须是普通文本",

		schema.CodeNotManifest:    "文档不是映射，清单以 apiVersion、kind 和 metadata 开头",
		schema.CodeAPIVersion:     "此版本的 cosmicctl 不认识 apiVersion {value}，它读取 {want}",
		schema.CodeDocKind:        "不认识 kind {value}，请写 {want}",
		schema.CodeNoEnv:          "租户 {tenant} 的各部分都没有 environment，必须恰有一个",
		schema.CodeTwoEnvs:        "租户 {tenant} 已有 environment，位于 {first}，只能有一个部分写它",
		schema.CodeBaseUnreadable: "公共清单 {base} 无法读取：{reason}",
		schema.CodeBaseOutside:    "公共清单 {base} 位于 {root} 之外，此清单的公共清单不得超出该范围",
		schema.CodeNotBase:        "{base} 不是公共清单：{at} 处是别的内容。公共清单单独成文件，其中每个文档的 apiVersion 为 " + schema.APIVersion + "，kind 为 {want}",
		schema.CodeBaseEnv:        "公共清单没有 environment，它写在各租户的清单中",
		schema.CodeBaseCycle:      "公共清单互相引用成环：{chain}",
		schema.CodeBaseDepth:      "公共清单的引用超过 {max} 层",
		schema.CodeSetTwice:       "`{field}` 已在 {first} 处设置，清单与公共清单只叠加、不覆盖",
		schema.CodeLabelTwice:     "标签 {label} 已在 {first} 处设置",
		schema.CodeLabelName:      "`{value}` 不能作为标签名：最多 63 个字符，只含字母、数字、-、_、. 和 /，并以字母或数字开头和结尾",
		schema.CodeManyLabels:     "标签超过 {max} 个",

		schema.CodeSameKey:       "{key} 重复声明，第一次在 {first}",
		schema.CodeOnlyOne:       "每个租户只有一份 {section}，第一份在 {first}",
		schema.CodeSameWaiver:    "规则 {rule} 已在 {first} 处豁免",
		schema.CodeWaiverExpired: "规则 {rule} 的豁免已于 {expires} 到期，请遵守该规则，或请 {owner} 延期",
		schema.CodeProtectKind:   "没有 {value} 这种对象类型，可选：{options}",
		schema.CodeSameTenant:    "租户 {tenant} 与 {first} 处是同一个线上租户（地址与 accountId 相同），请合并为一个名称",
		schema.CodeHeaderName:    "不能设置请求头 {value}：名称只含字母、数字和 -，且 Token 与连接所用的请求头由 cosmicctl 自己设置",
	}
}

func fieldWordsZH() Words {
	return Words{
		schema.CodeUnknownField:  "未知字段 `{field}`",
		schema.CodeDuplicate:     "字段 `{field}` 重复，第一次在第 {first} 行",
		schema.CodeMissing:       "缺少字段 `{field}`",
		schema.CodeEmpty:         "`{field}` 没有值，请填写或删除该字段",
		schema.CodeType:          "此处应为 {want}，而不是 {got}",
		schema.CodeValue:         "不允许 `{value}`",
		schema.CodeOption:        "`{value}` 不在可选值之中：{options}",
		schema.CodeOneOfNone:     "以下字段缺少一个：{fields}",
		schema.CodeOneOfBoth:     "以下字段只能给出一个：{fields}",
		schema.CodeNumber:        "不清楚数字 {value} 表示什么文本",
		schema.CodeTwice:         "`{value}` 重复列出",
		schema.CodeState:         "不认识 state `{value}`，只有 absent 一种",
		schema.CodeTombstone:     "`state: absent` 的资源只写键（{key}），不写其他字段",
		schema.CodeSecretLiteral: "机密不得写在清单里",
		schema.CodeSecretForm:    "机密的引用须恰好写 env、file、exec、age 之一",

		engine.CodeRangeForm:     "地址规则要么写 `cidr`，要么同时写 `start` 和 `end`",
		engine.CodeRangeCIDR:     "`{value}` 不是 10.0.0.0/8 或 2001:db8::/32 这样的地址段",
		engine.CodeRangeHostBits: "`{value}` 的前缀之后还有非零位，请写地址段的第一个地址",
		engine.CodeRangeAddress:  "`{value}` 不是两个 IP 地址",
		engine.CodeRangeFamily:   "`{value}` 混用了 IPv4 和 IPv6",
		engine.CodeRangeOrder:    "`{value}`：起始地址在结束地址之后",
	}
}

func hintWordsZH() Words {
	return Words{
		engine.HintDidYouMean: "是不是想写 `{suggestion}`？",
		schema.HintQuote:      "要写文本请加引号：\"{text}\"",
		engine.HintPublish:    "请把它加入 {form} 已发布的查询 API，或在 environment.properties 下写出本租户的属性名",
		schema.HintLacking:    "请加到公共清单，或加到每个由此取值的清单：{tenants}",
		schema.HintConcerned:  "涉及 {tenants}",
		schema.HintSecret:     "请改为引用，例如 {env: {name}}、{file: path} 或 {exec: [command, argument]}",
	}
}

func liveWordsZH() Words {
	return Words{
		"hint-603": "租户认为数据无效，请对照它所指的字段及其规则",
		"hint-604": "租户以前收到过这个请求，但不说明结果，请重新计划查看",
	}
}

func refusalWordsZH() Words {
	return Words{
		CodeConnect:   "{error}",
		CodeNotKnown:  "该次运行在得知结果之前中断",
		CodeHost:      "机密将发往 {host}，而清单之外没有允许这台主机",
		CodePlainHTTP: "机密将以明文 http 发往 {host}，这只允许用于本机，请改用 https",
		HintAllowHost: "如果主机无误，请加上 --allow-host {host}、COSMICCTL_ALLOW_HOST，或在主机文件中加一行（cosmicctl help secrets）",
	}
}

func baseWordsZH() Words {
	return Words{
		CodeBaseInvalid: "{base} 的清单有错误，第一个在 {place}（{mistake}），所以不知道 {tenants} 的变更由何引起",
		CodeBaseEmpty:   "{base} 中没有这些清单，所以 {tenants} 的全部变更都算作此分支引起",
	}
}
