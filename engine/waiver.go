package engine

import (
	"cmp"
	"slices"
)

// Waiver lets a finding of a policy stand, for a time.
type Waiver struct {
	Rule   string `json:"rule"`
	Object string `json:"object"` // what it is about, "" for the tenant as a whole
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
	// Expires is the last day on which it holds, as 2006-01-02.
	Expires string   `json:"expires"`
	At      Position `json:"at"`
}

// Expired tells whether the waiver no longer holds on a day.
func (w Waiver) Expired(today string) bool { return today > w.Expires }

// AddedWaivers are those that are not in the base, or hold longer than there.
func AddedWaivers(base, now []Waiver) []Waiver {
	until := map[[2]string]string{}
	for _, w := range base {
		about := [2]string{w.Rule, w.Object}
		until[about] = max(until[about], w.Expires)
	}
	var added []Waiver
	for _, w := range now {
		if w.Expires > until[[2]string{w.Rule, w.Object}] {
			added = append(added, w)
		}
	}
	slices.SortFunc(added, func(a, b Waiver) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Object, b.Object))
	})
	return added
}
