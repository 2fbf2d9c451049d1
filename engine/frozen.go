package engine

import "slices"

// Frozen are fields that nobody changes of an object any more, once the live side
// holds what While says of its properties. The kind file has the words.
type Frozen struct {
	Code   Code              `json:"code"`
	Fields []string          `json:"fields"`
	While  map[string]string `json:"while"`
	Text   Text              `json:"text"`
}

// frozen refuses a change of a field that is frozen, and tells whether it did.
func (b *planner) frozen(want, live *Resource, changes []FieldChange) bool {
	if b.looks {
		return false
	}
	refused := false
	for i := range live.Frozen {
		f := &live.Frozen[i]
		for _, c := range changes {
			if slices.Contains(f.Fields, c.Field) {
				b.plan.Problems = append(b.plan.Problems, Diagnostic{Severity: Error, Code: f.Code, Class: ClassRefused,
					Pos: want.Place(c.Field), Path: want.Ref.String() + "." + c.Field, Text: &f.Text})
				refused = true
			}
		}
	}
	return refused
}
