package engine

import "context"

// Probe names what a token request for an object of a kind needs: by it the live
// side tells whether it accepts a secret.
type Probe struct {
	// Secret is the field of the secret, App the one of the app's code.
	Secret string `json:"secret"`
	App    string `json:"app"`
	// Enabled and Enhanced are flags: without the first, no token is given; the
	// second decides the flow.
	Enabled  string `json:"enabled"`
	Enhanced string `json:"enhanced"`
	// Users is the field of those in whose name the app may act.
	Users string `json:"users"`
}

// A Login is one token request.
type Login struct {
	App      string
	Secret   Secret
	Enhanced bool
	// Written tells that the secret was just written; one that was refused
	// before it is no answer any more.
	Written bool
}

// A Prober asks the live side for a token. It is an ability that a target may
// have. A refused login counts as a failed one, and five lock an app, so that it
// sends one request at most: what it is not sure of is [SecretUnknown].
type Prober interface {
	Probe(context.Context, Login) SecretState
}

// Login returns the token request that shows whether an object accepts a secret;
// false if there is none, or none would be answered.
func (k *Kind) Login(fields map[string]any, field string, s Secret) (Login, bool) {
	p := k.Probe
	if p == nil || field != p.Secret || fields[p.Enabled] != true {
		return Login{}, false
	}
	app, _ := fields[p.App].(string)
	enhanced, known := fields[p.Enhanced].(bool)
	return Login{App: app, Secret: s, Enhanced: enhanced}, known && app != ""
}

// refuses tells whether the live side refuses a secret that a change wrote anew:
// reading back cannot show that it took effect.
func (b *batch) refuses(ctx context.Context, c *Change, objects []Resource) bool {
	prober, able := b.target.(Prober)
	if !able || !c.rotates() || len(objects) != 1 {
		return false
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		login, askable := b.kind.Login(objects[0].Fields, f.Field, b.secrets[c.Ref.String()+"."+f.Field])
		login.Written = true
		if f.Secret && askable && prober.Probe(ctx, login) == SecretRefused {
			return true
		}
	}
	return false
}
