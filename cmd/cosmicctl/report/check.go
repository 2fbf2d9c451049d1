package report

import (
	"fmt"
	"strings"

	"cosmicctl/engine"

	"github.com/mattn/go-runewidth"
)

// check is a check in JSON.
type check struct {
	Subject string             `json:"subject,omitempty"`
	Check   engine.Code        `json:"check"`
	Result  engine.CheckResult `json:"result"`
	Finding diagnostic         `json:"finding"`
}

// AddChecks adds what was tried on a tenant. What failed is a problem of it, and
// what works with a reservation is advice, as are the notes.
func (r *Run) AddChecks(t *engine.Tenant, checks []engine.Check, notes []engine.Diagnostic) {
	p := &engine.Plan{Tenant: t.Name}
	for _, c := range checks {
		if c.Result == engine.Missed || c.Result == engine.Warned {
			p.Problems = append(p.Problems, c.Problem())
		}
	}
	p.Problems = append(p.Problems, notes...)
	r.Add(t, p)
	r.Tenants[len(r.Tenants)-1].Checks = checks
}

func checksOf(words Words, checks []engine.Check) []check {
	var out []check
	for _, c := range checks {
		out = append(out, check{c.Subject, c.Name, c.Result, diagnosticsOf(words, []engine.Diagnostic{c.Finding})[0]})
	}
	return out
}

// checked counts the checks of all tenants in words; "" where none was made.
func (r *Run) checked(words Words) string {
	n, all := map[engine.CheckResult]int{}, 0
	for i := range r.Tenants {
		for _, c := range r.Tenants[i].Checks {
			n[c.Result]++
			all++
		}
	}
	if all == 0 {
		return ""
	}
	var parts []string
	for _, result := range engine.Results() {
		if n[result] > 0 {
			parts = append(parts, words.Say(engine.Code("checks-"+result), "n", n[result]))
		}
	}
	return strings.Join(parts, words["comma"])
}

// Checks writes what was tried on a tenant, a table for each subject.
func (p *PlanText) Checks(t *engine.Tenant, checks []engine.Check, notes []engine.Diagnostic) {
	p.Heading(t)
	width := 0
	for _, c := range checks {
		width = max(width, runewidth.StringWidth(p.Words.checkName(c)))
	}
	subject := ""
	for _, c := range checks {
		if c.Subject != subject {
			subject = c.Subject
			fmt.Fprintf(p.W, "  %s\n", p.Style.bold(p.Words.Say(checkSubject, "subject", Clean(subject))))
		}
		name := runewidth.FillRight(p.Words.checkName(c), width)
		fmt.Fprintf(p.W, "    %s  %s  %s\n", p.resultMark(c.Result), name, p.Words.MessageAndHint(c.Finding))
	}
	for _, d := range notes {
		fmt.Fprintf(p.W, "  %s %s\n", p.Style.yellow("!"), p.Words.MessageAndHint(d))
	}
}

// AllChecks sums up all checks of a run.
func (p *PlanText) AllChecks(r *Run) {
	text := r.checked(p.Words)
	if text == "" {
		text = p.Words.Say(checksNone)
	}
	fmt.Fprintln(p.W, text)
}

func (p *PlanText) resultMark(r engine.CheckResult) string {
	text := fmt.Sprintf("%-4s", r)
	switch r {
	case engine.Missed:
		return p.Style.red(text)
	case engine.Warned:
		return p.Style.yellow(text)
	case engine.Passed:
		return p.Style.green(text)
	}
	return p.Style.dim(text)
}

func (w Words) checkName(c engine.Check) string { return w.Say(c.Name) }

// checks writes the table of checks of each tenant.
func (m *markdown) checks() {
	for i := range m.run.Tenants {
		t := &m.run.Tenants[i]
		head := "**" + m.opts.Words.Say(checksOn, "tenant", code(t.Name)) + "**\n\n|  |  |  |  |\n|---|---|---|---|\n"
		m.list(head, "\n", "check", len(t.Checks), func(i int) string {
			c := t.Checks[i]
			return fmt.Sprintf("| %s | %s | %s | %s |\n", c.Result, code(c.Subject), entities(m.opts.Words.checkName(c)), m.message(c.Finding))
		})
	}
}

// pageCheck is a check on a page.
type pageCheck struct{ Tenant, Subject, Name, Result, Message, Hint string }

func newPageChecks(words Words, t *TenantPlan) []pageCheck {
	var out []pageCheck
	for _, c := range t.Checks {
		out = append(out, pageCheck{Clean(t.Name), Clean(c.Subject), words.checkName(c), string(c.Result), words.Message(c.Finding), words.Hint(c.Finding)})
	}
	return out
}

// passed are the cases of the checks that did not fail; those that did are problems.
func (o Options) passed(t *TenantPlan) []testCase {
	var out []testCase
	for _, c := range t.Checks {
		if c.Result == engine.Passed || c.Result == engine.Untold {
			out = append(out, testCase{Class: Clean(t.title()), Name: Clean(c.Subject) + ": " + string(c.Name), Out: string(c.Result) + ": " + o.Words.Message(c.Finding)})
		}
	}
	return out
}
