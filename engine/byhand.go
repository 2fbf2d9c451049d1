package engine

import (
	"cmp"
	"errors"
	"slices"
)

// ByHand is a step of a runbook: what a person does in the console, because the
// tenant publishes no API for it.
//
// # Without an API
//
// A tenant publishes each operation of a form by itself. Where it does not publish
// the query of a kind, nothing is known of the live objects: each declared one is a
// step that holds whatever is there ([Ensure], [EnsureGone]). Where it lacks an
// operation that a change needs, only the write tells; then what is left of that
// change is a step, and nothing more is sent for the others that need the same.
//
// A step is never taken for done: whoever did it plans again.
type ByHand struct {
	Action Action `json:"action"`
	Ref    Ref    `json:"ref"`
	// Fields are what to enter, the key first, each with its whole value; Before is
	// what is live, as far as that is known.
	Fields []FieldChange `json:"fields,omitempty"`
	// Op is the operation of Form that is not published.
	Op   string `json:"op"`
	Form string `json:"form"`
	// Risks are those of the step, of an object of which nothing is known as if it
	// were new.
	Risks     []Risk   `json:"risks"`
	Reminders []Code   `json:"reminders,omitempty"`
	Origin    Position `json:"origin"`
}

// Unseen tells whether nothing is known of what the step is about.
func (h *ByHand) Unseen() bool { return h.Op == OpQuery }

// Unseen tells whether something that is declared could not be seen at all.
func (p *Plan) Unseen() bool {
	return slices.ContainsFunc(p.ByHand, func(h ByHand) bool { return h.Unseen() })
}

// The actions of a step whose object could not be seen.
const (
	Ensure     Action = "ensure"      // it is to be there, with these fields
	EnsureGone Action = "ensure-gone" // it is not to be there
)

// Unpublished tells whether an error says that the tenant does not publish the
// operation that was asked for.
func Unpublished(err error) bool {
	var e interface{ Unpublished() bool }
	return errors.As(err, &e) && e.Unpublished()
}

// Runbook lists what a plan leaves to a person, and what its apply left, in the order
// in which it is to be done; r may be nil.
func Runbook(kinds Catalog, p *Plan, r *Result) []ByHand {
	out := slices.Clone(p.ByHand)
	if r != nil {
		for _, c := range r.Changes {
			if c.Left != nil {
				out = append(out, *c.Left)
			}
		}
	}
	orderByHand(kinds, out)
	return out
}

// orderByHand puts steps in the order of [stages]: what others refer to is made
// before them, and deleted after them.
func orderByHand(kinds Catalog, steps []ByHand) {
	level := dependencyOrder(kinds)
	slices.SortStableFunc(steps, func(a, b ByHand) int {
		goneA, goneB := a.Action.Sort() == Delete, b.Action.Sort() == Delete
		switch {
		case goneA != goneB && goneA:
			return 1
		case goneA != goneB:
			return -1
		case goneA:
			return cmp.Or(level[b.Ref.Kind]-level[a.Ref.Kind], compareRefs(a.Ref, b.Ref))
		}
		return cmp.Or(level[a.Ref.Kind]-level[b.Ref.Kind], compareRefs(a.Ref, b.Ref))
	})
}
