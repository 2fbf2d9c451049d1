package sandbox

import (
	"net/http"
)

// The endpoints outside /kapi: what the console asks and the old two-step login (facts §1.1, §1.2).

// loginFailure carries every field some client is known to look at (facts §1.2).
type loginFailure struct {
	State     string `json:"state"`
	Status    bool   `json:"status"`
	ErrorCode string `json:"errorCode"`
	ErrorMsg  string `json:"errorMsg"`
	Message   string `json:"message"`
}

type loginSuccess struct {
	Data   any    `json:"data,omitempty"`
	State  string `json:"state"`
	Status bool   `json:"status"`
}

type appTokenData struct {
	AppToken string `json:"app_token"`
	loginOutcome
}

type accessTokenData struct {
	AccessToken string `json:"access_token"`
	loginOutcome
}

type loginOutcome struct {
	Success    bool   `json:"success"`
	ErrorDesc  string `json:"error_desc"`
	ExpireTime int64  `json:"expire_time"` // milliseconds since the epoch
	ErrorCode  string `json:"error_code"`
}

func (c *call) login() answer {
	switch c.path {
	case "/auth/getAllDatacenters.do":
		return c.dataCentres()
	case "/getUserLanguage.do", "/api/login/getUserLanguage.do":
		return c.userLanguage()
	case "/api/getAppToken.do", "/api/login.do", "/api/logout.do":
	default:
		return notFoundPage()
	}
	in, ok := decodeObject(c.body)
	if c.r.Method != http.MethodPost || c.tooLarge {
		return refuseLogin(textIllegal)
	}
	if !ok {
		return refuseLogin(textLoginParameter)
	}
	switch c.path {
	case "/api/getAppToken.do":
		return c.appToken(texts(in))
	case "/api/login.do":
		return c.accessToken(texts(in))
	}
	return c.logout(texts(in))
}

// texts keeps the members of an object that are text.
func texts(in map[string]any) map[string]string {
	out := map[string]string{}
	for name, value := range in {
		if value, is := value.(string); is {
			out[name] = value
		}
	}
	return out
}

func refuseLogin(message string) answer {
	return jsonAnswer(loginError, loginFailure{State: "error", ErrorCode: loginError, ErrorMsg: message, Message: message})
}

func succeed(data any) answer {
	return jsonAnswer(codeOK, loginSuccess{Data: data, State: "success", Status: true})
}

func (c *call) logout(in map[string]string) answer {
	err := c.s.update(c.t, func(x *tx) error {
		x.withdraw(in["access_token"])
		return nil
	})
	if err != nil {
		return serverError(err)
	}
	return succeed(nil)
}

func outcomeOf(k token) loginOutcome {
	return loginOutcome{Success: true, ExpireTime: k.Expires, ErrorCode: codeOK}
}
