package report

import "cosmicctl/engine"

func doctorWordsZH() Words {
	w := Words{
		engine.TopicAddress:    "地址",
		engine.TopicDataCentre: "数据中心",
		engine.TopicClock:      "时钟",
		engine.TopicFlow:       "Token 流程与版本",
		engine.TopicLogin:      "登录",
		engine.TopicHeader:     "请求头中的 Token",
		engine.TopicAPI:        "接口",
		engine.TopicRows:       "读取结果",
		engine.TopicObjects:    "对象",
	}
	for code, t := range doctorTrapsZH() {
		w[code], w[engine.WayOf(code)] = t[0], t[1]
	}
	return w
}

func doctorTrapsZH() map[engine.Code][2]string {
	return map[engine.Code][2]string{
		"trap-host":          {"主机没有应答", "请检查地址、网络和 HTTPS_PROXY"},
		"trap-certificate":   {"服务器证书未通过验证", "用 --ca-file 给出签发它的证书机构；切勿关闭验证"},
		"trap-timeout":       {"未及时收到应答", "请重试；若仍如此，检查是否有防火墙丢弃数据包"},
		"trap-wrong-context": {"返回 404 的 HTML 页面：{base} 之下没有苍穹", "上下文路径可能不对：从浏览器复制地址到 index.html 为止；私有部署的地址常以 /ierp 结尾"},
		"trap-proxy-page":    {"应答的是 HTML 页面，而不是苍穹", "前面有代理、登录页或维护页：请核对地址，或请管理员放行 /kapi 和 /api"},
		"trap-redirect":      {"服务器把调用方引向别处", "确认所指地址属于你方之后，把它写作基础地址"},
		"trap-server":        {"服务器或其前面的网关出错", "请稍后重试；若仍如此，把时间和返回内容提供给厂商"},
		"trap-rate-limit":    {"调用过于频繁：租户暂时拒绝", "请等一分钟，降低 --rate-minute，或查看还有谁在调用：线上开票共用额度，公有云每分钟放行 600 次"},

		"trap-data-centre":           {"控制台有 {n} 个数据中心，其中没有 {id}", "从 'cosmicctl connect' 或【第三方应用】→【当前账套信息】取得 ID"},
		"trap-unlisted-data-centres": {"控制台没有列出数据中心，此处无法证实该 ID", "登录同样可以证实它"},
		"trap-undated":               {"服务器的应答不带时间", "若登录因时间戳被拒，请校准两边的时钟"},
		"trap-clock":                 {"本机与服务器的时钟不一致，登录最多允许相差 5 分钟", "用 NTP 校准本机时钟；若本机无误，则是服务器的时钟不准"},
		"trap-flow":                  {"该版本已有增强型Token 流程，却使用旧流程：仅对未启用“增强型Token”的第三方应用有效", "为该应用启用“增强型Token”并去掉 `flow`，使 Token 不再出现在 URL 中"},
		"trap-no-enhanced-flow":      {"getToken 没有应答，而 {since} 起的版本都有它", "若租户版本更低，请更正 `version`；否则让代理放行 /kapi/oauth2，或对未启用“增强型Token”的应用写 `flow: login`"},
		"trap-version":               {"`version` 写的是 {version}，但 getToken 有应答，它从 {since} 起才有", "请更正 `version`：清单可写的内容取决于版本"},

		"trap-wrong-secret":   {"第三方应用 {app} 的密钥或编码不正确", "与控制台核对编码和 AccessToken认证密钥；只尝试了一次，连续五次错误会锁定该应用 180 秒"},
		"trap-secret-name":    {"第三方应用 {app} 或其密钥未被接受：编码有误、密钥有误、应用已停用，或该租户的密钥字段名不是 {spelling}", "先与控制台核对；若都无误，把 `secretName` 换成 appSecuret 和 appSecret 中的另一个"},
		"trap-locked":         {"第三方应用 {app} 因连续五次密钥错误已被锁定", "等待 180 秒，并查明是谁在发送错误的密钥；每再试一次都重新计时"},
		"trap-app-missing":    {"没有第三方应用 {app}，或它已停用", "与控制台核对系统编码并启用该应用；这不计入密钥错误次数"},
		"trap-nonce":          {"同一个 nonce 到达两次：途中有环节重复发送请求", "找出重复发送 POST 请求的代理并停用该行为"},
		"trap-agent-user":     {"{user} 不是第三方应用 {app} 的代理用户", "在控制台把该用户加入应用的代理用户，或在 `user` 下换一个用户"},
		"trap-user":           {"用户 {user} 不存在、已禁用或被锁定", "在控制台检查该用户；增强型Token 流程要用户名，不是手机号"},
		"trap-user-type":      {"login.do 不接受以 {userType} 方式登录的用户 {user}", "手机号对应 Mobile，不含中文的用户名对应 UserName；同时核对 accountId"},
		"trap-enhanced-login": {"第三方应用 {app} 启用了增强型Token，不能再用 login.do", "去掉 `flow`，让 cosmicctl 使用 getToken；若其调用方做不到，则为该应用关闭增强型Token"},
		"trap-login":          {"登录被拒绝", "请检查应用、密钥、账套、用户、Token 流程和本机时钟；'cosmicctl help traps' 列出了各种可能"},

		"trap-token":               {"Token 被拒绝：未经授权", "请检查应用是否启用、用户是否仍有权限；若都无误，则是代理丢弃了请求头 `accesstoken`"},
		"trap-token-dropped":       {"租户认为 Token 有效却仍拒绝：它没有送达", "让前面的代理传递请求头 `accesstoken`"},
		"trap-underscore":          {"代理会丢弃带下划线的请求头：发送 `access_token` 的客户端会被拒绝", "改为发送 `accesstoken`，或在 nginx 中设置 underscores_in_headers on"},
		"trap-unpublished":         {"该租户没有发布 {form} 的操作 API", "用 'cosmicctl publish' 发布，在 `environment.api` 下写出路径，或按 'cosmicctl plan' 给出的操作手册手工处理"},
		"trap-not-listed":          {"第三方应用 {app} 无权调用该 API", "把该 API 加入应用的 API授权清单"},
		"trap-address":             {"第三方应用 {app} 不允许从该地址调用", "把租户看到的地址加入应用的 IP 规则；经过代理时是代理的地址"},
		"trap-user-list":           {"用户 {user} 无权调用该 API：其授权用户中只有他人", "把该用户加入授权用户；清单为空则人人可调用，切勿清空"},
		"trap-blocked-application": {"提供该 API 的业务应用已被禁止访问", "在应用授权中解除禁止，或询问是谁设置的"},
		"trap-app-time":            {"第三方应用 {app} 不在启用时间范围内", "在控制台延长其启用时间"},
		"trap-gateway-identity":    {"前面的网关要求请求头 x-acgw-identity", "从控制台复制该应用的值，作为机密引用写在 `environment.headers` 下"},
		"trap-forbidden":           {"禁止访问，但没有说明原因", "依次查看应用的 API授权清单、IP 规则和该 API 的授权用户"},
		"trap-no-permission":       {"用户 {user} 没有它的数据权限", "为该用户的角色授予此单据的权限"},

		engine.TrapUnreadable:    {"无法读取", "请看返回内容"},
		engine.TrapFormless:      {"其表单未知，此处既不读取也不写入", "请按 `cosmicctl plan` 列出的步骤操作；只有操作的人能看到"},
		engine.TrapIncomplete:    {"没有读完整，因此无法判断缺少什么", "请重新运行；若仍如此，看看是否有人一直在改动"},
		engine.TrapHiddenRows:    {"本次登录所用的第三方应用 {object} 不在用户 {user} 可见的数据中：数据权限隐藏了部分数据", "为该用户授予查看全部数据的权限；在此之前，缺少的对象可能只是被隐藏"},
		engine.TrapProperty:      {"租户从不返回 {property}，因此无法比较 `{field}`，写入时也可能被静默丢弃", "把它加入 {form} 已发布的查询和保存 API，或在 `environment.properties` 下写租户自己的名称"},
		engine.TrapDoubled:       {"键 {key} 对应多个对象（id {ids}），保存时可能命中任意一个", "在控制台只保留一个"},
		engine.TrapReference:     {"租户中没有 {kind} {name}", "更正清单中的名称，或新建该对象"},
		engine.TrapRecycled:      {"租户中没有 {kind} {name}；8.0.11 起已删除的对象在回收站中，不可调用", "从回收站恢复，或更正名称"},
		engine.TrapEditDisabled:  {"版本 {version} 拒绝保存已启用的对象；cosmicctl 会先停用、保存、再启用，期间其调用方会中断", "请在无人调用时应用变更；{until} 起不再有此限制"},
		engine.TrapEntriesMerged: {"在运行 {run} 中，应删除的分录行仍在：保存 API 会合并分录", "在 {form} 已发布的保存 API 中设置覆盖分录（OverrideEntry）"},
		engine.TrapWriteDropped:  {"在运行 {run} 中，写入的字段被静默丢弃", "把该属性加入 {form} 已发布的保存 API 的参数"},
	}
}
