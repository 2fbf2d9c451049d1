package schema

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"cosmicctl/engine"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// document is one of a file's, with what it holds that no manifest may.
type document struct {
	root  *node
	diags []engine.Diagnostic
}

// parse turns the text of a file into its documents. What YAML allows
// and a manifest does not (anchors, aliases, merge keys, tags) is a diagnostic:
// aliases can explode, and what a reviewer reads should be what holds.
func parse(file string, src []byte) ([]document, []engine.Diagnostic) {
	c := &converter{places: newPlaces(file, src)}
	tokens := lexer.Tokenize(string(src))
	if t, limit := outsized(tokens); t != nil {
		c.fault(limit.code, t, map[string]string{"max": strconv.Itoa(limit.max)})
		return nil, c.diags
	}
	tree, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		c.syntax(err)
		return nil, c.diags
	}
	var docs []document
	for _, d := range tree.Docs {
		if d.Body == nil || d.Body.Type() == ast.CommentType {
			continue
		}
		root := c.node(d.Body)
		docs = append(docs, document{root, c.diags})
		c.diags = nil
	}
	return docs, nil
}

type converter struct {
	places
	diags []engine.Diagnostic
}

func (c *converter) fault(code engine.Code, t *token.Token, args map[string]string) {
	if len(c.diags) < MaxDiagnostics {
		c.diags = append(c.diags, engine.Diagnostic{Severity: engine.Error, Code: code, Pos: c.of(t), Args: args})
	}
}

func (c *converter) syntax(err error) {
	var s *yaml.SyntaxError
	if errors.As(err, &s) && strings.Contains(s.Message, `'\t'`) {
		c.fault(CodeTab, s.Token, nil)
		return
	}
	if s != nil {
		c.fault(CodeSyntax, s.Token, map[string]string{"reason": s.Message})
		return
	}
	reason, _, _ := strings.Cut(err.Error(), "\n")
	c.fault(CodeSyntax, nil, map[string]string{"reason": reason})
}

func (c *converter) node(n ast.Node) *node {
	switch n := n.(type) {
	case *ast.MappingNode:
		return c.mapping(n.Values, n.GetToken())
	case *ast.MappingValueNode:
		return c.mapping([]*ast.MappingValueNode{n}, n.GetToken())
	case *ast.SequenceNode:
		out := &node{kind: listNode, pos: c.of(n.Start)}
		for _, v := range n.Values {
			out.items = append(out.items, c.node(v))
		}
		return out
	case *ast.AnchorNode:
		return c.refuse(CodeAnchor, n.Start, nil)
	case *ast.AliasNode:
		return c.refuse(CodeAlias, n.Start, nil)
	case *ast.TagNode:
		return c.refuse(CodeTag, n.Start, map[string]string{"tag": n.Start.Value})
	case *ast.DirectiveNode:
		return c.refuse(CodeDirective, n.Start, nil)
	default:
		return c.scalar(n)
	}
}

// refuse reports a value and stands in for it, so that nothing else is said of it.
func (c *converter) refuse(code engine.Code, t *token.Token, args map[string]string) *node {
	c.fault(code, t, args)
	return &node{kind: refusedNode, pos: c.of(t)}
}

func (c *converter) mapping(values []*ast.MappingValueNode, t *token.Token) *node {
	out := &node{kind: mapNode, pos: c.of(t)}
	for i, v := range values {
		key := v.Key.GetToken()
		if i == 0 {
			out.pos = c.of(key)
		}
		if v.Key.Type() == ast.MergeKeyType {
			c.fault(CodeMerge, key, nil)
			out.merged = true
			continue
		}
		if k := c.key(v.Key); k != nil {
			value := c.node(v.Value)
			if value.kind == nullNode {
				value.pos = k.pos // nothing stands where the value would
			}
			out.entries = append(out.entries, entry{key: k.text, pos: k.pos, value: value})
		}
	}
	return out
}

// key converts a key; only scalars can be one.
func (c *converter) key(k ast.MapKeyNode) *node {
	if _, explicit := k.(*ast.MappingKeyNode); explicit {
		c.fault(CodeComplexKey, k.GetToken(), nil)
		return nil
	}
	if n := c.node(k); n.kind != refusedNode {
		return n
	}
	return nil
}

// exponent is a plain number that the YAML library takes for a text.
var exponent = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)[eE][-+]?[0-9]+$`)

func (c *converter) scalar(n ast.Node) *node {
	t := n.GetToken()
	out := &node{kind: stringNode, text: t.Value, pos: c.of(t)}
	switch n := n.(type) {
	case *ast.NullNode:
		out.kind = nullNode
	case *ast.BoolNode:
		out.kind = boolNode
	case *ast.IntegerNode:
		out.kind = intNode
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		out.kind = floatNode
	case *ast.StringNode:
		out.text = n.Value
		if t.Type == token.StringType && exponent.MatchString(n.Value) {
			out.kind = floatNode
		}
	case *ast.LiteralNode:
		out.text = n.Value.Value
	case *ast.CommentGroupNode, *ast.CommentNode:
		out.kind = nullNode
	default:
		return c.refuse(CodeSyntax, t, map[string]string{"reason": "unexpected " + n.Type().String()})
	}
	return out
}
