package sandbox

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// What getToken, verifyToken and withdrawToken ask of a client (facts §1.3).

// checkFresh: nothing required is missing, the account is right, the call is recent and not sent before. A nonce is spent
// by the call that brings it, whatever comes of it.
func (c *call) checkFresh(in map[string]string, required ...string) *refusal {
	for _, name := range required {
		if in[name] == "" {
			return refuse(codeInvalid, fmt.Sprintf(textEmpty, name))
		}
	}
	set := c.t.settingsNow()
	if !set.lists(in["accountId"]) {
		return refuse(codeInvalid, textWrongAccount)
	}
	if !c.t.limits.allow("token "+in["client_id"]+" "+c.path, cmp.Or(set.Limits.TokensPerMinute, 30), time.Minute, c.now) {
		return refuse(codeRate, textRateLimited)
	}
	if refused := c.checkTimestamp(in["timestamp"]); refused != nil {
		return refused
	}
	if !c.t.nonces.use(in["client_id"]+"\x00"+in["nonce"], c.now) {
		return refuse(codeInvalid, fmt.Sprintf(textNonceUsed, in["nonce"]))
	}
	return nil
}

const clockSkew = 5 * time.Minute

func (c *call) checkTimestamp(value string) *refusal {
	sent, ok := parseTimestamp(value, c.profile())
	if !ok {
		return refuse(codeInvalid, textTimestampForm)
	}
	if off := c.now.Sub(sent); off > clockSkew || off < -clockSkew {
		return refuse(codeInvalid, textTimestamp)
	}
	return nil
}

// parseTimestamp reads wall-clock time of the server's zone, milliseconds since the epoch, or UTC from 7.0.13 on
// (facts §1.3, §12).
func parseTimestamp(value string, v version) (time.Time, bool) {
	if ms, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.UnixMilli(ms), true
	}
	if t, err := time.ParseInLocation(time.DateTime, value, zone); err == nil {
		return t, true
	}
	t, err := time.Parse("2006-01-02T15:04:05.999999999Z", value)
	return t, err == nil && v.utcTimestamps()
}

// oauthLogin checks app, secret and user. An app that does not exist costs no attempt (facts §1.3).
func (c *call) oauthLogin(in map[string]string) (app, user *row, refused *refusal) {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	if app, refused = c.client(in); refused != nil {
		return nil, nil, refused
	}
	if !c.t.enhanced(app) {
		return nil, nil, refuse(codeUnauthorised, textNotEnhanced)
	}
	user = c.t.tables["bos_user"].first("username", in["username"])
	if user == nil || !usableUser(user) {
		return nil, nil, refuse(codeInvalid, textNoUser)
	}
	if !isAgent(app, user) {
		return nil, nil, refuse(codeInvalid, textNotAgent)
	}
	return app, user, nil
}

// appOf finds the app a call speaks for. Another data centre has none. The caller holds the tenant's lock.
func (c *call) appOf(in map[string]string) *row {
	if in["accountId"] != c.t.settings.AccountID {
		return nil
	}
	return c.t.tables["third_app"].first("number", cmp.Or(in["client_id"], in["appId"]))
}

func (c *call) client(in map[string]string) (*row, *refusal) {
	id := in["client_id"]
	app := c.appOf(in)
	if app == nil || app.values["enable"] != "1" {
		return nil, refuse(codeUnauthorised, fmt.Sprintf(textNoClient, id))
	}
	if c.t.strikes.isLocked(id, c.now) {
		return nil, refuse(codeUnauthorised, textLocked)
	}
	if in["client_secret"] == app.values["syspwd"] {
		c.t.strikes.hit(id)
		return app, nil
	}
	n := c.t.strikes.miss(id, c.now)
	if n >= maxStrikes {
		return nil, refuse(codeUnauthorised, textLocked)
	}
	return nil, refuse(codeUnauthorised, fmt.Sprintf(textStrike, n))
}

// hinted finds a token by its value and the hint of its kind, if it is the client's own.
func (c *call) hinted(in map[string]string) (k token, found bool, refused *refusal) {
	kind, known := map[string]string{"access_token": enhancedToken, "id_token": idToken}[in["token_type_hint"]]
	if !known {
		return k, false, refuse(codeInvalid, textTokenType)
	}
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	app := c.appOf(in)
	k, found = c.t.valid(in["token"], c.now)
	return k, found && k.Kind == kind && app != nil && k.App == formatID(app.id), nil
}

func (c *call) knowsSecret(in map[string]string) bool {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	app := c.appOf(in)
	return app != nil && app.values["enable"] == "1" && in["client_secret"] == app.values["syspwd"]
}
