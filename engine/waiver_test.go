package engine_test

import (
	"testing"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

func TestAddedWaivers(t *testing.T) {
	waiver := func(rule, object, expires string) engine.Waiver {
		return engine.Waiver{Rule: rule, Object: object, Expires: expires}
	}
	a, b := waiver("a", "Gadget/A", "2026-06-30"), waiver("b", "", "2026-06-30")
	later, other := waiver("a", "Gadget/A", "2026-07-01"), waiver("a", "Gadget/B", "2026-01-01")
	said := a
	said.Owner, said.Reason, said.At.Line = "somebody else", "said better", 7
	for _, c := range []struct {
		name            string
		base, now, want []engine.Waiver
	}{
		{"none", nil, nil, nil},
		{"added, sorted", nil, []engine.Waiver{b, other, a}, []engine.Waiver{a, other, b}},
		{"the same", []engine.Waiver{a, b}, []engine.Waiver{b, a}, nil},
		{"removed", []engine.Waiver{a, b}, []engine.Waiver{b}, nil},
		{"extended", []engine.Waiver{a, b}, []engine.Waiver{later, b}, []engine.Waiver{later}},
		{"cut short", []engine.Waiver{later}, []engine.Waiver{a}, nil},
		{"another object", []engine.Waiver{a}, []engine.Waiver{a, other}, []engine.Waiver{other}},
		{"reworded", []engine.Waiver{a}, []engine.Waiver{said}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, engine.AddedWaivers(c.base, c.now)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A waiver holds on its last day, and not on the next.
func TestWaiverExpires(t *testing.T) {
	w := engine.Waiver{Expires: "2026-02-28"}
	for today, want := range map[string]bool{"": false, "2026-02-28": false, "2026-03-01": true, "2025-12-31": false} {
		if got := w.Expired(today); got != want {
			t.Errorf("on %q: %v, want %v", today, got, want)
		}
	}
}
