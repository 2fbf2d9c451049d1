package sandbox

import "cmp"

// The old flow: an app token first, then an access token for a user (facts §1.2).

// appToken answers getAppToken.do. The secret may be spelt either way (facts §1.2) unless the settings take one only.
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
	app = c.appOf(in)
	secret := in[c.t.settings.SecretName]
	if c.t.settings.SecretName == "" {
		secret = cmp.Or(in["appSecuret"], in["appSecret"])
	}
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

// addressed tells whether account and tenant are known here. The tenant may be left empty (facts §1.2).
func (c *call) addressed(in map[string]string) bool {
	set := c.t.settings
	return set.lists(in["accountId"]) && (in["tenantid"] == "" || set.TenantID == "" || in["tenantid"] == set.TenantID)
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
	if !valid || k.Kind != appToken || !c.addressed(in) || in["accountId"] != c.t.settings.AccountID {
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
