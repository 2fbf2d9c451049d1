package report

import (
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
	run   *Run
	opts  Options
	words Words
	story story
	all   tally
}

func writeMarkdown(w io.Writer, r *Run, o Options) error {
	m := &markdown{sheet: sheet{size: o.Budget, words: o.Words}, run: r, opts: o, words: o.Words, story: r.story(o.Words), all: r.tally()}
	if m.size == 0 {
		m.size = DefaultBudget
	}
	if m.size < MinBudget {
		return o.Words.Error("markdown-budget", "bytes", o.Budget, "least", MinBudget)
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
	w, subject := m.words, m.story.subject
	m.must("<!-- " + strings.TrimSpace("cosmicctl:"+subject+" "+m.run.Digest) + " -->\n")
	if m.run.Empty() {
		m.must("**" + m.verdict() + w["full-stop"] + "** " + m.standing() + "\n\n")
		return
	}
	m.must("### cosmicctl " + subject + w["colon"] + m.verdict() + "\n\n")
	if m.run.Failure != "" {
		m.must("**" + w["ended-early"] + w["colon-alone"] + "** " + code(m.run.Failure) + "\n\n")
	}
	if s := m.standing(); s != "" {
		m.must(s + "\n\n")
	}
	about := w.Say("exit-code-means", "code", m.run.ExitCode, "meaning", w.exitMeaning(m.run))
	if m.run.Base != "" {
		about += " · " + w.Say("compared-with", "base", code(m.run.Base))
	}
	if m.run.Digest != "" {
		about += " · " + w.Say("with-digest", "digest", code(m.run.Digest))
	}
	m.must(about + w["full-stop"] + "\n\n")
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
		return m.extent() + m.words["comma"] + byHand
	case steps > 0 && sure:
		return byHand
	case m.all.changes > 0 && sure:
		return m.extent()
	case m.all.changes > 0:
		return m.words.Say("and-not-all-known", "changes", m.extent())
	case sure:
		return m.story.none
	}
	return m.story.unknown
}

func (m *markdown) extent() string {
	w, changes := m.words, m.words.Count(m.all.changes, m.story.noun)
	if pair := m.run.pair(); pair != nil {
		return pair.between(w, changes, code)
	}
	touched := 0
	for _, t := range m.run.Tenants {
		if !t.Plan.Empty() {
			touched++
		}
	}
	if n := len(m.run.Tenants); touched < n {
		return w.Say("changes-on-some", "changes", changes, "n", touched, "all", n)
	}
	return w.Say("changes-on", "changes", changes, "tenants", w.Count(touched, "n-tenants"))
}

// standing counts what the run looked at.
func (m *markdown) standing() string {
	if m.run.Command == "validate" || len(m.run.Tenants) == 0 {
		return m.words.Say("files-read", "files", m.words.Count(m.run.Files, "n-files"))
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
	w := m.words
	text := w.Say("unchanged-and-unmanaged", "same", same, "unmanaged", unmanaged)
	if m.all.changes > 0 {
		text = m.all.actions(w) + w["semicolon"] + text
	}
	if secrets > 0 {
		text += w["comma"] + w.Say("secrets-not-comparable", "secrets", w.Count(secrets, "n-secrets"))
	}
	if n := len(m.run.Tenants); n > 1 {
		text = w.Say("what-on-n-tenants", "what", text, "n", n)
	}
	return text + w["full-stop"]
}
