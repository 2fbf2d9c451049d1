package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

func TestImply(t *testing.T) {
	pair := []engine.Implication{{Field: "open", Set: map[string]any{"tools": engine.Set{}}}, {Field: "tools", Set: map[string]any{"open": false}}}
	tests := []struct {
		name    string
		reason  string
		implies []engine.Implication
		given   fields
		want    fields
	}{
		{name: "one side of a pair", implies: pair, given: fields{"open": true}, want: fields{"open": true, "tools": engine.Set{}},
			reason: "what is implied must not imply its own opposite"},
		{name: "the other side", implies: pair, given: fields{"tools": set("a")}, want: fields{"open": false, "tools": set("a")}},
		{name: "neither", implies: pair, given: fields{"name": "x"}, want: fields{"name": "x"}},
		{name: "a switch beside a list", implies: []engine.Implication{{Field: "owners", NonEmpty: []string{"control"}}},
			given: fields{"owners": set("a")}, want: fields{"owners": set("a"), "control": true}},
		{name: "a switch beside an empty list", implies: []engine.Implication{{Field: "owners", NonEmpty: []string{"control"}}},
			given: fields{"owners": set()}, want: fields{"owners": set(), "control": false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := engine.Resource{Fields: tt.given}
			r.Imply(&engine.Kind{Implies: tt.implies})
			if d := cmp.Diff(tt.want, r.Fields); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPlace(t *testing.T) {
	r := engine.Resource{Origin: engine.Position{File: "a", Line: 1, Col: 1}, At: map[string]engine.Position{"name": {File: "a", Line: 2, Col: 3}}}
	if got := r.Place("name"); got.String() != "a:2:3" {
		t.Error(got)
	}
	if got := r.Place("other"); got != r.Origin {
		t.Error("an unknown place is not that of the resource")
	}
}
