package report_test

import (
	"slices"
	"testing"

	"cosmicctl/engine"
)

// The shared runs hold what they are there for.
func TestFixtures(t *testing.T) {
	for _, f := range fixtures(t) {
		n := 0
		risks, actions, causes := map[engine.Risk]bool{}, map[engine.Action]bool{}, map[engine.Cause]bool{}
		for _, p := range f.run.Tenants {
			for _, c := range p.Plan.Changes() {
				n++
				actions[c.Action], causes[c.Cause] = true, true
				for _, r := range c.Risks {
					risks[r] = true
				}
			}
		}
		if wantEmpty := slices.Contains([]string{"none", "valid", "drift-none", "compare-none"}, f.name); f.run.Empty() != wantEmpty {
			t.Errorf("%s: empty %v", f.name, f.run.Empty())
		}
		if f.name == "actions" && (len(risks) != len(engine.Risks()) || len(actions) != 3 || len(causes) != 3) {
			t.Errorf("actions has the classes %v, the actions %v and the causes %v", risks, actions, causes)
		}
		if f.name == "drift" && (len(actions) != 4 || len(causes) != 1) {
			t.Errorf("drift has the actions %v and the causes %v", actions, causes)
		}
		if pair := f.name == "compare" || f.name == "compare-live"; pair && (len(actions) != 3 || len(risks) != 0) {
			t.Errorf("%s has the actions %v and the risks %v", f.name, actions, risks)
		}
		if f.name == "many" && n != manyChanges {
			t.Errorf("many has %d changes", n)
		}
	}
}
