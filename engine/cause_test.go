package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cosmicctl/engine"
)

// causes writes why a plan has its changes as text.
func causes(p *engine.Plan) []string {
	out := []string{}
	for _, c := range p.Changes() {
		out = append(out, fmt.Sprintf("%s %s: %s", c.Action, c.Ref, c.Cause))
		for _, f := range c.Fields {
			name := f.Field
			if f.Element != "" {
				name += "[" + f.Element + "]"
			}
			out = append(out, fmt.Sprintf("  %s: %s", name, f.Cause))
		}
	}
	return out
}

func TestCauseOfFields(t *testing.T) {
	rule := func(end string) engine.Rows {
		return engine.NewRows(engine.Range{Policy: "allow", Start: "10.0.0.1", End: end})
	}
	tests := []struct {
		name       string
		live       row // nil for no object
		base, head fields
		want       []string
	}{
		{"the branch changes a field", row{"name": "old"}, fields{"name": "old"}, fields{"name": "new"},
			[]string{"update Gadget/G1: branch", "  name: branch"}},
		{"the branch takes charge of a field", row{"name": "old"}, fields{}, fields{"name": "new"},
			[]string{"update Gadget/G1: branch", "  name: branch"}},
		{"the live side moved", row{"name": "moved"}, fields{"name": "old"}, fields{"name": "old"},
			[]string{"update Gadget/G1: drift", "  name: drift"}},
		{"both changed a field", row{"name": "moved"}, fields{"name": "old"}, fields{"name": "new"},
			[]string{"update Gadget/G1: conflict", "  name: conflict"}},
		{"two fields, two causes", row{"name": "old", "maxrate": "9"}, fields{"name": "old", "limit": int64(1)}, fields{"name": "new", "limit": int64(1)},
			[]string{"update Gadget/G1: mixed", "  name: branch", "  limit: drift"}},
		{"a conflict among others", row{"name": "moved", "maxrate": "9"}, fields{"name": "old", "limit": int64(1)}, fields{"name": "new", "limit": int64(1)},
			[]string{"update Gadget/G1: conflict", "  name: conflict", "  limit: drift"}},
		{"the branch adds an element", row{}, fields{"tools": set("saw")}, fields{"tools": set("saw", "hammer")},
			[]string{"update Gadget/G1: branch", "  tools[hammer]: branch"}},
		{"the branch removes an element", row{}, fields{"tools": set("saw")}, fields{"tools": set()},
			[]string{"update Gadget/G1: branch", "  tools[saw]: branch"}},
		{"both changed a list", row{}, fields{"tools": set("saw", "hammer")}, fields{"tools": set("hammer")},
			[]string{"update Gadget/G1: conflict", "  tools[hammer]: drift", "  tools[saw]: branch"}},
		{"an element was lost", row{}, fields{"tools": set("saw", "hammer")}, fields{"tools": set("saw", "hammer")},
			[]string{"update Gadget/G1: drift", "  tools[hammer]: drift"}},
		{"an element was added", row{}, fields{"tools": set()}, fields{"tools": set()},
			[]string{"update Gadget/G1: drift", "  tools[saw]: drift"}},
		{"the branch takes charge of a list", row{}, fields{}, fields{"tools": set("hammer")},
			[]string{"update Gadget/G1: branch", "  tools[hammer]: branch", "  tools[saw]: branch"}},
		{"rows", row{"ruleentry": list(row{"policy": "0", "startip": "10.0.0.1", "endip": "10.0.0.7"})}, fields{"rules": rule("10.0.0.9")}, fields{"rules": rule("10.0.0.9")},
			[]string{"update Gadget/G1: drift", "  rules[allow 10.0.0.1–10.0.0.7]: drift", "  rules[allow 10.0.0.1–10.0.0.9]: drift"}},
		{"a list changes as a whole", row{"url1": "c"}, fields{"urls": engine.List{"a"}}, fields{"urls": engine.List{"a", "b"}},
			[]string{"update Gadget/G1: conflict", "  urls: conflict"}},
		{"one of a pair", row{"allowall": "1", "toolentry": list()}, fields{"open": true}, fields{"tools": set("saw")},
			[]string{"update Gadget/G1: branch", "  open: branch", "  tools[saw]: branch"}},
		{"a secret follows the field that needs it", row{"mode": "0"}, fields{"mode": "plain", "pass": env("P")}, fields{"mode": "locked", "pass": env("P")},
			[]string{"update Gadget/G1: branch", "  mode: branch", "  pass: branch"}},
		{"another secret", row{"mode": "0"}, fields{"mode": "locked", "pass": env("P")}, fields{"mode": "locked", "pass": env("Q")},
			[]string{"update Gadget/G1: mixed", "  mode: drift", "  pass: branch"}},
		{"a text in place of a secret", row{"note": "x"}, fields{"note": env("N")}, fields{"note": "plain"},
			[]string{"update Gadget/G1: branch", "  note: branch"}},
		{"a new object", nil, nil, fields{"name": "new"},
			[]string{"create Gadget/G1: branch", "  code: branch", "  name: branch", "  enabled: branch", "  open: branch", "  fresh: branch"}},
		{"an object that is gone", nil, fields{"pass": env("P")}, fields{"pass": env("P")},
			[]string{"create Gadget/G1: drift", "  code: drift", "  enabled: drift", "  open: drift", "  fresh: drift", "  pass: drift"}},
		{"a secret of an object that is gone", nil, fields{"mode": "plain", "pass": env("P")}, fields{"mode": "locked", "pass": env("P")},
			[]string{"create Gadget/G1: conflict", "  code: drift", "  enabled: drift", "  open: drift", "  fresh: drift", "  mode: conflict", "  pass: drift"}},
		{"an object that is gone, and the branch changed it", nil, fields{"name": "old", "enabled": true, "owners": set()}, fields{"name": "new", "tools": set("saw"), "owners": set("P1")},
			[]string{"create Gadget/G1: conflict", "  code: drift", "  name: conflict", "  enabled: drift", "  open: drift", "  fresh: drift", "  tools: branch", "  owners: branch"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			if tt.live != nil {
				f.seed("gadget", gadgetRow("G1", tt.live))
			}
			base := tenant()
			if tt.base != nil {
				base = tenant(want("Gadget", "G1", tt.base))
			}
			p := planOf(tenant(want("Gadget", "G1", tt.head)), f, engine.PlanOptions{Base: base})
			same(t, "causes", tt.want, causes(p))
		})
	}
}

func TestCauseOfTombstones(t *testing.T) {
	there := want("Gadget", "G1", fields{"name": "old"})
	tests := []struct {
		name       string
		live       row
		base, head []engine.Resource
		want       []string
	}{
		{"the branch deletes", row{}, []engine.Resource{there}, []engine.Resource{gone("Gadget", "G1")}, []string{"delete Gadget/G1: branch"}},
		{"the base knew nothing of it", row{}, nil, []engine.Resource{gone("Gadget", "G1")}, []string{"delete Gadget/G1: branch"}},
		{"somebody made it again", row{}, []engine.Resource{gone("Gadget", "G1")}, []engine.Resource{gone("Gadget", "G1")}, []string{"delete Gadget/G1: drift"}},
		{"the branch deletes what somebody changed", row{"name": "moved"}, []engine.Resource{there}, []engine.Resource{gone("Gadget", "G1")},
			[]string{"delete Gadget/G1: conflict"}},
		{"the branch wants it after all", row{"name": "moved"}, []engine.Resource{gone("Gadget", "G1")}, []engine.Resource{there},
			[]string{"update Gadget/G1: conflict", "  name: conflict"}},
		{"the branch makes what was deleted", nil, []engine.Resource{gone("Gadget", "G1")}, []engine.Resource{there},
			[]string{"create Gadget/G1: branch", "  code: branch", "  name: branch", "  enabled: branch", "  open: branch", "  fresh: branch"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			if tt.live != nil {
				f.seed("gadget", gadgetRow("G1", tt.live))
			}
			p := planOf(tenant(tt.head...), f, engine.PlanOptions{Base: tenant(tt.base...)})
			same(t, "causes", tt.want, causes(p))
		})
	}
}

// No record and an empty one are the same, so the branch that fills it is alone.
func TestCauseWhereAbsentMeansEmpty(t *testing.T) {
	p := planOf(tenant(want("Grant", "S1", fields{"members": set("P1")})), workshop(),
		engine.PlanOptions{Base: tenant(want("Grant", "S1", fields{"members": set()}))})
	if c := p.Changes()[0]; c.Fields[1].Cause != engine.ByBranch {
		t.Errorf("got %v", causes(p))
	}
}

func TestCauseResolvesTheNamesOfTheBase(t *testing.T) {
	head := func(members ...string) *engine.Tenant {
		return tenant(want("Grant", "S1", fields{"members": set(members...)}))
	}
	world := func() *fake {
		f := workshop()
		f.seed("grant", row{"subjectno": "S1", "members": list(row{"userid_number": "P2"})})
		return f
	}
	t.Run("by another name", func(t *testing.T) {
		p := planOf(head("P1"), world(), engine.PlanOptions{Base: head("ann")})
		same(t, "causes", []string{"update Grant/S1: drift", "  members[P1]: drift", "  members[P2]: drift"}, causes(p))
	})
	t.Run("a name that means nothing any more", func(t *testing.T) {
		f := world()
		listed := false
		f.unreadable = func(form string, filter engine.Filter) error {
			listed = listed || form == "person" && len(filter) == 0
			return nil
		}
		p := planOf(head("P1"), f, engine.PlanOptions{Base: head("P2", "left")})
		same(t, "causes", []string{"update Grant/S1: branch", "  members[P1]: branch", "  members[P2]: branch"}, causes(p))
		same(t, "problems", nil, problems(p))
		if listed {
			t.Error("all people were listed for the base")
		}
	})
	t.Run("a name that cannot be looked up", func(t *testing.T) {
		f := world()
		f.unreadable = func(form string, filter engine.Filter) error {
			if slices.Contains(filter["number"], "ann") {
				return errors.New("forbidden")
			}
			return nil
		}
		p := planOf(head("P1"), f, engine.PlanOptions{Base: head("ann")})
		same(t, "causes", []string{"update Grant/S1: ", "  members[P1]: ", "  members[P2]: "}, causes(p))
		same(t, "problems", nil, problems(p))
	})
	t.Run("only the base has names", func(t *testing.T) {
		p := planOf(head(), world(), engine.PlanOptions{Base: head("bob")})
		same(t, "causes", []string{"update Grant/S1: branch", "  members[P2]: branch"}, causes(p))
	})
	t.Run("other objects of the base", func(t *testing.T) {
		f := world()
		f.unreadable = func(form string, filter engine.Filter) error {
			if slices.Contains(filter["number"], "bob") {
				t.Error("a name was looked up that no change needs")
			}
			return nil
		}
		planOf(head("P1"), f, engine.PlanOptions{Base: tenant(want("Grant", "S2", fields{"members": set("bob")}))})
	})
}

// What base and branch want alike is drift and nothing else, whatever is live and
// whatever else differs.
func TestWhatTheBaseWantsTooIsDrift(t *testing.T) {
	check(t, func(t *rapid.T) {
		w, other := drawWorld(t), drawWorld(t)
		alike := map[engine.Ref]bool{}
		var base []engine.Resource
		for _, r := range w.wanted {
			if rapid.Bool().Draw(t, "alike") {
				alike[r.Ref] = true
				base = append(base, r)
			}
		}
		for _, r := range other.wanted {
			if !alike[r.Ref] {
				base = append(base, r)
			}
		}
		bt := tenant(rapid.Permutation(base).Draw(t, "base")...)
		bt.Environment.Version = w.version
		for _, c := range planOf(w.tenant(), w.live(), engine.PlanOptions{Base: bt, SetSecrets: rapid.Bool().Draw(t, "set")}).Changes() {
			if c.Cause == "" {
				t.Fatalf("%s has no cause", c.Ref)
			}
			for _, f := range c.Fields {
				if f.Cause == "" || f.Cause == engine.Mixed || alike[c.Ref] && f.Cause != engine.ByDrift {
					t.Fatalf("%s.%s[%s] is called %q", c.Ref, f.Field, f.Element, f.Cause)
				}
			}
			if alike[c.Ref] && c.Cause != engine.ByDrift {
				t.Fatalf("%s is called %q", c.Ref, c.Cause)
			}
		}
	})
}

// Once the base has been applied, the branch alone causes what is left to do.
func TestAfterTheBaseEveryChangeIsTheBranchs(t *testing.T) {
	check(t, func(t *rapid.T) {
		w, branch := drawWorld(t), drawWorld(t)
		branch.version = w.version
		f := w.live()
		applyTo(t, f, planOf(w.tenant(), f, engine.PlanOptions{}), engine.ApplyOptions{})
		converged(t, w.tenant(), f)
		for _, c := range planOf(branch.tenant(), f, engine.PlanOptions{Base: w.tenant()}).Changes() {
			for _, field := range c.Fields {
				if field.Cause != engine.ByBranch {
					t.Fatalf("%s.%s[%s] is called %q", c.Ref, field.Field, field.Element, field.Cause)
				}
			}
			if c.Cause != engine.ByBranch {
				t.Fatalf("%s is called %q", c.Ref, c.Cause)
			}
		}
	})
}
