package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

func TestSecretNeverShows(t *testing.T) {
	s := engine.NewSecret(goodSecret)
	type hidden struct{ s engine.Secret }
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v", "%10.3s"} {
		for _, v := range []any{s, &s, []engine.Secret{s}, map[string]engine.Secret{"a": s}, map[engine.Secret]int{s: 1}, hidden{s}, &hidden{s}, struct{ S any }{s}} {
			text := fmt.Sprintf(verb, v)
			if verb == "%T %v" {
				text = fmt.Sprintf(verb, v, v)
			}
			if leaks(text) {
				t.Errorf("%s of %T: %s", verb, v, text)
			}
		}
	}
	if got := fmt.Sprint(s); got != engine.Redacted {
		t.Errorf("got %s", got)
	}
	data, err := json.Marshal(map[string]any{"a": s, "b": hidden{s}})
	if err != nil || leaks(string(data)) || !strings.Contains(string(data), engine.Redacted) {
		t.Errorf("%s %v", data, err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s, "all", []any{s, hidden{s}})
	if leaks(log.String()) {
		t.Error(log.String())
	}
	if s.Reveal() != goodSecret || (engine.Secret{}).Reveal() != "" {
		t.Error("it is not revealed to who asks")
	}
}

// leaks tells whether a text holds the secret, plain or in hexadecimal.
func leaks(text string) bool {
	hex := fmt.Sprintf("%x", goodSecret)
	return strings.Contains(text, goodSecret) || strings.Contains(strings.ToLower(text), hex) || strings.Contains(text, goodSecret[:8])
}

func TestSecretRule(t *testing.T) {
	app := engine.SecretRule{Min: 16, Max: 50, Mixed: true}
	tests := []struct {
		name  string
		rule  engine.SecretRule
		value string
		want  engine.Code
	}{
		{"good", app, "Abcdefghij12345!", ""},
		{"good at most", app, "Ab1!" + strings.Repeat("x", 46), ""},
		{"too short", app, "Abcdefghij1234!", engine.CodeSecretLength},
		{"too long", app, "Ab1!" + strings.Repeat("x", 47), engine.CodeSecretLength},
		{"length in characters", engine.SecretRule{Max: 2}, "密码", ""},
		{"no upper", app, "abcdefghij12345!", engine.CodeSecretClasses},
		{"no lower", app, "ABCDEFGHIJ12345!", engine.CodeSecretClasses},
		{"no digit", app, "Abcdefghijklmno!", engine.CodeSecretClasses},
		{"no other", app, "Abcdefghij123456", engine.CodeSecretClasses},
		{"an underscore is no other", app, "Abcdefghij12345_", engine.CodeSecretClasses},
		{"no rule", engine.SecretRule{}, "x", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.rule.Check(engine.NewSecret(tt.value)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSecretRefString(t *testing.T) {
	tests := []struct {
		name string
		ref  engine.SecretRef
		want string
	}{
		{"env", env("A"), "{env: A}"},
		{"file", engine.SecretRef{File: "a/b", Dir: "/x"}, "{file: a/b}"},
		{"age", engine.SecretRef{Age: "YWdl"}, "{age: … 80e0ac175d35}"},
		{"with a count", engine.SecretRef{Env: "A", Rotate: 2}, "{env: A, rotate: 2}"},
		{"exec", engine.SecretRef{Exec: []string{"a", "b"}}, "{exec: [a, b]}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.ref.String(); got != tt.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

// A secret that cannot be had, or that is not as it must be, stops the run
// before anything is written.
func TestSecretsBeforeTheFirstWrite(t *testing.T) {
	locked := errors.New("vault is locked")
	tests := []struct {
		name   string
		value  string
		err    error
		code   engine.Code
		errors int
	}{
		{"unresolved", "", locked, engine.CodeSecretUnresolved, 2},
		{"too short", "Ab1!", nil, engine.CodeSecretLength, 1},
		{"of too few classes", goodSecret[:15] + "_", nil, engine.CodeSecretClasses, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			p := planOf(tenant(want("Deed", "D1", nil), want("Gadget", "G1", fields{"pass": env("P"), "note": env("N")})), f, engine.PlanOptions{})
			_, err := engine.Apply(t.Context(), catalog(), p, f, engine.ApplyOptions{Secrets: func(context.Context, engine.SecretRef) (engine.Secret, error) {
				return engine.NewSecret(tt.value), tt.err
			}})
			var bad *engine.SecretError
			if !errors.As(err, &bad) || bad.Diagnostic.Code != tt.code || bad.Diagnostic.Path != "Gadget/G1.pass" || !errors.Is(err, tt.err) && tt.err != nil {
				t.Fatalf("got %v", err)
			}
			if joined, ok := err.(interface{ Unwrap() []error }); !ok || len(joined.Unwrap()) != tt.errors {
				t.Errorf("not every secret is reported: %v", err)
			}
			if tt.value != "" && strings.Contains(fmt.Sprintf("%v %+v", err, bad), tt.value) {
				t.Errorf("the error shows the value: %v", err)
			}
			if f.writes != 0 || f.lists != 2 {
				t.Errorf("%d writes", f.writes)
			}
		})
	}
}

func TestSecretsAreWritten(t *testing.T) {
	f := workshop()
	ids := f.seed("gadget", gadgetRow("G1", nil))
	tn := tenant(want("Gadget", "G1", fields{"name": "new", "pass": env("1")}), want("Gadget", "G2", fields{"pass": env("2")}))
	applyTo(t, f, planOf(tn, f, engine.PlanOptions{}), engine.ApplyOptions{})
	id := f.row("gadget", "number", "G2")["id"].(string)
	if f.secrets[id+".syspwd"] != goodSecret+"2" || f.secrets[ids[0]+".syspwd"] != "" {
		t.Errorf("a create writes its secret, an update does not: %d", len(f.secrets))
	}
	applyTo(t, f, planOf(tn, f, engine.PlanOptions{SetSecrets: true}), engine.ApplyOptions{})
	if f.secrets[ids[0]+".syspwd"] != goodSecret+"1" {
		t.Error("--set-secrets did not write it")
	}
	if p := planOf(tn, f, engine.PlanOptions{}); !p.Empty() || len(p.NotComparable) != 2 {
		t.Errorf("%v %v", steps(p), p.NotComparable)
	}
}

// Reading back cannot prove a secret, so a lost answer leaves it unproven.
func TestLostAnswerToASecret(t *testing.T) {
	tests := []struct {
		name    string
		want    fields
		live    row
		version engine.Version
		fault   func(int, string, engine.Write) *fault
		status  engine.Status
	}{
		{"secret alone", fields{"pass": env("P")}, nil, "", on(0, &fault{err: errLost, takes: -1}), engine.Failed},
		{"beside a field of the same save", fields{"pass": env("P"), "name": "new"}, nil, "", on(0, &fault{err: errLost, takes: -1}), engine.Done},
		{"beside a switch, which another request turns", fields{"pass": env("P"), "enabled": false}, nil, "", on(1, &fault{err: errLost}), engine.Failed},
		{"written, and a later switch lost", fields{"pass": env("P"), "enabled": true}, row{"enable": "0"}, "", on(1, &fault{err: errLost, takes: -1}), engine.Done},
		{"between disabling and enabling", fields{"pass": env("P")}, nil, "5.0.019", on(1, &fault{err: errLost}), engine.Failed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", gadgetRow("G1", tt.live))
			tn := tenant(want("Gadget", "G1", tt.want))
			if tt.version != "" {
				tn.Environment.Version = tt.version
			}
			p := planOf(tn, f, engine.PlanOptions{SetSecrets: true})
			f.fault = tt.fault
			if r := applyTo(t, f, p, engine.ApplyOptions{}); r.Count(tt.status, "") != 1 {
				t.Errorf("got %v", outcomes(r))
			}
		})
	}
}

// The live side gives back the secret of a field that takes plain values too. No
// plan keeps it, so that only the run that read it notices when it moves.
func TestNoLiveSecretInPlan(t *testing.T) {
	declared := tenant(want("Gadget", "G1", fields{"name": "new", "note": env("N")}), want("Gadget", "G2", fields{"name": "new"}),
		want("Gadget", "G3", fields{"note": "plain"}), gone("Gadget", "G4"))
	world := func(note string) *fake {
		f := workshop()
		f.seed("gadget", gadgetRow("G1", row{"id": "1", "note": note}), gadgetRow("G2", row{"id": "2", "note": note}),
			gadgetRow("G3", row{"id": "3", "note": "open"}), gadgetRow("G4", row{"id": "4", "note": note}))
		return f
	}
	p := planOf(declared, world("live"), engine.PlanOptions{})
	kept := map[string]any{}
	for _, c := range p.Changes() {
		kept[c.Ref.Key] = c.Before["note"]
	}
	if d := cmp.Diff(map[string]any{"G1": nil, "G2": nil, "G3": "open", "G4": nil}, kept); d != "" {
		t.Error(d)
	}
	f := world("theirs")
	if _, r := review(p, declared, f); len(r.Moved) > 0 {
		t.Errorf("moved: %+v", r.Moved)
	}
	if r := applyTo(t, f, p, engine.ApplyOptions{}); r.Count(engine.Stale, "") != 3 || r.Count(engine.Done, "") != 1 {
		t.Errorf("got %v", outcomes(r))
	}
}

func TestNoSecretInPlanAndResult(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G2", nil))
	p := planOf(tenant(want("Gadget", "G1", fields{"pass": env("P"), "note": env("N")}), want("Gadget", "G2", fields{"pass": env("P")})), f, engine.PlanOptions{SetSecrets: true})
	f.fault = on(0, &fault{err: errLost})
	r := applyTo(t, f, p, engine.ApplyOptions{})
	data, err := json.Marshal(map[string]any{"plan": p, "result": r})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(data), fmt.Sprintf("%+v %#v %+v", p, r, outcomes(r))} {
		if leaks(text) {
			t.Error(text)
		}
	}
}
