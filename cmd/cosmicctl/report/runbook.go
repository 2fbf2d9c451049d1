package report

import (
	"slices"
	"strconv"
	"strings"

	"cosmicctl/engine"
)

// A runbook is what a person does in the console, because the tenant publishes no
// API for it: numbered steps, each with the way through the menus and the fields as
// the screen names them. A secret stands in it as a reference, and a value is never
// cut, since somebody copies it.

// handStep is a step in words that know no format. quote makes a text from outside
// safe in it.
type handStep struct {
	*engine.ByHand
	number int
	title  string
	risks  []string
	where  string
	menu   string // the line that says where to click; "" if nobody knows
	// lines are what to enter, isNew what else to enter into a new object.
	lines, isNew []handLine
	reminders    []string
	why          string
}

// handLine is one field, or a part of it that has a name of its own.
type handLine struct {
	label  string // on the screen
	field  string // in the manifest
	values []string
}

// runbook puts steps into words.
type runbook struct {
	words   Words
	kinds   engine.Catalog
	version engine.Version
	quote   func(string) string
}

// steps are those of a tenant, numbered in the order in which they are to be done.
func (b *runbook) steps(all []engine.ByHand) []handStep {
	out := make([]handStep, len(all))
	for i := range all {
		out[i] = b.step(&all[i], i+1)
	}
	return out
}

func (b *runbook) step(h *engine.ByHand, number int) handStep {
	k := b.kinds.Kind(h.Ref.Kind)
	s := handStep{ByHand: h, number: number, risks: b.words.risky(h.Risks), where: at(h.Origin), title: b.title(h, k),
		why: b.words.Say("runbook-lacks", "op", b.quote(h.Op), "form", b.quote(h.Form))}
	if k == nil {
		return s
	}
	if k.Formless() {
		s.why = b.words.Say("runbook-no-form")
	}
	if menu := k.MenuOn(b.version); menu != "" {
		s.menu = b.words.Say("runbook-menu", "menu", menu)
	}
	for i := range h.Fields {
		f := &h.Fields[i]
		field := k.Field(f.Field)
		switch {
		case field == nil:
		case f.Default && h.Action == engine.Ensure:
			s.isNew = append(s.isNew, b.lines(field, f)...)
		default:
			s.lines = append(s.lines, b.lines(field, f)...)
		}
	}
	for _, code := range h.Reminders {
		s.reminders = append(s.reminders, b.words.Say(code))
	}
	for _, note := range k.Notes {
		s.reminders = append(s.reminders, b.words.Text(note))
	}
	return s
}

// title says what is to be done, and to what.
func (b *runbook) title(h *engine.ByHand, k *engine.Kind) string {
	object := b.quote(h.Ref.Key)
	if k != nil {
		object = b.words.Text(k.Title) + " " + object
	}
	return b.words.Say("runbook-"+engine.Code(h.Action), "object", object)
}

// lines say what to enter into a field; what is known to be there already is said too.
func (b *runbook) lines(f *engine.Field, c *engine.FieldChange) []handLine {
	l := handLine{label: f.Label, field: f.Name}
	known := c.Before != nil
	switch after := c.After.(type) {
	case engine.Set:
		before, _ := c.Before.(engine.Set)
		l.values = b.elements(known, before, after, b.quote)
	case engine.Rows:
		before, _ := c.Before.(engine.Rows)
		l.values = b.elements(known, texts(before, f), texts(after, f), b.quote)
	case engine.List:
		before, _ := c.Before.(engine.List)
		return b.slots(f, known, before, after)
	default:
		l.values = []string{b.value(f, after)}
		if known && !c.Secret && c.Before != c.After {
			l.values[0] = b.words.Say("runbook-now", "value", l.values[0], "now", b.value(f, c.Before))
		}
	}
	return []handLine{l}
}

// elements say which rows of a table to add and which to remove or, where nobody
// knows what is there, which there are to be.
func (b *runbook) elements(known bool, before, after []string, quote func(string) string) []string {
	var out []string
	if !known {
		for _, e := range after {
			out = append(out, quote(e))
		}
		if len(out) == 0 {
			return []string{b.words.Say("runbook-none")}
		}
		return append(out, b.words.Say("runbook-no-more"))
	}
	for _, e := range after {
		if !slices.Contains(before, e) {
			out = append(out, b.words.Say("runbook-add", "value", quote(e)))
		}
	}
	for _, e := range before {
		if !slices.Contains(after, e) {
			out = append(out, b.words.Say("runbook-remove", "value", quote(e)))
		}
	}
	return out
}

// texts are address rules as the columns of the screen.
func texts(rows engine.Rows, f *engine.Field) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = f.OnScreen("policy") + " " + f.OnScreen(r.Policy) + " · " + f.OnScreen("start") + " " + r.Start + " · " + f.OnScreen("end") + " " + r.End
	}
	return out
}

// slots are the numbered fields of a list; those that stay as they are known to be
// are left out.
func (b *runbook) slots(f *engine.Field, known bool, before, after engine.List) []handLine {
	at := func(list engine.List, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	var out []handLine
	for i := range 1 + len(f.More) {
		was, is := at(before, i), at(after, i)
		if known && was == is {
			continue
		}
		value := b.value(f, is)
		if known {
			value = b.words.Say("runbook-now", "value", value, "now", b.value(f, was))
		}
		out = append(out, handLine{f.Label + strconv.Itoa(i+1), f.Name, []string{value}})
	}
	return out
}

// value is one value as a person enters or picks it.
func (b *runbook) value(f *engine.Field, v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return b.words.Say("runbook-on")
		}
		return b.words.Say("runbook-off")
	case int64:
		return strconv.FormatInt(v, 10)
	case engine.SecretRef:
		return b.words.Say("runbook-secret", "ref", b.quote(v.String()))
	case string:
		if v == "" {
			return b.words.Say("runbook-empty")
		}
		return b.quote(f.OnScreen(v))
	}
	return engine.Redacted
}

// byHandRule is the rule of a step by hand in formats that are lists of findings.
const byHandRule = "by-hand"

func (o Options) runbook(t *TenantPlan, quote func(string) string) []handStep {
	b := &runbook{o.Words, o.Kinds, t.Version, quote}
	return b.steps(t.Plan.ByHand)
}

// byHandFindings are the steps of a tenant in formats that are lists of findings.
func (o Options) byHandFindings(t *TenantPlan) []finding {
	var out []finding
	for _, s := range o.runbook(t, Clean) {
		out = append(out, finding{rule: byHandRule, level: levelWarning, pos: s.Origin, tenant: t.title(), subject: s.Ref.String(), text: s.flat()})
	}
	return out
}

// flat is a step in one line.
func (s *handStep) flat() string {
	parts := []string{s.title}
	if s.menu != "" {
		parts = append(parts, s.menu)
	}
	for _, l := range s.lines {
		parts = append(parts, l.label+" "+strings.Join(l.values, ", "))
	}
	return strings.Join(parts, "; ")
}
