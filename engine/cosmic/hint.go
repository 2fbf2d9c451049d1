package cosmic

import "cosmicctl/engine"

// The hints say what to do about an [Error]; their words stand in the
// catalogue of the report package.
const (
	HintUnauthorised engine.Code = "hint-401"
	HintForbidden    engine.Code = "hint-403"
	HintNotFound     engine.Code = "hint-404"
	HintLimited      engine.Code = "hint-429"
	HintInvalid      engine.Code = "hint-603"
	HintRepeated     engine.Code = "hint-604"
	HintNoPermission engine.Code = "hint-612"
	HintLogin        engine.Code = "hint-login"        // the login itself was refused
	HintContextPath  engine.Code = "hint-context-path" // HTML page with 404
	HintPage         engine.Code = "hint-html-page"    // any other HTML page
	HintRedirect     engine.Code = "hint-redirect"
	HintCertificate  engine.Code = "hint-certificate"
	HintTimeout      engine.Code = "hint-timeout"
	HintNetwork      engine.Code = "hint-network"
)

// Hints returns every hint there is, so that a catalogue can be checked.
func Hints() []engine.Code {
	return []engine.Code{
		HintUnauthorised, HintForbidden, HintNotFound, HintLimited, HintInvalid, HintRepeated, HintNoPermission,
		HintLogin, HintContextPath, HintPage, HintRedirect, HintCertificate, HintTimeout, HintNetwork,
	}
}

// Hint names the message that says what to do, or is "".
func (e *Error) Hint() engine.Code {
	switch e.fault {
	case faultAnswer:
		return e.answerHint()
	case faultPage:
		if e.Status == 404 {
			return HintContextPath
		}
		return HintPage
	case faultRedirect:
		return HintRedirect
	case faultCertificate:
		return HintCertificate
	case faultTimeout:
		return HintTimeout
	case faultNetwork:
		return HintNetwork
	}
	return ""
}

func (e *Error) answerHint() engine.Code {
	switch {
	case e.is(codeLimited):
		return HintLimited
	case e.Form == "":
		return HintLogin
	case e.is(codeUnauthorised):
		return HintUnauthorised
	case e.is(codeForbidden):
		return HintForbidden
	case e.is(codeNotFound):
		return HintNotFound
	case e.is(codeInvalid):
		return HintInvalid
	case e.is(codeRepeated):
		return HintRepeated
	case e.is(codeNoPermission):
		return HintNoPermission
	}
	return ""
}
