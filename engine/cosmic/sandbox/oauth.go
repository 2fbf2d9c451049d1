package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// The enhanced token's endpoints (facts §1.3).

type oauthToken struct {
	AccessToken      string `json:"access_token"`
	TokenType        string `json:"token_type"`
	RefreshToken     string `json:"refresh_token"`
	Scope            string `json:"scope"`
	ExpiresIn        string `json:"expires_in"` // milliseconds left, as text
	IDToken          string `json:"id_token,omitempty"`
	IDTokenExpiresIn string `json:"id_token_expires_in,omitempty"`
	Language         string `json:"language"`
}

type oauthState struct {
	ExpiresIn string `json:"expires_in"`
	Active    bool   `json:"active"`
	Scope     string `json:"scope"`
}

const oauthScope = "API"

func (c *call) oauth() answer {
	endpoints := map[string]func(map[string]string) answer{
		"/oauth2/getToken":      c.getToken,
		"/oauth2/verifyToken":   c.verifyToken,
		"/oauth2/withdrawToken": c.withdrawToken,
	}
	endpoint := endpoints[c.path]
	if endpoint == nil || !c.profile().enhancedTokens() {
		return refuse(codeUnauthorised, textUnauthorised).answer()
	}
	if c.r.Method != http.MethodPost {
		return refuse(codeMethod, textMethod).answer()
	}
	object, refused := c.input()
	if refused != nil {
		return refused.answer()
	}
	in := texts(object)
	in["accountId"] = cmp.Or(in["accountId"], c.r.Header.Get("accountId"))
	c.entry.App, c.entry.User = in["client_id"], in["username"]
	return endpoint(in)
}

func (c *call) getToken(in map[string]string) answer {
	if refused := c.checkFresh(in, "client_id", "client_secret", "username", "accountId", "nonce", "timestamp"); refused != nil {
		return refused.answer()
	}
	app, user, refused := c.oauthLogin(in)
	if refused != nil {
		return refused.answer()
	}
	kinds := []string{enhancedToken}
	if app.values["isjwtauth"] == "1" {
		kinds = append(kinds, idToken)
	}
	made, err := c.s.issue(c.t, app, user, kinds...)
	if err != nil {
		return serverError(err)
	}
	return c.oauthAnswer(made, cmp.Or(in["language"], "zh_CN"))
}

func (c *call) oauthAnswer(made []token, language string) answer {
	refresh, err := c.s.uuid()
	if err != nil {
		return serverError(err)
	}
	out := oauthToken{
		AccessToken: made[0].Value, TokenType: "Bearer", RefreshToken: refresh, Scope: oauthScope,
		ExpiresIn: c.left(made[0]), Language: language,
	}
	if len(made) > 1 {
		out.IDToken, out.IDTokenExpiresIn = made[1].Value, c.left(made[1])
	}
	return acceptSaying(out, "")
}

// left is how many milliseconds a token has, by the clock of this very moment.
func (c *call) left(k token) string {
	return strconv.FormatInt(k.Expires-c.s.now().UnixMilli(), 10)
}

// checkFresh: nothing required is missing, the account is right, the call is recent and not sent before. A nonce is spent
// by the call that brings it, whatever comes of it.
func (c *call) checkFresh(in map[string]string, required ...string) *refusal {
	for _, name := range required {
		if in[name] == "" {
			return refuse(codeInvalid, fmt.Sprintf(textEmpty, name))
		}
	}
	set := c.t.settingsNow()
	if in["accountId"] != set.AccountID {
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

func (c *call) client(in map[string]string) (*row, *refusal) {
	id := in["client_id"]
	app := c.t.tables["third_app"].first("number", id)
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

func (c *call) verifyToken(in map[string]string) answer {
	if refused := c.checkFresh(in, "client_id", "token_type_hint", "token", "accountId", "nonce", "timestamp"); refused != nil {
		return refused.answer()
	}
	k, found, refused := c.hinted(in)
	if refused != nil {
		return refused.answer()
	}
	if !found {
		return refuse(codeNoPermission, textVerifyFailed).answer()
	}
	return acceptSaying(oauthState{ExpiresIn: c.left(k), Active: true, Scope: oauthScope}, "")
}

// hinted finds a token by its value and the hint of its kind, if it is the client's own.
func (c *call) hinted(in map[string]string) (k token, found bool, refused *refusal) {
	kind, known := map[string]string{"access_token": enhancedToken, "id_token": idToken}[in["token_type_hint"]]
	if !known {
		return k, false, refuse(codeInvalid, textTokenType)
	}
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	app := c.t.tables["third_app"].first("number", in["client_id"])
	k, found = c.t.valid(in["token"], c.now)
	return k, found && k.Kind == kind && app != nil && k.App == formatID(app.id), nil
}

func (c *call) withdrawToken(in map[string]string) answer {
	required := []string{"client_id", "client_secret", "token_type_hint", "token", "accountId", "nonce", "timestamp"}
	if refused := c.checkFresh(in, required...); refused != nil {
		return refused.answer()
	}
	if !c.knowsSecret(in) {
		return refuse(codeUnauthorised, textWrongClient).answer()
	}
	k, found, refused := c.hinted(in)
	if refused != nil {
		return refused.answer()
	}
	if !found {
		return refuse(codeUpdateFailed, textVerifyFailed).answer()
	}
	err := c.s.update(c.t, func(x *tx) error {
		x.withdraw(k.Value)
		return nil
	})
	if err != nil {
		return serverError(err)
	}
	return acceptSaying(true, "true")
}

func (c *call) knowsSecret(in map[string]string) bool {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	app := c.t.tables["third_app"].first("number", in["client_id"])
	return app != nil && app.values["enable"] == "1" && in["client_secret"] == app.values["syspwd"]
}
