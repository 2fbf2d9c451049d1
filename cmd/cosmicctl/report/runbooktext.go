package report

import (
	"fmt"
	"strings"

	"cosmicctl/engine"
)

// Runbook writes what is left to a person on a tenant.
func (p *PlanText) Runbook(steps []engine.ByHand) {
	if len(steps) == 0 {
		return
	}
	b := &runbook{p.Words, p.Kinds, p.version, whole}
	fmt.Fprintf(p.W, "  %s\n", p.Style.bold(p.Words.Say("runbook-head", "n", len(steps))))
	for _, s := range b.steps(steps) {
		p.step(&s)
	}
}

// byHand writes the steps of a plan, or which objects they are about.
func (p *PlanText) byHand(plan *engine.Plan) {
	if !p.Later || len(plan.ByHand) == 0 {
		p.Runbook(plan.ByHand)
		return
	}
	names := make([]string, len(plan.ByHand))
	for i := range names {
		names[i] = p.name(plan.ByHand[i].Ref)
	}
	fmt.Fprintf(p.W, "  %s\n", p.Style.yellow(p.Words.Say("runbook-later", "n", len(names), "objects", p.Words.some(names, Clean))))
}

func (p *PlanText) step(s *handStep) {
	indent := strings.Repeat(" ", len(fmt.Sprint(s.number)))
	fmt.Fprintf(p.W, "  %d. %s%s  %s\n", s.number, s.title, p.risks(s.Risks), p.Style.dim(s.where))
	line := func(text string) { fmt.Fprintf(p.W, "  %s  %s\n", indent, text) }
	if s.menu != "" {
		line(s.menu)
	}
	for _, r := range s.reminders {
		line(p.Style.yellow("! " + r))
	}
	for _, l := range s.lines {
		line("  " + p.handLine(&l))
	}
	if len(s.isNew) > 0 {
		line(p.Words.Say("runbook-is-new"))
	}
	for _, l := range s.isNew {
		line("  " + p.handLine(&l))
	}
	if !s.Unseen() {
		line(p.Style.dim(s.why))
	}
}

// handLine names a field as the screen does, and behind it as the manifest does.
func (p *PlanText) handLine(l *handLine) string {
	return l.label + p.Style.dim(" ("+l.field+")") + ": " + strings.Join(l.values, p.Words["runbook-and"])
}

// Checked says of each step what a look after it tells.
func (p *PlanText) Checked(steps []engine.ByHand, found []engine.Checked) {
	by := map[engine.Checked][]string{}
	for i := range steps {
		by[found[i]] = append(by[found[i]], fmt.Sprintf("%d (%s)", i+1, p.name(steps[i].Ref)))
	}
	for _, c := range []engine.Checked{engine.CheckedDone, engine.CheckedOpen, engine.CheckedUnseen} {
		if len(by[c]) > 0 {
			fmt.Fprintf(p.W, "%s\n", p.Words.Say("runbook-checked-"+engine.Code(c), "steps", strings.Join(by[c], p.Words["comma"])))
		}
	}
}
