package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// A Markdown document is made for a comment on a pull request. What a reviewer
// must not miss stands outside any fold: the verdict, waivers, what went wrong,
// how much there is of each risk, who gains and loses access. Changes follow, each
// in a fold, the riskiest first.
//
// It has a budget of bytes. Each part is written whole or not at all, a part that
// is a list takes at most a third of what is left, and what found no room is
// counted at the end. See sheet for how text from outside is kept from being
// Markdown.

// MinBudget is the smallest budget: below it there is no room for a verdict and
// what was left out.
const MinBudget = 4_000

// markdown is a document in the making.
type markdown struct {
	sheet
	run  *Run
	opts Options
	all  tally
}

func writeMarkdown(w io.Writer, r *Run, o Options) error {
	m := &markdown{sheet: sheet{size: o.Budget}, run: r, opts: o, all: r.tally()}
	if m.size == 0 {
		m.size = DefaultBudget
	}
	if m.size < MinBudget {
		return fmt.Errorf("a budget of %d bytes is too small for a Markdown document; give at least %d", o.Budget, MinBudget)
	}
	m.head()
	m.waivers()
	m.problems()
	m.checks()
	m.risks()
	m.access()
	m.runbooks()
	m.changes()
	m.asides()
	_, err := io.WriteString(w, strings.TrimRight(m.text.String(), "\n")+"\n")
	return err
}

// head writes the marker, the verdict and what the run was. The marker stands
// first, so that a job finds its earlier comment and reads the digest of the plan
// in it.
func (m *markdown) head() {
	subject := m.run.story().subject
	m.must("<!-- " + strings.TrimSpace("cosmicctl:"+subject+" "+m.run.Digest) + " -->\n")
	if m.run.Empty() {
		m.must("**" + m.verdict() + ".** " + m.standing() + "\n\n")
		return
	}
	m.must("### cosmicctl " + subject + ": " + m.verdict() + "\n\n")
	if m.run.Failure != "" {
		m.must("**The run ended early:** " + code(m.run.Failure) + "\n\n")
	}
	if s := m.standing(); s != "" {
		m.must(s + "\n\n")
	}
	about := "Exit code " + exitWords(m.run)
	if m.run.Base != "" {
		about += " · compared with " + code(m.run.Base)
	}
	if m.run.Digest != "" {
		about += " · digest " + code(m.run.Digest)
	}
	m.must(about + ".\n\n")
}

// verdict says in a few words what was found. Only a run that is sure of it says
// that there are no changes.
func (m *markdown) verdict() string {
	wrong := slices.ContainsFunc(m.run.Diagnostics, func(d engine.Diagnostic) bool { return d.Severity == engine.Error })
	sure := !wrong && m.run.Failure == "" && len(m.run.partial()) == 0
	steps := m.run.steps()
	byHand := m.opts.Words.Say("runbook-summary", "n", steps)
	switch {
	case m.all.changes > 0 && steps > 0 && sure:
		return m.extent() + ", " + byHand
	case steps > 0 && sure:
		return byHand
	case m.all.changes > 0 && sure:
		return m.extent()
	case m.all.changes > 0:
		return m.extent() + ", and not all is known"
	case sure:
		return m.run.story().none
	}
	return m.run.story().unknown
}

func (m *markdown) extent() string {
	if pair := m.run.pair(); pair != nil {
		return count(m.all.changes, m.run.story().noun) + " " + pair.between(code)
	}
	touched := 0
	for _, t := range m.run.Tenants {
		if !t.Plan.Empty() {
			touched++
		}
	}
	if n := len(m.run.Tenants); touched < n {
		return fmt.Sprintf("%s on %d of %d tenants", count(m.all.changes, m.run.story().noun), touched, n)
	}
	return count(m.all.changes, m.run.story().noun) + " on " + count(touched, "tenant")
}

// standing counts what the run looked at.
func (m *markdown) standing() string {
	if m.run.Command == "validate" || len(m.run.Tenants) == 0 {
		return count(m.run.Files, "file") + " read."
	}
	if m.run.pair() != nil {
		return m.compared(&m.run.Tenants[0])
	}
	if text := m.run.checked(m.opts.Words); text != "" {
		return text
	}
	same, unmanaged, secrets := 0, 0, 0
	for _, t := range m.run.Tenants {
		same += t.Plan.Unchanged
		unmanaged += len(t.Plan.Unmanaged)
		secrets += len(t.Plan.NotComparable)
	}
	var b strings.Builder
	if m.all.changes > 0 {
		b.WriteString(m.all.actions() + "; ")
	}
	fmt.Fprintf(&b, "%d unchanged, %d unmanaged", same, unmanaged)
	if secrets > 0 {
		fmt.Fprintf(&b, ", %s not comparable", count(secrets, "secret"))
	}
	if n := len(m.run.Tenants); n > 1 {
		fmt.Fprintf(&b, " on %d tenants", n)
	}
	return b.String() + "."
}
