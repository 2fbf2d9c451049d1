package engine_test

import (
	"context"
	"testing"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

// What is known of a secret decides whether it is written.
func TestKnownSecrets(t *testing.T) {
	tests := []struct {
		name     string
		from     engine.SecretRef
		known    engine.SecretState
		set      bool
		why      engine.SecretState
		written  bool
		unknown  int
		problems []engine.Code
	}{
		{name: "nothing is known", from: env("P"), unknown: 1},
		{name: "the same", from: env("P"), known: engine.SecretSame},
		{name: "changed", from: env("P"), known: engine.SecretChanged, written: true, why: engine.SecretChanged},
		{name: "not accepted", from: env("P"), known: engine.SecretRefused, written: true, why: engine.SecretRefused},
		{name: "a rotation", from: engine.SecretRef{Env: "P", Rotate: 2}, known: engine.SecretRotated, written: true, why: engine.SecretRotated},
		{name: "a rotation that is done", from: engine.SecretRef{Env: "P", Rotate: 2}, known: engine.SecretSame},
		{name: "a rotation of which nothing is known", from: engine.SecretRef{Env: "P", Rotate: 2}, unknown: 1, problems: []engine.Code{engine.CodeRotationUnknown}},
		{name: "asked for", from: engine.SecretRef{Env: "P", Rotate: 2}, set: true, written: true},
		{name: "a word that nobody knows", from: env("P"), known: "nonsense", unknown: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", gadgetRow("G1", nil))
			tn := tenant(want("Gadget", "G1", fields{"pass": tt.from}))
			p := planOf(tn, f, engine.PlanOptions{SetSecrets: tt.set, Known: func(want, live *engine.Resource, field string) engine.SecretState {
				if want.Ref != live.Ref || live.ID == "" || field != "pass" {
					t.Errorf("asked about %s of %v", field, live)
				}
				return tt.known
			}})
			var codes []engine.Code
			for _, d := range p.Problems {
				codes = append(codes, d.Code)
			}
			if d := cmp.Diff(tt.problems, codes); d != "" || len(p.NotComparable) != tt.unknown {
				t.Errorf("%s%v", d, p.NotComparable)
			}
			if p.Empty() == tt.written {
				t.Fatalf("planned %v", steps(p))
			}
			if c := p.Changes(); tt.written && (c[0].Fields[0].Why != tt.why || !c[0].Fields[0].Secret || c[0].Risks[0] != engine.Rotates) {
				t.Errorf("%+v", c[0])
			}
		})
	}
}

// The count is a part of what the manifest wants, and of what a plan does.
func TestRotationIsInTheDigests(t *testing.T) {
	digests := func(rotate int) (engine.Digest, engine.Digest) {
		f := workshop()
		f.seed("gadget", gadgetRow("G1", nil))
		tn := tenant(want("Gadget", "G1", fields{"pass": engine.SecretRef{Env: "P", Rotate: rotate}}))
		var d engine.PlanDigest
		d.Add(tn, planOf(tn, f, engine.PlanOptions{SetSecrets: true}))
		return engine.DigestManifests([]engine.Declared{engine.Declare(tn)}), d.Digest()
	}
	m1, p1 := digests(1)
	m2, p2 := digests(2)
	if m1 == m2 || p1 == p2 {
		t.Error("another count has the same digest")
	}
}

// Whoever has the old secret is cut off last.
func TestRotationsComeLastInTheirGroup(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("A", nil), gadgetRow("B", nil), gadgetRow("D", nil))
	tn := tenant(want("Gadget", "A", fields{"pass": env("P")}), want("Gadget", "B", fields{"name": "new"}),
		want("Gadget", "C", fields{"pass": env("P")}), gone("Gadget", "D"))
	p := planOf(tn, f, engine.PlanOptions{SetSecrets: true})
	var got [][]string
	for _, stage := range p.Stages {
		var keys []string
		for _, c := range stage {
			keys = append(keys, c.Ref.Key)
		}
		got = append(got, keys)
	}
	if d := cmp.Diff([][]string{{"B", "C"}, {"A"}, {"D"}}, got); d != "" {
		t.Error(d)
	}
}

// prober is a live side that says what it thinks of secrets.
type prober struct {
	*fake
	says   engine.SecretState
	logins []engine.Login
}

func (p *prober) Probe(_ context.Context, l engine.Login) engine.SecretState {
	p.logins = append(p.logins, l)
	return p.says
}

// A secret that is written anew is proved by a token request, where there is one.
func TestRotationIsProved(t *testing.T) {
	tests := []struct {
		name   string
		live   row
		want   fields
		says   engine.SecretState
		asked  int
		status engine.Status
		code   engine.Code
	}{
		{name: "accepted", want: fields{"pass": env("P")}, says: engine.SecretSame, asked: 1, status: engine.Done},
		{name: "no sure answer", want: fields{"pass": env("P")}, says: engine.SecretUnknown, asked: 1, status: engine.Done},
		{name: "refused", want: fields{"pass": env("P")}, says: engine.SecretRefused, asked: 1, status: engine.Failed, code: engine.CodeRotationRefused},
		{name: "not while it is off", live: row{"enable": "0"}, want: fields{"pass": env("P")}, says: engine.SecretRefused, status: engine.Done},
		{name: "another secret", want: fields{"note": env("P")}, says: engine.SecretRefused, status: engine.Done},
		{name: "no secret", want: fields{"name": "new"}, says: engine.SecretRefused, status: engine.Done},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kinds := catalog()
			kinds.Kind("Gadget").Probe = &engine.Probe{Secret: "pass", App: "code", Enabled: "enabled", Enhanced: "enabled"}
			f := workshop()
			f.seed("gadget", gadgetRow("G1", tt.live))
			p := &prober{fake: f, says: tt.says}
			plan := planOf(tenant(want("Gadget", "G1", tt.want)), f, engine.PlanOptions{SetSecrets: true})
			r, err := engine.Apply(t.Context(), kinds, plan, p, engine.ApplyOptions{Secrets: resolve})
			if err != nil {
				t.Fatal(err)
			}
			if len(p.logins) != tt.asked || r.Changes[0].Status != tt.status {
				t.Errorf("%d logins, %+v", len(p.logins), r.Changes[0])
			}
			if w := r.Changes[0].Why; tt.code != "" && (w == nil || w.Code != tt.code) {
				t.Errorf("got %+v", w)
			}
			for _, l := range p.logins {
				if l.App != "G1" || !l.Written || !l.Enhanced || l.Secret.Reveal() != goodSecret+"P" {
					t.Errorf("asked %+v", l)
				}
			}
		})
	}
}
