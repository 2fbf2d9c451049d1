package sandbox

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// tokenLife is two hours for every sort of token (facts §1.2, §1.3).
const tokenLife = 2 * time.Hour

// token is an app token, an old access token or an enhanced one. Tokens are part of the durable state.
type token struct {
	Value   string `json:"value"`
	Kind    string `json:"kind"` // app, old, enhanced, id
	App     string `json:"app"`  // row id in third_app
	User    string `json:"user,omitempty"`
	Expires int64  `json:"expires"` // milliseconds since the epoch
}

const (
	appToken      = "app"
	oldToken      = "old"
	enhancedToken = "enhanced"
	idToken       = "id"
)

// valid finds a token that has not run out. The caller holds the tenant's lock.
func (t *tenant) valid(value string, now time.Time) (token, bool) {
	k, found := t.tokens[value]
	return k, found && value != "" && now.UnixMilli() < k.Expires
}

// draw makes n random bytes. The source may be a plain reader, so only one draw at a time.
func (s *Sandbox) draw(n int) ([]byte, error) {
	s.randMu.Lock()
	defer s.randMu.Unlock()
	b := make([]byte, n)
	if _, err := io.ReadFull(s.options.Rand, b); err != nil {
		return nil, fmt.Errorf("draw random bytes: %w", err)
	}
	return b, nil
}

// uuid is a random version 4 UUID, the look of an app token and of a refresh token.
func (s *Sandbox) uuid() (string, error) {
	b, err := s.draw(16)
	if err != nil {
		return "", err
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], nil
}

// mint makes the value of a token: <accountId>_<random> for the old flow, OPENAPIAUTH_<base64> for the enhanced one.
func (s *Sandbox) mint(kind, account string) (string, error) {
	if kind == appToken {
		return s.uuid()
	}
	b, err := s.draw(48)
	if err != nil {
		return "", err
	}
	if kind == oldToken {
		return account + "_" + base64.RawURLEncoding.EncodeToString(b), nil
	}
	return "OPENAPIAUTH_" + base64.StdEncoding.EncodeToString(b), nil
}

// issue makes tokens of the kinds for an app and a user and keeps them.
func (s *Sandbox) issue(t *tenant, app *row, user *row, kinds ...string) ([]token, error) {
	set := t.settingsNow()
	var made []token
	for _, kind := range kinds {
		value, err := s.mint(kind, set.AccountID)
		if err != nil {
			return nil, err
		}
		k := token{Value: value, Kind: kind, App: formatID(app.id), Expires: s.nowAt(&set).Add(tokenLife).UnixMilli()}
		if user != nil {
			k.User = formatID(user.id)
		}
		made = append(made, k)
	}
	return made, s.update(t, func(x *tx) error {
		x.addTokens(made...)
		return nil
	})
}
