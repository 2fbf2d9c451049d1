package engine_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

// A field that is frozen is refused, and one that was frozen after the plan is not
// written either; other fields of the object are.
func TestFrozen(t *testing.T) {
	kinds := catalog()
	kinds.Kind("Gadget").Frozen = []engine.Frozen{{Code: "sealed", Fields: []string{"name"}, While: map[string]string{"sealed": "1"}}}
	declared := tenant(want("Gadget", "G1", fields{"name": "new"}), want("Gadget", "G2", fields{"name": "new"}), want("Gadget", "G3", fields{"limit": int64(7)}))
	world := func(first, others string) *fake {
		f := workshop()
		f.seed("gadget", gadgetRow("G1", row{"id": "1", "sealed": first}), gadgetRow("G2", row{"id": "2", "sealed": others}), gadgetRow("G3", row{"id": "3", "sealed": others}))
		return f
	}
	plan := func(f *fake) *engine.Plan {
		return engine.NewPlan(kinds, declared, engine.Observe(context.Background(), f, kinds, declared, nil), engine.PlanOptions{})
	}
	sealed := plan(world("1", "0"))
	if len(sealed.Problems) != 1 || sealed.Problems[0].Code != "sealed" || sealed.Problems[0].Class != engine.ClassRefused || len(sealed.Changes()) != 2 {
		t.Errorf("%+v, %d changes", sealed.Problems, len(sealed.Changes()))
	}
	f := world("1", "1")
	r, err := engine.Apply(context.Background(), kinds, plan(world("0", "0")), f, engine.ApplyOptions{Secrets: resolve})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]engine.Status{}
	for _, c := range r.Changes {
		got[c.Change.Ref.Key] = c.Status
	}
	if diff := cmp.Diff(map[string]engine.Status{"G1": engine.Stale, "G2": engine.Stale, "G3": engine.Done}, got); diff != "" {
		t.Error(diff)
	}
}
