package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cosmicctl/engine"
)

// every names all kinds of a catalogue that manifests may hold.
func every(kinds engine.Catalog) []string {
	var out []string
	for _, k := range kinds {
		if k.Section != "" {
			out = append(out, k.Name)
		}
	}
	return out
}

// liveSide observes all kinds of a tenant.
func liveSide(kinds engine.Catalog, t *engine.Tenant, f *fake) engine.Side {
	return engine.Side{Tenant: t, Seen: engine.Observe(context.Background(), f, kinds, &engine.Tenant{Name: t.Name}, nil, every(kinds)...)}
}

// named is a tenant of that name.
func named(name string, resources ...engine.Resource) *engine.Tenant {
	t := tenant(resources...)
	t.Name, t.Origin = name, engine.Position{File: name + ".yaml", Line: 4, Col: 1}
	for i := range t.Resources {
		t.Resources[i].Origin.File = name + ".yaml"
	}
	return t
}

// differences are the findings of a comparison, each with its fields.
func differences(c *engine.Comparison) []string {
	var out []string
	for _, change := range c.Changes() {
		line := fmt.Sprintf("%s %s", change.Action, change.Ref)
		for _, f := range change.Fields {
			line += fmt.Sprintf("; %s%s: %v → %v", f.Field, f.Element, f.Before, f.After)
		}
		out = append(out, line)
	}
	return out
}

func TestCompareManifests(t *testing.T) {
	dir := func(dir string) engine.SecretRef { return engine.SecretRef{File: "pass", Dir: dir} }
	tests := []struct {
		name, reason  string
		first, second []engine.Resource
		ignore        map[string]bool
		want          []string
		ignored       []engine.IgnoredField
		same          int
	}{
		{name: "the same", first: []engine.Resource{want("Gadget", "G1", fields{"name": "a", "tools": set("saw")})},
			second: []engine.Resource{want("Gadget", "G1", fields{"name": "a", "tools": set("saw")})}, same: 1},
		{name: "a field", first: []engine.Resource{want("Gadget", "G1", fields{"name": "a", "urls": engine.List{"x"}})},
			second: []engine.Resource{want("Gadget", "G1", fields{"name": "b", "urls": engine.List{"x", "y"}})},
			want:   []string{"differs Gadget/G1; name: a → b; urls: [x] → [x y]"}},
		{name: "elements", first: []engine.Resource{want("Gadget", "G1", fields{"tools": set("saw")})},
			second: []engine.Resource{want("Gadget", "G1", fields{"tools": set("axe")})},
			want:   []string{"differs Gadget/G1; toolsaxe: <nil> → axe; toolssaw: saw → <nil>"}},
		{name: "a field that one leaves open", reason: "nobody decided it there, whatever a create would write", first: []engine.Resource{want("Gadget", "G1", fields{"enabled": true, "tools": set("saw")})},
			second: []engine.Resource{want("Gadget", "G1", nil)},
			want:   []string{"differs Gadget/G1; enabled: true → <nil>; open: false → <nil>; tools: [saw] → <nil>"}},
		{name: "a field that only manifests know", first: []engine.Resource{want("Gadget", "G1", fields{"label": "a"})},
			second: []engine.Resource{want("Gadget", "G1", fields{"label": "b"})}, want: []string{"differs Gadget/G1; label: a → b"}},
		{name: "one side", first: []engine.Resource{want("Gadget", "G1", fields{"enabled": false, "tools": set()}), want("Part", "T1", nil)},
			second: []engine.Resource{want("Part", "T1", nil), want("Part", "T2", fields{"gadget": "G1"})}, same: 1,
			want: []string{"only-second Part/T2; gadget: <nil> → G1", "only-first Gadget/G1; enabled: false → <nil>; open: false → <nil>"}},
		{name: "a tombstone", reason: "it wants what a manifest without the object has", first: []engine.Resource{gone("Gadget", "G1"), gone("Gadget", "G2")},
			second: []engine.Resource{want("Gadget", "G2", nil)}, want: []string{"only-second Gadget/G2"}},
		{name: "no record", reason: "a grant to nobody is no grant", first: []engine.Resource{want("Grant", "S1", fields{"members": set()})}},
		{name: "references", first: []engine.Resource{want("Gadget", "G1", fields{"pass": env("A"), "note": env("N")}), want("Gadget", "G2", fields{"pass": env("P")})},
			second: []engine.Resource{want("Gadget", "G1", fields{"pass": env("B"), "note": "text"}), want("Gadget", "G2", nil)},
			want: []string{"differs Gadget/G1; pass: {env: A} → {env: B}; note: {env: N} → text",
				"differs Gadget/G2; pass: {env: P} → <nil>"}},
		{name: "references that read alike", reason: "the folder of the manifest is no part of what it says", first: []engine.Resource{want("Gadget", "G1", fields{"pass": dir("a")})},
			second: []engine.Resource{want("Gadget", "G1", fields{"pass": dir("b")})}, same: 1},
		{name: "a rotation", first: []engine.Resource{want("Gadget", "G1", fields{"pass": engine.SecretRef{Exec: []string{"a"}}})},
			second: []engine.Resource{want("Gadget", "G1", fields{"pass": engine.SecretRef{Exec: []string{"a"}, Rotate: 1}})},
			want:   []string{"differs Gadget/G1; pass: {exec: [a]} → {exec: [a], rotate: 1}"}},
		{name: "ignored", reason: "what is left out is counted, where it differs", ignore: map[string]bool{"Gadget.name": true, "Gadget.limit": true},
			first:  []engine.Resource{want("Gadget", "G1", fields{"name": "a"}), want("Gadget", "G2", fields{"name": "a", "limit": int64(1)})},
			second: []engine.Resource{want("Gadget", "G1", fields{"name": "b"}), want("Gadget", "G2", fields{"name": "b", "limit": int64(1), "mode": "plain"}), want("Gadget", "G3", fields{"name": "b"})}, same: 1,
			want: []string{"differs Gadget/G2; mode: <nil> → plain", "only-second Gadget/G3"}, ignored: []engine.IgnoredField{{Field: "Gadget.name", Objects: 2}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kinds := catalog()
			c := engine.NewComparison(kinds, engine.Side{Tenant: named("first", tt.first...)}, engine.Side{Tenant: named("second", tt.second...)},
				engine.CompareOptions{Kinds: every(kinds), Ignore: tt.ignore})
			same(t, "differences", tt.want, differences(c))
			if d := cmp.Diff(tt.ignored, c.Ignored); d != "" || c.Unchanged != tt.same || len(c.Problems)+len(c.NotComparable) > 0 {
				t.Errorf("ignored %s, %d the same, problems %v, not comparable %v", d, c.Unchanged, c.Problems, c.NotComparable)
			}
			for _, change := range c.Changes() {
				file := map[bool]string{true: "first.yaml", false: "second.yaml"}
				if change.Origin.File != file[change.Action.Sort() == engine.Delete] || len(change.Risks)+len(change.Steps) > 0 {
					t.Errorf("%+v", change)
				}
				for _, f := range change.Fields {
					if f.At.File != file[f.After == nil] {
						t.Errorf("%+v", f)
					}
				}
			}
		})
	}
}

func TestCompareLive(t *testing.T) {
	presetRow := func(code string, more row) row {
		r := gadgetRow(code, more)
		r["preset"] = "1"
		return r
	}
	tests := []struct {
		name, reason  string
		first, second func(*fake)
		wanted        []engine.Resource // of both manifests
		omits         string            // a property that the second side does not give
		want          []string
		problems      []string
		open          int // not comparable
		kind          engine.KindComparison
	}{
		{name: "nobody declared them", reason: "what nobody manages may be what differs", first: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", row{"enable": "0"})) },
			second: func(f *fake) {
				f.seed("gadget", gadgetRow("G1", row{"maxrate": "7", "url1": "x"}), gadgetRow("G3", nil))
			}, open: 1,
			want: []string{"differs Gadget/G1; limit: 0 → 7; urls: [] → [x]", "only-first Gadget/G2; name: old → <nil>; fresh: true → <nil>; mode: plain → <nil>; tools: [saw] → <nil>",
				"only-second Gadget/G3; name: <nil> → old; enabled: <nil> → true; fresh: <nil> → true; mode: <nil> → plain; tools: <nil> → [saw]"},
			kind: engine.KindComparison{Differs: 1, OnlyFirst: 1, OnlySecond: 1}},
		{name: "preset", reason: "versions bring different ones; what both have must agree", first: func(f *fake) { f.seed("gadget", presetRow("G1", nil), presetRow("G2", nil)) },
			second: func(f *fake) { f.seed("gadget", presetRow("G1", row{"name": "new"}), presetRow("G3", nil)) }, open: 1,
			want: []string{"differs Gadget/G1; name: old → new"}, kind: engine.KindComparison{Differs: 1, Preset: 2}},
		{name: "a property that one does not give", first: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) },
			second: func(f *fake) { f.seed("gadget", gadgetRow("G1", row{"enable": "0"})) }, omits: "enable", open: 1, problems: []string{"property-missing second/gadgets.enabled"}, kind: engine.KindComparison{Same: 1}},
		{name: "may be a secret", first: func(f *fake) { f.seed("gadget", gadgetRow("G1", row{"note": "hush1"})) },
			second: func(f *fake) {
				f.seed("gadget", gadgetRow("G1", row{"note": "hush2"}), gadgetRow("G2", row{"note": "hush3"}))
			}, open: 1,
			want: []string{"differs Gadget/G1; note: (secret) → (secret)",
				"only-second Gadget/G2; name: <nil> → old; enabled: <nil> → true; fresh: <nil> → true; mode: <nil> → plain; tools: <nil> → [saw]; note: <nil> → (secret)"},
			kind: engine.KindComparison{Differs: 1, OnlySecond: 1}},
		{name: "surely no secret", first: func(f *fake) { f.seed("gadget", gadgetRow("G1", row{"note": "a"})) }, second: func(f *fake) { f.seed("gadget", gadgetRow("G1", row{"note": "b"})) }, open: 1,
			wanted: []engine.Resource{want("Gadget", "G1", fields{"note": "c"})}, want: []string{"differs Gadget/G1; note: a → b"}, kind: engine.KindComparison{Differs: 1}},
		{name: "doubled", first: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G1", row{"name": "x"}), gadgetRow("G2", nil))
		},
			second: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil)) }, open: 1,
			problems: []string{"doubled-key first/Gadget/G1"}, kind: engine.KindComparison{Same: 1}},
		{name: "incomplete", reason: "what a side may have all the same is not missing there", first: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil)) },
			second: func(f *fake) {
				f.seed("gadget", gadgetRow("G2", row{"name": "new"}), gadgetRow("G3", nil))
				f.doubt = func(form string, _ engine.Filter) string { return map[string]string{"gadget": "a page is short"}[form] }
			}, open: 1, problems: []string{"incompletely-read second/gadgets"},
			want: []string{"differs Gadget/G2; name: old → new", "only-second Gadget/G3; name: <nil> → old; enabled: <nil> → true; fresh: <nil> → true; mode: <nil> → plain; tools: <nil> → [saw]"},
			kind: engine.KindComparison{Differs: 1, OnlySecond: 1}},
		{name: "unreadable", first: func(f *fake) {
			f.unreadable = func(form string, _ engine.Filter) error {
				return map[string]error{"gadget": errors.New("refused")}[form]
			}
		}, second: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) }, problems: []string{"unreadable first/gadgets"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kinds, first, second := catalog(), newFake(), newFake()
			tt.first(first)
			tt.second(second)
			second.omits[tt.omits] = true
			c := engine.NewComparison(kinds, liveSide(kinds, named("first", tt.wanted...), first), liveSide(kinds, named("second", tt.wanted...), second),
				engine.CompareOptions{Kinds: every(kinds)})
			same(t, "differences", tt.want, differences(c))
			same(t, "problems", tt.problems, problems(c.Plan))
			if len(c.NotComparable) != tt.open {
				t.Errorf("not comparable: %v", c.NotComparable)
			}
			if text, err := json.Marshal(c); err != nil || strings.Contains(string(text), "hush") || strings.Contains(fmt.Sprintf("%+v", c), "hush") {
				t.Errorf("%v in %s", err, text)
			}
			i := slices.IndexFunc(c.Kinds, func(k engine.KindComparison) bool { return k.Kind == "Gadget" })
			if i < 0 && tt.name == "unreadable" {
				return
			}
			if tt.kind.Kind = "Gadget"; i < 0 || c.Kinds[i] != tt.kind {
				t.Errorf("%+v", c.Kinds)
			}
		})
	}
}

// Each side lets through what its own version makes of its fields.
func TestCompareAccess(t *testing.T) {
	door := func(more fields) []engine.Resource {
		all := fields{"code": "D", "enabled": true, "open": true, "wide": true, "tools": set("saw"), "guests": engine.List{"ann"}}
		maps.Copy(all, more)
		return []engine.Resource{{Ref: engine.Ref{Kind: "Door", Key: "D"}, Fields: all}}
	}
	k := doorKind()
	k.Field("wide").Create = []engine.Default{{Value: true}}
	open := fields{"code": "D", "enabled": true, "open": true, "tools": set("saw"), "guests": engine.List{"ann"}}
	tests := []struct {
		name          string
		first, second []engine.Resource
		version       engine.Version // of the second
		ignore        map[string]bool
		want, rows    []string
	}{
		{name: "the same", first: door(nil), second: door(nil), version: testVersion},
		{name: "an opening that is withdrawn", first: door(nil), second: door(nil), version: "8.0.1", want: []string{"differs Door/D"},
			rows: []string{"- all but [saw] all but [] [ann]"}},
		{name: "one side", first: door(nil), version: "8.0.1", rows: []string{"- all but [] all but [] [ann]"},
			want: []string{"only-first Door/D; enabled: true → <nil>; open: true → <nil>; tools: [saw] → <nil>; wide: true → <nil>; guests: [ann] → <nil>"}},
		{name: "other guests", first: door(nil), second: door(fields{"guests": engine.List{"bob"}}), version: testVersion, want: []string{"differs Door/D; guests: [ann] → [bob]"},
			rows: []string{"+ all but [] all but [] [bob]", "- all but [] all but [] [ann]"}},
		{name: "ignored", first: door(nil), second: door(fields{"guests": engine.List{"bob"}, "enabled": false}), ignore: map[string]bool{"Door.guests": true, "Door.enabled": true}, version: testVersion},
		{name: "ignored beside another", first: door(nil), second: door(fields{"guests": engine.List{"bob"}, "note": "new"}), ignore: map[string]bool{"Door.guests": true}, version: testVersion,
			want: []string{"differs Door/D; note: <nil> → new"}},
		{name: "left open", first: door(nil), second: []engine.Resource{{Ref: engine.Ref{Kind: "Door", Key: "D"}, Fields: open}}, version: testVersion,
			want: []string{"differs Door/D; wide: true → <nil>"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			first, second := named("first", tt.first...), named("second", tt.second...)
			second.Environment.Version = tt.version
			c := engine.NewComparison(engine.Catalog{k}, engine.Side{Tenant: first}, engine.Side{Tenant: second}, engine.CompareOptions{Kinds: []string{"Door"}, Ignore: tt.ignore})
			same(t, "differences", tt.want, differences(c))
			same(t, "rows", tt.rows, cells(c.Plan))
		})
	}
}

// A comparison with itself is empty, and one the other way round is its mirror.
func TestCompareMirrors(t *testing.T) {
	check(t, func(t *rapid.T) {
		kinds := guarded()
		v, w := drawWorld(t), drawWorld(t)
		a, b := v.tenant(), w.tenant()
		sides := [2]engine.Side{{Tenant: a}, {Tenant: b}}
		if rapid.Bool().Draw(t, "live") {
			f, g := v.live(), w.live()
			doubt := rapid.SampledFrom([]string{"", "gadget", "grant"}).Draw(t, "doubt")
			f.doubt = func(form string, _ engine.Filter) string { return map[string]string{doubt: "short"}[form] }
			sides = [2]engine.Side{liveSide(kinds, a, f), liveSide(kinds, b, g)}
		}
		opts := engine.CompareOptions{Kinds: every(kinds), Ignore: map[string]bool{"Gadget.urls": rapid.Bool().Draw(t, "ignore")}}
		if c := engine.NewComparison(kinds, sides[0], sides[0], opts); !c.Empty() || len(c.Access) > 0 {
			t.Fatalf("a tenant differs from itself: %v %v", differences(c), c.Access)
		}
		there, back := engine.NewComparison(kinds, sides[0], sides[1], opts), engine.NewComparison(kinds, sides[1], sides[0], opts)
		if d := cmp.Diff(mirrored(there), told(back)); d != "" {
			t.Fatal(d)
		}
	})
}

// told is what a comparison says, without places.
func told(c *engine.Comparison) []string {
	out := []string{fmt.Sprint(c.Unchanged, c.Ignored, len(c.Problems), len(c.NotComparable))}
	for _, k := range c.Kinds {
		out = append(out, fmt.Sprintf("%+v", k))
	}
	for _, change := range c.Changes() {
		for _, f := range change.Fields {
			out = append(out, fmt.Sprintf("%s %s %s%s: %v → %v %t", change.Action, change.Ref, f.Field, f.Element, f.Before, f.After, f.Secret))
		}
		out = append(out, fmt.Sprintf("%s %s", change.Action, change.Ref))
	}
	for _, r := range c.Access {
		out = append(out, fmt.Sprint(r))
	}
	slices.Sort(out)
	return out
}

// mirrored is what a comparison should say the other way round. Nobody promises that
// a difference of products is cut the same way from both ends, so that the rows of
// access are those of the original, the other way round.
func mirrored(c *engine.Comparison) []string {
	swapped := map[engine.Action]engine.Action{engine.Differs: engine.Differs, engine.OnlyFirst: engine.OnlySecond, engine.OnlySecond: engine.OnlyFirst}
	m := &engine.Comparison{Plan: &engine.Plan{Unchanged: c.Unchanged, Problems: c.Problems, NotComparable: c.NotComparable}, Ignored: c.Ignored}
	for _, k := range c.Kinds {
		k.OnlyFirst, k.OnlySecond = k.OnlySecond, k.OnlyFirst
		m.Kinds = append(m.Kinds, k)
	}
	var changes []engine.Change
	for _, change := range c.Changes() {
		change.Action, change.Fields = swapped[change.Action], slices.Clone(change.Fields)
		for i := range change.Fields {
			f := &change.Fields[i]
			f.Before, f.After = f.After, f.Before
		}
		changes = append(changes, change)
	}
	m.Stages = [][]engine.Change{changes}
	for _, r := range c.Access {
		r.Gained = !r.Gained
		m.Access = append(m.Access, r)
	}
	return told(m)
}

// A tenant that is given what another has no longer differs from it.
func TestCompareAfterTheSecondWasAppliedToTheFirst(t *testing.T) {
	check(t, func(t *rapid.T) {
		kinds := catalog()
		v, w := drawWorld(t), drawWorld(t)
		v.version, w.version = testVersion, testVersion
		f, g := v.live(), w.live()
		a, b := &engine.Tenant{Name: "a", Environment: engine.Environment{Version: testVersion}}, w.tenant()
		compare := func() *engine.Comparison {
			return engine.NewComparison(kinds, liveSide(kinds, a, f), liveSide(kinds, b, g), engine.CompareOptions{Kinds: every(kinds)})
		}
		before := compare()
		if r := applyTo(t, f, before.Plan, engine.ApplyOptions{}); f.writes != 0 {
			t.Fatalf("a comparison that is applied writes: %v", outcomes(r))
		}
		for _, live := range liveSide(kinds, b, g).Seen.Live {
			for _, objects := range live.Objects {
				if !objects[0].Protected {
					a.Resources = append(a.Resources, engine.Resource{Ref: objects[0].Ref, Fields: objects[0].Fields})
				}
			}
		}
		for _, c := range before.Changes() {
			if c.Action == engine.OnlyFirst {
				k := kinds.Kind(c.Ref.Kind)
				r := engine.Resource{Ref: c.Ref, Absent: true, Fields: fields{k.Key[0]: c.Ref.Key}}
				if len(k.Key) > 1 {
					r.Fields = fields{"type": "a", "name": strings.TrimPrefix(strings.ReplaceAll(c.Ref.Key, `\/`, "/"), "a/")}
				}
				a.Resources = append(a.Resources, r)
			}
		}
		applyTo(t, f, planOf(a, f, engine.PlanOptions{}), engine.ApplyOptions{})
		if after := compare(); !after.Empty() || len(after.Problems) > 0 {
			t.Fatalf("before %v, still %v", differences(before), differences(after))
		}
	})
}
