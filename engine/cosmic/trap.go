package cosmic

import (
	"slices"
	"strings"

	"cosmicctl/engine"
)

// The traps that an answer, or the want of one, shows. Their words stand in the
// catalogue of the report package.
const (
	TrapHost         engine.Code = "trap-host"
	TrapCertificate  engine.Code = "trap-certificate"
	TrapTimeout      engine.Code = "trap-timeout"
	TrapContext      engine.Code = "trap-wrong-context"
	TrapPage         engine.Code = "trap-proxy-page"
	TrapRedirect     engine.Code = "trap-redirect"
	TrapServer       engine.Code = "trap-server"
	TrapRate         engine.Code = "trap-rate-limit"
	TrapSecret       engine.Code = "trap-wrong-secret"
	TrapSecretName   engine.Code = "trap-secret-name"
	TrapLocked       engine.Code = "trap-locked"
	TrapApp          engine.Code = "trap-app-missing"
	TrapNonce        engine.Code = "trap-nonce"
	TrapClock        engine.Code = "trap-clock"
	TrapAgentUser    engine.Code = "trap-agent-user"
	TrapUser         engine.Code = "trap-user"
	TrapUserType     engine.Code = "trap-user-type"
	TrapNoEnhanced   engine.Code = "trap-no-enhanced-flow"
	TrapEnhanced     engine.Code = "trap-enhanced-login"
	TrapLogin        engine.Code = "trap-login"
	TrapToken        engine.Code = "trap-token"
	TrapTokenDropped engine.Code = "trap-token-dropped"
	TrapUnpublished  engine.Code = "trap-unpublished"
	TrapNotListed    engine.Code = "trap-not-listed"
	TrapAddress      engine.Code = "trap-address"
	TrapUserList     engine.Code = "trap-user-list"
	TrapBlocked      engine.Code = "trap-blocked-application"
	TrapAppTime      engine.Code = "trap-app-time"
	TrapIdentity     engine.Code = "trap-gateway-identity"
	TrapForbidden    engine.Code = "trap-forbidden"
	TrapPermission   engine.Code = "trap-no-permission"
	TrapDataCentre   engine.Code = "trap-data-centre"
	TrapUnlisted     engine.Code = "trap-unlisted-data-centres"
	TrapUndated      engine.Code = "trap-undated"
	TrapFlow         engine.Code = "trap-flow"
	TrapVersion      engine.Code = "trap-version"
	TrapUnderscore   engine.Code = "trap-underscore"
)

// Traps are all of them, so that a catalogue can be checked.
func Traps() []engine.Code {
	return []engine.Code{
		TrapHost, TrapCertificate, TrapTimeout, TrapContext, TrapPage, TrapRedirect, TrapServer, TrapRate,
		TrapSecret, TrapSecretName, TrapLocked, TrapApp, TrapNonce, TrapClock, TrapAgentUser, TrapUser, TrapUserType,
		TrapNoEnhanced, TrapEnhanced, TrapLogin, TrapToken, TrapTokenDropped, TrapUnpublished, TrapNotListed, TrapAddress, TrapUserList,
		TrapBlocked, TrapAppTime, TrapIdentity, TrapForbidden, TrapPermission, TrapDataCentre, TrapUnlisted, TrapUndated, TrapFlow, TrapVersion, TrapUnderscore,
	}
}

// What to do about answers that are no traps.
const (
	HintInvalid  engine.Code = "hint-603"
	HintRepeated engine.Code = "hint-604"
)

// Hints are all that [Error.Hint] may be, so that a catalogue can be checked.
func Hints() []engine.Code {
	out := []engine.Code{HintInvalid, HintRepeated}
	for _, trap := range Traps() {
		out = append(out, engine.WayOf(trap))
	}
	return out
}

// Hint names the message that says what to do, or is "": the way out of the trap that
// the error shows, if it shows one.
func (e *Error) Hint() engine.Code {
	switch trap := e.Trap(); {
	case trap != "":
		return engine.WayOf(trap)
	case e.fault != faultAnswer:
	case e.is(codeInvalid):
		return HintInvalid
	case e.is(codeRepeated):
		return HintRepeated
	}
	return ""
}

// RefusedLogin tells whether a hint is that of a login which the tenant refused.
func RefusedLogin(hint engine.Code) bool {
	return slices.ContainsFunc([]engine.Code{TrapSecret, TrapSecretName, TrapLocked, TrapApp, TrapNonce, TrapClock, TrapAgentUser,
		TrapUser, TrapUserType, TrapNoEnhanced, TrapEnhanced, TrapLogin}, func(trap engine.Code) bool { return hint == engine.WayOf(trap) })
}

// Trap names what an error shows, or is "". It is the one reading of an answer: hints
// and what the gateway of Invoice Cloud is found to say follow from it.
func (e *Error) Trap() engine.Code {
	switch e.fault {
	case faultNetwork:
		return TrapHost
	case faultCertificate:
		return TrapCertificate
	case faultTimeout:
		return TrapTimeout
	case faultRedirect:
		return TrapRedirect
	case faultPage:
		if e.Status == 404 {
			return TrapContext
		}
		return TrapPage
	case faultAnswer:
		return e.answerTrap()
	}
	return ""
}

func (e *Error) answerTrap() engine.Code {
	switch {
	case e.is(codeLimited):
		return TrapRate
	case gateway(e.Status), e.is("500"), e.is("999"):
		return TrapServer
	case e.says("acgw"):
		return TrapIdentity
	case e.Form == "":
		return e.loginTrap()
	case e.is(codeUnauthorised):
		return TrapToken
	case e.is(codeNotFound):
		return TrapUnpublished
	case e.is(codeNoPermission):
		return TrapPermission
	case e.is(codeForbidden):
		return e.forbiddenTrap()
	}
	return ""
}

// loginTrap reads what a refused login says; the texts are those of facts page §1.2
// and §1.3. An app that is not there and a disabled one are told in the same words,
// and in the old flow a wrong secret too.
func (e *Error) loginTrap() engine.Code {
	old := e.Op != "getToken"
	switch {
	case e.says("锁定"):
		return TrapLocked
	case old && (e.says("增强型") || e.says("禁用login.do")): // the words of facts page §0.3
		return TrapEnhanced
	case e.says("不存在或未启用"):
		return TrapApp
	case e.says("代理用户"):
		return TrapAgentUser
	case e.says("nonce") && e.says("已经调用过"):
		return TrapNonce
	case e.says("timestamp"), e.says("时间戳"):
		return TrapClock
	case e.says("用户无效"):
		return TrapUser
	case e.says("登录类型"), e.says("请填写正确的用户账号"):
		return TrapUserType
	case old && e.Op == "getAppToken" && (e.says("不正确") || e.is(codeUnauthorised)):
		return TrapSecretName
	case e.says("不正确"), e.WrongSecret():
		return TrapSecret
	case !old && e.is(codeNotFound):
		return TrapNoEnhanced
	}
	return TrapLogin
}

// forbiddenTrap reads a 403. Of those about addresses and users no source tells the
// text; what says neither is for the reader to judge.
func (e *Error) forbiddenTrap() engine.Code {
	app := e.says("第三方应用")
	switch {
	case e.says("禁止访问"):
		return TrapBlocked
	case e.says("启用时间"):
		return TrapAppTime
	case e.says("用户") && !app:
		return TrapUserList
	case e.says("接口访问权限"), e.says("第三方应用授权"):
		return TrapNotListed
	case e.says("IP"), e.says("白名单"), e.says("黑名单"):
		return TrapAddress
	case e.says("用户"):
		return TrapUserList
	}
	return TrapForbidden
}

func (e *Error) says(words string) bool { return strings.Contains(e.Message, words) }
