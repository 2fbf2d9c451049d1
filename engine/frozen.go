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
	for i := range live.Frozen {
		f := &live.Frozen[i]
		for _, c := range changes {
			if slices.Contains(f.Fields, c.Field) {
				b.plan.Problems = append(b.plan.Problems, Diagnostic{Severity: Error, Code: f.Code, Class: ClassRefused,
					Pos: want.Place(c.Field), Path: want.Ref.String() + "." + c.Field, Text: &f.Text})
			}
		}
	}
	return live.freezes(changes)
}

// freezes tells whether a live object keeps a field that changes are about.
func (r *Resource) freezes(changes []FieldChange) bool {
	return slices.ContainsFunc(r.Frozen, func(f Frozen) bool {
		return slices.ContainsFunc(changes, func(c FieldChange) bool { return slices.Contains(f.Fields, c.Field) })
	})
}
