package cosmic

import (
	"context"
	"strings"
	"sync"

	"cosmicctl/engine"
)

var _ engine.Prober = (*Tenant)(nil)

// probes are the apps that were asked about in this run. A wrong secret counts as
// a failed login, and the fifth locks the app for everybody (facts page §1.3): an
// app is asked about once, and once more when its secret was written. Nothing is
// repeated, whatever goes wrong.
type probes struct {
	mu    sync.Mutex
	asked map[probe]bool
}

type probe struct {
	app     string
	written bool
}

// first tells whether an app was not asked about yet.
func (p *probes) first(app string, written bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked == nil {
		p.asked = map[probe]bool{}
	}
	at := probe{app, written}
	asked := p.asked[at]
	p.asked[at] = true
	return !asked
}

// Probe implements [engine.Prober] with one token request for an app, in the name
// of the environment's user.
//
// The app that the client itself logs in with is not asked about: its secret is
// the one that it was given a token for.
func (t *Tenant) Probe(ctx context.Context, l engine.Login) engine.SecretState {
	c, err := t.secrets.get(ctx)
	if err != nil || l.Secret.Reveal() == "" {
		return engine.SecretUnknown
	}
	if l.App == t.env.Auth.AppID && !l.Written {
		return t.ownSecret(ctx, l, c)
	}
	if !t.probes.first(l.App, l.Written) {
		return engine.SecretUnknown
	}
	t.censor.add(l.Secret.Reveal())
	r, name := t.probeRequest(l)
	env, e := t.send(ctx, r, "")
	if e == nil {
		tok, bad := readToken(object(env.data), name, t.clock.now())
		if tok != nil {
			t.censor.add(tok.value)
			return engine.SecretSame
		}
		e = bad
	}
	if e.WrongSecret() {
		return engine.SecretRefused
	}
	return engine.SecretUnknown
}

// ownSecret compares with the secret that the client has a token by.
func (t *Tenant) ownSecret(ctx context.Context, l engine.Login, c *resolved) engine.SecretState {
	if _, err := t.tokens.get(ctx); err != nil {
		return engine.SecretUnknown
	}
	if l.Secret.Reveal() == c.appSecret.Reveal() {
		return engine.SecretSame
	}
	return engine.SecretRefused
}

// probeRequest is the first token request of an app's flow: in the old one, that
// already tells whether the secret is right.
func (t *Tenant) probeRequest(l engine.Login) (r *request, token string) {
	as := login{app: l.App, secret: l.Secret.Reveal()}
	if l.Enhanced {
		return t.tokenStep("getToken", pathGetToken, as, t.getTokenBody), "access_token"
	}
	return t.tokenStep("getAppToken", pathGetAppToken, as, t.appTokenBody), "app_token"
}

// WrongSecret tells whether an answer surely means that the secret is wrong. A
// locked app answers alike for a right one, and an app or a user that is not there
// is no fault of the secret's.
func (e *Error) WrongSecret() bool {
	if e.fault != faultAnswer || e.Unreachable() || strings.Contains(e.Message, "锁定") {
		return false
	}
	for _, name := range []string{"密钥", "client_secret", "appSecuret", "appSecret"} {
		if strings.Contains(e.Message, name) && strings.Contains(e.Message, "不正确") {
			return true
		}
	}
	return false
}
