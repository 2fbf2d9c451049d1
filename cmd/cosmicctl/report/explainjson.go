package report

import (
	"encoding/json"
	"io"

	"cosmicctl/engine"
	"cosmicctl/schema"
)

// topicJSON is a topic for programs: every text in both languages, every value as the
// kind files write it.
type topicJSON struct {
	Name        string                    `json:"name"`
	Section     string                    `json:"section,omitempty"`
	Title       *engine.Text              `json:"title,omitempty"`
	Application string                    `json:"application,omitempty"`
	Form        string                    `json:"form,omitempty"`
	Menu        map[engine.Version]string `json:"menu,omitempty"`
	Key         []string                  `json:"key,omitempty"`
	Aliases     []string                  `json:"aliases,omitempty"`
	Protected   []map[string]string       `json:"protected,omitempty"`
	NoDelete    *engine.Text              `json:"noDelete,omitempty"`
	ExactlyOne  [][]string                `json:"exactlyOne,omitempty"`
	Value       *placeJSON                `json:"value,omitempty"`
	Fields      []placeJSON               `json:"fields,omitempty"`
	Rules       []ruleJSON                `json:"rules,omitempty"`
	Risks       []riskJSON                `json:"risks,omitempty"`
	Deleting    []engine.Risk             `json:"deleting,omitempty"`
	Traps       []engine.Trap             `json:"traps,omitempty"`
}

type placeJSON struct {
	Name     string       `json:"name,omitempty"`
	Takes    []string     `json:"takes"`
	Required bool         `json:"required,omitempty"`
	Expect   *engine.Text `json:"expect,omitempty"`
	Options  []string     `json:"options,omitempty"`
	Fields   []placeJSON  `json:"fields,omitempty"`
	Any      *placeJSON   `json:"any,omitempty"`
	Element  *placeJSON   `json:"element,omitempty"`
	Property string       `json:"property,omitempty"`
	Label    string       `json:"label,omitempty"`
	Refers   string       `json:"refersTo,omitempty"`
	Create   []createJSON `json:"create,omitempty"`
	Secret   bool         `json:"maySecret,omitempty"`
}

type createJSON struct {
	engine.Span
	Value any `json:"value"`
}

type ruleJSON struct {
	engine.Span
	Code     engine.Code     `json:"code"`
	Severity engine.Severity `json:"severity"`
	At       string          `json:"at,omitempty"`
	Text     engine.Text     `json:"text"`
}

type riskJSON struct {
	engine.Span
	Class   engine.Risk    `json:"class"`
	Field   string         `json:"field"`
	Becomes any            `json:"becomes,omitempty"`
	From    any            `json:"from,omitempty"`
	On      []string       `json:"on,omitempty"`
	Of      string         `json:"of,omitempty"`
	While   map[string]any `json:"while,omitempty"`
}

// ExplainJSON writes topics for programs: a list of all, or one.
func ExplainJSON(w io.Writer, topics []schema.Topic) error {
	out := make([]topicJSON, len(topics))
	for i := range topics {
		out[i] = topicJSONOf(&topics[i])
	}
	return indented(w, map[string]any{"topics": out})
}

// ExplainFieldJSON writes one field of a topic.
func ExplainFieldJSON(w io.Writer, t *schema.Topic, p schema.Place) error {
	return indented(w, map[string]any{"topic": t.Name, "field": fieldJSONOf(t.Kind, p)})
}

func indented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func topicJSONOf(t *schema.Topic) topicJSON {
	out := topicJSON{Name: t.Name, ExactlyOne: t.ExactlyOne}
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, fieldJSONOf(t.Kind, f))
	}
	for _, r := range t.Rules {
		out.Rules = append(out.Rules, ruleJSON(r))
	}
	k := t.Kind
	if k == nil {
		if len(t.Fields) == 0 {
			p := fieldJSONOf(nil, t.Place)
			out.Value = &p
		}
		return out
	}
	out.Section, out.Title, out.Application, out.Form, out.Menu = k.Section, &k.Title, k.App, k.Form, k.Menu
	out.Key, out.Aliases, out.Protected, out.NoDelete = k.Key, k.Aliases, k.Protected, k.NoTombstone
	out.Deleting, out.Traps = k.Deleting, k.Traps
	for _, r := range k.Risks {
		out.Risks = append(out.Risks, riskJSON(r))
	}
	return out
}

func fieldJSONOf(k *engine.Kind, p schema.Place) placeJSON {
	out := placeJSON{Name: p.Name, Takes: p.Takes, Required: p.Required, Expect: p.Expect, Options: p.Options}
	for _, f := range p.Fields {
		out.Fields = append(out.Fields, fieldJSONOf(nil, f))
	}
	if p.Any != nil {
		any := fieldJSONOf(nil, *p.Any)
		out.Any = &any
	}
	if p.Element != nil {
		elem := fieldJSONOf(nil, *p.Element)
		out.Element = &elem
	}
	if k == nil || k.Field(p.Name) == nil {
		return out
	}
	f := k.Field(p.Name)
	out.Property, out.Label, out.Refers, out.Secret = f.Property, f.Label, f.Ref, f.MaySecret
	for _, d := range f.Create {
		out.Create = append(out.Create, createJSON(d))
	}
	return out
}
