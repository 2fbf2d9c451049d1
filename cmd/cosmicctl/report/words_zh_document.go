package report

func loadWordsZH() Words {
	return Words{
		"the-tenants":      "{tenants}",
		"tenants-checked":  "{tenants}",
		"tenants-chosen":   "{tenants}（选中 {n} 个）",
		"loaded":           "已检查 {files}、{tenants}：{errors}",
		"skipped":          "已跳过：{what}（不是 cosmicctl/v1）",
		"files-read":       "已读取 {files}。",
		"files-checked":    "已检查 {files}",
		"policy-heading":   "策略 {policy}",
		"severity-error":   "错误",
		"severity-warning": "警告",
		"policy-held":      "用 {rules}检查了 {files}：{findings}",
		"policy-as-wanted": "{held}，符合预期。",
	}
}

func compareWordsZH() Words {
	return Words{
		"compare-heading":      "{what}，按{as}",
		"compare-tenants":      "比较 {tenants}",
		"as-live":              "线上实际",
		"as-wanted":            "清单期望",
		"compare-none-known":   "未发现差异（不完整）；{n} 个相同",
		"compare-the-same":     "相同：{objects}",
		"compare-differences":  "{tenants}：{differences}；{n} 个相同",
		"between":              "{first} 与 {second} 之间有 {differences}",
		"ignored":              "已忽略：{objects}的 {field} 不同",
		"preset-left-out":      "已略去：仅一个租户有的 {objects}",
		"otherwise-on-version": "相同的字段在另一个租户的版本上放行的内容不同",
		"column-kind":          "类型",
		"differ":               "不同",
		"the-same":             "相同",
	}
}

func documentWordsZH() Words {
	return Words{
		"changes-on":        "{tenants}有 {changes}",
		"changes-on-some":   "{all} 个租户中的 {n} 个有 {changes}",
		"and-not-all-known": "{changes}，且并非全部已知",
		"known-so-far":      "并非全部已知，已知：{changes}。",
		"on-tenant":         "（{tenant}）",
		"on-n-tenants":      "（{n} 个租户）",
		"what-on-n-tenants": "{n} 个租户：{what}",
		"change-on-tenant":  "{change}（租户 {tenant}）",
		"of-tenant":         "租户 {tenant}",
		"exit-code":         "退出码 {code}",
		"exit-code-means":   "退出码 {code}（{meaning}）",
		"exit-0":            "无事可做",
		"exit-1":            "错误",
		"exit-3":            "输入无效",
		"exit-4":            "有租户无法读取或未读全",
		"exit-5":            "被拒绝",
		"exit-6":            "已过时",
		"exit-7":            "部分完成",
		"exit-130":          "被中断",
		"exit-143":          "被终止",
		"compared-with":     "对比基准 {base}",
		"compared-as":       "按{as}比较",
		"with-digest":       "摘要 {digest}",
		"ended-early":       "运行提前结束",
		"run-failed-title":  "运行失败",
		"problems":          "问题",
		"branch-waives":     "此分支豁免了违规项",
		"rule-for-object":   "{rule}，对象 {object}",
		"markdown-waiver":   "{rule}，至 {expires}，{owner}：{reason}（{at}）",
		"markdown-cut-off":  "**调用会中断：** 此版本需要依次 {steps}。",
		"the-same-on-these": "以下对象相同",
		"details-left-out":  "细节已略去",
		"and-more-changes":  "**{changes}**：{classes}。全部内容见此次运行的 JSON 和 HTML。",
		"no-room":           "**{what}** 因篇幅所限未列出。",
		"column-risk":       "风险",
		"column-tenant":     "租户",
		"markdown-budget":   "{bytes} 字节不够写一份 Markdown 文档，至少需要 {least}",
		"unknown-format":    "格式 \"{format}\" 不在可选值之中：{formats}",
		"annotations-left":  "另有 {annotations}未在此显示。",
		"results-left":      "为不超过 {most} 条，略去了风险最低的 {results}",
	}
}

func pageWordsZH() Words {
	return Words{
		"html-failure":           "运行为何结束",
		"html-waivers":           "此分支新增或延长的豁免",
		"html-waivers-table":     "豁免",
		"html-rule":              "规则",
		"html-for":               "针对",
		"html-reason":            "理由",
		"html-owner":             "负责人",
		"html-until":             "至",
		"html-place":             "位置",
		"html-access":            "谁可访问什么",
		"html-tenant":            "租户",
		"html-kind":              "类型",
		"html-risk":              "风险",
		"html-show-all":          "显示全部",
		"html-no-match":          "没有符合筛选条件的内容。",
		"html-advice":            "建议",
		"html-secrets":           "无法比较的机密",
		"html-secrets-of":        "现有对象的 {n} 个机密，租户不返回其值。",
		"html-unmanaged":         "未纳管",
		"html-unmanaged-objects": "{n} 个清单未提及的线上对象，不作处理。",
		"html-checks":            "检查",
		"html-summary":           "概览",
		"html-summary-table":     "按租户和风险统计的变更",
		"html-rows-differ":       "{n} 行不同",
		"html-field":             "字段",
		"html-value":             "值",
		"html-default":           "默认",
	}
}

func ruleWordsZH() Words {
	return Words{
		"rule-of-comparison":            "比较中：{rule}",
		"rule-of-plan":                  "计划中：{rule}",
		"rule-of-policy":                "策略的规则 {rule}",
		"rule-help-risk/redirects-data": "租户的数据将发往别处，或保护减弱。请确认每个新地址都属于本组织，且加密没有减弱。",
		"rule-help-risk/widens-access":  "能调用 API 的应用、用户或地址比以前多。请确认每一个都是有意为之。",
		"rule-help-risk/narrows-access": "有应用、用户或地址失去访问权限。请确认它们都不再需要：应用变更之后其调用会失败。",
		"rule-help-risk/rotates-secret": "机密将重新写入。请确认调用方同时换用新的。",
		"rule-help-risk/destroys":       "对象将被删除。无法恢复，只能重建。",
		"rule-help-risk/routine":        "cosmicctl 未见风险的变更。",
		"rule-help-drift":               "租户在清单之外被改动，计划会撤销它。请确认是否应改清单。",
		"rule-help-waiver":              "此分支在一段时间内豁免策略的违规项。请确认负责人有权如此，且理由在到期之前成立。",
		"rule-help-conflict":            "此分支与租户上的人改了同一个字段。应用变更之前请与对方商定。",
		"rule-help-compare/differs":     "两个租户都有该对象，但不相同。请确认是否有意；`--ignore` 可略去本就不同的字段。",
		"rule-help-compare/only-first":  "第一个租户有该对象，第二个没有。请确认是否还要加到那里。",
		"rule-help-compare/only-second": "第二个租户有该对象，第一个没有。请确认它从何而来。",
	}
}
