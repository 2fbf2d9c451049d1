package report

import "cosmicctl/engine"

// runbookWords are those of what a person does by hand.
func runbookWords() Words {
	return Words{
		engine.CodeByHand:      "the tenant publishes no {op} of {form}, so {kind} objects are left to a person, as steps by hand (`cosmicctl help runbook`)",
		engine.CodeFormless:    "no form of the {kind} is known, so cosmicctl neither reads nor writes it: it is left to a person, as steps by hand (`cosmicctl help runbook`)",
		engine.CodeUnpublished: "left to a person, because the tenant does not publish {op} of {form}",
		engine.CodeNeedsByHand: "not written, because {needs} is left to a person; apply again once it is done",
		engine.HintPublishAPI:  "to have cosmicctl do it, publish the API in the console ({menu}) or with `cosmicctl publish`, or give its path under environment.api",

		"runbook-head":        "By hand (steps: {n}), because the tenant publishes no API for them; see cosmicctl help runbook",
		"runbook-later":       "Left to a person, listed at the end (steps: {n}): {objects}",
		"runbook-summary":     "{n} by hand",
		"runbook-only":        "Nothing that cosmicctl can do.",
		"runbook-title":       "By hand",
		"runbook-lead":        "What the tenant publishes no API for was not compared.",
		byHandRule:            "A person is to do this in the console, because the tenant publishes no API for it",
		"runbook-about":       "The tenant publishes no API for these steps. Tick each when it is done, and plan again.",
		"runbook-on-tenant":   "On tenant {tenant}",
		"runbook-ensure":      "See to it that {object} is so; make it if it is not there",
		"runbook-ensure-gone": "Delete {object}, if it is there",
		"runbook-create":      "Create {object}",
		"runbook-update":      "Change {object}",
		"runbook-delete":      "Delete {object}",
		"runbook-menu":        "open {menu}",
		"runbook-lacks":       "operation {op} of {form} is not published",
		"runbook-no-form":     "no form of it is known",
		"runbook-on":          "on",
		"runbook-off":         "off",
		"runbook-empty":       "leave it empty",
		"runbook-none":        "no row at all",
		"runbook-no-more":     "and no other",
		"runbook-and":         ", ",
		"runbook-add":         "add {value}",
		"runbook-remove":      "remove {value}",
		"runbook-now":         "{value} (now {now})",
		"runbook-secret":      "enter the value of {ref}",
		"runbook-is-new":      "if you make it anew, also:",
		"runbook-ask":         "Are these steps done? They are looked at then.",

		"runbook-checked-done":   "Done by hand: step {steps}.",
		"runbook-checked-open":   "Not as wanted yet: step {steps}. Do it and plan again.",
		"runbook-checked-unseen": "Cannot be seen: step {steps}. Nobody but who does it knows whether it is done.",

		engine.RemindPreset:     "leave it alone if it is preset data: nobody changes or deletes that",
		engine.RemindProtected:  "`protect` of the manifest forbids to change it: only compare",
		engine.RemindEmptyIsAll: "an empty list lets everybody in, and the first entry locks everybody else out",
		engine.RemindDisable:    "on this version it must be disabled to be edited, so its callers are cut off until it is enabled again",
		engine.RemindSelf:       "cosmicctl itself logs in with this: a mistake locks it out",
	}
}

// runbookWordsZH are the same in simplified Chinese.
func runbookWordsZH() Words {
	return Words{
		engine.CodeByHand:      "租户没有发布 {form} 的 {op}，{kind}须手工处理：见手工步骤和 `cosmicctl help runbook`",
		engine.CodeFormless:    "{kind}的表单未知，cosmicctl 既不读取也不写入，须手工处理：见手工步骤和 `cosmicctl help runbook`",
		engine.CodeUnpublished: "须手工处理，因为租户没有发布 {form} 的 {op}",
		engine.CodeNeedsByHand: "未写入，因为 {needs} 须先手工处理；完成后请再次应用",
		engine.HintPublishAPI:  "如要由 cosmicctl 完成，请在控制台（{menu}）或用 `cosmicctl publish` 发布该 API，或在 environment.api 中给出其路径",

		"runbook-head":        "手工步骤：此租户没有为其发布 API（共 {n} 步，见 cosmicctl help runbook）",
		"runbook-later":       "须手工处理，见末尾（共 {n} 步）：{objects}",
		"runbook-summary":     "手工 {n} 步",
		"runbook-only":        "没有 cosmicctl 能做的变更。",
		"runbook-title":       "手工步骤",
		"runbook-lead":        "租户没有发布 API 的部分没有比较。",
		byHandRule:            "租户没有为此发布 API，须在控制台手工完成",
		"runbook-about":       "租户没有为这些步骤发布 API。完成一步勾选一步，然后重新计划。",
		"runbook-on-tenant":   "租户 {tenant}",
		"runbook-ensure":      "确认{object} 与下列一致；没有则新建",
		"runbook-ensure-gone": "如有{object}，请删除",
		"runbook-create":      "新建{object}",
		"runbook-update":      "修改{object}",
		"runbook-delete":      "删除{object}",
		"runbook-menu":        "打开 {menu}",
		"runbook-lacks":       "{form} 的操作 {op} 没有发布",
		"runbook-no-form":     "其表单未知",
		"runbook-on":          "开启",
		"runbook-off":         "关闭",
		"runbook-empty":       "留空",
		"runbook-none":        "不留任何行",
		"runbook-no-more":     "除此之外没有其他",
		"runbook-and":         "、",
		"runbook-add":         "增加 {value}",
		"runbook-remove":      "删除 {value}",
		"runbook-now":         "{value}（现为 {now}）",
		"runbook-secret":      "填写 {ref} 的值",
		"runbook-is-new":      "如为新建，另外：",
		"runbook-ask":         "这些步骤都完成了吗？确认后将重新查看。",

		"runbook-checked-done":   "手工已完成：第 {steps} 步。",
		"runbook-checked-open":   "尚未如期望：第 {steps} 步。完成后请重新计划。",
		"runbook-checked-unseen": "无法看到：第 {steps} 步。是否完成只有操作的人知道。",

		engine.RemindPreset:     "如为预置数据请勿改动：任何人都不应修改或删除",
		engine.RemindProtected:  "清单中的 `protect` 禁止修改：只核对",
		engine.RemindEmptyIsAll: "名单为空即对所有人开放，填入第一个用户即把其他所有人挡在外面",
		engine.RemindDisable:    "此版本须先禁用才能编辑，重新启用之前调用方会中断",
		engine.RemindSelf:       "cosmicctl 自身用它登录：填错会把 cosmicctl 锁在外面",
	}
}
