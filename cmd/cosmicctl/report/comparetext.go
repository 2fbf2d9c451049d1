package report

import (
	"fmt"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// Comparison writes how two tenants differ, kind by kind.
func (p *PlanText) Comparison(first, second *engine.Tenant, live bool, c *engine.Comparison) {
	run := &Run{Command: "compare"}
	run.AddComparison(first, second, live, c)
	pair := run.pair()
	fmt.Fprintf(p.W, "%s, as %s\n", p.Style.bold("Compare "+Clean(run.Tenants[0].title())), pair.as())
	for _, t := range []*engine.Tenant{first, second} {
		fmt.Fprintf(p.W, "  %s\n", p.Style.dim(fmt.Sprintf("%s  %s · Cosmic %s", Clean(t.Name), Clean(t.Environment.BaseURL), Clean(string(t.Environment.Version)))))
	}
	for _, d := range c.Problems {
		mark := p.Style.red("?")
		if d.Severity == engine.Advice {
			mark = p.Style.yellow("!")
		}
		fmt.Fprintf(p.W, "  %s %s: %s\n", mark, Clean(d.Path), p.Words.Message(d))
	}
	all := groups(p.Kinds, run.Tenants)
	for _, k := range pair.counts() {
		fmt.Fprintf(p.W, "%s: %s\n", p.Style.bold(capitalized(kindTitle(p.Kinds, k.Kind))), pair.counted(k))
		for _, g := range all {
			if g.Ref.Kind == k.Kind {
				p.group(g)
			}
		}
	}
	for _, t := range accessTables(p.Kinds, run.Tenants) {
		p.access(&t, run.story())
	}
	fmt.Fprintln(p.W, p.compared(run))
}

// counted says how much of a kind differs.
func (p *Pair) counted(k engine.KindComparison) string {
	parts := []string{p.actions(map[engine.Action]int{engine.Differs: k.Differs, engine.OnlyFirst: k.OnlyFirst, engine.OnlySecond: k.OnlySecond}, Clean),
		fmt.Sprintf("%d the same", k.Same)}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// compared is the line at the end of a comparison.
func (p *PlanText) compared(run *Run) string {
	t, plan, pair := run.tally(), run.Tenants[0].Plan, run.pair()
	var text string
	switch {
	case plan.Empty() && someProblem(plan):
		text = fmt.Sprintf("No difference known; %d the same", plan.Unchanged)
	case plan.Empty():
		text = "The same: " + count(plan.Unchanged, "object")
	default:
		text = fmt.Sprintf("%s: %s; %d the same", Clean(run.Tenants[0].title()), t.actions(), plan.Unchanged)
	}
	if n := len(plan.NotComparable); n > 0 {
		text += ", " + count(n, "secret") + " not comparable"
	}
	if n := problems(plan); n > 0 {
		text += ", " + count(n, "problem")
	}
	return strings.Join(append([]string{text}, pair.left(Clean)...), "; ") + "."
}
