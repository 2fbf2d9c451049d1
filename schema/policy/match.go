package policy

import (
	"fmt"
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
)

// subject is what a pattern is unified with.
type subject struct {
	value cue.Value
	plain plain
}

func newSubject(ctx *cue.Context, p plain) subject { return subject{ctx.Encode(p), p} }

// matches tells whether a pattern that need not be there matches.
func (s subject) matches(pattern cue.Value) bool {
	return !pattern.Exists() || len(s.offences(pattern)) == 0
}

// offences are the paths at which the subject does not match: those that
// conflict, and those that the pattern adds, for unification alone would be
// content to add what is not there.
func (s subject) offences(pattern cue.Value) [][]string {
	if op, choices := pattern.Expr(); op == cue.OrOp {
		return s.chosen(choices)
	}
	u := pattern.Unify(s.value)
	err := u.Validate(cue.Concrete(true))
	if err == nil {
		return added(u, s.plain, nil)
	}
	depth := len(pattern.Path().Selectors())
	var out [][]string
	for _, e := range errors.Errors(err) {
		path := e.Path()
		path = path[min(depth, len(path)):]
		if len(path) == 0 {
			path = forbidden(pattern, s.plain)
		}
		out = append(out, path)
	}
	slices.SortFunc(out, slices.Compare)
	return slices.CompactFunc(out, slices.Equal)
}

// chosen are the offences against the first choice, unless one of them matches.
func (s subject) chosen(choices []cue.Value) [][]string {
	var first [][]string
	for _, c := range choices {
		found := s.offences(c)
		if len(found) == 0 {
			return nil
		}
		if first == nil {
			first = found
		}
	}
	return first
}

// forbidden is the path of a field that the pattern does not allow and the subject
// has: of such a one CUE says only that the whole fails.
func forbidden(pattern cue.Value, given plain) []string {
	it, err := pattern.Fields(cue.Optional(true))
	for err == nil && it.Next() {
		name := it.Selector().Unquoted()
		value, there := given[name]
		if there && it.Value().Err() != nil {
			return []string{name}
		}
		if below, ok := value.(plain); ok {
			if path := forbidden(it.Value(), below); path != nil {
				return append([]string{name}, path...)
			}
		}
	}
	return nil
}

// added are the paths of a unified value that were not there before.
func added(u cue.Value, before any, path []string) [][]string {
	var out [][]string
	switch before := before.(type) {
	case plain:
		it, err := u.Fields()
		for err == nil && it.Next() {
			at := append(slices.Clone(path), it.Selector().Unquoted())
			if was, there := before[it.Selector().Unquoted()]; there {
				out = append(out, added(it.Value(), was, at)...)
			} else {
				out = append(out, at)
			}
		}
	case []any:
		it, err := u.List()
		for i := 0; err == nil && it.Next() && i < len(before); i++ {
			out = append(out, added(it.Value(), before[i], append(slices.Clone(path), fmt.Sprint(i)))...)
		}
	}
	return out
}
