package engine_test

import (
	"errors"
	"fmt"
	"testing"

	"cosmicctl/engine"
)

func TestReferences(t *testing.T) {
	tests := []struct {
		name     string
		reason   string
		live     func(*fake)
		want     []engine.Resource
		problems []string
		details  []string
	}{
		{name: "by key", want: []engine.Resource{want("Grant", "S1", fields{"members": set("P1")})}, details: []string{"members: <nil> → [P1]"}},
		{name: "by alias", want: []engine.Resource{want("Grant", "S1", fields{"members": set("ann", "bob")})}, details: []string{"members: <nil> → [P1 P2]"}},
		{name: "twice the same", want: []engine.Resource{want("Grant", "S1", fields{"members": set("ann", "P1", "138")})}, details: []string{"members: <nil> → [P1]"}},
		{name: "one reference by alias", want: []engine.Resource{want("Part", "T1", fields{"owner": "ann"})}, details: []string{"owner: <nil> → P1"}},
		{name: "unknown", want: []engine.Resource{want("Grant", "S1", fields{"members": set("nobody", "P1")})}, problems: []string{"unknown-reference Grant/S1.members"}},
		{name: "ambiguous", want: []engine.Resource{want("Grant", "S1", fields{"members": set("139")})}, problems: []string{"ambiguous-reference Grant/S1.members"}},
		{name: "ambiguous beside one of its owners", reason: "the answer about P2 shows one owner of the phone, not all",
			want: []engine.Resource{want("Grant", "S1", fields{"members": set("P2", "139")})}, problems: []string{"ambiguous-reference Grant/S1.members"}},
		{name: "an alias never captures another's key", live: func(f *fake) { f.seed("person", row{"number": "P9", "login": "P1"}) },
			want: []engine.Resource{want("Grant", "S1", fields{"members": set("P1")})}, details: []string{"members: <nil> → [P1]"}},
		{name: "nor where filters are ignored", live: func(f *fake) {
			f.ignoresFilters = true
			f.seed("person", row{"number": "P9", "login": "P1"})
		}, want: []engine.Resource{want("Grant", "S1", fields{"members": set("P1", "bob")})}, details: []string{"members: <nil> → [P1 P2]"}},
		{name: "ignored filters and an unknown name", live: func(f *fake) { f.ignoresFilters = true },
			want: []engine.Resource{want("Grant", "S1", fields{"members": set("nobody")})}, problems: []string{"unknown-reference Grant/S1.members"}},
		{name: "incompletely read", reason: "the name may be there", live: func(f *fake) {
			f.doubt = func(form string, _ engine.Filter) string { return map[string]string{"person": "short"}[form] }
		}, want: []engine.Resource{want("Grant", "S1", fields{"members": set("nobody")})}, problems: []string{"incompletely-read Grant/S1.members"}},
		{name: "unreadable", live: func(f *fake) {
			f.unreadable = func(form string, _ engine.Filter) error {
				return map[string]error{"person": errors.New("no")}[form]
			}
		}, want: []engine.Resource{want("Grant", "S1", fields{"members": set("P1")}), want("Deed", "D1", nil)},
			problems: []string{"unreadable Grant/S1.members"}, details: []string{"code: <nil> → D1"}},
		{name: "a listing that fails", live: func(f *fake) {
			f.unreadable = func(form string, filter engine.Filter) error {
				if form == "person" && filter == nil {
					return errors.New("too many")
				}
				return nil
			}
		}, want: []engine.Resource{want("Grant", "S1", fields{"members": set("nobody")})}, problems: []string{"unreadable Grant/S1.members"}},
		{name: "tombstones refer to nothing", live: func(f *fake) { f.seed("grant", row{"subjectno": "S1"}) }, want: []engine.Resource{gone("Grant", "S1")}},
		{name: "same reference, other name", reason: "an alias is no difference", live: func(f *fake) {
			f.seed("grant", row{"subjectno": "S1", "members": list(row{"userid_number": "P1"})})
			f.seed("part", row{"number": "T1", "ownerno": "P1"})
		}, want: []engine.Resource{want("Grant", "S1", fields{"members": set("ann")}), want("Part", "T1", fields{"owner": "138"})}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			if tt.live != nil {
				tt.live(f)
			}
			p := planOf(tenant(tt.want...), f, engine.PlanOptions{})
			same(t, "problems", tt.problems, problems(p))
			var got []string
			for _, c := range p.Changes() {
				for _, d := range c.Fields {
					if d.Field != "subject" && !(d.Field == "code" && c.Ref.Kind == "Part") {
						got = append(got, fmt.Sprintf("%s: %v → %v", d.Field, d.Before, d.After))
					}
				}
			}
			same(t, "details", tt.details, got)
		})
	}
}

func TestSuggestions(t *testing.T) {
	tests := []struct {
		name string
		want engine.Resource
		hint string
	}{
		{"of things", want("Gadget", "G1", fields{"tools": set("hamer")}), "hammer"},
		{"of nothing like it", want("Gadget", "G1", fields{"tools": set("lathe")}), ""},
		{"of people never", want("Grant", "S1", fields{"members": set("P11")}), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := planOf(tenant(tt.want), workshop(), engine.PlanOptions{})
			if len(p.Problems) != 1 || p.Problems[0].Args["suggestion"] != tt.hint {
				t.Fatalf("got %+v", p.Problems)
			}
			if (p.Problems[0].Hint == engine.HintDidYouMean) != (tt.hint != "") {
				t.Errorf("hint %q", p.Problems[0].Hint)
			}
		})
	}
}

// Names are looked up in batches, not one by one.
func TestLookupRequests(t *testing.T) {
	tests := []struct {
		name  string
		names int
		ask   string // the alias or key that the manifest uses
		lists int
	}{
		{"by key", 200, "K%d", 1},
		{"by key, two batches", 201, "K%d", 2},
		{"by the second alias", 150, "1%d", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake()
			var names []string
			for i := range tt.names {
				f.seed("person", row{"number": fmt.Sprintf("K%d", i), "login": fmt.Sprintf("L%d", i), "phone": fmt.Sprintf("1%d", i)})
				names = append(names, fmt.Sprintf(tt.ask, i))
			}
			p := planOf(tenant(want("Grant", "S1", fields{"members": set(names...)})), f, engine.PlanOptions{})
			if len(p.Problems) > 0 {
				t.Fatal(problems(p))
			}
			if got := f.lists - 1; got != tt.lists { // one is that of the grants
				t.Errorf("%d look-ups, want %d", got, tt.lists)
			}
		})
	}
}
