package report

import "cosmicctl/engine"

// doctorWords are what an examination says: the topics, what each trap is, and under
// [engine.WayOf] how to get out of it.
func doctorWords() Words {
	w := Words{
		engine.TopicAddress:    "address",
		engine.TopicDataCentre: "data centre",
		engine.TopicClock:      "clock",
		engine.TopicFlow:       "token flow and version",
		engine.TopicLogin:      "login",
		engine.TopicHeader:     "token in a header",
		engine.TopicAPI:        "API",
		engine.TopicRows:       "what is read",
		engine.TopicObjects:    "object",
	}
	for code, t := range doctorTraps() {
		w[code], w[engine.WayOf(code)] = t[0], t[1]
	}
	return w
}

// doctorTraps are the traps, each with the way out.
func doctorTraps() map[engine.Code][2]string {
	return map[engine.Code][2]string{
		"trap-host":          {"the host does not answer", "check the address, the network, and HTTPS_PROXY"},
		"trap-certificate":   {"the server's certificate does not verify", "give the authority that signed it with --ca-file; never switch the check off"},
		"trap-timeout":       {"no answer came in time", "try again; if it stays so, look for a firewall that drops packets"},
		"trap-wrong-context": {"an HTML page with 404: Cosmic is not below {base}", "the context path is probably wrong: copy the address from the browser up to index.html; on premises it often ends in /ierp"},
		"trap-proxy-page":    {"an HTML page answers in Cosmic's place", "a proxy, a login page or a maintenance page stands in front: check the address, or have the administrator let /kapi and /api through"},
		"trap-redirect":      {"the server sends callers elsewhere", "write the address that it leads to as the base, after you have made sure that it is yours"},
		"trap-server":        {"the server fails, or a gateway in front of it", "try again later; if it stays so, give the vendor the time and what was said"},
		"trap-rate-limit":    {"too many calls: the tenant refuses for now", "wait a minute, lower --rate-minute, or look who else calls: live invoicing shares the limit, and the public cloud lets 600 a minute through"},

		"trap-data-centre":           {"the console has {n} data centres, and {id} is none of them", "take the id from 'cosmicctl connect', or from 【第三方应用】→【当前账套信息】"},
		"trap-unlisted-data-centres": {"the console does not list its data centres, so the id is not proved here", "the login proves it too"},
		"trap-undated":               {"the server's answers carry no time", "if a login is refused for its timestamp, set both clocks"},
		"trap-clock":                 {"the clocks of this machine and of the server differ; a login may be off by 5 minutes at most", "set this machine's clock by NTP; if it is right, the server's is wrong"},
		"trap-flow":                  {"the old token flow on a version that has the enhanced one: it works only for apps without 增强型Token", "switch 增强型Token on for the app and leave `flow` out, so that no token travels in a URL"},
		"trap-no-enhanced-flow":      {"getToken does not answer, which versions from {since} on have", "if the tenant is older, correct `version`; else have the proxy let /kapi/oauth2 through, or write `flow: login` for an app without 增强型Token"},
		"trap-version":               {"`version` says {version}, but getToken answers, which is there from {since} on", "correct `version`: what a manifest may ask for depends on it"},

		"trap-wrong-secret":   {"the secret of app {app} is wrong, or the app's code", "compare code and AccessToken认证密钥 with the console; it was tried once, and five wrong ones lock the app for 180 seconds"},
		"trap-secret-name":    {"app {app} or its secret is not accepted: the code is wrong, the secret is, the app is disabled, or this tenant spells the secret in another way than {spelling}", "compare with the console first; if all is right, set `secretName` to the other spelling of appSecuret and appSecret"},
		"trap-locked":         {"app {app} is locked after five wrong secrets", "wait 180 seconds and find out who sends the wrong secret; each further attempt starts anew"},
		"trap-app-missing":    {"there is no app {app}, or it is disabled", "compare the code (系统编码) with the console, and enable the app; this did not count as a wrong secret"},
		"trap-nonce":          {"a nonce came twice: something between here and the server repeats requests", "look for a proxy that repeats POST requests, and stop it"},
		"trap-agent-user":     {"{user} is not one of the agent users (代理用户) of app {app}", "add the user to the app's agent users in the console, or name another under `user`"},
		"trap-user":           {"user {user} is not there, disabled or locked", "check the user in the console; the enhanced flow wants the user name, not the phone"},
		"trap-user-type":      {"login.do does not take user {user} as {userType}", "a phone goes with Mobile, a user name without Chinese characters with UserName; check accountId too"},
		"trap-enhanced-login": {"app {app} has 增强型Token on, which shuts login.do", "leave `flow` out, so that cosmicctl uses getToken; or switch 增强型Token off for an app whose callers cannot"},
		"trap-login":          {"the login is refused", "check app, secret, account, user and token flow, and this machine's clock; 'cosmicctl help traps' lists what it may be"},

		"trap-token":               {"the token is refused as 未经授权", "check that the app is enabled and that the user has its rights; if so, a proxy drops the header `accesstoken`"},
		"trap-token-dropped":       {"the tenant holds the token for valid, and yet refuses it: it does not arrive", "have the proxy in front pass the header `accesstoken` on"},
		"trap-underscore":          {"a proxy drops headers with underscores: clients that send `access_token` are refused", "have them send `accesstoken`, or set underscores_in_headers on in nginx"},
		"trap-unpublished":         {"the operation APIs of {form} are not published on this tenant", "publish them with 'cosmicctl publish', give their paths under `environment.api`, or follow the runbook of 'cosmicctl plan' by hand"},
		"trap-not-listed":          {"app {app} may not call this API", "add the API to the app's list (API授权清单)"},
		"trap-address":             {"app {app} may not call from this address", "add the address that the tenant sees to the app's IP rules; behind a proxy that is the proxy's"},
		"trap-user-list":           {"user {user} may not call this API: its list of users (授权用户) names others", "add the user there; an empty list lets everybody in, so do not empty it"},
		"trap-blocked-application": {"the application that serves this API is blocked for callers", "lift the block under 应用授权, or ask who set it"},
		"trap-app-time":            {"app {app} is outside of the time for which it is enabled", "extend its dates (启用时间) in the console"},
		"trap-gateway-identity":    {"the gateway in front asks for the header x-acgw-identity", "copy the app's value from the console and give it under `environment.headers`, as a reference to a secret"},
		"trap-forbidden":           {"forbidden, without saying by what", "look at the app's API list, its IP rules and the API's list of users, in this order"},
		"trap-no-permission":       {"user {user} has no data permission (数据权限) for it", "give the user's role the rights on this form"},

		engine.TrapUnreadable:    {"it cannot be read", "read what was said"},
		engine.TrapFormless:      {"no form of it is known, so it is neither read nor written here", "do the steps that `cosmicctl plan` lists; nobody but who does them sees it"},
		engine.TrapIncomplete:    {"it was not read completely, so nothing can be told of what is missing", "run it again; if it stays so, look whether others change it all the time"},
		engine.TrapHiddenRows:    {"app {object}, which this very login uses, is not among what user {user} is shown: data permission hides rows", "give the user the rights to see all rows; until then a missing object may be a hidden one"},
		engine.TrapProperty:      {"the tenant never gives {property}, so `{field}` cannot be compared, and a write of it may be dropped without a word", "add it to the published query and save APIs of {form}, or give the tenant's own name under `environment.properties`"},
		engine.TrapDoubled:       {"the key {key} stands on several objects (ids {ids}); saves will hit either", "remove all but one in the console"},
		engine.TrapReference:     {"there is no {kind} {name} on the tenant", "correct the name in the manifest, or make the object"},
		engine.TrapRecycled:      {"there is no {kind} {name} on the tenant; from 8.0.11 on a deleted one lies in the recycle bin (回收站), where it cannot be called", "restore it from the recycle bin, or correct the name"},
		engine.TrapEditDisabled:  {"version {version} refuses to save an enabled object; cosmicctl disables it, saves, and enables it again, and its callers are cut off meanwhile", "apply when nobody calls; {until} lifts this"},
		engine.TrapEntriesMerged: {"in run {run} a row that was to go stayed: the save API merges entries", "set OverrideEntry (覆盖分录) in the published save API of {form}"},
		engine.TrapWriteDropped:  {"in run {run} a written field was dropped without a word", "add the property to the parameters of the published save API of {form}"},
	}
}
