package report

import (
	"fmt"
	"slices"
	"strings"

	"cosmicctl/engine"
)

var verbs = map[engine.Action]string{engine.Create: "created", engine.Update: "changed", engine.Delete: "deleted"}

// Outcome writes one line about a change that was tried or left out.
func (p *PlanText) Outcome(r *engine.ChangeResult) {
	name := p.name(r.Change.Ref)
	if r.Status == engine.Done {
		fmt.Fprintf(p.W, "  %s %s %s\n", p.Style.green("✓"), verbs[r.Change.Action], name)
		return
	}
	if r.Status == engine.LeftByHand {
		fmt.Fprintf(p.W, "  %s %s: %s\n", p.Style.yellow("✎"), name, p.why(r))
		return
	}
	fmt.Fprintf(p.W, "  %s %s: %s: %s\n", p.Style.red("✗"), r.Status, name, p.why(r))
}

func (p *PlanText) why(r *engine.ChangeResult) string {
	if r.Why == nil {
		return ""
	}
	return p.Words.MessageAndHint(*r.Why)
}

// Result writes the line that sums up an apply.
func (p *PlanText) Result(plan *engine.Plan, r *engine.Result, requests int64) {
	parts := []string{
		fmt.Sprintf("%d created", r.Count(engine.Done, engine.Create)),
		fmt.Sprintf("%d changed", r.Count(engine.Done, engine.Update)),
		fmt.Sprintf("%d deleted", r.Count(engine.Done, engine.Delete)),
		fmt.Sprintf("%d unchanged", plan.Unchanged),
		fmt.Sprintf("%d failed", r.Count(engine.Failed, "")),
		fmt.Sprintf("%d skipped", r.Count(engine.Skipped, "")+r.Count(engine.Stale, "")),
		count(int(requests), "request"),
	}
	if n := r.Count(engine.LeftByHand, ""); n > 0 {
		parts = slices.Insert(parts, len(parts)-1, p.Words.Say("runbook-summary", "n", n))
	}
	fmt.Fprintf(p.W, "%s %s.\n", p.Style.bold("Applied:"), strings.Join(parts, ", "))
}
