package report

import (
	"fmt"
	"strings"
)

// compared counts what a comparison looked at.
func (m *markdown) compared(t *TenantPlan) string {
	pair := t.Pair
	text := fmt.Sprintf("%s (%s) → %s (%s), as %s: ", code(pair.First.Name), code("Cosmic "+string(pair.First.Version)), code(t.Name), code("Cosmic "+string(t.Version)), pair.as())
	if m.all.changes > 0 {
		text += pair.actions(m.all.byAction, code) + "; "
	}
	text += fmt.Sprintf("%d the same", t.Plan.Unchanged)
	if n := len(t.Plan.NotComparable); n > 0 {
		text += ", " + count(n, "secret") + " not comparable"
	}
	return strings.Join(append([]string{text}, pair.left(code)...), "; ") + "."
}

// kinds writes how much of each kind differs.
func (m *markdown) kinds(p *Pair) {
	head := "| kind | differ | only " + code(p.First.Name) + " | only " + code(p.Second) + " | the same |\n|---|---:|---:|---:|---:|\n"
	kinds := p.counts()
	m.list(head, "\n", "kind", len(kinds), func(i int) string {
		k := kinds[i]
		row := "| " + kindTitle(m.opts.Kinds, k.Kind) + " |"
		for _, n := range []int{k.Differs, k.OnlyFirst, k.OnlySecond, k.Same} {
			row += fmt.Sprintf(" %d |", n)
		}
		return row + "\n"
	})
}
