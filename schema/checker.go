package schema

import (
	"fmt"
	"math/big"
	"strings"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/token"
)

// A checker asks CUE whether single values satisfy their constraints. It serves
// one goroutine. A CUE context keeps something of every value that it has seen,
// so a checker is recycled: after enough questions it starts a new context.
type checker struct {
	schema    *Schema
	cue       *cue.Context
	values    []cue.Value // by shape number
	asked     int
	remembers map[question]bool
	packer    engine.Packer
}

// question is a value at a place; manifests repeat themselves, so answers are
// remembered.
type question struct {
	shape int
	kind  nodeKind
	text  string
}

const (
	recycleAfter = 5_000  // questions to one context
	rememberMost = 10_000 // answers
	rememberLong = 64     // bytes of a text worth remembering
)

// checker returns one that is free; who is done with it puts it back.
func (s *Schema) checker() (*checker, error) {
	if c, ok := s.checkers.Get().(*checker); ok {
		return c, nil
	}
	c := &checker{schema: s}
	return c, c.recycle()
}

func (c *checker) recycle() error {
	ctx := cuecontext.New()
	root, err := instance(ctx)
	if err != nil {
		return err
	}
	return c.begin(ctx, root)
}

// begin asks a context that has evaluated the kind files.
func (c *checker) begin(ctx *cue.Context, root cue.Value) error {
	c.cue, c.asked, c.remembers = ctx, 0, map[question]bool{}
	c.values = make([]cue.Value, len(c.schema.shapes))
	for i, s := range c.schema.shapes {
		if c.values[i] = root.LookupPath(s.path); !c.values[i].Exists() {
			return fmt.Errorf("kind files: no constraint at %s", s.path)
		}
	}
	return nil
}

// scalar tells whether a scalar satisfies the constraint of its place.
func (c *checker) scalar(s *shape, n *node) (bool, error) {
	q := question{s.number, n.kind, n.text}
	if ok, known := c.remembers[q]; known {
		return ok, nil
	}
	if c.asked++; c.asked > recycleAfter {
		if err := c.recycle(); err != nil {
			return false, err
		}
	}
	v := c.literal(n)
	ok := c.values[s.number].Unify(v).Validate(cue.Concrete(true)) == nil
	if len(q.text) <= rememberLong && len(c.remembers) < rememberMost {
		c.remembers[q] = ok
	}
	return ok, nil
}

// length tells whether a list of n elements satisfies the constraint of its place.
func (c *checker) length(s *shape, n int) bool {
	q := question{s.number, listNode, strings.Repeat("x", min(n, rememberLong))}
	if ok, known := c.remembers[q]; known && n < rememberLong {
		return ok
	}
	list := &ast.ListLit{}
	for range n {
		list.Elts = append(list.Elts, ast.NewIdent("_"))
	}
	ok := c.cue.BuildExpr(list).Unify(c.values[s.number]).Validate() == nil
	c.remembers[q] = ok
	return ok
}

// literal is the CUE value of a scalar; numbers keep every digit.
func (c *checker) literal(n *node) cue.Value {
	ctx := c.cue
	switch n.kind {
	case nullNode:
		return ctx.Encode(nil)
	case boolNode:
		return ctx.Encode(strings.EqualFold(n.text, "true"))
	case intNode:
		if i, ok := new(big.Int).SetString(strings.TrimPrefix(n.text, "+"), 0); ok {
			return ctx.Encode(i)
		}
	case floatNode:
		if f, ok := new(big.Float).SetString(n.text); ok && !f.IsInf() {
			return ctx.BuildExpr(ast.NewLit(token.FLOAT, f.Text('e', -1)))
		}
	}
	return ctx.Encode(n.text)
}
