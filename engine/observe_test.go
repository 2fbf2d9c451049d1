package engine_test

import (
	"context"
	"testing"

	"cosmicctl/engine"
)

// A second look asks for each kind once, and for nothing that the first looked up,
// unless a name is new or meant nothing.
func TestObserveAgain(t *testing.T) {
	kinds := catalog()
	f := workshop()
	f.seed("gadget", gadgetRow("G1", nil))
	first := tenant(want("Gadget", "G1", fields{"tools": set("saw"), "owners": set("ann")}))
	look := func(tn *engine.Tenant, earlier *engine.Observation) (*engine.Observation, int) {
		before := f.lists
		seen := engine.ObserveAgain(context.Background(), f, kinds, tn, earlier)
		return seen, f.lists - before
	}
	seen, lists := look(first, nil)
	if lists < 3 {
		t.Fatalf("%d requests: the first look looks nothing up", lists)
	}
	again, lists := look(first, seen)
	if lists != 1 {
		t.Errorf("%d requests for one kind", lists)
	}
	if a, b := engine.NewDrift(kinds, first, seen, engine.DriftOptions{}), engine.NewDrift(kinds, first, again, engine.DriftOptions{}); len(moves(a)) != len(moves(b)) {
		t.Errorf("%v, then %v", moves(a), moves(b))
	}
	more := tenant(want("Gadget", "G1", fields{"tools": set("saw", "hammer"), "owners": set("ann")}))
	if _, lists := look(more, again); lists != 2 {
		t.Errorf("%d requests with one new name", lists)
	}
	unknown := tenant(want("Gadget", "G1", fields{"tools": set("nothing")}))
	seen, _ = look(unknown, nil)
	f.seed("tool", row{"number": "nothing"})
	seen, lists = look(unknown, seen)
	if d := engine.NewDrift(kinds, unknown, seen, engine.DriftOptions{}); lists < 2 || len(d.Problems) > 0 {
		t.Errorf("%d requests; what meant nothing then still does: %v", lists, problems(d.Plan))
	}
}
