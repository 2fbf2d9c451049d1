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
	for _, t := range accessTables(p.Kinds, tenant) {
		p.access(&t, storyOf("drift"))
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
	text := "No drift."
	switch {
	case d.Empty() && someProblem(d.Plan):
		text = "No drift known."
	case !d.Empty():
		text = "Drift, as wanted → live: " + t.text()
	}
	text += fmt.Sprintf(" %d as wanted, %d unmanaged", d.Unchanged, len(d.Unmanaged))
	if n := problems(d.Plan); n > 0 {
		text += ", " + count(n, "problem")
	}
	return text + "."
}

// AllDrift sums up all tenants.
func (p *PlanText) AllDrift() {
	if n := len(p.clean); n > 0 {
		fmt.Fprintf(p.W, "%s %s\n", p.Style.green("No drift:"), some(p.clean, Clean))
	}
	if len(p.incomplete) > 0 {
		fmt.Fprintf(p.W, "%s %s\n", p.Style.red("Not compared completely:"), some(p.incomplete, Clean))
	}
	if p.tenants > 1 {
		fmt.Fprintf(p.W, "%s %s\n", p.Style.bold(fmt.Sprintf("All %d tenants:", p.tenants)), p.allDrift())
	}
}

func (p *PlanText) allDrift() string {
	if p.all.changes == 0 {
		if len(p.incomplete) > 0 {
			return "no drift known."
		}
		return "no drift."
	}
	return p.all.text()
}

// coverage writes which kinds and fields were compared, and what the manifests
// leave to the tenant.
func (p *PlanText) coverage(d *engine.Drift) {
	for _, c := range d.Coverage {
		title := kindTitle(p.Kinds, c.Kind)
		if c.Read == engine.NotRead {
			fmt.Fprintf(p.W, "  %s\n", p.Style.dim(title+": not compared, no manifest mentions it"))
			continue
		}
		line := fmt.Sprintf("%s: %s, read %s; compared: %s", title, count(c.Declared, "object"), coverageWords()[c.Read], fieldNames(c.Fields))
		if len(c.Open) > 0 {
			line += "; left to the tenant: " + fieldNames(c.Open)
		}
		if len(c.Secrets) > 0 {
			line += "; not comparable: " + fieldNames(c.Secrets)
		}
		fmt.Fprintf(p.W, "  %s\n", p.Style.dim(line))
	}
}

func fieldNames(names []string) string {
	if len(names) == 0 {
		return "nothing but the key"
	}
	return strings.Join(names, ", ")
}
