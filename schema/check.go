package schema

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
)

// A check collects the mistakes of one document.
type check struct {
	*checker
	bases *bases
	diags []engine.Diagnostic
	found map[engine.Severity]int // how many, reported or not
	err   error                   // of the kind files or CUE, not of the manifest
}

func (c *check) report(d engine.Diagnostic) {
	if d.Severity == "" {
		d.Severity = engine.Error
	}
	if c.found == nil {
		c.found = map[engine.Severity]int{}
	}
	c.found[d.Severity]++
	switch n := c.found[d.Severity]; {
	case n <= MaxDiagnostics:
		c.diags = append(c.diags, d)
	case n == MaxDiagnostics+1:
		c.diags = append(c.diags, engine.Diagnostic{Severity: d.Severity, Code: CodeMore, Pos: d.Pos,
			Args: pairs([]string{"max", strconv.Itoa(MaxDiagnostics)})})
	}
}

// full tells whether more mistakes would not be reported. Advice fills nothing:
// there may be mistakes behind it.
func (c *check) full() bool { return c.found[engine.Error] > MaxDiagnostics }

func (c *check) fault(code engine.Code, pos engine.Position, path string, args ...string) {
	c.report(engine.Diagnostic{Code: code, Pos: pos, Path: path, Args: pairs(args)})
}

func pairs(args []string) map[string]string {
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}

// value checks any value against its shape.
func (c *check) value(s *shape, n *node, path string) {
	switch {
	case n.kind == refusedNode:
	case n.kind == nullNode:
		c.fault(CodeEmpty, n.pos, path, "field", lastOf(path))
	case s.secret && (n.kind == mapNode || s.accepts == cue.StructKind):
		c.secret(n, path)
	case n.kind == mapNode && s.accepts&cue.StructKind != 0 && !s.secret:
		c.structure(s, n, path)
	case n.kind == listNode && s.accepts&cue.ListKind != 0:
		c.list(s, n, path)
	case !accepts(s.accepts, n.kind):
		c.wrongType(s, n, path)
	default:
		c.scalarValue(s, n, path)
	}
}

func (c *check) scalarValue(s *shape, n *node, path string) {
	ok, err := c.scalar(s, n)
	if err != nil {
		c.err = err
	}
	if ok && s.proof != nil && !s.proof.holds(n.text) {
		c.report(engine.Diagnostic{Code: CodeValue, Pos: n.pos, Path: path, Text: &s.proof.expect, Args: pairs([]string{"value", n.text})})
	}
	if ok || err != nil {
		return
	}
	if len(s.options) > 0 {
		d := engine.Diagnostic{Code: CodeOption, Pos: n.pos, Path: path,
			Args: pairs([]string{"value", n.text, "options", strings.Join(s.options, ", ")})}
		suggest(&d, n.text, s.options)
		c.report(d)
		return
	}
	c.wrongValue(s, n, path)
}

func (c *check) wrongValue(s *shape, n *node, path string) {
	shown := userinfo.ReplaceAllString(n.text, "//…@")
	if s.secret {
		shown = "…"
	}
	d := engine.Diagnostic{Code: CodeValue, Pos: n.pos, Path: path, Args: pairs([]string{"value", shown})}
	d.Text = s.expect
	c.report(d)
}

// userinfo is where an address carries a password, which no message repeats.
var userinfo = regexp.MustCompile(`//[^/\s]*@`)

func (c *check) wrongType(s *shape, n *node, path string) {
	d := engine.Diagnostic{Code: CodeType, Pos: n.pos, Path: path, Text: s.expect,
		Args: pairs([]string{"got", string(n.kind), "want", wanted(s.accepts)})}
	scalar := n.kind == intNode || n.kind == floatNode || n.kind == boolNode
	if scalar && s.accepts&cue.StringKind != 0 {
		d.Hint, d.Args["text"] = HintQuote, n.text
	}
	c.report(d)
}

// structure checks the fields of a mapping.
func (c *check) structure(s *shape, n *node, path string) {
	seen := map[string]engine.Position{}
	for _, e := range n.entries {
		if c.full() {
			return
		}
		at := join(path, e.key)
		if first, twice := seen[e.key]; twice {
			c.fault(CodeDuplicate, e.pos, at, "field", e.key, "first", strconv.Itoa(first.Line))
			continue
		}
		seen[e.key] = e.pos
		sub := s.field(e.key)
		if sub == nil {
			c.unknown(s, e, at)
			continue
		}
		c.value(sub, e.value, at)
	}
	c.required(s, n, path)
}

// required reports the fields that are not there, unless they may stand elsewhere.
func (c *check) required(s *shape, n *node, path string) {
	for _, f := range s.fields {
		if f.required && n.get(f.name) == nil && !n.merged && !n.piece {
			c.fault(CodeMissing, n.pos, join(path, f.name), "field", f.name)
		}
	}
}

func (c *check) unknown(s *shape, e entry, path string) {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.name
	}
	d := engine.Diagnostic{Code: CodeUnknownField, Pos: e.pos, Path: path, Args: pairs([]string{"field", e.key})}
	suggest(&d, e.key, names)
	c.report(d)
}

func (c *check) list(s *shape, n *node, path string) {
	before := len(c.diags)
	for i, item := range n.items {
		if c.full() {
			return
		}
		c.value(s.elem, item, fmt.Sprintf("%s[%d]", path, i))
	}
	if len(c.diags) == before && !c.length(s, len(n.items)) {
		c.report(engine.Diagnostic{Code: CodeValue, Pos: n.pos, Path: path, Text: s.expect,
			Args: pairs([]string{"value", fmt.Sprintf("a list of %d", len(n.items))})})
	}
}

// secret checks that a value is a reference to a secret and not one itself.
// The value never becomes part of the diagnostic.
func (c *check) secret(n *node, path string) {
	if n.kind != mapNode {
		c.report(engine.Diagnostic{Code: CodeSecretLiteral, Pos: n.pos, Path: path, Hint: HintSecret,
			Args: pairs([]string{"name", envName(path)})})
		return
	}
	before := len(c.diags)
	c.structure(c.schema.secret, n, path)
	for _, d := range c.diags[before:] {
		if d.Args["value"] != "" {
			d.Args["value"] = "…" // it may be the secret itself
		}
	}
	if sources(n) != 1 {
		c.report(engine.Diagnostic{Code: CodeSecretForm, Pos: n.pos, Path: path, Hint: HintSecret,
			Args: pairs([]string{"name", envName(path)})})
	}
}

// sources counts what a reference says of where its secret is.
func sources(n *node) int {
	count := len(n.entries)
	for _, e := range n.entries {
		if e.key == "rotate" {
			count--
		}
	}
	return count
}

// envName makes a name for the example that a hint shows.
func envName(path string) string {
	return strings.ToUpper(lastOf(path))
}

// suggest adds the name that was probably meant.
func suggest(d *engine.Diagnostic, got string, names []string) {
	if best := engine.Closest(got, names); best != "" {
		d.Hint, d.Args["suggestion"] = engine.HintDidYouMean, best
	}
}

func accepts(k cue.Kind, n nodeKind) bool {
	switch n {
	case boolNode:
		return k&cue.BoolKind != 0
	case intNode:
		return k&(cue.IntKind|cue.FloatKind) != 0
	case floatNode:
		return k&cue.FloatKind != 0
	case stringNode:
		return k&cue.StringKind != 0
	}
	return false
}

// wanted names what a place takes.
func wanted(k cue.Kind) string {
	switch {
	case k&cue.StructKind != 0:
		return string(mapNode)
	case k&cue.ListKind != 0:
		return string(listNode)
	case k&cue.StringKind != 0:
		return string(stringNode)
	case k&cue.BoolKind != 0:
		return string(boolNode)
	case k&cue.FloatKind != 0:
		return string(floatNode)
	}
	return string(intNode)
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

func lastOf(path string) string {
	return path[strings.LastIndexByte(path, '.')+1:]
}
