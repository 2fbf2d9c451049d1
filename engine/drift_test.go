package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cosmicctl/engine"
)

func driftOf(t *engine.Tenant, f *fake, opts engine.DriftOptions) *engine.Drift {
	kinds := guarded()
	var also []string
	for kind := range opts.Baseline {
		also = append(also, kind)
	}
	return engine.NewDrift(kinds, t, engine.Observe(context.Background(), caller{f}, kinds, t, nil, also...), opts)
}

// moves are the findings of a drift, each with its fields.
func moves(d *engine.Drift) []string {
	var out []string
	for _, c := range d.Changes() {
		line := fmt.Sprintf("%s %s", c.Action, c.Ref)
		for _, f := range c.Fields {
			line += fmt.Sprintf("; %s%s: %v → %v", f.Field, f.Element, f.Before, f.After)
		}
		out = append(out, fmt.Sprintf("%s %v", line, c.Risks))
	}
	return out
}

func TestDrift(t *testing.T) {
	tests := []struct {
		name, reason string
		live         row // of gadget G1; nil for none
		want         engine.Resource
		opts         engine.DriftOptions
		protect      string
		moves        []string
		unmanaged    int
	}{
		{name: "as wanted", live: row{}, want: want("Gadget", "G1", fields{"name": "old"})},
		{name: "changed", live: row{"name": "new"}, want: want("Gadget", "G1", fields{"name": "old", "enabled": true}),
			moves: []string{"changed Gadget/G1; name: old → new [routine]"}},
		{name: "not managed", reason: "a field that the manifest leaves out cannot drift", live: row{"name": "new"}, want: want("Gadget", "G1", fields{"enabled": true})},
		{name: "risky", reason: "the risk is that of what happened, not that of its repair", live: row{"allowall": "1"},
			want: want("Gadget", "G1", fields{"open": false}), moves: []string{"changed Gadget/G1; open: false → true; toolssaw: <nil> → saw [widens-access]"}},
		{name: "elements", live: row{"toolentry": list(row{"toolid_number": "hammer"})}, want: want("Gadget", "G1", fields{"tools": set("saw")}),
			moves: []string{"changed Gadget/G1; toolshammer: <nil> → hammer; toolssaw: saw → <nil> [routine]"}},
		{name: "missing", want: want("Gadget", "G1", fields{"name": "old"}), moves: []string{"missing Gadget/G1 [destroys]"}},
		{name: "unwanted", live: row{}, want: gone("Gadget", "G1"),
			moves: []string{"unwanted Gadget/G1; name: <nil> → old; enabled: <nil> → true; fresh: <nil> → true; mode: <nil> → plain; tools: <nil> → [saw] [routine]"}},
		{name: "gone as wanted", want: gone("Gadget", "G1")},
		{name: "protected", reason: "that nobody may repair it does not make it as wanted", live: row{"name": "new"}, protect: "Gadget/*",
			want: want("Gadget", "G1", fields{"name": "old"}), moves: []string{"changed Gadget/G1; name: old → new [routine]"}},
		{name: "a secret", reason: "nobody knows the live one, and no other field makes it wrong", live: row{}, want: want("Gadget", "G1", fields{"pass": env("P")})},
		{name: "a secret that is refused", live: row{}, want: want("Gadget", "G1", fields{"pass": env("P")}),
			opts:  engine.DriftOptions{Known: func(_, _ *engine.Resource, _ string) engine.SecretState { return engine.SecretRefused }},
			moves: []string{"changed Gadget/G1; pass: {env: P} → <nil> [rotates-secret]"}},
		{name: "unmanaged", live: row{}, want: want("Gadget", "G0", nil), moves: []string{"missing Gadget/G0 [destroys]"}, unmanaged: 1},
		{name: "in the baseline", live: row{}, want: want("Gadget", "G0", nil), unmanaged: 1,
			opts:  engine.DriftOptions{Baseline: map[string]map[string]bool{"Gadget": {"G1": true}}},
			moves: []string{"missing Gadget/G0 [destroys]"}},
		{name: "not in the baseline", live: row{}, want: want("Part", "T0", nil),
			opts: engine.DriftOptions{Baseline: map[string]map[string]bool{"Gadget": {}}},
			moves: []string{"missing Part/T0 [destroys]",
				"new Gadget/G1; name: <nil> → old; enabled: <nil> → true; fresh: <nil> → true; mode: <nil> → plain; tools: <nil> → [saw] [routine]"}},
		{name: "a kind that the baseline lacks", live: row{}, want: want("Gadget", "G0", nil), unmanaged: 1,
			opts:  engine.DriftOptions{Baseline: map[string]map[string]bool{"Part": {}}},
			moves: []string{"missing Gadget/G0 [destroys]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			if tt.live != nil {
				f.seed("gadget", gadgetRow("G1", tt.live))
			}
			tn := guardedTenant(tt.want)
			if tt.protect != "" {
				tn.Protect = []engine.Protection{{Object: tt.protect}}
			}
			d := driftOf(tn, f, tt.opts)
			same(t, "moves", tt.moves, moves(d))
			same(t, "problems", nil, problems(d.Plan))
			if len(d.Unmanaged) != tt.unmanaged {
				t.Errorf("unmanaged: %v", d.Unmanaged)
			}
			if f.writes != 0 {
				t.Errorf("%d writes", f.writes)
			}
		})
	}
}

// The access rows of a drift are those of its repair, the other way round.
func TestDriftOfAccess(t *testing.T) {
	f := workshop()
	f.seed("grant", row{"subjectno": "S1", "memberentry": list(row{"memberid_number": "P1"})})
	f.seed("api", row{"number": "S1", "address": "/x"})
	tn := guardedTenant(want("Grant", "S1", fields{"members": set("bob")}))
	kinds := guarded()
	seen := engine.Observe(context.Background(), caller{f}, kinds, tn, nil)
	undo := engine.NewPlan(kinds, tn, seen, engine.PlanOptions{}).Access
	rows := engine.NewDrift(kinds, tn, seen, engine.DriftOptions{}).Access
	if len(rows) == 0 || len(rows) != len(undo) {
		t.Fatalf("%v, %v", rows, undo)
	}
	for i := range undo {
		undo[i].Gained = !undo[i].Gained
	}
	byText := func(r engine.AccessRow) string { return fmt.Sprint(r) }
	less := func(a, b engine.AccessRow) int { return strings.Compare(byText(a), byText(b)) }
	slices.SortFunc(rows, less)
	slices.SortFunc(undo, less)
	if d := cmp.Diff(undo, rows); d != "" {
		t.Error(d)
	}
}

// What could not be read is no drift and no cleanness either.
func TestDriftOfTheUnreadable(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G1", nil))
	f.unreadable = func(form string, _ engine.Filter) error {
		if form == "gadget" {
			return errLost
		}
		return nil
	}
	tn := guardedTenant(want("Gadget", "G1", fields{"name": "other"}), want("Part", "T1", nil))
	d := driftOf(tn, f, engine.DriftOptions{Baseline: map[string]map[string]bool{"Gadget": {}}})
	same(t, "moves", []string{"missing Part/T1 [destroys]"}, moves(d))
	if len(d.Problems) != 1 || d.Problems[0].Class != engine.ClassUnreadable {
		t.Errorf("%+v", d.Problems)
	}
	read := map[string]engine.CoverageRead{}
	for _, c := range d.Coverage {
		read[c.Kind] = c.Read
	}
	want := map[string]engine.CoverageRead{"Gadget": engine.ReadNothing, "Part": engine.ReadWhole, "Setting": engine.NotRead,
		"Grant": engine.NotRead, "Deed": engine.NotRead}
	if d := cmp.Diff(want, read); d != "" {
		t.Error(d)
	}
}

// A drift says exactly what a plan would repair, and after the repair nothing.
func TestDriftIsWhatAPlanRepairs(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		f := w.live()
		kinds := catalog()
		tn := w.tenant()
		seen := engine.Observe(context.Background(), f, kinds, tn, nil)
		p := engine.NewPlan(kinds, tn, seen, engine.PlanOptions{})
		d := engine.NewDrift(kinds, tn, seen, engine.DriftOptions{})
		repairs := map[engine.Ref]engine.Action{}
		for _, c := range p.Changes() {
			repairs[c.Ref] = c.Action
		}
		found := map[engine.Ref]engine.Action{}
		for _, c := range d.Changes() {
			found[c.Ref] = map[engine.Action]engine.Action{engine.Missing: engine.Create, engine.Changed: engine.Update, engine.Unwanted: engine.Delete}[c.Action]
			if len(c.Steps) > 0 {
				t.Fatalf("%s has steps %v", c.Ref, c.Steps)
			}
		}
		if diff := cmp.Diff(repairs, found); diff != "" {
			t.Fatal(diff)
		}
		if r := applyTo(t, f, d.Plan, engine.ApplyOptions{}); f.writes != 0 {
			t.Fatalf("a drift that is applied writes: %v", outcomes(r))
		}
		applyTo(t, f, p, engine.ApplyOptions{})
		if again := engine.NewDrift(kinds, tn, engine.Observe(context.Background(), f, kinds, tn, nil), engine.DriftOptions{}); !again.Empty() {
			t.Fatalf("after the repair: %v", moves(again))
		}
	})
}
