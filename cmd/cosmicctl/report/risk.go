package report

import (
	"fmt"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// risky names the classes of a change that a reviewer should look at; routine is
// not one of them.
func risky(risks []engine.Risk) []string {
	words := riskWords()
	var out []string
	for _, r := range risks {
		if r != engine.Routine {
			out = append(out, words[r])
		}
	}
	return out
}

// tally counts changes by what they do and by their classes.
type tally struct {
	changes  int
	byAction map[engine.Action]int
	byRisk   map[engine.Risk]int
}

func (t *tally) plan(p *engine.Plan) {
	for _, stage := range p.Stages {
		for i := range stage {
			t.change(&stage[i])
		}
	}
}

func (t *tally) change(c *engine.Change) {
	if t.changes++; t.changes == 1 {
		t.byAction, t.byRisk = map[engine.Action]int{}, map[engine.Risk]int{}
	}
	t.byAction[c.Action]++
	for _, r := range c.Risks {
		t.byRisk[r]++
	}
}

// text says in a sentence or two what is to be done, and what is risky in it.
func (t *tally) text() string {
	if t.changes == 0 {
		return "no changes."
	}
	s := t.actions() + "."
	if risks := t.risks(); risks != "" {
		s += " Risks: " + risks + "."
	}
	return s
}

// actions says what is to be done.
func (t *tally) actions() string {
	return fmt.Sprintf("%d to create, %d to change, %d to delete",
		t.byAction[engine.Create], t.byAction[engine.Update], t.byAction[engine.Delete])
}

// risks says how many changes there are of each class but routine, riskiest
// first; "" if there are none.
func (t *tally) risks() string {
	words := riskWords()
	var parts []string
	for _, r := range engine.Risks() {
		if n := t.byRisk[r]; n > 0 && r != engine.Routine {
			parts = append(parts, fmt.Sprintf("%d %s", n, words[r]))
		}
	}
	return strings.Join(parts, ", ")
}

// someProblem tells whether a plan does not say all.
func someProblem(p *engine.Plan) bool {
	return slices.ContainsFunc(p.Problems, func(d engine.Diagnostic) bool { return d.Severity == engine.Error })
}
