package sandbox

import (
	"cmp"
	"net/http"
	"strconv"
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
	set := c.t.settingsNow()
	return strconv.FormatInt(k.Expires-c.s.nowAt(&set).UnixMilli(), 10)
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
