package sandbox

import (
	"cmp"
	"net/http"
)

// The endpoints outside /kapi: the data centre list and the old two-step login (facts §1.1, §1.2).

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

type dataCentre struct {
	AccountID     string `json:"accountId"`
	AccountNumber string `json:"accountNumber"`
	AccountName   string `json:"accountName"`
}

func (c *call) login() answer {
	switch c.path {
	case "/auth/getAllDatacenters.do":
		return c.dataCentres()
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

func (c *call) dataCentres() answer {
	if c.r.Method != http.MethodPost && c.r.Method != http.MethodGet {
		return refuseLogin(textIllegal)
	}
	set := c.t.settingsNow()
	return jsonAnswer(codeOK, []dataCentre{{set.AccountID, set.AccountNumber, set.AccountName}})
}

// appToken answers getAppToken.do. The secret may be spelt either way (facts §1.2).
func (c *call) appToken(in map[string]string) answer {
	c.entry.App = in["appId"]
	app, problem := c.oldApp(in)
	if problem != "" {
		return refuseLogin(problem)
	}
	made, err := c.s.issue(c.t, app, nil, appToken)
	if err != nil {
		return serverError(err)
	}
	return succeed(appTokenData{made[0].Value, outcomeOf(made[0])})
}

func (c *call) oldApp(in map[string]string) (app *row, problem string) {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	if !c.addressed(in) {
		return nil, textLoginParameter
	}
	app = c.t.tables["third_app"].first("number", in["appId"])
	secret := cmp.Or(in["appSecuret"], in["appSecret"])
	if app == nil || app.values["enable"] != "1" || secret == "" || secret != app.values["syspwd"] {
		if c.t.version.from(6, 0, 0) {
			return nil, textWrongApp
		}
		return nil, textWrongAppOld
	}
	if c.t.enhanced(app) {
		return nil, textEnhancedOnly
	}
	return app, ""
}

// addressed tells whether account and tenant are those of this tenant. The tenant may be left empty (facts §1.2).
func (c *call) addressed(in map[string]string) bool {
	set := c.t.settings
	return in["accountId"] == set.AccountID && (in["tenantid"] == "" || set.TenantID == "" || in["tenantid"] == set.TenantID)
}

// enhanced tells whether an app takes part in the enhanced flow, which shuts it out of the old one (facts §0.3).
func (t *tenant) enhanced(app *row) bool {
	return t.version.enhancedTokens() && app.values["isenhancetoken"] == "1"
}

// accessToken answers login.do.
func (c *call) accessToken(in map[string]string) answer {
	c.entry.User = in["user"]
	app, user, problem := c.oldUser(in)
	if problem != "" {
		if c.t.strikes.miss("login "+in["user"], c.now) >= maxStrikes {
			problem = textLoginRepeated
		}
		return refuseLogin(problem)
	}
	c.t.strikes.hit("login " + in["user"])
	made, err := c.s.issue(c.t, app, user, oldToken)
	if err != nil {
		return serverError(err)
	}
	return succeed(accessTokenData{made[0].Value, outcomeOf(made[0])})
}

func (c *call) oldUser(in map[string]string) (app, user *row, problem string) {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	k, valid := c.t.valid(in["apptoken"], c.now)
	if !c.addressed(in) || !valid || k.Kind != appToken {
		return nil, nil, textLoginParameter
	}
	app = c.t.tables["third_app"].rows[parseID(k.App)]
	column, known := loginColumn(in["usertype"])
	if known {
		user = c.t.tables["bos_user"].first(column, in["user"])
	}
	if app == nil || user == nil || !usableUser(user) {
		return nil, nil, textLoginParameter
	}
	if c.t.enhanced(app) || app.values["enable"] != "1" {
		return nil, nil, textEnhancedOnly
	}
	if !isAgent(app, user) {
		return nil, nil, textNotAgent
	}
	c.entry.App = app.values["number"]
	return app, user, ""
}

// loginColumn is where a user type looks a user up; the phone number is the default (facts §1.2).
func loginColumn(userType string) (column string, known bool) {
	switch userType {
	case "", "Mobile":
		return "phone", true
	case "UserName":
		return "username", true
	case "Email":
		return "email", true
	}
	return "", false
}

// isAgent: with 代理用户控制 on, an app acts for its agent users only (facts §1.3).
func isAgent(app, user *row) bool {
	if app.values["isagencyuser"] != "1" {
		return true
	}
	for _, line := range app.entries["t_open_3rdapps_agency"] {
		if line["basedataid"] == formatID(user.id) {
			return true
		}
	}
	return false
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
