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
	fmt.Fprintln(p.W, p.Words.Say("compare-heading", "what", p.Style.bold(p.Words.Say("compare-tenants", "tenants", Clean(run.Tenants[0].title()))), "as", pair.as(p.Words)))
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
		fmt.Fprintf(p.W, "%s: %s\n", p.Style.bold(capitalized(p.Words.kindTitle(p.Kinds, k.Kind))), pair.counted(p.Words, k))
		for _, g := range all {
			if g.Ref.Kind == k.Kind {
				p.group(g)
			}
		}
	}
	for _, t := range p.Words.accessTables(p.Kinds, run.Tenants) {
		p.access(&t, run.story(p.Words))
	}
	fmt.Fprintln(p.W, p.compared(run))
}

// counted says how much of a kind differs.
func (p *Pair) counted(w Words, k engine.KindComparison) string {
	parts := []string{p.actions(w, map[engine.Action]int{engine.Differs: k.Differs, engine.OnlyFirst: k.OnlyFirst, engine.OnlySecond: k.OnlySecond}, Clean),
		w.Say("n-the-same", "n", k.Same)}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), w["comma"])
}

// compared is the line at the end of a comparison.
func (p *PlanText) compared(run *Run) string {
	w, t, plan, pair := p.Words, run.tally(), run.Tenants[0].Plan, run.pair()
	var text string
	switch {
	case plan.Empty() && someProblem(plan):
		text = w.Say("compare-none-known", "n", plan.Unchanged)
	case plan.Empty():
		text = w.Say("compare-the-same", "objects", w.Count(plan.Unchanged, "n-objects"))
	default:
		text = w.Say("compare-differences", "tenants", Clean(run.Tenants[0].title()), "differences", t.actions(w), "n", plan.Unchanged)
	}
	if n := len(plan.NotComparable); n > 0 {
		text += w["comma"] + w.Say("secrets-not-comparable", "secrets", w.Count(n, "n-secrets"))
	}
	if n := problems(plan); n > 0 {
		text += w["comma"] + w.Count(n, "n-problems")
	}
	return strings.Join(append([]string{text}, pair.left(w, Clean)...), w["semicolon"]) + w["full-stop"]
}
