package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"cosmicctl/engine"
)

// diff writes the fields of a change as lines that a fence colours.
func (m *markdown) diff(c *engine.Change, most int) []string {
	w := m.words
	name := w.objectName(m.opts.Kinds, c.Ref)
	switch {
	case c.Action.Sort() == engine.Delete && len(c.Fields) == 0:
		return []string{"- " + name}
	case c.Action.Sort() == engine.Create && len(c.Fields) == 0:
		return []string{"+ " + name}
	case len(c.Fields) == 0:
		return []string{"  " + name}
	}
	lines := w.fieldLines(c)
	widest := 0
	for _, l := range lines {
		widest = max(widest, width(l.name))
	}
	mixed := mixedCauses(c)
	var out []string
	for _, l := range lines {
		label := pad(l.name, widest) + "  "
		for _, text := range l.signed(w, label) {
			out = append(out, w.shortened(text, most))
		}
		indent := "  " + strings.Repeat(" ", width(label))
		if words := w.risky(l.field.Risks); len(words) > 0 && len(c.Fields) > 1 && c.Action.Sort() == engine.Update {
			out = append(out, indent+"("+strings.Join(words, w["list-comma"])+")")
		}
		if mixed && l.field.Cause != "" {
			out = append(out, indent+"("+w["cause-"+engine.Code(l.field.Cause)]+")")
		}
	}
	return out
}

// signed writes a line as one that goes and one that comes; a default is neither.
func (l fieldLine) signed(w Words, label string) []string {
	switch {
	case l.isDefault:
		return []string{"  " + label + l.after + "  " + w["default"]}
	case l.quoted:
		return marked(label, l)
	case l.before == "":
		return []string{"+ " + label + l.after}
	case l.after == "":
		return []string{"- " + label + l.before}
	}
	return []string{"- " + label + l.before, "+ " + label + l.after}
}

// marked points at what changed inside long texts: a fence can colour lines only.
func marked(label string, l fieldLine) []string {
	const long = 40 // runes; in a shorter text it is seen
	out := []string{"- " + label + `"` + l.before + `"`, "+ " + label + `"` + l.after + `"`}
	if min(utf8.RuneCountInString(l.before), utf8.RuneCountInString(l.after)) < long {
		return out
	}
	old, new := segments(l.before, l.after)
	indent := "  " + strings.Repeat(" ", width(label)+1)
	return slices.DeleteFunc([]string{out[0], carets(indent, old), out[1], carets(indent, new)}, func(s string) bool { return s == "" })
}

// carets underline what changed; "" if nothing did, or if most of it did.
func carets(indent string, parts []segment) string {
	var b strings.Builder
	changed, all := 0, 0
	for _, p := range parts {
		mark, n := " ", width(p.Text)
		if p.Changed {
			mark = "^"
			changed += n
		}
		all += n
		b.WriteString(strings.Repeat(mark, n))
	}
	if changed == 0 || 2*changed > all {
		return ""
	}
	return indent + strings.TrimRight(b.String(), " ")
}
