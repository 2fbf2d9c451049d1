package report

// secretWordsZH are [secretWords] in Chinese.
func secretWordsZH() Words {
	return Words{
		"secret-of":             "机密 {reference}：{error}",
		"secret-none":           "机密为空",
		"secret-empty":          "为空",
		"secret-no-variable":    "没有设置该环境变量",
		"secret-names-nothing":  "该引用没有指明任何内容",
		"secret-too-long":       "超过 {most} 字节",
		"secret-outside":        "文件在清单所在的文件夹之外；要用别的文件夹，请加 --secrets-dir",
		"secret-leads-outside":  "路径通向其文件夹之外：{reason}",
		"secret-no-file":        "{folder} 之下没有这个文件",
		"secret-not-regular":    "不是普通文件",
		"secret-file-large":     "文件超过 {most} 字节",
		"secret-file-open":      "组或所有人可以读写它（权限 {mode}）；请只留给自己：chmod 600 {file}",
		"secret-no-identity":    "没有给出 age 的私钥",
		"secret-no-exec":        "命令须加 --allow-exec 才会运行",
		"secret-slow":           "命令超过 {limit} 没有结束",
		"secret-wrote-much":     "命令输出超过 {most} 字节",
		"secret-command-failed": "命令失败：{state}",
		"age-not-private":       "其中有 age 私钥以外的内容（应为 AGE-SECRET-KEY-…，每行一个，不带口令）",
		"age-not-public":        "其中有 age 公钥以外的内容（应为 age1…，每行一个）",
		"age-other-keys":        "它不是对所给私钥加密的",
		"age-not-whole":         "它不是完整的 age 文件",
		"age-cut":               "它在加密之后被截断或改动",
		"age-armor":             "它的 armor 文本已损坏",
		"age-neither":           "它既不是 base64，也不是 age 的 armor 文本",
		"state-key-short":       "少于 {least} 个字符；可用 openssl rand -hex 32 生成",
	}
}
