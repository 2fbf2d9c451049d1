package report

import "cosmicctl/engine"

// stepJSON is a step by hand in the JSON of a run. A secret has no value, only where
// it is.
type stepJSON struct {
	Number    int           `json:"number"`
	Action    engine.Action `json:"action"`
	Kind      string        `json:"kind"`
	Key       string        `json:"key"`
	Op        string        `json:"operation"`
	Form      string        `json:"form"`
	Menu      string        `json:"menu,omitempty"`
	Risks     []engine.Risk `json:"risks"`
	Fields    []entryJSON   `json:"fields,omitempty"`
	Reminders []engine.Code `json:"reminders,omitempty"`
	Notes     []engine.Text `json:"notes,omitempty"`
	File      string        `json:"file"`
	Line      int           `json:"line"`
}

type entryJSON struct {
	Field    string `json:"field"`
	Label    string `json:"label"`
	Before   any    `json:"before,omitempty"`
	After    any    `json:"after,omitempty"`
	Default  bool   `json:"default,omitempty"`
	Redacted bool   `json:"redacted,omitempty"`
}

func (o Options) stepsJSON(t *TenantPlan) []stepJSON {
	var out []stepJSON
	for i, h := range t.Plan.ByHand {
		s := stepJSON{Number: i + 1, Action: h.Action, Kind: h.Ref.Kind, Key: h.Ref.Key, Op: h.Op, Form: h.Form,
			Risks: h.Risks, Reminders: h.Reminders, File: h.Origin.File, Line: h.Origin.Line}
		k := o.Kinds.Kind(h.Ref.Kind)
		if k != nil {
			s.Menu, s.Notes = k.MenuOn(t.Version), k.Notes
		}
		for _, f := range h.Fields {
			e := entryJSON{Field: f.Field, Before: f.Before, After: f.After, Default: f.Default, Redacted: f.Secret}
			if k != nil && k.Field(f.Field) != nil {
				e.Label = k.Field(f.Field).Label
			}
			s.Fields = append(s.Fields, e)
		}
		out = append(out, s)
	}
	return out
}
