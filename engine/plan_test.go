package engine_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

// gadgetRow is a live gadget that lacks nothing.
func gadgetRow(code string, more row) row {
	r := row{"number": code, "name": "old", "enable": "1", "allowall": "0", "isfresh": "1", "maxrate": "0", "mode": "0",
		"ruleentry": list(), "toolentry": list(row{"toolid_number": "saw"}), "ownerentry": list()}
	maps.Copy(r, more)
	return r
}

// workshop has tools and people to refer to.
func workshop() *fake {
	f := newFake()
	f.seed("tool", row{"number": "saw"}, row{"number": "hammer"})
	f.seed("person", row{"number": "P1", "login": "ann", "phone": "138"}, row{"number": "P2", "login": "bob", "phone": "139"},
		row{"number": "P3", "login": "eve", "phone": "139"})
	return f
}

// planCase is what manifests want of a live side, and the plan for it.
type planCase struct {
	name     string
	reason   string
	live     func(*fake)
	want     []engine.Resource
	opts     engine.PlanOptions
	version  engine.Version
	steps    []string
	details  []string
	problems []string
	count    int // unchanged
}

func TestPlanOfFields(t *testing.T) {
	checkPlanCases(t, []planCase{
		{name: "create", want: []engine.Resource{want("Gadget", "G1", fields{"name": "a", "tools": set("saw"), "pass": env("P"), "label": "x"})},
			reason: "defaults are the kind's, and only a create has them; a given field implies others; virtual fields are not shown",
			steps:  []string{"1 create Gadget/G1: save"},
			details: []string{"Gadget/G1.code: <nil> → G1", "Gadget/G1.name: <nil> → a", "Gadget/G1.enabled: <nil> → true (default)",
				"Gadget/G1.open: <nil> → false", "Gadget/G1.fresh: <nil> → true (default)", "Gadget/G1.tools: <nil> → [saw]",
				"Gadget/G1.pass: <nil> → {env: P} (secret)"}},
		{name: "defaults by version", want: []engine.Resource{want("Gadget", "G1", nil)}, version: "5.0",
			steps: []string{"1 create Gadget/G1: save"},
			details: []string{"Gadget/G1.code: <nil> → G1", "Gadget/G1.enabled: <nil> → true (default)",
				"Gadget/G1.open: <nil> → false (default)", "Gadget/G1.fresh: <nil> → false (default)"}},
		{name: "unchanged", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) },
			want: []engine.Resource{want("Gadget", "G1", fields{"name": "old", "tools": set("saw"), "label": "x"})}, count: 1},
		{name: "omitted fields", reason: "they are not managed: neither compared nor filled by a default",
			live: func(f *fake) {
				f.seed("gadget", gadgetRow("G1", row{"enable": "0", "maxrate": "99", "isfresh": "0"}))
			},
			want:  []engine.Resource{want("Gadget", "G1", fields{"name": "new"})},
			steps: []string{"1 update Gadget/G1: save"}, details: []string{"Gadget/G1.name: old → new"}},
		{name: "one side of a pair decides the other", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) },
			want: []engine.Resource{want("Gadget", "G1", fields{"open": true})}, steps: []string{"1 update Gadget/G1: save"},
			details: []string{"Gadget/G1.open: false → true", "Gadget/G1.tools[saw]: saw → <nil>"}},
		{name: "the other side too", live: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", row{"allowall": "1", "toolentry": list()}))
		},
			want: []engine.Resource{want("Gadget", "G1", fields{"tools": set("saw")})}, steps: []string{"1 update Gadget/G1: save"},
			details: []string{"Gadget/G1.open: true → false", "Gadget/G1.tools[saw]: <nil> → saw"}},
		{name: "tombstones", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) },
			want:  []engine.Resource{gone("Gadget", "G1"), gone("Gadget", "G2")},
			steps: []string{"1 delete Gadget/G1: delete"}, count: 1},
		{name: "composite key", live: func(f *fake) {
			f.seed("setting", row{"configtype": "a/b", "configkey": "c", "configvalue": "1"}, row{"configtype": "a", "configkey": "b/c", "configvalue": "1"})
		}, want: []engine.Resource{want("Setting", "", fields{"type": "a/b", "name": "c", "value": "2"}), want("Setting", "", fields{"type": "a", "name": "b/c", "value": "1"})},
			steps: []string{`1 update Setting/a\/b/c: save`}, details: []string{`Setting/a\/b/c.value: 1 → 2`}, count: 1},
	})
}

func TestPlanOfWhatMustNotBeTouched(t *testing.T) {
	checkPlanCases(t, []planCase{
		{name: "protected", live: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", row{"preset": "1"}), gadgetRow("G2", row{"preset": "1"}))
		},
			want:     []engine.Resource{want("Gadget", "G1", fields{"name": "old"}), gone("Gadget", "G2")},
			problems: []string{"protected Gadget/G1", "protected Gadget/G2"}},
		{name: "doubled key", live: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G1", nil), gadgetRow("G2", nil), gadgetRow("G2", nil))
		}, want: []engine.Resource{want("Gadget", "G1", fields{"name": "new"}), gone("Gadget", "G2"), want("Gadget", "G3", nil)},
			steps: []string{"1 create Gadget/G3: save"}, problems: []string{"doubled-key Gadget/G1", "doubled-key Gadget/G2"},
			details: []string{"Gadget/G3.code: <nil> → G3", "Gadget/G3.enabled: <nil> → true (default)",
				"Gadget/G3.open: <nil> → false (default)", "Gadget/G3.fresh: <nil> → true (default)"}},
		{name: "incompletely read", reason: "what is not seen may be there: no create, no delete, nothing called unchanged; what is seen is updated",
			live: func(f *fake) {
				f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil))
				f.doubt = func(form string, _ engine.Filter) string { return map[string]string{"gadget": "a page is short"}[form] }
			},
			want:  []engine.Resource{want("Gadget", "G1", fields{"name": "new"}), gone("Gadget", "G2"), want("Gadget", "G3", nil), gone("Gadget", "G4")},
			steps: []string{"1 update Gadget/G1: save"}, details: []string{"Gadget/G1.name: old → new"}, problems: []string{"incompletely-read gadgets"}},
		{name: "a row without a key", reason: "it may be any object", live: func(f *fake) { f.seed("gadget", row{"name": "x"}) },
			want: []engine.Resource{want("Gadget", "G1", nil)}, problems: []string{"incompletely-read gadgets"}},
		{name: "unreadable", reason: "other kinds are planned all the same", live: func(f *fake) {
			f.seed("part", row{"number": "T1", "gadgetcode": "x"})
			f.unreadable = func(form string, _ engine.Filter) error {
				return map[string]error{"gadget": errors.New("forbidden")}[form]
			}
		}, want: []engine.Resource{want("Gadget", "G1", nil), want("Gadget", "G2", nil), want("Part", "T1", fields{"gadget": "y"})},
			steps: []string{"1 update Part/T1: save"}, details: []string{"Part/T1.gadget: x → y"}, problems: []string{"unreadable gadgets"}},
		{name: "a flag that the live side does not give", live: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil))
			f.omits["isfresh"] = true
		}, want: []engine.Resource{want("Gadget", "G1", fields{"fresh": true, "name": "new"}), want("Gadget", "G2", fields{"name": "new"})},
			steps: []string{"1 update Gadget/G2: save"}, details: []string{"Gadget/G2.name: old → new"}, problems: []string{"property-missing Gadget/G1.fresh"}},
	})
}

func TestPlanOfSecrets(t *testing.T) {
	checkPlanCases(t, []planCase{
		{name: "secrets of existing objects", reason: "they are not comparable and no change", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", row{"note": "seen"})) },
			want: []engine.Resource{want("Gadget", "G1", fields{"pass": env("P"), "note": env("N")})}, count: 1},
		{name: "secrets to be set", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) }, opts: engine.PlanOptions{SetSecrets: true},
			want:  []engine.Resource{want("Gadget", "G1", fields{"pass": env("P"), "note": env("N")})},
			steps: []string{"1 update Gadget/G1: save"}, details: []string{"Gadget/G1.pass: <nil> → {env: P} (secret)", "Gadget/G1.note: <nil> → {env: N} (secret)"}},
		{name: "a secret that a change needs", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", row{"mode": "1"})) },
			want: []engine.Resource{want("Gadget", "G1", fields{"mode": "locked", "pass": env("P")}), want("Gadget", "G2", fields{"mode": "locked", "pass": env("P")})}, count: 1,
			steps: []string{"1 update Gadget/G1: save"}, details: []string{"Gadget/G1.mode: plain → locked", "Gadget/G1.pass: <nil> → {env: P} (secret)"}},
	})
}

func TestPlanOfKindsOwnRules(t *testing.T) {
	checkPlanCases(t, []planCase{
		{name: "absent means", reason: "no record and an empty one are the same", live: func(f *fake) { f.seed("grant", row{"subjectno": "S2"}) },
			want: []engine.Resource{want("Grant", "S1", fields{"members": set()}), want("Grant", "S2", fields{"members": set()}), want("Grant", "S3", fields{"members": set("P1")})}, count: 2,
			steps: []string{"1 create Grant/S3: save"}, details: []string{"Grant/S3.subject: <nil> → S3", "Grant/S3.members: <nil> → [P1]"}},
		{name: "absent means nothing of what was not read", live: func(f *fake) {
			f.doubt = func(string, engine.Filter) string { return "a page is short" }
		}, want: []engine.Resource{want("Grant", "S1", fields{"members": set()})}, problems: []string{"incompletely-read grants"}},
		{name: "after a save", live: func(f *fake) { f.seed("deed", row{"number": "D1", "name": "a"}) },
			want:    []engine.Resource{want("Deed", "D1", fields{"name": "b"}), want("Deed", "D2", nil)},
			steps:   []string{"1 update Deed/D1: save submit audit", "1 create Deed/D2: save submit audit"},
			details: []string{"Deed/D1.name: a → b", "Deed/D2.code: <nil> → D2"}},
	})
}

func checkPlanCases(t *testing.T, tests []planCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			if tt.live != nil {
				tt.live(f)
			}
			tn := tenant(tt.want...)
			if tt.version != "" {
				tn.Environment.Version = tt.version
			}
			p := planOf(tn, f, tt.opts)
			same(t, "steps", tt.steps, steps(p))
			same(t, "details", tt.details, details(p))
			same(t, "problems", tt.problems, problems(p))
			if p.Unchanged != tt.count {
				t.Errorf("%d unchanged, want %d", p.Unchanged, tt.count)
			}
			if f.writes > 0 {
				t.Error("a plan wrote")
			}
		})
	}
}

// same compares lists of lines; none and an empty list are the same.
func same(t tb, what string, want, got []string) {
	t.Helper()
	if len(want)+len(got) == 0 {
		return
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: %s", what, d)
	}
}

func TestPlanLeavesTheUnmanagedAlone(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G3", nil), gadgetRow("G1", nil), gadgetRow("G2", row{"preset": "1"}), gadgetRow("G2", nil))
	f.seed("part", row{"number": "T1"})
	p := planOf(tenant(gone("Gadget", "G1")), f, engine.PlanOptions{})
	wantRefs := []engine.Ref{{Kind: "Gadget", Key: "G2"}, {Kind: "Gadget", Key: "G2"}, {Kind: "Gadget", Key: "G3"}}
	if d := cmp.Diff(wantRefs, p.Unmanaged); d != "" {
		t.Error(d)
	}
	same(t, "steps", []string{"1 delete Gadget/G1: delete"}, steps(p))
	if f.lists != 1 {
		t.Errorf("%d listings: a kind that no manifest names was read", f.lists)
	}
}

func TestPlanNotComparable(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil))
	p := planOf(tenant(want("Gadget", "G2", fields{"pass": env("P")}), want("Gadget", "G1", fields{"note": env("N"), "pass": env("P"), "name": "new"})), f, engine.PlanOptions{})
	wanted := []engine.SecretField{{Ref: engine.Ref{Kind: "Gadget", Key: "G1"}, Field: "pass"}, {Ref: engine.Ref{Kind: "Gadget", Key: "G1"}, Field: "note"},
		{Ref: engine.Ref{Kind: "Gadget", Key: "G2"}, Field: "pass"}}
	if d := cmp.Diff(wanted, p.NotComparable); d != "" {
		t.Error(d)
	}
	same(t, "details", []string{"Gadget/G1.name: old → new"}, details(p))
}

func TestPlanProblemsStandWhereTheMistakeIs(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G1", nil))
	f.omits["isfresh"] = true
	r := want("Gadget", "G1", fields{"fresh": true, "tools": set("hammmer", "saw")})
	r.At = map[string]engine.Position{"tools": {File: "a.yaml", Line: 3, Col: 1}, "tools[hammmer]": {File: "a.yaml", Line: 4, Col: 7}}
	p := planOf(tenant(r), f, engine.PlanOptions{})
	if len(p.Problems) != 1 {
		t.Fatalf("got %v", problems(p))
	}
	d := p.Problems[0]
	if d.Code != engine.CodeUnknownRef || d.Pos != r.At["tools[hammmer]"] || d.Hint != engine.HintDidYouMean || d.Args["suggestion"] != "hammer" {
		t.Errorf("got %+v", d)
	}
}

// A plan that points into what it was made from would change under its reader.
func TestPlanOwnsItsData(t *testing.T) {
	kinds := catalog()
	exec := []string{"vault", "read"}
	world := func() (*engine.Tenant, *engine.Observation) {
		f := workshop()
		f.seed("gadget", gadgetRow("G1", row{"url1": "x", "url2": "y"}), gadgetRow("G2", nil))
		tn := tenant(want("Gadget", "G1", fields{"name": "new", "tools": set("hammer"), "urls": engine.List{"a"}}),
			want("Gadget", "G3", fields{"rules": ranges(t, "allow 10.0.0.0/8"), "urls": engine.List{"a"},
				"pass": engine.SecretRef{Exec: slices.Clone(exec)}, "note": engine.SecretRef{Exec: exec}}), gone("Gadget", "G2"))
		return tn, engine.Observe(t.Context(), f, kinds, tn, nil)
	}
	tn, o := world()
	p := engine.NewPlan(kinds, tn, o, engine.PlanOptions{})
	exec[0] = "rm"
	for i := range tn.Resources {
		spoil(tn.Resources[i].Fields)
	}
	for _, objects := range o.Live["Gadget"].Objects {
		spoil(objects[0].Fields)
	}
	exec = []string{"vault", "read"}
	tn, o = world()
	if d := cmp.Diff(engine.NewPlan(kinds, tn, o, engine.PlanOptions{}), p); d != "" {
		t.Errorf("the plan changed with its sources:\n%s", d)
	}
}

// spoil overwrites a map of fields and what its values point to.
func spoil(m map[string]any) {
	for name, v := range m {
		switch v := v.(type) {
		case engine.Set:
			if len(v) > 0 {
				v[0] = "spoilt"
			}
		case engine.List:
			if len(v) > 0 {
				v[0] = "spoilt"
			}
		case engine.Rows:
			if len(v) > 0 {
				v[0].Start = "spoilt"
			}
		}
		m[name] = "spoilt"
	}
}
