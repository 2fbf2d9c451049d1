package schema

import (
	"fmt"
	"slices"
	"strings"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
)

// A shape is the structure of one place of a spec: which fields it has, what
// its elements are, which sorts of value it takes. It is read from the CUE value
// once, so that a mistake can be reported at its own place, all of them in one
// run, in words for a person. Whether a single value satisfies its constraint is
// asked of CUE alone, place by place: evaluated as a whole, a resource reports
// its mistakes in tiers, the first hiding the next, and a disjunction hides the
// cause altogether.
//
// Specs are therefore made of closed structs, lists with one sort of element
// and scalars; what spans several fields is a rule of the kind file.
type shape struct {
	number  int
	path    cue.Path
	accepts cue.Kind
	fields  []shapeField // structs
	pattern *shape       // structs with any field name
	elem    *shape       // lists
	secret  bool
	expect  *engine.Text
	options []string
	proof   *proof
}

type shapeField struct {
	name     string
	required bool
	shape    *shape
}

func (s *shape) field(name string) *shape {
	for _, f := range s.fields {
		if f.name == name {
			return f.shape
		}
	}
	return s.pattern
}

func (s *Schema) shape(v cue.Value, path cue.Path) (*shape, error) {
	all := attributes(v)
	out := &shape{number: len(s.shapes), path: path, accepts: v.IncompleteKind(), expect: expectOf(all)}
	out.secret = all.first("secret") != nil
	if out.accepts == cue.StringKind {
		out.options = options(v)
	}
	var err error
	if out.proof, err = proofOf(all); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.shapes = append(s.shapes, out)
	if out.secret && out.accepts == cue.StructKind {
		return out, nil
	}
	switch out.accepts {
	case cue.StructKind:
		err = s.structShape(out, v, path)
	case cue.ListKind:
		elem := below(path, cue.AnyIndex)
		e := v.LookupPath(cue.MakePath(cue.AnyIndex))
		if !e.Exists() {
			return nil, fmt.Errorf("%s: a list needs a sort of element", path)
		}
		out.elem, err = s.shape(e, elem)
		if err == nil && out.elem.expect == nil {
			out.elem.expect = out.expect
		}
	}
	return out, err
}

func (s *Schema) structShape(out *shape, v cue.Value, path cue.Path) error {
	it, err := v.Fields(cue.Optional(true))
	if err != nil {
		return err
	}
	for it.Next() {
		name := strings.TrimRight(it.Selector().String(), "!?")
		sub, err := s.shape(it.Value(), below(path, it.Selector()))
		if err != nil {
			return err
		}
		required := it.FieldType().ConstraintType() == cue.RequiredConstraint
		out.fields = append(out.fields, shapeField{name, required, sub})
	}
	if any := v.LookupPath(cue.MakePath(cue.AnyString)); any.Exists() && len(out.fields) == 0 {
		out.pattern, err = s.shape(any, below(path, cue.AnyString))
		if err == nil {
			out.pattern.secret = out.pattern.secret || out.secret
			if out.pattern.expect == nil {
				out.pattern.expect = out.expect
			}
		}
	}
	return err
}

func below(path cue.Path, s cue.Selector) cue.Path {
	return cue.MakePath(slices.Concat(path.Selectors(), []cue.Selector{s})...)
}

// options lists the texts of an enumeration.
func options(v cue.Value) []string {
	op, args := v.Expr()
	if op != cue.OrOp {
		return nil
	}
	var out []string
	for _, a := range args {
		text, err := a.String()
		if err != nil || !a.IsConcrete() {
			return nil
		}
		out = append(out, text)
	}
	return out
}
