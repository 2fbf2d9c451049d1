package schema

import (
	"cmp"
	"fmt"
	"strings"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
)

// A rule spans several fields of a resource; it is broken by what it matches.
type rule struct {
	engine.Span
	Code     engine.Code     `json:"code"`
	At       string          `json:"at"`
	Each     string          `json:"each"`
	Severity engine.Severity `json:"severity"`
	Text     engine.Text     `json:"text"`
	when     []condition
	each     *shape
}

// condition is what a rule asks of one field.
type condition struct {
	field    string
	presence cue.SelectorType
	forbids  bool   // the field must not be there
	shape    *shape // nil: any value
}

func (s *Schema) rules(v cue.Value) ([]*rule, error) {
	list := v.LookupPath(cue.MakePath(cue.Str("rules")))
	if !list.Exists() {
		return nil, nil
	}
	it, err := list.List()
	if err != nil {
		return nil, err
	}
	var out []*rule
	for it.Next() {
		r := &rule{}
		if err := decode(it.Value(), r, "code", "at", "each", "since", "until", "severity", "text"); err != nil {
			return nil, err
		}
		r.Severity = cmp.Or(r.Severity, engine.Error)
		if err := s.when(r, it.Value().LookupPath(cue.MakePath(cue.Str("when")))); err != nil {
			return nil, fmt.Errorf("rule %s: %w", r.Code, err)
		}
		out = append(out, r)
	}
	return out, nil
}

func (s *Schema) when(r *rule, v cue.Value) error {
	if r.Each != "" {
		r.each = s.place(v, v.Path())
		return nil
	}
	it, err := v.Fields(cue.Optional(true))
	if err != nil {
		return err
	}
	for it.Next() {
		c := condition{
			field:    strings.TrimRight(it.Selector().String(), "!?"),
			presence: it.FieldType().ConstraintType(),
			forbids:  it.Value().Err() != nil,
		}
		if !c.forbids && it.Value().IncompleteKind() != cue.TopKind {
			c.shape = s.place(it.Value(), below(v.Path(), it.Selector()))
		}
		r.when = append(r.when, c)
	}
	return nil
}

// place registers a constraint, so that the checkers find it.
func (s *Schema) place(v cue.Value, path cue.Path) *shape {
	out := &shape{number: len(s.shapes), path: path, accepts: v.IncompleteKind()}
	s.shapes = append(s.shapes, out)
	return out
}

// broken returns the nodes at which a resource breaks the rule.
func (r *rule) broken(c *checker, n *node) ([]*node, error) {
	if r.Each != "" {
		return r.brokenElements(c, n.get(r.Each))
	}
	// Which fields are there is seen at a glance; CUE is asked only after that.
	for _, cond := range r.when {
		if !cond.present(n.get(cond.field)) {
			return nil, nil
		}
	}
	for _, cond := range r.when {
		holds, err := cond.holds(c, n.get(cond.field))
		if err != nil || !holds {
			return nil, err
		}
	}
	return []*node{n}, nil
}

func (r *rule) brokenElements(c *checker, list *node) ([]*node, error) {
	if list == nil {
		return nil, nil
	}
	var out []*node
	for _, item := range list.items {
		ok, err := c.scalar(r.each, item)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, item)
		}
	}
	return out, nil
}

// present tells whether the field is there, or missing, as the condition asks.
func (cond condition) present(n *node) bool {
	if n == nil {
		return cond.presence != cue.RequiredConstraint
	}
	return !cond.forbids
}

// holds tells whether a field that is as present as asked has the right value.
func (cond condition) holds(c *checker, n *node) (bool, error) {
	switch {
	case n == nil || cond.shape == nil:
		return true, nil
	case n.kind == mapNode || n.kind == listNode:
		return false, nil
	}
	return c.scalar(cond.shape, n)
}
