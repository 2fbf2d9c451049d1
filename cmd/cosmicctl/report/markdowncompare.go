package report

import (
	"fmt"
	"strings"
)

// compared counts what a comparison looked at.
func (m *markdown) compared(t *TenantPlan) string {
	w, pair := m.words, t.Pair
	tenants := fmt.Sprintf("%s (%s) → %s (%s)", code(pair.First.Name), code("Cosmic "+string(pair.First.Version)), code(t.Name), code("Cosmic "+string(t.Version)))
	text := w.Say("compare-heading", "what", tenants, "as", pair.as(w)) + w["colon"]
	if m.all.changes > 0 {
		text += pair.actions(w, m.all.byAction, code) + w["semicolon"]
	}
	text += w.Say("n-the-same", "n", t.Plan.Unchanged)
	if n := len(t.Plan.NotComparable); n > 0 {
		text += w["comma"] + w.Say("secrets-not-comparable", "secrets", w.Count(n, "n-secrets"))
	}
	return strings.Join(append([]string{text}, pair.left(w, code)...), w["semicolon"]) + w["full-stop"]
}

// kinds writes how much of each kind differs.
func (m *markdown) kinds(p *Pair) {
	w := m.words
	head := "| " + strings.Join([]string{w["column-kind"], w["differ"], w.Say("only", "tenant", code(p.First.Name)), w.Say("only", "tenant", code(p.Second)), w["the-same"]}, " | ") +
		" |\n|---|---:|---:|---:|---:|\n"
	kinds := p.counts()
	m.list(head, "\n", "n-kinds", len(kinds), func(i int) string {
		k := kinds[i]
		row := "| " + w.kindTitle(m.opts.Kinds, k.Kind) + " |"
		for _, n := range []int{k.Differs, k.OnlyFirst, k.OnlySecond, k.Same} {
			row += fmt.Sprintf(" %d |", n)
		}
		return row + "\n"
	})
}
