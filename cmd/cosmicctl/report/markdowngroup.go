package report

import (
	"fmt"
	"strings"

	"cosmicctl/engine"
)

// detail is how much is said of a change.
type detail struct{ lines, places, width int }

// changes writes all changes, riskiest first: each with all there is to say if it
// takes no more than its share, else with less, else as one line. From the first
// on for which there is no room at all, they are counted.
func (m *markdown) changes() {
	var left tally
	for _, g := range groups(m.opts.Kinds, m.run.Tenants) {
		if left.changes > 0 || !m.add(m.change(g)) {
			left.worst(g)
		}
	}
	if left.changes > 0 {
		m.must(fmt.Sprintf("\n**And %s**: %s. All of them are in the JSON and the HTML of this run.\n\n",
			count(left.changes, "more change"), left.classes()))
	}
}

func (m *markdown) change(g *group) string {
	const all = 1 << 30
	for _, d := range []detail{{all, all, 2000}, {40, 20, 200}} {
		if s := m.folded(g, d); m.fits(s) {
			return s
		}
	}
	return "- " + m.title(g) + " (details left out)\n"
}

// folded writes the changes of a group in a fold.
func (m *markdown) folded(g *group, d detail) string {
	lines := m.diff(g.Change, d.width)
	if n := len(lines); n > d.lines {
		lines = append(lines[:d.lines], fmt.Sprintf("  … and %s more", count(n-d.lines, "line")))
	}
	about := []string{code(at(g.Origin))}
	about = append(about, g.notes(code)...)
	body := fence("diff", lines) + "\n" + strings.Join(about, " · ") + "\n"
	if g.CutsOff {
		body += "\n**Callers are cut off:** this version wants " + strings.Join(g.Steps, ", ") + ".\n"
	}
	if len(g.places) > 1 {
		body += "\nThe same on\n\n" + fence("", m.places(g, d.places))
	}
	return fold(m.title(g), body)
}

// title names a group in HTML: its classes, what is done, to what, where.
func (m *markdown) title(g *group) string {
	var b strings.Builder
	if words := risky(g.Risks); len(words) > 0 {
		b.WriteString("<b>" + strings.Join(words, ", ") + "</b> · ")
	}
	b.WriteString(verb(g.Action) + " ")
	if k := keys(g.places); len(k) > 1 {
		b.WriteString(count(len(g.places), kindTitle(m.opts.Kinds, g.Ref.Kind)) + ": " + some(k, code) + m.spread(g))
	} else {
		b.WriteString(objectCode(m.opts.Kinds, g.Ref) + m.spread(g))
	}
	return b.String()
}

// spread counts the tenants of a group. Its places come tenant by tenant.
func (m *markdown) spread(g *group) string {
	n := 1
	for i := 1; i < len(g.places); i++ {
		if g.places[i].tenant != g.places[i-1].tenant {
			n++
		}
	}
	if n == 1 {
		return m.on(g.places[0].tenant)
	}
	return fmt.Sprintf(" on %d tenants", n)
}

func (m *markdown) places(g *group, most int) []string {
	var out []string
	for i, p := range g.places {
		if i == most {
			return append(out, fmt.Sprintf("… and %d more", len(g.places)-most))
		}
		line := Clean(p.Ref.Key) + "  " + at(p.Origin)
		if len(m.run.Tenants) > 1 {
			line = Clean(p.tenant) + "  " + line
		}
		out = append(out, "- "+line)
	}
	return out
}

// diff writes the fields of a change as lines that a fence colours.
func (m *markdown) diff(c *engine.Change, most int) []string {
	name := objectName(m.opts.Kinds, c.Ref)
	switch {
	case c.Action == engine.Delete:
		return []string{"- " + name}
	case c.Action == engine.Create && len(c.Fields) == 0:
		return []string{"+ " + name}
	}
	lines := fieldLines(c)
	width := 0
	for _, l := range lines {
		width = max(width, len(l.name))
	}
	mixed := mixedCauses(c)
	var out []string
	for _, l := range lines {
		label := fmt.Sprintf("%-*s  ", width, l.name)
		for _, text := range l.signed(label) {
			out = append(out, shortened(text, most))
		}
		if mixed && l.field.Cause != "" {
			out = append(out, "  "+strings.Repeat(" ", width)+"  ("+causeWords()[l.field.Cause]+")")
		}
	}
	return out
}

// signed writes a line as one that goes and one that comes; a default is neither.
func (l fieldLine) signed(label string) []string {
	quote := ""
	if l.quoted {
		quote = `"`
	}
	switch {
	case l.isDefault:
		return []string{"  " + label + l.after + "  (default)"}
	case l.before == "" && !l.quoted:
		return []string{"+ " + label + l.after}
	case l.after == "" && !l.quoted:
		return []string{"- " + label + l.before}
	}
	return []string{"- " + label + quote + l.before + quote, "+ " + label + quote + l.after + quote}
}
