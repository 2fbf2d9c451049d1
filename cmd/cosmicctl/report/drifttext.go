package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// Drift writes how a tenant drifted. One that did not has no lines of its own, so
// that what somebody must look at stands on one screen.
func (p *PlanText) Drift(t *engine.Tenant, d *engine.Drift) {
	p.count(d.Plan)
	if d.Empty() && !someProblem(d.Plan) {
		p.clean = append(p.clean, t.Name)
		if !p.Coverage {
			return
		}
	}
	p.Heading(t)
	tenant := []TenantPlan{{Name: t.Name, Plan: d.Plan}}
	for _, problem := range folded(d.Problems) {
		fmt.Fprintf(p.W, "  %s %s\n", p.Style.red("?"), p.Words.MessageAndHint(problem))
	}
	for _, g := range groups(p.Kinds, tenant) {
		p.group(g)
	}
	for _, t := range p.Words.accessTables(p.Kinds, tenant) {
		p.access(&t, p.Words.story("drift"))
	}
	if p.Unmanaged {
		p.unmanaged(d.Plan)
	}
	fmt.Fprintln(p.W, p.drifted(d))
	if p.Coverage {
		p.coverage(d)
	}
}

// folded joins kinds that could not be read for the same reason, as when the tenant
// does not answer.
func folded(problems []engine.Diagnostic) []engine.Diagnostic {
	var out []engine.Diagnostic
	for _, d := range problems {
		at := slices.IndexFunc(out, func(o engine.Diagnostic) bool {
			return d.Code == engine.CodeUnreadable && o.Code == d.Code && o.Args["error"] == d.Args["error"]
		})
		switch {
		case d.Severity != engine.Error:
		case at < 0:
			d.Args = maps.Clone(d.Args)
			out = append(out, d)
		default:
			out[at].Args["kind"] += ", " + d.Args["kind"]
		}
	}
	return out
}

// drifted is the line at the end of a tenant.
func (p *PlanText) drifted(d *engine.Drift) string {
	var t tally
	t.plan(d.Plan)
	w := p.Words
	text := w["no-drift"] + w["full-stop"]
	switch {
	case d.Empty() && someProblem(d.Plan):
		text = w["no-drift-known"]
	case !d.Empty():
		text = w.Say("drift-summary", "changes", t.text(w))
	}
	text += w["space"] + w.Say("as-wanted-and-unmanaged", "same", d.Unchanged, "unmanaged", len(d.Unmanaged))
	if n := problems(d.Plan); n > 0 {
		text += w["comma"] + w.Count(n, "n-problems")
	}
	return text + w["full-stop"]
}

// AllDrift sums up all tenants.
func (p *PlanText) AllDrift() {
	if n := len(p.clean); n > 0 {
		fmt.Fprintf(p.W, "%s%s\n", p.Style.green(p.Words["no-drift"]+p.Words["colon"]), p.Words.some(p.clean, Clean))
	}
	if len(p.incomplete) > 0 {
		fmt.Fprintf(p.W, "%s%s\n", p.Style.red(p.Words["not-compared-completely"]+p.Words["colon"]), p.Words.some(p.incomplete, Clean))
	}
	if p.tenants > 1 {
		fmt.Fprintf(p.W, "%s %s\n", p.Style.bold(p.Words.Say("all-tenants", "n", p.tenants)), p.allDrift())
	}
}

func (p *PlanText) allDrift() string {
	if p.all.changes == 0 {
		if len(p.incomplete) > 0 {
			return p.Words["all-no-drift-known"]
		}
		return p.Words["all-no-drift"]
	}
	return p.all.text(p.Words)
}

// coverage writes which kinds and fields were compared, and what the manifests
// leave to the tenant.
func (p *PlanText) coverage(d *engine.Drift) {
	for _, c := range d.Coverage {
		w, title := p.Words, p.Words.kindTitle(p.Kinds, c.Kind)
		if c.Read == engine.NotRead {
			fmt.Fprintf(p.W, "  %s\n", p.Style.dim(w.Say("coverage-not-compared", "kind", title)))
			continue
		}
		line := w.Say("coverage", "kind", title, "objects", w.Count(c.Declared, "n-objects"), "read", w["read-"+engine.Code(c.Read)], "fields", w.fieldNames(c.Fields))
		if len(c.Open) > 0 {
			line += w["semicolon"] + w.Say("coverage-open", "fields", w.fieldNames(c.Open))
		}
		if len(c.Secrets) > 0 {
			line += w["semicolon"] + w.Say("coverage-secrets", "fields", w.fieldNames(c.Secrets))
		}
		fmt.Fprintf(p.W, "  %s\n", p.Style.dim(line))
	}
}

func (w Words) fieldNames(names []string) string {
	if len(names) == 0 {
		return w["only-the-key"]
	}
	return strings.Join(names, ", ")
}
