package cosmic

import (
	"context"
	"encoding/json"
	"strconv"
	"time"
)

// flow returns how the environment's tokens are acquired (facts page §0.3: the
// enhanced token shuts the old way out).
func (t *Tenant) flow(secretName string) func(context.Context) (*token, error) {
	if t.env.Enhanced() {
		return t.getToken
	}
	return func(ctx context.Context) (*token, error) { return t.login(ctx, secretName) }
}

// getToken acquires an enhanced token (facts page §1.3). The time goes as
// milliseconds since the epoch, the one form that no server reads in a zone of
// its own (facts page §12).
func (t *Tenant) getToken(ctx context.Context) (*token, error) {
	return t.tokenRequest(ctx, "getToken", pathGetToken, "access_token", func(secret string) (map[string]string, error) {
		nonce, err := t.random.unique()
		return map[string]string{
			"client_id":     t.env.Auth.AppID,
			"client_secret": secret,
			"username":      t.env.Auth.User,
			"accountId":     t.env.AccountID,
			"language":      language,
			"nonce":         nonce,
			"timestamp":     strconv.FormatInt(t.clock.now().UnixMilli(), 10),
		}, err
	})
}

// login acquires a token in the old two steps (facts page §1.2).
func (t *Tenant) login(ctx context.Context, secretName string) (*token, error) {
	app, err := t.tokenRequest(ctx, "getAppToken", pathGetAppToken, "app_token", func(secret string) (map[string]string, error) {
		return map[string]string{
			"appId":     t.env.Auth.AppID,
			secretName:  secret,
			"tenantid":  t.env.TenantID,
			"accountId": t.env.AccountID,
			"language":  language,
		}, nil
	})
	if err != nil {
		return nil, err
	}
	return t.tokenRequest(ctx, "login", pathLogin, "access_token", func(string) (map[string]string, error) {
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

// tokenRequest sends one step of a flow and reads the token of that name.
func (t *Tenant) tokenRequest(ctx context.Context, op, path, name string, body func(secret string) (map[string]string, error)) (*token, error) {
	r := &request{op: op, url: t.address.base + path, gate: t.tokenGate, body: func() ([]byte, error) {
		c, err := t.secrets.get(ctx)
		if err != nil {
			return nil, err
		}
		m, err := body(c.appSecret.Reveal())
		if err != nil {
			return nil, err
		}
		return json.Marshal(m)
	}}
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
