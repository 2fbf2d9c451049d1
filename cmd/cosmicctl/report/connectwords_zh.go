package report

func connectWordsZH() Words {
	return Words{
		CodeNoConsole:    "控制台地址：{error}",
		CodeNotHere:      "{base} 处没有苍穹应答：{error}",
		CodeNowhere:      "该地址背后没有找到苍穹；请在浏览器打开控制台后复制其地址，并检查网络和代理",
		CodeSiteBoth:     "{base} 处有苍穹应答，两种 Token 流程都可用：版本为 {since} 或更高",
		CodeSiteEnhanced: "{base} 处有苍穹应答，可用增强型Token 流程：版本为 {since} 或更高",
		CodeSiteTwoSteps: "{base} 处有苍穹应答，只有旧的 Token 流程（getAppToken.do、login.do）：版本低于 {since}",
		CodeSiteUnclear:  "{base} 处有苍穹应答，但看不出可用哪种 Token 流程",

		CodeCentre:        "数据中心 {name}",
		CodeCentres:       "控制台有 {n} 个数据中心：",
		CodeCentreAsk:     "选择哪个数据中心（编号、ID 或名称）？",
		CodeCentreChoose:  "共有 {n} 个数据中心，请用 --data-centre 按编号、ID 或名称选择一个",
		CodeCentreUnknown: "该控制台没有这个编号、ID 或名称的数据中心",
		CodeCentreSeveral: "有 {n} 个数据中心叫这个名称，请按 ID 选择",
		CodeCentreTaken:   "控制台没有列出数据中心（{error}），因此把 --data-centre 当作 ID 采用，未经证实",
		CodeCentreNone: "控制台没有列出数据中心（{error}）。可在浏览器中找到 ID：登录控制台，打开开发者工具（F12），选择“网络”（Network），刷新页面，" +
			"搜索 getUserLanguage.do，复制其响应，其中有 \"userId\":\"<accountId>_<user>\"。然后再次运行并加上 --user-language FILE，从标准输入读取则写 -。" +
			"【{menu}】→【当前账套信息】中也能看到该 ID。它属于敏感信息，请勿外传",
		CodeCentreGive:  "不知道数据中心，因此没有写入任何内容",
		CodeCentrePaste: "请粘贴 getUserLanguage.do 的响应（一行）：",
		CodeCentreBody:  "getUserLanguage.do 的响应：{error}",
		CodeCentreOther: "getUserLanguage.do 的响应属于该控制台未列出的数据中心，是否来自另一个控制台？",

		CodeVersionAsk:    "确切版本是多少（例如 {like}）？",
		CodeVersionGive:   "请用 --version 给出租户的确切版本，例如 {like}：清单可写的内容取决于版本，而没有 API 能查到它",
		CodeVersionBefore: "--version {version} 不可能正确：{base} 处有 getToken 应答，苍穹从 {since} 起才有它",
		CodeVersionFlow:   "版本 {version} 有增强型Token 流程，但 {base} 处的 getToken 没有应答；environment 中写入 flow: login。请核对版本，并检查代理是否拦截了 /kapi/oauth2",

		CodeAppAsk:      "cosmicctl 用哪个第三方应用登录（系统编码）？[{default}] ",
		CodeUserAsk:     "它代表哪个用户（用户名或手机号）？[{default}] ",
		CodeUserChinese: "用户 {user} 含有中文字符，请填写手机号或该用户的登录用户名",
		CodePlaceholder: "占位，请改为真实的值",

		CodeFileHasEnv:    "{file} 的第 {line} 行已有 environment，未作改动。--force 会替换整个文件",
		CodeFileNotSimple: "{file} 不是可以直接加入 environment 的单租户普通清单；请去掉 -o 运行，再手工放入",
		CodeFileName:      "{file} 是租户 {name} 的清单，不是 {want} 的；请去掉 --name",
		CodeFileTaken:     "{file} 已存在且不是清单，未作改动。请换一个文件名，或加上 --force",
		CodeWritten:       "已把租户 {name} 的 environment 写入 {file}",

		CodeNextApp: "接下来：在控制台【{menu}】新增第三方应用 {app}，设置它自己的密钥（AccessToken认证密钥）、代理用户 {user} 和允许调用的 API 清单；" +
			"已有的第三方应用请勿改动",
		CodeNextSecret: "然后以 {secret} 把该密钥交给 cosmicctl",
		CodeNextCheck:  "再查看：cosmicctl plan {file}",
	}
}
