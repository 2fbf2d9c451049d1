package report

import "strings"

// pageRunbook is what is to be done by hand on a tenant.
type pageRunbook struct {
	Title string
	Steps []pageStep
}

// pageByHand is what stands over the runbooks of a page, and in its verdict.
type pageByHand struct{ Title, About, State, Lead string }

func newPageByHand(w Words, r *Run) pageByHand {
	return pageByHand{Title: w.Say("runbook-title"), About: w.Say("runbook-about"), State: w.Say("runbook-summary", "n", r.steps()), Lead: w.Say("runbook-lead")}
}

type pageStep struct {
	Number    int
	Title     string
	Where     string
	Risks     []pageRisk
	Menu      string
	Rows      []pageEntry
	IsNew     string // over what only a new object needs
	New       []pageEntry
	Reminders []string
}

type pageEntry struct{ Label, Field, Value string }

func (p *page) runbook(t *TenantPlan, o Options) {
	steps := o.runbook(t, whole)
	if len(steps) == 0 {
		return
	}
	r := pageRunbook{Title: o.Words.Say("runbook-on-tenant", "tenant", Clean(t.title()))}
	for _, s := range steps {
		r.Steps = append(r.Steps, pageStep{Number: s.number, Title: s.title, Where: placeOf(s.Origin), Risks: o.Words.notRoutine(s.Risks), Menu: s.menu,
			Rows: pageEntries(s.lines, o.Words), IsNew: o.Words.Say("runbook-is-new"), New: pageEntries(s.isNew, o.Words), Reminders: s.reminders})
	}
	p.Steps += len(steps)
	p.Runbooks = append(p.Runbooks, r)
}

func pageEntries(lines []handLine, w Words) []pageEntry {
	var out []pageEntry
	for _, l := range lines {
		out = append(out, pageEntry{l.label, l.field, strings.Join(l.values, w["runbook-and"])})
	}
	return out
}
