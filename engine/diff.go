package engine

import (
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// FieldChange is the difference of one field, or of one element of a field.
type FieldChange struct {
	Field string `json:"field"`
	// Element names the element of a list that comes or goes; "" if the field
	// as a whole changes.
	Element string `json:"element,omitempty"`
	Before  any    `json:"before,omitempty"`
	After   any    `json:"after,omitempty"`
	// Default marks a value that the kind file gave, not the manifest.
	Default bool `json:"default,omitempty"`
	// Secret marks a field whose values are not shown.
	Secret bool `json:"secret,omitempty"`
	// Why is what is known of a secret that is written on a live object; "" if
	// it is written because that was asked for, or needed.
	Why   SecretState `json:"why,omitempty"`
	Risks []Risk      `json:"risks,omitempty"`
	Cause Cause       `json:"cause,omitempty"`
	// At is the manifest line that asks for it.
	At Position `json:"at"`
}

// equalFields tells whether every wanted field has its live value. It decides
// most comparisons without a structural diff, which costs many times more.
func equalFields(want, live map[string]any) bool {
	for name, w := range want {
		if _, secret := w.(SecretRef); secret {
			continue
		}
		if l, ok := live[name]; !ok || !equalValues(w, l) {
			return false
		}
	}
	return true
}

func equalValues(a, b any) bool {
	switch a := a.(type) {
	case Set:
		b, ok := b.(Set)
		return ok && slices.Equal(a, b)
	case List:
		b, ok := b.(List)
		return ok && slices.Equal(a, b)
	case Rows:
		b, ok := b.(Rows)
		return ok && slices.Equal(a, b)
	}
	return a == b
}

// Diff returns how the wanted fields differ from the live ones, in the order of
// the kind's fields. Fields that are not wanted do not count, and secrets cannot
// be compared.
func (k *Kind) Diff(want, live map[string]any) []FieldChange {
	var out []FieldChange
	for _, f := range k.Fields {
		w, wanted := want[f.Name]
		if _, secret := w.(SecretRef); !wanted || secret || f.Type == TypeVirtual {
			continue
		}
		if l := live[f.Name]; !equalValues(w, l) {
			out = append(out, diffValue(f.Name, w, l)...)
		}
	}
	return out
}

// diffValue compares one field structurally; a list changes as a whole.
func diffValue(field string, want, live any) []FieldChange {
	if _, ok := want.(List); ok {
		return []FieldChange{{Field: field, Before: live, After: want}}
	}
	r := &reporter{field: field}
	cmp.Equal(elements(live), elements(want), cmp.Reporter(r))
	slices.SortFunc(r.changes, func(a, b FieldChange) int { return strings.Compare(a.Element, b.Element) })
	return r.changes
}

// elements turns a set or rows into a map by element, so that an element is
// compared with itself and named by its text wherever it stands.
func elements(v any) any {
	switch v := v.(type) {
	case Set:
		m := make(map[string]string, len(v))
		for _, item := range v {
			m[item] = item
		}
		return m
	case Rows:
		m := make(map[string]string, len(v))
		for _, item := range v {
			m[item.String()] = item.String()
		}
		return m
	}
	return v
}

// reporter collects the leaves at which go-cmp finds a difference.
type reporter struct {
	field   string
	path    cmp.Path
	changes []FieldChange
}

func (r *reporter) PushStep(s cmp.PathStep) { r.path = append(r.path, s) }
func (r *reporter) PopStep()                { r.path = r.path[:len(r.path)-1] }

func (r *reporter) Report(result cmp.Result) {
	if result.Equal() {
		return
	}
	c := FieldChange{Field: r.field}
	before, after := r.path.Last().Values()
	if before.IsValid() && before.CanInterface() {
		c.Before = before.Interface()
	}
	if after.IsValid() && after.CanInterface() {
		c.After = after.Interface()
	}
	if key, ok := r.path.Last().(cmp.MapIndex); ok {
		c.Element = key.Key().String()
	}
	r.changes = append(r.changes, c)
}
