package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cosmicctl/engine"
	"cosmicctl/schema"
)

// Field says all of one field: what it takes, and the rules, risks and traps in which
// it has a part.
func (e *Explain) Field(t *schema.Topic, p schema.Place) {
	p.Name = t.Name + "." + p.Name
	short := strings.TrimPrefix(p.Name, t.Name+".")
	fmt.Fprintf(e.W, "%s\n", e.Style.bold(p.Name))
	p.Name = short
	e.field(t, p, "  ")
	for _, group := range t.ExactlyOne {
		if slices.Contains(group, short) {
			fmt.Fprintln(e.W, "  "+e.Words.Say(CodeExplainOneOf, "fields", strings.Join(group, ", ")))
		}
	}
	e.list(CodeExplainRules, t.Rules, func(r schema.TopicRule) (string, bool) { return e.rule(r), r.At == short })
	if t.Kind == nil {
		return
	}
	only := *t.Kind
	only.Deleting = nil
	only.Risks = slices.DeleteFunc(slices.Clone(only.Risks), func(r engine.RiskRule) bool { return r.Field != short })
	only.Traps = slices.DeleteFunc(slices.Clone(only.Traps), func(r engine.Trap) bool { return r.Field != short })
	e.risks(&only)
	e.traps(&only)
}

func (e *Explain) list(heading engine.Code, rules []schema.TopicRule, line func(schema.TopicRule) (string, bool)) {
	first := true
	for _, r := range rules {
		text, about := line(r)
		if !about {
			continue
		}
		if first {
			e.heading(heading)
			first = false
		}
		fmt.Fprintln(e.W, "  "+text)
	}
}

func (e *Explain) rule(r schema.TopicRule) string {
	text := r.At
	if text != "" {
		text += "  "
	}
	text += e.Words.Text(r.Text) + e.span(r.Span)
	if r.Severity == engine.Advice {
		text += " [" + e.Words.Say(CodeExplainAdvice) + "]"
	}
	return text
}

func (e *Explain) risks(k *engine.Kind) {
	var rows [][]string
	for _, r := range k.Risks {
		rows = append(rows, []string{e.Words.Say(riskCode(r.Class)), e.risk(&r)})
	}
	for _, class := range k.Deleting {
		rows = append(rows, []string{e.Words.Say(riskCode(class)), e.Words.Say(CodeExplainDelete)})
	}
	if len(rows) > 0 {
		e.heading(CodeExplainRisks)
		e.table(rows)
	}
}

// risk says which change of a field is risky.
func (e *Explain) risk(r *engine.RiskRule) string {
	var parts []string
	if len(r.On) == 0 {
		parts = append(parts, e.Words.Say(CodeExplainBecomes, "field", r.Field, "value", r.Becomes))
	}
	if r.From != nil {
		parts = append(parts, e.Words.Say(CodeExplainFrom, "value", r.From))
	}
	for _, what := range r.On {
		parts = append(parts, e.Words.Say(happensCode(what), "field", r.Field))
	}
	if r.Of != "" {
		parts = append(parts, e.Words.Say(CodeExplainOf, "word", r.Of))
	}
	for _, name := range slices.Sorted(maps.Keys(r.While)) {
		parts = append(parts, e.Words.Say(CodeExplainWhile, "field", name, "value", r.While[name]))
	}
	return strings.Join(parts, ", ") + e.span(r.Span)
}

func (e *Explain) traps(k *engine.Kind) {
	if len(k.Traps) == 0 {
		return
	}
	e.heading(CodeExplainTraps)
	for _, t := range k.Traps {
		fmt.Fprintf(e.W, "  %s  %s%s\n      %s\n", t.Field, e.Words.Text(t.Text), e.span(t.Span), e.Style.dim(e.Words.Text(t.Way)))
	}
}
