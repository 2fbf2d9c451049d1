package report

import (
	"fmt"
	"io"

	"cosmicctl/engine"
)

// PlanText writes plans as text, one tenant after the other.
type PlanText struct {
	W         io.Writer
	Style     Style
	Words     Words
	Kinds     engine.Catalog
	Unmanaged bool // list what no manifest mentions
	Coverage  bool // list what was looked at for drift
	// Later leaves the steps by hand to the end of an apply, and only counts them.
	Later bool

	version    engine.Version // of the tenant that is written
	tenants    int
	all        tally
	incomplete []string // tenants whose plan does not say all
	clean      []string // tenants without drift, which need no lines of their own
}

// Heading begins a tenant.
func (p *PlanText) Heading(t *engine.Tenant) {
	p.version = t.Environment.Version
	fmt.Fprintf(p.W, "%s  %s · Cosmic %s\n", p.Style.bold(p.Words.Say("tenant-heading", "tenant", Clean(t.Name))),
		p.Style.dim(Clean(t.Environment.BaseURL)), Clean(string(t.Environment.Version)))
}

// Plan writes the changes of a tenant, riskiest first, and one line that sums
// them up.
func (p *PlanText) Plan(plan *engine.Plan) {
	tenant := []TenantPlan{{Name: plan.Tenant, Plan: plan}}
	for _, w := range plan.Waivers {
		fmt.Fprintf(p.W, "  %s %s\n      %s  %s\n", p.Style.yellow(p.Words["waiver-mark"]), p.Words.waiver(w), p.Words.waiverReason(w), p.Style.dim(at(w.At)))
	}
	for _, g := range groups(p.Kinds, tenant) {
		p.group(g)
	}
	for _, t := range p.Words.accessTables(p.Kinds, tenant) {
		p.access(&t, p.Words.story("plan"))
	}
	if p.Unmanaged {
		p.unmanaged(plan)
	}
	p.byHand(plan)
	fmt.Fprintln(p.W, p.summary(plan))
	p.count(plan)
}

func (p *PlanText) unmanaged(plan *engine.Plan) {
	for _, r := range plan.Unmanaged {
		fmt.Fprintf(p.W, "  %s %s\n", p.Style.dim(p.Words["unmanaged-mark"]), p.name(r))
	}
}

func (p *PlanText) count(plan *engine.Plan) {
	p.tenants++
	p.all.plan(plan)
	if someProblem(plan) {
		p.incomplete = append(p.incomplete, plan.Tenant)
	}
}

// All sums up all tenants, if there was more than one.
func (p *PlanText) All() {
	if p.tenants < 2 {
		return
	}
	fmt.Fprintf(p.W, "%s %s\n", p.Style.bold(p.Words.Say("all-tenants", "n", p.tenants)), p.all.text(p.Words))
	if len(p.incomplete) > 0 {
		fmt.Fprintf(p.W, "%s%s\n", p.Style.red(p.Words["not-planned-completely"]+p.Words["colon"]), p.Words.some(p.incomplete, Clean))
	}
}

func (p *PlanText) name(r engine.Ref) string { return p.Words.objectName(p.Kinds, r) }

func (p *PlanText) access(t *accessTable, s story) {
	fmt.Fprintf(p.W, "  %s  %s\n", p.Style.bold(Clean(t.title)), p.Style.dim("(+ "+s.gained+", - "+s.lost+")"))
	rows, widths := t.texts(p.Words)
	fmt.Fprintf(p.W, "      %s\n", p.Style.dim(padded(rows[0], widths)))
	for i, cells := range rows[1:] {
		row := padded(cells, widths)
		if t.rows[i].gained {
			fmt.Fprintf(p.W, "    %s\n", p.Style.green("+ "+row))
		} else {
			fmt.Fprintf(p.W, "    %s\n", p.Style.red("- "+row))
		}
	}
}

// summary is the line at the end of a tenant's plan.
func (p *PlanText) summary(plan *engine.Plan) string {
	w, text := p.Words, ""
	var t tally
	t.plan(plan)
	switch {
	case plan.Empty() && someProblem(plan):
		text = w["no-changes-known"] // not the same as none
	case plan.Empty() && len(plan.ByHand) > 0:
		text = w["runbook-only"]
	case plan.Empty():
		text = w["no-changes"] + w["full-stop"]
	default:
		text = w.Say("plan-summary", "changes", t.text(w))
	}
	text += w["space"] + w.Say("unchanged-and-unmanaged", "same", plan.Unchanged, "unmanaged", len(plan.Unmanaged))
	if n := len(plan.NotComparable); n > 0 {
		text += w["comma"] + w.Say("secrets-to-set", "secrets", w.Count(n, "n-secrets"))
	}
	if n := len(plan.ByHand); n > 0 {
		text += w["comma"] + w.Say("runbook-summary", "n", n)
	}
	if n := problems(plan); n > 0 {
		text += w["comma"] + w.Count(n, "n-problems")
	}
	return text + w["full-stop"]
}
