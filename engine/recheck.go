package engine

import (
	"slices"
	"strings"
)

// Checked is what a later look says of a step.
type Checked string

// What a look says.
const (
	CheckedDone   Checked = "done"   // it is as wanted
	CheckedOpen   Checked = "open"   // it is not, or not yet
	CheckedUnseen Checked = "unseen" // nobody can tell
)

// Recheck says of each step what a plan that was made after it tells, from what was
// observed for it. A secret is never seen.
func Recheck(steps []ByHand, kinds Catalog, now *Plan, seen *Observation) []Checked {
	out := make([]Checked, len(steps))
	for i := range steps {
		out[i] = steps[i].check(kinds.Kind(steps[i].Ref.Kind), now, seen)
	}
	return out
}

func (h *ByHand) check(k *Kind, now *Plan, seen *Observation) Checked {
	live := seen.Live[h.Ref.Kind]
	problem := slices.IndexFunc(now.Problems, func(d Diagnostic) bool {
		return d.Path == h.Ref.String() || strings.HasPrefix(d.Path, h.Ref.String()+".")
	})
	visible := h.Action.Sort() == Delete || slices.ContainsFunc(h.Fields, func(f FieldChange) bool { return !f.Secret && !slices.Contains(k.Key, f.Field) })
	switch {
	case live == nil || live.Err != nil || live.Doubt != "" || !visible:
		return CheckedUnseen
	case slices.ContainsFunc(now.ByHand, func(o ByHand) bool { return o.Ref == h.Ref }):
		return CheckedUnseen
	case slices.ContainsFunc(now.Changes(), func(c Change) bool { return c.Ref == h.Ref }):
		return CheckedOpen
	case problem >= 0 && now.Problems[problem].Class == ClassUnreadable:
		return CheckedUnseen
	case problem >= 0 || !h.made(live.Objects[h.Ref.Key]):
		return CheckedOpen
	}
	return CheckedDone
}

// made tells whether the fields of a step are those of the object, also where the
// manifest leaves them open. References of what could not be seen are names, which
// only a plan can compare.
func (h *ByHand) made(objects []Resource) bool {
	switch {
	case h.Action.Sort() == Delete:
		return len(objects) == 0
	case h.Action == Ensure:
		return true
	}
	return len(objects) == 1 && !slices.ContainsFunc(h.Fields, func(f FieldChange) bool {
		return !f.Secret && !equalValues(objects[0].Fields[f.Field], f.After)
	})
}
