package report

import (
	"fmt"
	"io"
	"strings"

	"cosmicctl/engine"
)

// PlanText writes plans as text, one tenant after the other.
type PlanText struct {
	W         io.Writer
	Style     Style
	Words     Words
	Kinds     engine.Catalog
	Unmanaged bool // list what no manifest mentions
}

// Heading begins a tenant.
func (p *PlanText) Heading(t *engine.Tenant) {
	fmt.Fprintf(p.W, "%s  %s · Cosmic %s\n", p.Style.bold("Tenant "+Clean(t.Name)),
		p.Style.dim(Clean(t.Environment.BaseURL)), Clean(string(t.Environment.Version)))
}

// Plan writes the changes of a tenant and one line that sums them up.
func (p *PlanText) Plan(plan *engine.Plan) {
	for _, c := range plan.Changes() {
		p.change(&c)
	}
	for _, r := range plan.Unmanaged {
		if p.Unmanaged {
			fmt.Fprintf(p.W, "  %s %s\n", p.Style.dim("· unmanaged"), p.name(r))
		}
	}
	fmt.Fprintln(p.W, summary(plan))
}

var marks = map[engine.Action]string{engine.Create: "+ create", engine.Update: "~ change", engine.Delete: "- delete"}

func (p *PlanText) change(c *engine.Change) {
	mark := marks[c.Action]
	switch c.Action {
	case engine.Create:
		mark = p.Style.green(mark)
	case engine.Update:
		mark = p.Style.yellow(mark)
	case engine.Delete:
		mark = p.Style.red(mark)
	}
	where := fmt.Sprintf("%s:%d", Clean(c.Origin.File), c.Origin.Line)
	fmt.Fprintf(p.W, "  %s %s  %s\n", mark, p.name(c.Ref), p.Style.dim(where))
	width := 0
	for _, f := range c.Fields {
		width = max(width, len(f.Field))
	}
	for _, f := range c.Fields {
		fmt.Fprintf(p.W, "      %-*s  %s\n", width, f.Field, p.field(c.Action, f))
	}
	if c.CutsOff {
		fmt.Fprintf(p.W, "      %s\n", p.Style.yellow("this version wants "+strings.Join(c.Steps, ", ")+
			": callers are cut off in between"))
	}
}

func (p *PlanText) name(r engine.Ref) string {
	return p.Kinds.Kind(r.Kind).Title.EN + " " + Clean(r.Key)
}

func (p *PlanText) field(a engine.Action, f engine.FieldChange) string {
	switch {
	case f.Secret && a == engine.Update:
		return engine.Redacted + " → " + Value(f.After)
	case f.Element != "" && f.After != nil:
		return p.Style.green("+ " + Clean(f.Element))
	case f.Element != "":
		return p.Style.red("- " + Clean(f.Element))
	case f.Default:
		return Value(f.After) + p.Style.dim("  (default)")
	case a == engine.Create:
		return Value(f.After)
	}
	before, isText := f.Before.(string)
	after, _ := f.After.(string)
	if isText {
		old, new := p.Style.inline(before, after)
		return old + " → " + new
	}
	return Value(f.Before) + " → " + Value(f.After)
}

// summary is the line at the end of a tenant's plan.
func summary(plan *engine.Plan) string {
	var b strings.Builder
	switch {
	case plan.Empty() && len(plan.Problems) > 0:
		b.WriteString("No changes known.") // not the same as none
	case plan.Empty():
		b.WriteString("No changes.")
	default:
		fmt.Fprintf(&b, "Plan: %d to create, %d to change, %d to delete.",
			plan.Count(engine.Create), plan.Count(engine.Update), plan.Count(engine.Delete))
	}
	fmt.Fprintf(&b, " %d unchanged, %d unmanaged", plan.Unchanged, len(plan.Unmanaged))
	if n := len(plan.NotComparable); n > 0 {
		fmt.Fprintf(&b, ", %s not comparable (write with --set-secrets)", count(n, "secret"))
	}
	if n := len(plan.Problems); n > 0 {
		fmt.Fprintf(&b, ", %s", count(n, "problem"))
	}
	return b.String() + "."
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
