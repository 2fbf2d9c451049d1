package report

import (
	"strconv"
	"strings"
)

// detail is how much is said of a change.
type detail struct{ lines, places, width int }

// changes writes all changes, riskiest first: each with all there is to say if it
// takes no more than its share, else with less, else as one line. From the first
// on for which there is no room at all, they are counted.
func (m *markdown) changes() {
	left := tally{pair: m.run.pair()}
	for _, g := range groups(m.opts.Kinds, m.run.Tenants) {
		if left.changes > 0 || !m.add(m.change(g)) {
			left.worst(g)
		}
	}
	if left.changes > 0 {
		m.must("\n" + m.words.Say("and-more-changes", "changes", m.words.Count(left.changes, m.story.more), "classes", left.classes(m.words)) + "\n\n")
	}
}

func (m *markdown) change(g *group) string {
	const all = 1 << 30
	for _, d := range []detail{{all, all, 2000}, {40, 20, 200}} {
		if s := m.folded(g, d); m.fits(s) {
			return s
		}
	}
	return "- " + m.title(g) + m.words.Say("in-brackets", "text", m.words["details-left-out"]) + "\n"
}

// folded writes the changes of a group in a fold.
func (m *markdown) folded(g *group, d detail) string {
	lines := m.diff(g.Change, d.width)
	if n := len(lines); n > d.lines {
		lines = append(lines[:d.lines], "  "+m.words.Say("and-what-more", "what", m.words.Count(n-d.lines, "n-lines")))
	}
	about := []string{code(at(g.Origin))}
	about = append(about, g.notes(m.words, code)...)
	body := fence("diff", lines) + "\n" + strings.Join(about, " · ") + "\n"
	if g.CutsOff {
		body += "\n" + m.words.Say("markdown-cut-off", "steps", strings.Join(g.Steps, ", ")) + "\n"
	}
	if len(g.places) > 1 {
		body += "\n" + m.words["the-same-on-these"] + "\n\n" + fence("", m.places(g, d.places))
	}
	return fold(m.title(g), body)
}

// title names a group in HTML: its classes, what is done, to what, where.
func (m *markdown) title(g *group) string {
	var b strings.Builder
	if words := m.words.risky(g.Risks); len(words) > 0 {
		b.WriteString("<b>" + strings.Join(words, m.words["list-comma"]) + "</b> · ")
	}
	b.WriteString(g.places[0].verb(m.words, code) + " ")
	if k := keys(g.places); len(k) > 1 {
		b.WriteString(m.words.Count(len(g.places), "n-of-kind", "kind", m.words.kindTitle(m.opts.Kinds, g.Ref.Kind)) + m.words["colon"] + m.words.some(k, code) + m.spread(g))
	} else {
		b.WriteString(m.objectCode(g.Ref) + m.spread(g))
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
	return m.words.Say("on-n-tenants", "n", n)
}

func (m *markdown) places(g *group, most int) []string {
	var out []string
	for i, p := range g.places {
		if i == most {
			return append(out, m.words.Say("and-what-more", "what", strconv.Itoa(len(g.places)-most)))
		}
		line := Clean(p.Ref.Key) + "  " + at(p.Origin)
		if len(m.run.Tenants) > 1 {
			line = Clean(p.tenant) + "  " + line
		}
		out = append(out, "- "+line)
	}
	return out
}
