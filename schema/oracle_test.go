package schema

import (
	"fmt"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"pgregory.net/rapid"
)

// The checks walk a spec place by place; CUE judges it as a whole. Over random
// resources both must say the same.
func TestTheWalkAgreesWithCUE(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	ctx := cuecontext.New()
	root, err := instance(ctx)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.checker()
	if err != nil {
		t.Fatal(err)
	}
	accepted, refused := 0, 0
	for name, sec := range s.sections {
		spec := root.LookupPath(sec.shape.path)
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				n := resourceOf(rt, sec.shape)
				chk := &check{checker: c}
				chk.structure(sec.shape, n, "")
				whole := spec.Unify(ctx.BuildExpr(expr(c, n))).Validate(cue.Concrete(true))
				// Exactly one source of a secret is the walk's own rule.
				ours := len(chk.diags) == 0
				if ours != (whole == nil) {
					rt.Fatalf("walk %v, CUE %v of %s", chk.diags, whole, describe(n))
				}
				if ours {
					accepted++
				} else {
					refused++
				}
			})
		})
	}
	if accepted == 0 || refused == 0 {
		t.Errorf("%d accepted, %d refused: the samples prove nothing", accepted, refused)
	}
}

// resourceOf draws a resource that is mostly right.
func resourceOf(t *rapid.T, s *shape) *node {
	n := &node{kind: mapNode}
	for _, f := range s.fields {
		if f.required && rapid.IntRange(0, 19).Draw(t, "keep") > 0 || rapid.Bool().Draw(t, "give "+f.name) {
			n.entries = append(n.entries, entry{key: f.name, value: valueOf(t, f.shape)})
		}
	}
	if rapid.IntRange(0, 19).Draw(t, "unknown") == 0 {
		n.entries = append(n.entries, entry{key: "nonsense", value: scalarOf(t)})
	}
	return n
}

func valueOf(t *rapid.T, s *shape) *node {
	wrong := rapid.IntRange(0, 9).Draw(t, "wrong") == 0
	switch {
	case wrong:
		return scalarOf(t)
	case s.secret && s.accepts&cue.StructKind != 0 && rapid.Bool().Draw(t, "reference") || s.accepts == cue.StructKind && s.secret:
		return &node{kind: mapNode, entries: []entry{{key: "env", value: &node{kind: stringNode, text: "NAME"}}}}
	case s.accepts == cue.StructKind:
		return resourceOf(t, s)
	case s.accepts == cue.ListKind:
		n := &node{kind: listNode}
		for range rapid.IntRange(0, 4).Draw(t, "length") {
			n.items = append(n.items, valueOf(t, s.elem))
		}
		return n
	case len(s.options) > 0:
		return &node{kind: stringNode, text: rapid.SampledFrom(s.options).Draw(t, "option")}
	case s.accepts == cue.BoolKind:
		return &node{kind: boolNode, text: rapid.SampledFrom([]string{"true", "false"}).Draw(t, "bool")}
	case s.accepts&cue.IntKind != 0 && s.accepts&cue.StringKind == 0:
		return &node{kind: intNode, text: fmt.Sprint(rapid.IntRange(-5, 200_000).Draw(t, "int"))}
	}
	return &node{kind: stringNode, text: rapid.SampledFrom([]string{
		"", "A", "ERP01", "总部", "3std1x", "a b", "https://a.example/x", "http://b.example", "ftp://c", "x/y",
		rapid.StringN(0, 260, -1).Draw(t, "text"),
	}).Draw(t, "string")}
}

func scalarOf(t *rapid.T) *node {
	return rapid.SampledFrom([]*node{
		{kind: intNode, text: "7"}, {kind: boolNode, text: "true"}, {kind: stringNode, text: "text"},
		{kind: floatNode, text: "1.5"}, {kind: listNode}, {kind: nullNode},
	}).Draw(t, "any")
}

// expr is a node as CUE.
func expr(c *checker, n *node) ast.Expr {
	switch n.kind {
	case mapNode:
		out := &ast.StructLit{}
		for _, e := range n.entries {
			out.Elts = append(out.Elts, &ast.Field{Label: ast.NewString(e.key), Value: expr(c, e.value)})
		}
		return out
	case listNode:
		out := &ast.ListLit{}
		for _, item := range n.items {
			out.Elts = append(out.Elts, expr(c, item))
		}
		return out
	}
	return c.literal(n).Syntax().(ast.Expr)
}

func describe(n *node) string {
	switch n.kind {
	case mapNode:
		out := "{"
		for _, e := range n.entries {
			out += fmt.Sprintf("%s: %s, ", e.key, describe(e.value))
		}
		return out + "}"
	case listNode:
		out := "["
		for _, item := range n.items {
			out += describe(item) + ", "
		}
		return out + "]"
	}
	return fmt.Sprintf("%s %q", n.kind, n.text)
}
