package engine_test

import (
	"slices"
	"testing"

	"cosmicctl/engine"
)

// Of a kind whose form nobody knows nothing is asked: a plan holds the step, drift and
// the doctor say that they do not see it, and publish passes it over.
func TestNobodyAsksForAFormThatIsNotKnown(t *testing.T) {
	kinds := catalog()
	kinds.Kind("Setting").Form = ""
	f := workshop()
	f.unreadable = func(form string, _ engine.Filter) error {
		if form == "" {
			t.Error("a form without a name was asked for")
		}
		return nil
	}
	tn := tenant(want("Setting", "t/n", fields{"type": "t", "name": "n", "value": "v"}))
	seen := engine.Observe(t.Context(), f, kinds, tn, nil)
	p := engine.NewPlan(kinds, tn, seen, engine.PlanOptions{})
	same(t, "steps", []string{"ensure Setting/t/n (query of ) type=t name=n value=v"}, inWords(p.ByHand))
	d := engine.NewDrift(kinds, tn, seen, engine.DriftOptions{})
	for _, problems := range [][]engine.Diagnostic{p.Problems, d.Problems} {
		if len(problems) != 1 || problems[0].Code != engine.CodeFormless || problems[0].Class != engine.ClassUnreadable {
			t.Errorf("problems %v", problems)
		}
	}
	if len(d.ByHand) > 0 || !slices.ContainsFunc(engine.Examine(kinds, tn, seen), func(c engine.Check) bool {
		return c.Result == engine.Untold && c.Finding.Code == engine.TrapFormless
	}) {
		t.Errorf("steps of drift %v", inWords(d.ByHand))
	}
	if out := engine.NewPublication(t.Context(), &described{}, f, kinds, tn, engine.PublishOptions{}); len(out.Checks)+len(out.Definitions) > 0 {
		t.Errorf("%+v", out)
	}
}
