package report

import (
	"fmt"
	"strings"
)

// runbooks writes the steps by hand, tenant by tenant, as lists of tasks.
func (m *markdown) runbooks() {
	for i := range m.run.Tenants {
		t := &m.run.Tenants[i]
		steps := m.opts.runbook(t, wholeCode)
		head := "**" + m.opts.Words.Say("runbook-title") + "**"
		if len(m.run.Tenants) > 1 {
			head += " · " + m.opts.Words.Say("runbook-on-tenant", "tenant", code(t.Name))
		}
		head += "\n\n" + m.opts.Words.Say("runbook-about") + "\n\n"
		m.list(head, "\n", "n-steps", len(steps), func(i int) string { return m.task(&steps[i]) })
	}
}

func (m *markdown) task(s *handStep) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- [ ] **%d.** %s", s.number, s.title)
	if len(s.risks) > 0 {
		b.WriteString(" · **" + strings.Join(s.risks, m.opts.Words["list-comma"]) + "**")
	}
	b.WriteString(" · " + code(s.where) + "\n")
	if s.menu != "" {
		b.WriteString("  - " + s.menu + "\n")
	}
	for _, r := range s.reminders {
		b.WriteString("  - ⚠ " + r + "\n")
	}
	for _, l := range s.lines {
		b.WriteString("  - " + m.handLine(&l) + "\n")
	}
	if len(s.isNew) > 0 {
		b.WriteString("  - " + m.opts.Words.Say("runbook-is-new") + "\n")
	}
	for _, l := range s.isNew {
		b.WriteString("    - " + m.handLine(&l) + "\n")
	}
	return b.String()
}

func (m *markdown) handLine(l *handLine) string {
	return l.label + " (" + code(l.field) + "): " + strings.Join(l.values, m.opts.Words["runbook-and"])
}
