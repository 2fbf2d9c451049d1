package report

import "cosmicctl/engine"

// Codes of what verifying an integration says. Those of the client are spelled out,
// as this package does not know it; a test of the command compares both.
const (
	CheckToken        engine.Code = "check-token"
	CheckGateway      engine.Code = "check-gateway"
	CheckSystem       engine.Code = "check-system"
	CheckData         engine.Code = "check-encoding"
	CheckCallback     engine.Code = "check-callback"
	CodeNotTried      engine.Code = "check-not-tried"
	CodeNotAgain      engine.Code = "check-not-again"
	CodeTokenFine     engine.Code = "token-fine"
	CodeTokenFailed   engine.Code = "token-failed"
	CodeNoUser        engine.Code = "token-without-user"
	CodeSecretMissing engine.Code = "integration-secret"
	CodeGatewayFine   engine.Code = "gateway-fine"
	CodeSystemFine    engine.Code = "system-fine"
	HintTokenSecret   engine.Code = "hint-token-secret"
	HintTokenOther    engine.Code = "hint-token-other"
	HintGiveUser      engine.Code = "hint-give-user"
	HintGatewayToken  engine.Code = "hint-gateway-token"
	HintGatewayOwn    engine.Code = "hint-gateway-own"
	HintGatewayApp    engine.Code = "hint-gateway-app"
	HintGatewayUser   engine.Code = "hint-gateway-user"
	HintGatewayAPI    engine.Code = "hint-gateway-api"
	HintGatewaySystem engine.Code = "hint-gateway-system"
	HintGatewayData   engine.Code = "hint-gateway-data"
	CodeCallbackHost  engine.Code = "callback-host"
	CodeCallbackAsk   engine.Code = "callback-ask"

	checkSubject engine.Code = "check-subject"
	checksOn     engine.Code = "checks-on"
	checksNone   engine.Code = "checks-none"
	checkSeen    engine.Code = "check-seen"
	checkWay     engine.Code = "check-way"
	checkMenu    engine.Code = "check-menu"
)

func verifyWords() Words {
	return Words{
		engine.CodeUnpaired: "{object} has no counterpart of the same code, so it is part of no integration; name the pair with --integration APP:USER:SYSTEM",
		engine.CodeDisabled: "{object} is to be disabled, so it was left out",

		CheckToken:    "token",
		CheckGateway:  "gateway",
		CheckSystem:   "business system",
		CheckData:     "encoding",
		CheckCallback: "callback",
		checkSubject:  "Integration {subject}",
		checksOn:      "Checks on tenant {tenant}",
		checksNone:    "Nothing was checked.",
		checkSeen:     "seen: {evidence}",
		checkWay:      "do:   {way}",
		checkMenu:     " 【{menu}】",
		"checks-fail": "{n} failed",
		"checks-warn": "{n} with a reservation",
		"checks-skip": "{n} not tried",
		"checks-pass": "{n} passed",

		CodeNotTried:      "not tried, because an earlier check failed",
		CodeNotAgain:      "not tried: a token for app {app} failed in this run already, and a wrong secret is tried once",
		CodeTokenFine:     "{flow} gives one to app {app} and user {user}",
		CodeTokenFailed:   "{flow} gives none to app {app} and user {user}: {error}",
		CodeNoUser:        "no user is known for app {app}",
		CodeSecretMissing: "{error}",
		CodeGatewayFine:   "it lets the call in",
		CodeSystemFine:    "the gateway knows {system}",
		HintTokenSecret:   "the secret is not the app's, or the app is not there or disabled: compare it in the console under 【{menu}】; it is not tried again, for five wrong ones lock the app for 180 seconds",
		HintTokenOther:    "check in the console under 【{menu}】 that the app is enabled, that 增强型Token is {enhanced} and that {user}, by user name or phone, is one of its 代理用户; check this machine's clock",
		HintGiveUser:      "give the app agentUsers, or name one with --integration {app}:USER:{system}",

		"gateway-unauthorised": "the gateway refuses the token that was just given: {error}",
		"gateway-api-list":     "app {app} may not call the gateway's API: {error}",
		"gateway-address":      "app {app} may not call from this address: {error}",
		"gateway-user":         "user {user} may not call the gateway's API: {error}",
		"gateway-forbidden":    "the gateway's API may not be called: {error}",
		"gateway-closed":       "app {app} is closed for the gateway: {error}",
		"gateway-unpublished":  "the gateway's API is not published or disabled: {error}",
		"gateway-repeated":     "the gateway takes the query for a repeated one: {error}; run this again",
		"gateway-identity":     "a gateway before the tenant asks for the x-acgw-identity of app {app}: {error}",
		"gateway-failed":       "the gateway does not answer the query: {error}",
		"system-unknown":       "the gateway does not know the business system code {system}: {error}",
		"system-off":           "the gateway knows {system} and does not serve it: {error}",
		"data-not-read":        "the gateway cannot read data in {encoding}: {error}",
		"data-other-key":       "the answer is encrypted with another key than the manifest's",
		"data-not-encrypted":   "the answer is not encrypted, while the manifest wants {encoding}",
		"data-encrypted":       "the answer is not JSON in {encoding}; it may be encrypted",
		"data-unreadable":      "the answer is not data in {encoding}",
		"data-unproven":        "the gateway took data in {encoding}, but its answer holds none, so that the key is proven in one direction only",
		"data-proven":          "both sides read data in {encoding}",

		HintGatewayToken:  "a proxy may drop the header accesstoken; check what stands before the tenant",
		HintGatewayOwn:    "copy it from the console under 【{menu}】 and give it under environment.appHeaders.{app}, as a reference to a secret; that of cosmicctl's own app is another",
		HintGatewayApp:    "look at the app's API list (API授权清单), addresses and times in the console under 【{menu}】",
		HintGatewayUser:   "look at who may call the API (授权用户) in the console under 【{menu}】",
		HintGatewayAPI:    "publish or enable the API /app/sim/openApi, or give its path under environment.api.sim.openApi",
		HintGatewaySystem: "enter or enable it in the console under 【{menu}】, or apply the manifest",
		HintGatewayData:   "compare 数据加密策略 and AES密钥 in the console under 【{menu}】 with the manifest",

		"callback-fine":        "{url} answers as it must: {said}; this proves that it is reached from here, not from 发票云",
		"callback-login":       "{url} asks for authentication ({said}); a callback address must need none",
		"callback-redirect":    "{url} redirects ({said}), as to a login; a callback address must answer itself, without authentication",
		"callback-not-there":   "nothing takes a POST at {url} ({said}); check its path",
		"callback-status":      "{url} fails ({said})",
		"callback-page":        "{url} answers with {said}, as a login does; a callback address must need no authentication and answer with JSON",
		"callback-not-json":    "{url} does not answer with JSON ({said})",
		"callback-no":          "{url} does not say success:true, so 发票云 would call again: {said}",
		"callback-code":        "{url} says success without errorCode \"0\": {said}",
		"callback-unreachable": "{url} cannot be reached from here: {said}",
		CodeCallbackHost:       "{url} was not called: its host {host} was not allowed outside the manifests",
		CodeCallbackAsk:        "Call {host} as 发票云 would, with a failure of an invoice that does not exist?",
	}
}
