package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

func adoptionOf(t *engine.Tenant, f *fake, opts engine.AdoptOptions) *engine.Adoption {
	kinds := catalog()
	seen := engine.ObserveWhole(context.Background(), f, kinds, t, []string{"Gadget", "Setting", "Grant"})
	return engine.NewAdoption(kinds, t, seen, opts)
}

// adopted are the objects of an adoption, each with how it stands and what is wrong
// with it.
func adopted(a *engine.Adoption) []string {
	out := []string{}
	for _, o := range a.Objects {
		line := o.Ref.String()
		for _, is := range []struct {
			what  string
			holds bool
		}{{"declared", o.Want != nil}, {"live", o.Live != nil}, {"same", o.Same}} {
			if is.holds {
				line += " " + is.what
			}
		}
		for _, f := range o.Faults {
			line += fmt.Sprintf("; %s %s", f.Field, f.Why.Code)
			if f.Object {
				line += " (object)"
			}
		}
		out = append(out, line)
	}
	return out
}

func TestAdoption(t *testing.T) {
	unreadable := func(form string) func(*fake) {
		return func(f *fake) {
			f.unreadable = func(of string, _ engine.Filter) error {
				if of == form {
					return errors.New("closed")
				}
				return nil
			}
		}
	}
	tests := []struct {
		name, reason string
		live         []row // gadgets
		wanted       []engine.Resource
		fault        func(*fake)
		plain        string
		want         []string
		preset       int
		problems     []engine.Code
	}{
		{name: "undeclared", live: []row{gadgetRow("G2", nil), gadgetRow("G1", nil)}, want: []string{"Gadget/G1 live", "Gadget/G2 live"}},
		{name: "as declared", live: []row{gadgetRow("G1", nil)}, wanted: []engine.Resource{want("Gadget", "G1", fields{"name": "old"})}, want: []string{"Gadget/G1 declared live same"}},
		{name: "by another name", reason: "the login means the same person", live: []row{gadgetRow("G1", row{"ownerentry": list(row{"userid_number": "P1"})})},
			wanted: []engine.Resource{want("Gadget", "G1", fields{"owners": set("ann")})}, want: []string{"Gadget/G1 declared live same"}},
		{name: "moved", live: []row{gadgetRow("G1", nil)}, wanted: []engine.Resource{want("Gadget", "G1", fields{"name": "new"})}, want: []string{"Gadget/G1 declared live"}},
		{name: "missing", wanted: []engine.Resource{want("Gadget", "G1", nil)}, want: []string{"Gadget/G1 declared"}},
		{name: "gone as wanted", wanted: []engine.Resource{gone("Gadget", "G1")}, want: []string{"Gadget/G1 declared same"}},
		{name: "back again", live: []row{gadgetRow("G1", nil)}, wanted: []engine.Resource{gone("Gadget", "G1")}, want: []string{"Gadget/G1 declared live"}},
		{name: "nothing that means nothing", reason: "no grant is a grant to nobody", wanted: []engine.Resource{want("Grant", "S1", fields{"members": set()})}, want: []string{"Grant/S1 declared same"}},
		{name: "preset", live: []row{gadgetRow("G1", row{"preset": "1"})}, want: []string{}, preset: 1},
		{name: "doubled", live: []row{gadgetRow("G1", row{"id": "1"}), gadgetRow("G1", row{"id": "2"})}, want: []string{"Gadget/G1 live;  doubled-key (object)"}},
		{name: "a reference to nothing", live: []row{gadgetRow("G1", row{"toolentry": list(row{"toolid_number": "drill"})})}, want: []string{"Gadget/G1 live; tools unknown-reference"}},
		{name: "references that cannot be looked up", reason: "they may well be right", live: []row{gadgetRow("G1", nil)}, fault: unreadable("tool"),
			want: []string{"Gadget/G1 live"}, problems: []engine.Code{engine.CodeUnreadable}},
		{name: "what may be a secret", live: []row{gadgetRow("G1", row{"note": "hush"})}, want: []string{"Gadget/G1 live; note may-be-secret"}},
		{name: "what is said to be none", live: []row{gadgetRow("G1", row{"note": "hush"})}, plain: "Gadget.note", want: []string{"Gadget/G1 live"}},
		{name: "unreadable", reason: "what could not be read is not missing", fault: unreadable("gadget"), wanted: []engine.Resource{want("Gadget", "G1", nil)},
			want: []string{}, problems: []engine.Code{engine.CodeUnreadable}},
		{name: "incomplete", reason: "what was not listed may be there", live: []row{gadgetRow("G2", nil)}, wanted: []engine.Resource{want("Gadget", "G1", nil)},
			fault: func(f *fake) {
				f.doubt = func(form string, _ engine.Filter) string { return map[string]string{"gadget": "a page is short"}[form] }
			},
			want: []string{"Gadget/G2 live"}, problems: []engine.Code{engine.CodeIncomplete}},
		{name: "a kind that was not asked for", wanted: []engine.Resource{want("Deed", "D1", nil)}, want: []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", tt.live...)
			if tt.fault != nil {
				tt.fault(f)
			}
			a := adoptionOf(tenant(tt.wanted...), f, engine.AdoptOptions{Plain: map[string]bool{tt.plain: true}})
			if d := cmp.Diff(tt.want, adopted(a)); d != "" {
				t.Error(d)
			}
			var codes []engine.Code
			for _, p := range a.Problems {
				codes = append(codes, p.Code)
			}
			if d := cmp.Diff(tt.problems, codes); d != "" || a.Preset != tt.preset {
				t.Errorf("%s; %d preset", d, a.Preset)
			}
			for _, o := range a.Objects {
				if tt.plain == "" && strings.Contains(fmt.Sprint(o), "hush") {
					t.Errorf("%v shows what may be a secret", o)
				}
			}
			if f.writes > 0 {
				t.Error("it wrote")
			}
		})
	}
}

// What is adopted is in the words of the manifests, secrets by their references.
func TestAdoptionWords(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G1", row{"ownerentry": list(row{"userid_number": "P1"}), "note": "hush"}))
	a := adoptionOf(tenant(want("Gadget", "G1", fields{"owners": set("ann"), "pass": env("P"), "note": env("N"), "name": "new"})), f, engine.AdoptOptions{})
	live := a.Objects[0].Live
	for name, want := range map[string]any{"owners": set("ann"), "pass": env("P"), "note": env("N"), "name": "old"} {
		if d := cmp.Diff(want, live[name]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
