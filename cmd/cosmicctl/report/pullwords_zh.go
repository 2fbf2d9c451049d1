package report

import (
	"cosmicctl/engine"
	"cosmicctl/schema"
)

func pullWordsZH() Words {
	return Words{
		schema.CodeUnformattable: "文件的写法无法保证排版后内容完整，保持原样",
		engine.CodeMaySecret:     "它可能是机密，--plain {field} 表示它不是",
		CodeFieldLeftOut:         "略去 {field}：{why}",
		CodeObjectLeftOut:        "略去{kind} {key}：{why}",
		CodeObjectLeftOutFor:     "因 {field} 略去{kind} {key}：{why}",
		CodeWantsOther:           "清单给出它就会要求与线上不同的 {field}",
		CodeMayBeShared:          "它写在公共清单中，未选中的租户可能也以它为准，请选中全部租户，或手工编辑",
		CodeNoLonger:             "租户上没有它，清单不再声明",
		CodePulled:               "租户 {tenant}：{counts}。",
		CodePulledNothing:        "没有可声明的对象",
		CodePulledAdded:          "新声明 {n} 个对象",
		CodePulledChanged:        "修改 {n} 个",
		CodePulledRemoved:        "不再声明 {n} 个",
		CodePulledSame:           "{n} 个保持原样",
		CodePulledElsewhere:      "{n} 个须在其他文件中修改",
		CodePulledLeft:           "{n} 个无法声明",
		CodePulledPreset:         "{n} 个为预置",
		CodeHidden:               "因可能是机密而略去的值：{n} 个。--plain 指明不含机密的字段。",
		CodeToSupply:             "须提供的机密，按代表它的环境变量列出：",
		CodePullFlags:            "--out、--write 和 --diff 各自决定结果写到哪里，请只给一个",
		CodePullFileTaken:        "{file} 已存在，且没有声明租户 {tenant}，请换一个文件，或 PATH 中的文件",
		CodePullUnwritten:        "--out 出错：{error}",
		CodeFmtNothing:           "那里没有找到清单",
		CodeFmtStdin:             "- 表示标准输入，请单独使用，不带 --check 和 --diff",
	}
}
