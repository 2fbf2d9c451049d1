package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/mattn/go-runewidth"
)

// Explain writes what the kind files say, as text.
type Explain struct {
	W     io.Writer
	Style Style
	Words Words
}

// All lists the kinds and the rest of a manifest.
func (e *Explain) All(topics []schema.Topic) {
	groups := []struct {
		heading engine.Code
		holds   func(schema.Topic) bool
	}{
		{CodeExplainKinds, func(t schema.Topic) bool { return t.Kind != nil && t.Kind.Section != "" }},
		{CodeExplainLooked, func(t schema.Topic) bool { return t.Kind != nil && t.Kind.Section == "" }},
		{CodeExplainFrame, func(t schema.Topic) bool { return t.Kind == nil }},
	}
	for _, g := range groups {
		var rows [][]string
		for _, t := range topics {
			if !g.holds(t) {
				continue
			}
			row := []string{t.Name, "", "", ""}
			if t.Kind != nil {
				row[1], row[2], row[3] = t.Kind.Section, e.Words.Text(t.Kind.Title), t.Kind.MenuOn(latest(t.Kind))
			}
			rows = append(rows, row)
		}
		e.heading(g.heading)
		e.table(rows)
		fmt.Fprintln(e.W)
	}
	fmt.Fprintln(e.W, e.Words.Say(CodeExplainMore))
}

// latest is the version from which on the newest menu of a kind holds.
func latest(k *engine.Kind) engine.Version {
	known := slices.SortedFunc(maps.Keys(k.Menu), engine.Version.Compare)
	if len(known) == 0 {
		return ""
	}
	return known[len(known)-1]
}

func (e *Explain) heading(code engine.Code) { fmt.Fprintln(e.W, e.Style.bold(e.Words.Say(code))) }

// table sets rows in columns; what is empty at the end of one leaves no blanks.
func (e *Explain) table(rows [][]string) {
	widths := widthsOf(rows)
	for _, row := range rows {
		fmt.Fprintln(e.W, "  "+strings.TrimRight(padded(row, widths), " "))
	}
}

// Topic says all of a part of a manifest but the long of its fields.
func (e *Explain) Topic(t *schema.Topic) {
	title := e.Words.Say(CodeExplainPart)
	if t.Kind != nil {
		title = e.Words.Text(t.Kind.Title)
	}
	fmt.Fprintf(e.W, "%s  %s\n", e.Style.bold(t.Name), title)
	if t.Kind != nil {
		e.kind(t.Kind)
	}
	if len(t.Fields) == 0 && t.Kind == nil {
		e.field(t, t.Place, "  ")
	}
	e.fields(t)
	if len(t.Rules) > 0 {
		e.heading(CodeExplainRules)
		for _, r := range t.Rules {
			fmt.Fprintln(e.W, "  "+e.rule(r))
		}
	}
	if t.Kind != nil {
		e.risks(t.Kind)
		e.traps(t.Kind)
	}
}

// kind says where the objects of a kind are.
func (e *Explain) kind(k *engine.Kind) {
	say := func(code engine.Code, args ...any) { fmt.Fprintln(e.W, e.Words.Say(code, args...)) }
	if k.Section == "" {
		say(CodeExplainOnlyRead)
	} else {
		say(CodeExplainSection, "section", k.Section)
	}
	if k.Formless() {
		say(CodeExplainNoForm)
	} else {
		say(CodeExplainForm, "form", k.Form, "app", k.App)
	}
	say(CodeExplainKey, "fields", strings.Join(k.Key, ", "))
	if len(k.Aliases) > 0 {
		say(CodeExplainAliases, "fields", strings.Join(k.Aliases, ", "))
	}
	for _, v := range slices.SortedFunc(maps.Keys(k.Menu), func(a, b engine.Version) int { return b.Compare(a) }) {
		if v == "" {
			say(CodeExplainMenu, "menu", k.Menu[v])
			continue
		}
		say(CodeExplainMenuSince, "version", v, "menu", k.Menu[v])
	}
	if preset := e.preset(k); preset != "" {
		say(CodeExplainPreset, "properties", preset)
	}
	for _, f := range k.Frozen {
		say(CodeExplainFrozen, "fields", strings.Join(f.Fields, ", "), "why", e.Words.Text(f.Text))
	}
	if k.NoTombstone != nil {
		say(CodeExplainNoDelete, "why", e.Words.Text(*k.NoTombstone))
	}
}

// preset says by which property values an object is told to be preset.
func (e *Explain) preset(k *engine.Kind) string {
	var out []string
	for _, p := range k.Protected {
		for _, name := range slices.Sorted(maps.Keys(p)) {
			out = append(out, name+" = "+p[name])
		}
	}
	return strings.Join(out, " / ")
}

func (e *Explain) fields(t *schema.Topic) {
	if len(t.Fields) > 0 {
		e.heading(CodeExplainFields)
	}
	for _, f := range t.Fields {
		e.field(t, f, "  ")
	}
	for _, group := range t.ExactlyOne {
		fmt.Fprintln(e.W, "  "+e.Words.Say(CodeExplainOneOf, "fields", strings.Join(group, ", ")))
	}
}

// field says what one field takes, and below it what is in it.
func (e *Explain) field(t *schema.Topic, p schema.Place, indent string) {
	name := p.Name
	if name == "" {
		name = "<" + e.Words.Say(CodeExplainAny) + ">"
	}
	fmt.Fprintf(e.W, "%s%s  %s\n", indent, e.Style.bold(name), strings.Join(e.facts(t, p), ", "))
	if p.Expect != nil {
		fmt.Fprintf(e.W, "%s    %s\n", indent, e.Style.dim(e.Words.Text(*p.Expect)))
	}
	inner := p.Fields
	if p.Element != nil {
		inner = p.Element.Fields
	}
	for _, f := range inner {
		e.field(nil, f, indent+"    ")
	}
	if p.Any != nil {
		e.field(nil, *p.Any, indent+"    ")
	}
}

// facts are what the schema and the kind say of a field. Only the fields of a kind
// itself are known to it.
func (e *Explain) facts(t *schema.Topic, p schema.Place) []string {
	out := []string{e.sort(p)}
	if p.Required {
		out = append(out, e.Words.Say(CodeExplainRequired))
	}
	options := p.Options
	if p.Element != nil && len(options) == 0 {
		options = p.Element.Options
	}
	if len(options) > 0 {
		out = append(out, e.Words.Say(CodeExplainOptions, "words", strings.Join(options, ", ")))
	}
	if t != nil && t.Kind != nil {
		if f := t.Kind.Field(p.Name); f != nil {
			out = append(out, e.kept(f)...)
		}
	}
	return out
}

// sort names the sorts of value that a place takes.
func (e *Explain) sort(p schema.Place) string {
	names := make([]string, len(p.Takes))
	for i, s := range p.Takes {
		names[i] = e.Words.Say(sortCode(s))
	}
	of := strings.Join(names, " / ")
	switch {
	case p.Element != nil && len(p.Takes) == 1:
		return e.Words.Say(CodeExplainListOf, "element", e.sort(*p.Element))
	case p.Any != nil && len(p.Takes) == 1:
		return e.Words.Say(CodeExplainMapOf, "element", e.sort(*p.Any))
	}
	return of
}

// kept says how the live side keeps a field, and what a create makes of it.
func (e *Explain) kept(f *engine.Field) (out []string) {
	say := func(code engine.Code, args ...any) { out = append(out, e.Words.Say(code, args...)) }
	for _, d := range f.Create {
		out = append(out, e.Words.Say(CodeExplainCreate, "value", d.Value)+e.span(d.Span))
	}
	if f.Ref != "" {
		say(CodeExplainRef, "kind", f.Ref)
	}
	if f.MaySecret && f.Type != engine.TypeSecret {
		say(CodeExplainSecret)
	}
	if f.Rule.Max > 0 && f.Rule.Min > 0 {
		say(CodeExplainLength, "min", f.Rule.Min, "max", f.Rule.Max)
	}
	if f.Rule.Mixed {
		say(CodeExplainMixed)
	}
	if f.Label != "" {
		say(CodeExplainScreen, "label", f.Label)
	}
	if f.Property == "" {
		say(CodeExplainNotLive)
	} else {
		say(CodeExplainProperty, "property", strings.Join(append([]string{f.Property}, f.More...), ", "))
	}
	return out
}

// span says on which versions something holds; nothing of all.
func (e *Explain) span(s engine.Span) string {
	var out []string
	if s.Since != "" {
		out = append(out, e.Words.Say(CodeExplainSince, "version", s.Since))
	}
	if s.Until != "" {
		out = append(out, e.Words.Say(CodeExplainUntil, "version", s.Until))
	}
	if len(out) == 0 {
		return ""
	}
	return " (" + strings.Join(out, ", ") + ")"
}

func widthsOf(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	return widths
}
