package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cosmicctl/engine"
)

// This file puts values into a manifest's own words.

// nodeOf is a value in normal form as a manifest gives it, or nil for one that no
// manifest may hold.
func nodeOf(v any) *node {
	switch v := v.(type) {
	case string:
		return &node{kind: stringNode, text: v}
	case bool:
		return &node{kind: boolNode, text: strconv.FormatBool(v)}
	case int64:
		return &node{kind: intNode, text: strconv.FormatInt(v, 10)}
	case engine.Set:
		return listOf(v)
	case engine.List:
		return listOf(v)
	case engine.Rows:
		list := &node{kind: listNode}
		for _, r := range v {
			list.items = append(list.items, rangeNode(r))
		}
		return list
	case engine.SecretRef:
		return secretNode(v)
	}
	return nil
}

func secretNode(r engine.SecretRef) *node {
	n := &node{kind: mapNode}
	for _, of := range []struct {
		key   string
		given bool
		value any
	}{
		{"env", r.Env != "", r.Env}, {"file", r.File != "", r.File}, {"exec", len(r.Exec) > 0, engine.List(r.Exec)},
		{"age", r.Age != "", r.Age}, {"rotate", r.Rotate > 0, int64(r.Rotate)},
	} {
		if of.given {
			n.entries = append(n.entries, entry{key: of.key, value: nodeOf(of.value)})
		}
	}
	return n
}

func listOf(items []string) *node {
	list := &node{kind: listNode}
	for _, item := range items {
		list.items = append(list.items, nodeOf(item))
	}
	return list
}

func rangeNode(r engine.Range) *node {
	n := &node{kind: mapNode, entries: []entry{{key: "policy", value: nodeOf(r.Policy)}}}
	if cidr := r.CIDR(); cidr != "" {
		n.entries = append(n.entries, entry{key: "cidr", value: nodeOf(cidr)})
		return n
	}
	n.entries = append(n.entries, entry{key: "start", value: nodeOf(r.Start)}, entry{key: "end", value: nodeOf(r.End)})
	return n
}

// sameNode tells whether two values read alike, wherever they stand.
func sameNode(a, b *node) bool {
	return a.kind == b.kind && a.text == b.text && a.merged == b.merged &&
		slices.EqualFunc(a.items, b.items, sameNode) &&
		slices.EqualFunc(a.entries, b.entries, func(x, y entry) bool { return x.key == y.key && sameNode(x.value, y.value) })
}

// written writes a value in one line, in brackets or not. A text has no quotes where it
// reads as that text without them, and otherwise those that are asked for, or double
// ones.
func written(n *node, flow bool, quote byte) string {
	text := inline(n, flow, quote, false)
	if n.kind == mapNode || n.kind == listNode || flow && text == n.text {
		if line := "- " + text; !reads(line, n) || flow && !reads("- {a: ["+text+"]}", &node{kind: mapNode, entries: []entry{{key: "a", value: &node{kind: listNode, items: []*node{n}}}}}) {
			return inline(n, flow, quote, true)
		}
	}
	return text
}

// inline writes a value; wary puts every text in quotes.
func inline(n *node, flow bool, quote byte, wary bool) string {
	switch n.kind {
	case mapNode:
		parts := make([]string, len(n.entries))
		for i, e := range n.entries {
			parts[i] = e.key + ": " + inline(e.value, true, 0, wary)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case listNode:
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			parts[i] = inline(item, true, 0, wary)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case stringNode:
		printable := !strings.ContainsFunc(n.text, func(c rune) bool { return !unicode.IsPrint(c) })
		switch {
		case quote == '\'' && printable:
			return "'" + strings.ReplaceAll(n.text, "'", "''") + "'"
		case quote == 0 && printable && (!wary || isWord(n.text)) && plainly(n, flow):
			return n.text
		}
		return escaped(n.text)
	}
	return n.text
}

// isWord tells whether a text is nothing that any brackets could make more of.
func isWord(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) })
}

// plainly tells whether a text reads as itself without quotes: the reader is asked.
func plainly(n *node, flow bool) bool {
	if n.text == "" || oldFlag.MatchString(n.text) || strings.TrimSpace(n.text) != n.text {
		return false
	}
	if flow {
		return reads("- ["+n.text+"]", &node{kind: listNode, items: []*node{n}})
	}
	return reads("- "+n.text, n)
}

// reads tells whether a line reads as a list of one value.
func reads(line string, n *node) bool {
	docs, diags := parse("", []byte(line+"\n"))
	return len(diags) == 0 && len(docs) == 1 && len(docs[0].diags) == 0 && docs[0].root.kind == listNode &&
		len(docs[0].root.items) == 1 && sameNode(docs[0].root.items[0], n)
}

// oldFlag is a text that older readers of YAML take for true or false.
var oldFlag = regexp.MustCompile(`(?i)^(yes|no|on|off)$`)

// escaped is a text in double quotes. What a terminal would not show as it is
// stands in it as its number.
func escaped(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(c):
			b.WriteRune(c)
		case c <= 0xff:
			fmt.Fprintf(&b, `\x%02x`, c)
		case c <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			fmt.Fprintf(&b, `\U%08x`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
