package report

import (
	"fmt"

	"cosmicctl/engine"
)

// A fieldLine says in words what becomes of a field, or of one element of it. It
// knows no format: what is put around it, and how it looks, is for the format.
type fieldLine struct {
	name   string // of the field, with the place in a list whose order matters
	before string
	after  string
	// element marks what a list gains (after) or loses (before); quoted marks
	// texts, which stand without their quotes so that a format can mark what
	// changed inside.
	element, quoted bool
	isDefault       bool
	field           *engine.FieldChange
}

// fieldLines puts the fields of a change into words.
func (w Words) fieldLines(c *engine.Change) []fieldLine {
	var out []fieldLine
	for i := range c.Fields {
		f := &c.Fields[i]
		for _, l := range w.linesOf(c.Action, f) {
			l.field = f
			out = append(out, l)
		}
	}
	return out
}

func (w Words) linesOf(a engine.Action, f *engine.FieldChange) []fieldLine {
	l := fieldLine{name: f.Field, isDefault: f.Default}
	before, beforeIsText := f.Before.(string)
	after, afterIsText := f.After.(string)
	was, isList := f.Before.(engine.List)
	switch {
	case a == engine.OnlyFirst:
		l.before = w.given(f.Before, f.Secret)
	case a == engine.OnlySecond:
		l.after = w.given(f.After, f.Secret)
	case a == engine.Differs && f.Element == "" && (f.Secret || f.Before == nil || f.After == nil):
		l.before, l.after = w.given(f.Before, f.Secret), w.given(f.After, f.Secret)
	case f.Secret && a == engine.Changed:
		l.before, l.after = w.value(f.Before)+w.secretReason(f.Why), w["secret"]
	case f.Secret && a == engine.Update:
		l.before, l.after = w["secret"], w.value(f.After)+w.secretReason(f.Why)
	case f.Element != "" && f.After != nil:
		l.after, l.element = Clean(f.Element), true
	case f.Element != "":
		l.before, l.element = Clean(f.Element), true
	case a.Sort() == engine.Create || f.Default:
		l.after = w.value(f.After)
	case isList:
		now, _ := f.After.(engine.List)
		return listLines(f.Field, was, now)
	case beforeIsText && afterIsText:
		l.before, l.after = around(before, after)
		l.quoted = true
	default:
		l.before, l.after = w.value(f.Before), w.value(f.After)
	}
	return []fieldLine{l}
}

// listLines names the elements of a list whose order matters by their place. What
// both lists begin and end with is left out, so that an element which comes or
// goes does not seem to change all behind it.
func listLines(field string, was, now engine.List) []fieldLine {
	from := 0
	for from < min(len(was), len(now)) && was[from] == now[from] {
		from++
	}
	for len(was) > from && len(now) > from && was[len(was)-1] == now[len(now)-1] {
		was, now = was[:len(was)-1], now[:len(now)-1]
	}
	var out []fieldLine
	for i := from; i < max(len(was), len(now)); i++ {
		l := fieldLine{name: fmt.Sprintf("%s[%d]", field, i), element: true}
		switch {
		case i >= len(was):
			l.after = Clean(now[i])
		case i >= len(now):
			l.before = Clean(was[i])
		default:
			l.before, l.after = around(was[i], now[i])
			l.element, l.quoted = false, true
		}
		out = append(out, l)
	}
	return out
}

// around cleans two versions of a text. Of long ones it leaves out what both
// begin with, or the cut at the end might hide the difference.
func around(before, after string) (string, string) {
	const context = 20
	a, b := []rune(before), []rune(after)
	if max(len(a), len(b)) <= longest {
		return Clean(before), Clean(after)
	}
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	if same <= context {
		return Clean(before), Clean(after)
	}
	from := same - context
	return "…" + Clean(string(a[from:])), "…" + Clean(string(b[from:]))
}
