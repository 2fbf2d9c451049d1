package main

import (
	"fmt"
	"slices"
	"strings"
)

// faultsGuide is the guide of faults in one language: how it begins, and what the words
// of a case are called in it.
type faultsGuide struct {
	file, intro, comma string
	once               string            // what stands behind a fault that strikes once
	words              map[string]string // nil for those of the cases themselves
}

// page folds cases that come to the same: first the operations, then the moments, then
// the faults. It also returns the words that the language has none for.
func (g *faultsGuide) page(cases []matrixCase) (string, []string) {
	var unknown []string
	word := func(s string) string {
		name, once := strings.CutSuffix(s, " once")
		if g.words != nil {
			if _, known := g.words[name]; !known && !slices.Contains(unknown, name) {
				unknown = append(unknown, name)
			}
			name = g.words[name]
		}
		if once {
			name += g.once
		}
		return name
	}
	var rows [][]string
	for _, c := range cases {
		rows = append(rows, []string{word(c.fault), word(c.operation), word(c.when), word(c.outcome.said), fmt.Sprint(c.outcome.code), word(c.outcome.afterwards())})
	}
	for _, column := range []int{1, 2, 0} {
		rows = folded(rows, column, g.comma)
	}
	var b strings.Builder
	fmt.Fprintf(&b, g.intro, len(cases))
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(r, " | "))
	}
	return b.String(), unknown
}

// folded joins rows that differ in one column only.
func folded(rows [][]string, column int, comma string) [][]string {
	var out [][]string
	at := map[string]int{}
	for _, r := range rows {
		rest := slices.Clone(r)
		rest[column] = ""
		key := strings.Join(rest, "|")
		if i, known := at[key]; known {
			out[i][column] += comma + r[column]
			continue
		}
		at[key] = len(out)
		out = append(out, slices.Clone(r))
	}
	return out
}

func englishFaults() faultsGuide {
	return faultsGuide{file: "help/faults.md", comma: ", ", once: " once", intro: `# Faults

What one apply of one change comes to when something goes wrong: each fault of the
sandbox, on each operation, before, between and after its effect; queries and tokens,
which have none, at each moment of an apply. The table is printed by a test, which then
applies again, without the fault. In all %d cases the tenant was
as wanted in the end, each object once, no other object touched, and each write known
to the journal.

A fault strikes every time unless it says once. "made" and "not made" is what was live
when apply ended; "made late" is a write that took effect after apply gave up. What to
do is always the same: apply again. While a create whose answer was lost may still come
(--settle-time) its key is used again, and apply fails rather than make it twice. Where
other changes of the run were made, exit 7 takes the place of 1.

"not written … made": a tenant or gateway that answers 401 or 429 every time, though it
did what it was asked, is believed; the next apply sees it. "hide" is a user without
permission for the data: what is hidden looks as if it were not there.

| fault | operation | when | what apply says | exit | afterwards |
|---|---|---|---|---|---|
`}
}

func chineseFaults() faultsGuide {
	return faultsGuide{file: "help/zh/faults.md", comma: "、", once: " 一次", intro: `# 故障

出问题时，只有一项变更的 apply 会有什么结果：沙箱的每种故障，针对每种操作，在其生效之前、之间和之后；查询
和 Token 请求本身不改变什么，则在 apply 的每个阶段。表格由测试输出，测试随后在没有故障的情况下再次 apply。
全部 %d 种情况下，租户最终都与期望一致，每个对象只有一个，没有触碰别的对象，每次写入日志都有记录。

没有写“一次”的故障每次都发生。“已做成”和“未做成”是 apply 结束时线上的情况；“稍后做成”是 apply 放弃之后才
生效的写入。处理办法总是一样：再次 apply。应答丢失的新建可能仍会到达时（--settle-time），重新使用它的键，
apply 宁可失败也不做两次。该次运行有其他变更做成时，退出码为 7 而不是 1。

“未写入，附错误”而事后“已做成”：租户或网关做了所要求的事，却每次都应答 401 或 429，cosmicctl 只能相信它；下
一次 apply 会看到。hide 是用户没有数据权限：被隐藏的看上去就像不存在。

| 故障 | 操作 | 时机 | apply 怎么说 | 退出码 | 事后 |
|---|---|---|---|---|---|
`, words: map[string]string{
		"latency": "latency", "late": "迟到", "hang": "hang", "reset": "reset", "unreachable": "unreachable", "truncate": "truncate",
		"401": "401", "429": "429", "500": "500", "500 in HTTP 200": "HTTP 200 中的 500", "502": "502", "expire": "expire", "row": "row", "drop": "drop",
		"hide all": "hide 全部", "hide the object": "hide 该对象", "shift on": "shift 后移", "shift back": "shift 前移",

		"create": "新建", "update": "修改", "enable": "启用", "disable": "禁用", "delete": "删除",
		"query for a create": "新建时的查询", "query for a delete": "删除时的查询", "getToken": "getToken",

		"before": "之前", "between": "之间", "after": "之后", "first": "首次", "renewal": "更新 Token",
		"planning": "计划", "before the write": "写入之前", "reading back": "回读",

		saidDone: "已完成", saidUnknown: "已写入，结果不明", saidNotThere: "保存之后不在", saidFailed: "失败，附错误",
		saidSkipped: "未写入，附错误", saidStill: "删除之后还在", "no changes": "无变更",
		"not written: not read again": "未写入：无法重新读取", "not written: moved": "未写入：已变化",
		"nothing written: cannot be planned": "未写入任何内容：无法计划", "nothing written: not read": "未写入任何内容：无法读取",
		"refused, with its reason": "被拒绝，附原因", "names the field not taken": "指出未被接受的字段",

		"made": "已做成", "made late": "稍后做成", "not made": "未做成",
	}}
}
