package report

import (
	"strings"

	"cosmicctl/engine"
)

// riskCode is the code of the words of a class.
func riskCode(r engine.Risk) engine.Code { return "risk-" + engine.Code(r) }

// risky names the classes of a change that a reviewer should look at; routine is
// not one of them.
func (w Words) risky(risks []engine.Risk) []string {
	var out []string
	for _, r := range risks {
		if r != engine.Routine {
			out = append(out, w[riskCode(r)])
		}
	}
	return out
}

// tally counts changes by what they do and by their classes.
type tally struct {
	changes  int
	byAction map[engine.Action]int
	byRisk   map[engine.Risk]int
	pair     *Pair // whose differences they are; nil for none
}

func (t *tally) plan(p *engine.Plan) {
	for _, stage := range p.Stages {
		for i := range stage {
			t.add(1, stage[i].Action, stage[i].Risks)
		}
	}
}

func (t *tally) add(n int, a engine.Action, risks []engine.Risk) {
	if t.byAction == nil {
		t.byAction, t.byRisk = map[engine.Action]int{}, map[engine.Risk]int{}
	}
	t.changes += n
	t.byAction[a] += n
	for _, r := range risks {
		t.byRisk[r] += n
	}
}

// worst counts the changes of a group under their worst class alone, so that the
// classes add up.
func (t *tally) worst(g *group) {
	t.add(len(g.places), g.Action, g.Risks[:min(1, len(g.Risks))])
}

// text says in a sentence or two what is to be done, and what is risky in it.
func (t *tally) text(w Words) string {
	if t.changes == 0 {
		return w["all-no-changes"]
	}
	s := t.actions(w) + w["full-stop"]
	if risks := t.risks(w); risks != "" {
		s += w["space"] + w.Say("risks", "risks", risks)
	}
	return s
}

// actions says what is to be done or, of the live side, what was.
func (t *tally) actions(w Words) string {
	if t.pair != nil {
		return t.pair.actions(w, t.byAction, Clean)
	}
	var moved []string
	for _, a := range []engine.Action{engine.Changed, engine.Missing, engine.Unwanted, engine.New} {
		if n := t.byAction[a]; n > 0 {
			moved = append(moved, w.Say("n-"+engine.Code(a), "n", n))
		}
	}
	if moved != nil {
		return strings.Join(moved, w["comma"])
	}
	return w.Say("to-do", "create", t.byAction[engine.Create], "change", t.byAction[engine.Update], "delete", t.byAction[engine.Delete])
}

// risks counts the changes of each class but routine.
func (t *tally) risks(w Words) string {
	return t.named(w, func(r engine.Risk) bool { return r != engine.Routine })
}

// classes counts the changes of each class.
func (t *tally) classes(w Words) string {
	if t.pair != nil {
		return t.pair.actions(w, t.byAction, code) // a difference has no class
	}
	return t.named(w, func(engine.Risk) bool { return true })
}

func (t *tally) named(w Words, which func(engine.Risk) bool) string {
	var parts []string
	for _, r := range engine.Risks() {
		if n := t.byRisk[r]; n > 0 && which(r) {
			parts = append(parts, w.Say("n-of-risk", "n", n, "risk", w[riskCode(r)]))
		}
	}
	return strings.Join(parts, w["comma"])
}

// someProblem tells whether a plan does not say all.
func someProblem(p *engine.Plan) bool { return problems(p) > 0 || p.Unseen() }

// openText says how much of a plan is not known.
func openText(w Words, p *engine.Plan) string {
	if n := problems(p); n > 0 {
		return w.Count(n, "n-problems")
	}
	return w.Say("runbook-summary", "n", len(p.ByHand))
}

// problems counts why something was not planned; advice is none.
func problems(p *engine.Plan) int {
	n := 0
	for _, d := range p.Problems {
		if d.Severity == engine.Error {
			n++
		}
	}
	return n
}
