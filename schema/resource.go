package schema

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/engine"
)

// resource checks one resource and tells whether it is valid.
func (c *check) resource(sec *section, n *node, path string) bool {
	if n.kind == refusedNode {
		return false
	}
	if n.kind != mapNode {
		c.value(sec.shape, n, path)
		return false
	}
	before := len(c.diags)
	if state := n.get("state"); state != nil {
		c.tombstone(sec, n, state, path)
		return len(c.diags) == before
	}
	c.structure(sec.shape, n, path)
	if n.piece {
		c.keyed(sec, n, path)
	} else {
		c.together(sec, n, path)
	}
	for _, f := range sec.kind.Fields {
		if v := n.get(f.Name); v != nil {
			c.codec(f, v, join(path, f.Name))
		}
	}
	return !failed(c.diags[before:])
}

// keyed reports what is missing of the key, without which no piece finds the others.
func (c *check) keyed(sec *section, n *node, path string) {
	for _, name := range sec.kind.Key {
		if n.get(name) == nil && !n.merged {
			c.fault(CodeMissing, n.pos, join(path, name), "field", name)
		}
	}
}

// together checks what spans several fields.
func (c *check) together(sec *section, n *node, path string) {
	c.exactlyOne(sec, n, path)
	c.rules(sec, n, path)
}

// complete checks an object of which the pieces were checked one by one.
func (c *check) complete(sec *section, n *node, path string) {
	c.required(sec.shape, n, path)
	c.together(sec, n, path)
}

// failed tells whether there is an error that does not depend on the version.
func failed(diags []engine.Diagnostic) bool {
	for _, d := range diags {
		if d.Severity == engine.Error && d.Span == (engine.Span{}) {
			return true
		}
	}
	return false
}

// tombstone checks a resource that says `state`: its key and nothing else.
func (c *check) tombstone(sec *section, n, state *node, path string) {
	if state.kind != stringNode || state.text != "absent" {
		c.fault(CodeState, state.pos, join(path, "state"), "value", state.text)
		return
	}
	if sec.noTombstone != nil {
		c.report(engine.Diagnostic{Code: CodeNoTombstone, Pos: n.keyPos("state"), Path: join(path, "state"), Text: sec.noTombstone})
		return
	}
	key := map[string]bool{"state": true}
	for _, name := range sec.kind.Key {
		key[name] = true
		at := join(path, name)
		if v := n.get(name); v != nil {
			c.value(sec.shape.field(name), v, at)
		} else {
			c.fault(CodeMissing, n.pos, at, "field", name)
		}
	}
	for _, e := range n.entries {
		if !key[e.key] {
			c.fault(CodeTombstone, e.pos, join(path, e.key), "field", e.key, "key", strings.Join(sec.kind.Key, ", "))
		}
	}
}

func (c *check) exactlyOne(sec *section, n *node, path string) {
	for _, group := range sec.exactlyOne {
		var given []string
		for _, name := range group {
			if n.get(name) != nil {
				given = append(given, name)
			}
		}
		switch {
		case len(given) == 0 && n.merged:
		case len(given) == 0:
			c.fault(CodeOneOfNone, n.pos, path, "fields", strings.Join(group, ", "))
		case len(given) > 1:
			c.fault(CodeOneOfBoth, n.keyPos(given[1]), join(path, given[1]), "fields", strings.Join(given, ", "))
		}
	}
}

func (c *check) rules(sec *section, n *node, path string) {
	for _, r := range sec.rules {
		nodes, err := r.broken(c.checker, n)
		if err != nil {
			c.err = err
			return
		}
		for _, at := range nodes {
			pos, place := at.pos, join(path, r.At)
			if v := n.get(r.At); at == n && v != nil {
				pos = v.pos
			} else if v != nil {
				place += "[" + strconv.Itoa(slices.Index(v.items, at)) + "]"
			}
			c.report(engine.Diagnostic{Severity: r.Severity, Code: r.Code, Pos: pos, Path: place, Text: &r.Text, Span: r.Span})
		}
	}
}

// codec checks what the type of a field asks for beyond its constraint.
func (c *check) codec(f *engine.Field, n *node, path string) {
	switch {
	case f.Type == engine.TypeText && !unambiguous(n):
		c.report(engine.Diagnostic{Code: CodeNumber, Pos: n.pos, Path: path, Hint: HintQuote,
			Args: pairs([]string{"value", n.text, "text", n.text})})
	case f.Type == engine.TypeRanges:
		c.ranges(n, path)
	case f.Type == engine.TypeRefs || f.Type == engine.TypeList:
		c.repeated(n, path)
	}
}

// unambiguous tells whether a number reads back as it is written: 1.0, 0x10,
// 1e3 and 007 do not, and what text was meant is anybody's guess.
func unambiguous(n *node) bool {
	switch n.kind {
	case boolNode:
		return n.text == "true" || n.text == "false"
	case intNode:
		i, err := strconv.ParseInt(n.text, 10, 64)
		return err == nil && strconv.FormatInt(i, 10) == n.text
	case floatNode:
		f, err := strconv.ParseFloat(n.text, 64)
		return err == nil && strconv.FormatFloat(f, 'f', -1, 64) == n.text
	}
	return true
}

func (c *check) ranges(n *node, path string) {
	seen := map[engine.Range]bool{}
	for i, item := range n.items {
		at := fmt.Sprintf("%s[%d]", path, i)
		if item.kind != mapNode {
			continue
		}
		r, code := rangeOf(item)
		switch {
		case code != "":
			c.fault(code, rangePos(item, code), at, "value", strings.TrimSpace(item.str("cidr")+" "+item.str("start")+" "+item.str("end")))
		case seen[r]:
			c.fault(CodeTwice, item.pos, at, "value", r.String())
		}
		seen[r] = true
	}
}

func rangeOf(n *node) (engine.Range, engine.Code) {
	return engine.NewRange(n.str("policy"), n.str("cidr"), n.str("start"), n.str("end"))
}

// rangePos is where the mistake of an address rule stands: at the first of its
// addresses, unless they are not all there.
func rangePos(n *node, code engine.Code) engine.Position {
	for _, name := range []string{"cidr", "start"} {
		if v := n.get(name); v != nil && code != engine.CodeRangeForm {
			return v.pos
		}
	}
	return n.pos
}

func (c *check) repeated(n *node, path string) {
	seen := map[string]bool{}
	for i, item := range n.items {
		if item.kind == stringNode && seen[item.text] {
			c.fault(CodeTwice, item.pos, fmt.Sprintf("%s[%d]", path, i), "value", item.text)
		}
		seen[item.text] = true
	}
}

// normal brings a valid resource to normal form.
func normal(k *engine.Kind, n *node) *engine.Resource {
	r := &engine.Resource{Fields: map[string]any{}, Absent: n.get("state") != nil, Origin: n.pos, At: map[string]engine.Position{}}
	for _, f := range k.Fields {
		v := n.get(f.Name)
		if v == nil {
			continue
		}
		r.At[f.Name] = v.pos
		for i, item := range v.items {
			r.At[fmt.Sprintf("%s[%s]", f.Name, elementName(item, i))] = item.pos
		}
		r.Fields[f.Name] = normalValue(f, v)
	}
	r.Ref = engine.Ref{Kind: k.Name, Key: k.KeyFrom(r.Fields)}
	r.Imply(k)
	return r
}

// elementName names an element by its text, or else by its number.
func elementName(n *node, i int) string {
	if n.kind == mapNode {
		if r, code := rangeOf(n); code == "" {
			return r.String()
		}
		return strconv.Itoa(i)
	}
	return n.text
}

func normalValue(f *engine.Field, n *node) any {
	switch {
	case n.kind == mapNode:
		return secretRef(n)
	case f.Type == engine.TypeInt:
		i, _ := strconv.ParseInt(n.text, 0, 64)
		return i
	case n.kind == boolNode && f.Type != engine.TypeText:
		return n.text == "true"
	case f.Type == engine.TypeRanges:
		rows := make([]engine.Range, len(n.items))
		for i, item := range n.items {
			rows[i], _ = rangeOf(item)
		}
		return engine.NewRows(rows...)
	case f.Type == engine.TypeRefs:
		return engine.NewSet(texts(n)...)
	case f.Type == engine.TypeList:
		return engine.List(texts(n))
	}
	return n.text
}

func texts(n *node) []string {
	out := make([]string, len(n.items))
	for i, item := range n.items {
		out[i] = item.text
	}
	return out
}

// secretRef reads a valid reference to a secret.
func secretRef(n *node) engine.SecretRef {
	ref := engine.SecretRef{Env: n.str("env"), File: n.str("file"), Age: strings.TrimSpace(n.str("age")), Dir: filepath.Dir(n.pos.File)}
	ref.Rotate, _ = strconv.Atoi(n.str("rotate"))
	if e := n.get("exec"); e != nil {
		ref.Exec = texts(e)
	}
	return ref
}
