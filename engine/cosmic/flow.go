package cosmic

import (
	"context"
	"encoding/json"
	"strconv"
	"time"
)

// flow returns how the environment's tokens are acquired (facts page §0.3: the
// enhanced token shuts the old way out).
func (t *Tenant) flow() func(context.Context) (*token, error) {
	if t.env.Enhanced() {
		return t.getToken
	}
	return t.login
}

// login is who a token is requested for.
type login struct{ app, secret string }

// getToken acquires an enhanced token (facts page §1.3).
func (t *Tenant) getToken(ctx context.Context) (*token, error) {
	return t.tokenRequest(ctx, "getToken", pathGetToken, "access_token", t.getTokenBody)
}

// getTokenBody asks for an enhanced token. The time goes as milliseconds since the
// epoch, the one form that no server reads in a zone of its own (facts page §12).
func (t *Tenant) getTokenBody(as login) (map[string]string, error) {
	nonce, err := t.random.unique()
	return map[string]string{
		"client_id":     as.app,
		"client_secret": as.secret,
		"username":      t.env.Auth.User,
		"accountId":     t.env.AccountID,
		"language":      language,
		"nonce":         nonce,
		"timestamp":     strconv.FormatInt(t.clock.now().UnixMilli(), 10),
	}, err
}

// appTokenBody asks for the token of the first of the old steps (facts page §1.2).
func (t *Tenant) appTokenBody(as login) (map[string]string, error) {
	return map[string]string{
		"appId":      as.app,
		t.secretName: as.secret,
		"tenantid":   t.env.TenantID,
		"accountId":  t.env.AccountID,
		"language":   language,
	}, nil
}

// login acquires a token in the old two steps (facts page §1.2).
func (t *Tenant) login(ctx context.Context) (*token, error) {
	app, err := t.tokenRequest(ctx, "getAppToken", pathGetAppToken, "app_token", t.appTokenBody)
	if err != nil {
		return nil, err
	}
	return t.tokenRequest(ctx, "login", pathLogin, "access_token", func(login) (map[string]string, error) {
		body := map[string]string{
			"user":      t.env.Auth.User,
			"apptoken":  app.value,
			"tenantid":  t.env.TenantID,
			"accountId": t.env.AccountID,
		}
		if t.env.Auth.UserType != "" {
			body["usertype"] = t.env.Auth.UserType
		}
		return body, nil
	})
}

// language is that of Cosmic's messages. They are quoted as they come, and the
// vendor's documentation quotes them in Chinese.
const language = "zh_CN"

// tokenStep is one step of a flow.
func (t *Tenant) tokenStep(op, path string, as login, body func(login) (map[string]string, error)) *request {
	return &request{op: op, url: t.address.base + path, gate: t.tokenGate, once: t.oneLogin, body: func() ([]byte, error) {
		m, err := body(as)
		if err != nil {
			return nil, err
		}
		return json.Marshal(m)
	}}
}

// tokenRequest sends one step of the client's own flow and reads the token of that
// name.
func (t *Tenant) tokenRequest(ctx context.Context, op, path, name string, body func(login) (map[string]string, error)) (*token, error) {
	c, err := t.secrets.get(ctx)
	if err != nil {
		return nil, t.own(&request{op: op}, unsent(ctx, err))
	}
	r := t.tokenStep(op, path, login{t.env.Auth.AppID, c.appSecret.Reveal()}, body)
	env, err := t.attempt(ctx, r, "")
	if err != nil {
		return nil, err
	}
	tok, e := readToken(object(env.data), name, t.clock.now())
	if e != nil {
		return nil, t.own(r, e)
	}
	t.censor.add(tok.value)
	return tok, nil
}

// readToken reads the data of a token answer. In the old flow that has a
// verdict of its own (facts page §1.2).
func readToken(data map[string]any, name string, now time.Time) (*token, *Error) {
	value := text(data[name])
	code := text(field(data, "error_code", "errorCode"))
	yes, said := flag(data["success"])
	if value != "" && fineCode(code) && (yes || !said) {
		return &token{value: value, expires: now.Add(usable(life(data, now)))}, nil
	}
	e := &Error{Code: code, Message: text(field(data, "error_desc", "message"))}
	if fineCode(code) {
		e.Code = ""
	}
	if e.Code == "" && e.Message == "" && !said {
		e.fault, e.Message = faultUnreadable, "the answer holds no "+name
	}
	return nil, e
}

// unknownLife is for a token that does not say how long it lives, or whose end
// lies in the past by this machine's clock: half of the two hours that the
// vendor documents. Should that be wrong, the 401 leads to a renewal.
const unknownLife = time.Hour

// life is how long a token lives: expires_in are milliseconds from now,
// expire_time those since the epoch (facts page §1.2, §1.3).
func life(data map[string]any, now time.Time) time.Duration {
	ms, ok := count(data["expires_in"])
	if !ok {
		if ms, ok = count(data["expire_time"]); ok {
			ms -= now.UnixMilli()
		}
	}
	const longest = int64(365 * 24 * time.Hour / time.Millisecond)
	if !ok || ms <= 0 {
		return unknownLife
	}
	return time.Duration(min(ms, longest)) * time.Millisecond
}

// usable leaves a margin, so that no token expires under way: five minutes, or
// a tenth of a short life.
func usable(life time.Duration) time.Duration {
	return life - min(5*time.Minute, life/10)
}
