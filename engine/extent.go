package engine

import "slices"

// extent is the set that a column of an access table covers. The two extents of a
// column are of one type.
type extent interface {
	and(extent) extent
	not() extent
	empty() bool
	scope() Scope
}

// Scope is a set of names: the items or, with All, everything but the items. Of
// addresses the items are single ones, CIDRs and ranges.
type Scope struct {
	All   bool     `json:"all,omitempty"`
	Items []string `json:"items,omitempty"` // sorted
}

func (s Scope) and(o extent) extent {
	t := o.(Scope)
	switch {
	case s.All && t.All:
		return Scope{All: true, Items: NewSet(slices.Concat(s.Items, t.Items)...)}
	case s.All:
		return t.and(s)
	}
	return Scope{Items: slices.DeleteFunc(slices.Clone(s.Items), func(item string) bool {
		_, named := slices.BinarySearch(t.Items, item)
		return named == t.All
	})}
}

func (s Scope) not() extent { return Scope{All: !s.All, Items: s.Items} }

func (s Scope) empty() bool { return !s.All && len(s.Items) == 0 }

func (s Scope) scope() Scope { return s }
