package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// check is a check in JSON.
type check struct {
	Subject  string             `json:"subject,omitempty"`
	Check    engine.Code        `json:"check"`
	Result   engine.CheckResult `json:"result"`
	Finding  diagnostic         `json:"finding"`
	Evidence string             `json:"evidence,omitempty"`
	Way      string             `json:"way,omitempty"`
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
		out = append(out, check{c.Subject, c.Name, c.Result, diagnosticsOf(words, []engine.Diagnostic{c.Finding})[0], Clean(c.Evidence), words.ownWay(c)})
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
	widest := 0
	for _, c := range checks {
		widest = max(widest, width(p.Words.checkName(c)))
	}
	subject := ""
	for _, c := range checks {
		if c.Subject != subject {
			subject = c.Subject
			fmt.Fprintf(p.W, "  %s\n", p.Style.bold(p.Words.checkSubject(c)))
		}
		name := pad(p.Words.checkName(c), widest)
		fmt.Fprintln(p.W, strings.TrimRight(fmt.Sprintf("    %s  %s  %s", p.resultMark(c.Result), name, p.Words.checkMessage(c)), " "))
		for _, line := range p.Words.checkDetails(c) {
			fmt.Fprintf(p.W, "          %s\n", p.Style.dim(line))
		}
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
	text := pad(p.Words["check-"+engine.Code(r)], 4)
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

// checkMessage says what a check came to. What passed without a finding shows what was
// seen.
func (w Words) checkMessage(c engine.Check) string {
	if c.Finding.Code == "" {
		return Clean(c.Evidence)
	}
	if detailed(c) {
		return w.Message(c.Finding)
	}
	return w.MessageAndHint(c.Finding)
}

// checkDetails are the evidence of a check and the way out, for one that has more to
// say than fits a line.
func (w Words) checkDetails(c engine.Check) []string {
	if !detailed(c) {
		return nil
	}
	var out []string
	if c.Evidence != "" {
		out = append(out, w.Say(checkSeen, "evidence", Clean(c.Evidence)))
	}
	if way := w.way(c); way != "" {
		out = append(out, w.Say(checkWay, "way", way))
	}
	return out
}

// detailed tells whether a check has more to say than a message with a hint.
func detailed(c engine.Check) bool {
	return c.Finding.Code != "" && (c.Evidence != "" || c.Way != nil || c.Menu != "" || strings.HasPrefix(string(c.Finding.Hint), "way-"))
}

// way is what to do about a check, and where.
func (w Words) way(c engine.Check) string {
	way := w.Hint(c.Finding)
	if c.Way != nil {
		way = Clean(w.Text(*c.Way))
	}
	if c.Menu != "" {
		way += w.Say(checkMenu, "menu", Clean(c.Menu))
	}
	return way
}

// ownWay is the way out of a check that has more to say of it than its finding's hint.
func (w Words) ownWay(c engine.Check) string {
	if !detailed(c) {
		return ""
	}
	return w.way(c)
}

// checkHint is the rest of what a check says beside its message.
func (w Words) checkHint(c engine.Check) string {
	if !detailed(c) {
		return w.Hint(c.Finding)
	}
	return strings.Join(w.checkDetails(c), " ")
}

// checkSubject is what checks were tried for: an integration, or a part of a tenant.
func (w Words) checkSubject(c engine.Check) string {
	if slices.Contains(engine.Topics(), c.Name) {
		return Clean(c.Subject)
	}
	return w.Say(checkSubject, "subject", Clean(c.Subject))
}

func (w Words) checkName(c engine.Check) string { return w.Say(c.Name) }

// checks writes the table of checks of each tenant.
func (m *markdown) checks() {
	for i := range m.run.Tenants {
		t := &m.run.Tenants[i]
		head := "**" + m.opts.Words.Say(checksOn, "tenant", code(t.Name)) + "**\n\n|  |  |  |  |\n|---|---|---|---|\n"
		m.list(head, "\n", "n-checks", len(t.Checks), func(i int) string {
			c := t.Checks[i]
			return fmt.Sprintf("| %s | %s | %s | %s |\n", m.words["check-"+engine.Code(c.Result)], code(c.Subject), entities(m.opts.Words.checkName(c)), m.check(c))
		})
	}
}

// check is what a check came to, in the cell of a table.
func (m *markdown) check(c engine.Check) string {
	if !detailed(c) && c.Finding.Code != "" {
		return m.message(c.Finding)
	}
	lines := []string{entities(m.opts.Words.checkMessage(c))}
	for _, line := range m.opts.Words.checkDetails(c) {
		lines = append(lines, entities(line))
	}
	return strings.Join(lines, "<br>")
}

// pageCheck is a check on a page.
type pageCheck struct{ Tenant, Subject, Name, Result, Message, Hint string }

func newPageChecks(words Words, t *TenantPlan) []pageCheck {
	var out []pageCheck
	for _, c := range t.Checks {
		out = append(out, pageCheck{Clean(t.Name), Clean(c.Subject), words.checkName(c), words["check-"+engine.Code(c.Result)], cmp.Or(words.Message(c.Finding), words.checkMessage(c)), words.checkHint(c)})
	}
	return out
}

// passed are the cases of the checks that did not fail; those that did are problems.
func (o Options) passed(t *TenantPlan) []testCase {
	var out []testCase
	for _, c := range t.Checks {
		if c.Result == engine.Passed || c.Result == engine.Untold {
			out = append(out, testCase{Class: Clean(t.title()), Name: Clean(c.Subject) + ": " + string(c.Name), Out: string(c.Result) + ": " + o.Words.checkMessage(c)})
		}
	}
	return out
}
