package report

import (
	"fmt"

	"cosmicctl/engine"
)

// Outcome writes one line about a change that was tried or left out.
func (p *PlanText) Outcome(r *engine.ChangeResult) {
	name := p.name(r.Change.Ref)
	if r.Status == engine.Done {
		fmt.Fprintf(p.W, "  %s %s %s\n", p.Style.green("✓"), p.Words["done-"+engine.Code(r.Change.Action)], name)
		return
	}
	if r.Status == engine.LeftByHand {
		fmt.Fprintf(p.W, "  %s %s: %s\n", p.Style.yellow("✎"), name, p.why(r))
		return
	}
	fmt.Fprintf(p.W, "  %s %s: %s: %s\n", p.Style.red("✗"), p.Words["status-"+engine.Code(r.Status)], name, p.why(r))
}

func (p *PlanText) why(r *engine.ChangeResult) string {
	if r.Why == nil {
		return ""
	}
	return p.Words.MessageAndHint(*r.Why)
}

// Result writes the line that sums up an apply.
func (p *PlanText) Result(plan *engine.Plan, r *engine.Result, requests int64) {
	w := p.Words
	counts := w.Say("applied-counts", "created", r.Count(engine.Done, engine.Create), "changed", r.Count(engine.Done, engine.Update),
		"deleted", r.Count(engine.Done, engine.Delete), "unchanged", plan.Unchanged, "failed", r.Count(engine.Failed, ""),
		"skipped", r.Count(engine.Skipped, "")+r.Count(engine.Stale, ""))
	if n := r.Count(engine.LeftByHand, ""); n > 0 {
		counts += w["comma"] + w.Say("runbook-summary", "n", n)
	}
	fmt.Fprintf(p.W, "%s%s%s%s%s\n", p.Style.bold(w["applied"]+w["colon"]), counts, w["comma"], w.Count(int(requests), "n-requests"), w["full-stop"])
}
