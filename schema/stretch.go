package schema

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// A stretch is where a value stands in the bytes of its file. The parser tells only
// where values begin, so their ends are measured here, beside the nodes that it
// found. What is written in a way that is not measured is not edited.
type stretch struct {
	node *node
	// head is where its key or its dash begins; a value without one is its own head.
	head       int
	begin, end int
	flow       bool // in brackets or braces
	parts      []stretch
}

// get returns the stretch of a field, and its number.
func (s *stretch) get(key string) (int, *stretch) {
	i := slices.IndexFunc(s.node.entries, func(e entry) bool { return e.key == key })
	if i < 0 {
		return i, nil
	}
	return i, &s.parts[i]
}

var errUnmeasured = errors.New("it is written in a way that cannot be edited")

// ruler measures a document.
type ruler struct{ src []byte }

// document measures a document from its first key on.
func (r *ruler) document(root *node) (stretch, error) {
	at := r.offset(root.pos)
	if before := bytes.TrimRight(r.src[:at], " \t\r\n"); len(before) > 0 && before[len(before)-1] == '{' {
		at = len(before) - 1
	}
	return r.value(root, at, -1, false)
}

// offset is where a position lies in the bytes.
func (r *ruler) offset(p engine.Position) int {
	at := 0
	for range p.Line - 1 {
		at = r.nextLine(at)
	}
	end := r.lineEnd(at)
	for range p.Col - 1 {
		if at >= end {
			break
		}
		for at++; at < end && r.src[at]&0xc0 == 0x80; at++ {
		}
	}
	return at
}

func isBreak(b byte) bool { return b == '\n' || b == '\r' }

func (r *ruler) lineStart(at int) int {
	for at > 0 && !isBreak(r.src[at-1]) {
		at--
	}
	return at
}

// lineEnd is where the line break of a line stands.
func (r *ruler) lineEnd(at int) int {
	for at < len(r.src) && !isBreak(r.src[at]) {
		at++
	}
	return at
}

func (r *ruler) nextLine(at int) int {
	at = r.lineEnd(at)
	if bytes.HasPrefix(r.src[at:], []byte("\r\n")) {
		return at + 2
	}
	return min(at+1, len(r.src))
}

// lineBefore is where the line before one begins.
func (r *ruler) lineBefore(start int) int {
	start--
	if start > 0 && string(r.src[start-1:start+1]) == "\r\n" {
		start--
	}
	return r.lineStart(start)
}

// lineBreak is how the file ends its lines.
func (r *ruler) lineBreak() string {
	end := r.lineEnd(0)
	if end == len(r.src) {
		return "\n"
	}
	return string(r.src[end:r.nextLine(0)])
}

// column is how many bytes stand before a place on its line.
func (r *ruler) column(at int) int { return at - r.lineStart(at) }

// blanks skips spaces and tabs.
func (r *ruler) blanks(at int) int {
	for at < len(r.src) && (r.src[at] == ' ' || r.src[at] == '\t') {
		at++
	}
	return at
}

// skip goes on to what is neither blank nor a comment.
func (r *ruler) skip(at int) int {
	for at < len(r.src) {
		switch c := r.src[at]; {
		case c == ' ' || c == '\t' || isBreak(c):
			at++
		case c == '#' && (at == 0 || strings.IndexByte(" \t\r\n", r.src[at-1]) >= 0):
			at = r.lineEnd(at)
		default:
			return at
		}
	}
	return at
}

func (r *ruler) is(at int, c byte) bool { return at < len(r.src) && r.src[at] == c }

// value measures a value that begins at a place; outer is the column of what holds
// it, for texts of several lines.
func (r *ruler) value(n *node, at, outer int, flow bool) (stretch, error) {
	s := stretch{node: n, head: at, begin: at}
	switch {
	case n.kind == mapNode && r.is(at, '{'), n.kind == listNode && r.is(at, '['):
		return r.flow(s)
	case flow && (n.kind == mapNode || n.kind == listNode), at >= len(r.src):
		return s, errUnmeasured
	case n.kind == mapNode || n.kind == listNode:
		return r.block(s)
	case n.kind == nullNode || n.kind == refusedNode:
		return s, errUnmeasured
	}
	s.end = r.scalar(n, at, outer, flow)
	if s.end <= at {
		return s, errUnmeasured
	}
	return s, nil
}

func (r *ruler) flow(s stretch) (stretch, error) {
	s.flow = true
	at := r.skip(s.begin + 1)
	for i := range max(len(s.node.entries), len(s.node.items)) {
		part, err := r.part(s.node, i, at, s.begin, true)
		if err != nil {
			return s, err
		}
		s.parts = append(s.parts, part)
		if at = r.skip(part.end); r.is(at, ',') {
			at = r.skip(at + 1)
		}
	}
	if !r.is(at, '}') && !r.is(at, ']') {
		return s, errUnmeasured
	}
	s.end = at + 1
	return s, nil
}

func (r *ruler) block(s stretch) (stretch, error) {
	at, column := s.begin, r.column(s.begin)
	for i := range max(len(s.node.entries), len(s.node.items)) {
		if at >= len(r.src) || r.column(at) != column {
			return s, errUnmeasured
		}
		part, err := r.part(s.node, i, at, column, false)
		if err != nil {
			return s, err
		}
		s.parts = append(s.parts, part)
		s.end = part.end
		at = r.skip(part.end)
	}
	if len(s.parts) == 0 {
		return s, errUnmeasured
	}
	return s, nil
}

// part measures an entry or an element, from its key or dash on.
func (r *ruler) part(n *node, i, at, column int, flow bool) (stretch, error) {
	begin, value := at, n
	switch {
	case n.kind == mapNode:
		value = n.entries[i].value
		if begin = r.colon(n.entries[i].key, at); begin < 0 {
			return stretch{}, errUnmeasured
		}
	case flow:
		value = n.items[i]
	case !r.is(at, '-'):
		return stretch{}, errUnmeasured
	default:
		value = n.items[i]
		begin = at + 1
	}
	if value.kind == nullNode && begin > at {
		return r.null(value, at, begin, flow), nil
	}
	begin = r.skip(begin)
	s, err := r.value(value, begin, column, flow)
	s.head = at
	return s, err
}

// null measures what stands for nothing behind a colon or a dash, if anything does.
func (r *ruler) null(n *node, head, at int, flow bool) stretch {
	begin := r.blanks(at)
	for _, word := range []string{"~", "null", "Null", "NULL"} {
		if end := begin + len(word); bytes.HasPrefix(r.src[begin:], []byte(word)) && r.ends(end, flow) {
			return stretch{node: n, head: head, begin: begin, end: end}
		}
	}
	return stretch{node: n, head: head, begin: at, end: at}
}

// colon is what comes after the colon of a key, or -1.
func (r *ruler) colon(key string, at int) int {
	end := at + len(key)
	if r.is(at, '"') || r.is(at, '\'') {
		end = r.quoted(at)
	} else if !bytes.HasPrefix(r.src[at:], []byte(key)) {
		return -1
	}
	if end = r.blanks(end); !r.is(end, ':') {
		return -1
	}
	return end + 1
}

// scalar is the end of a text, a number or a flag.
func (r *ruler) scalar(n *node, at, outer int, flow bool) int {
	switch c := r.src[at]; {
	case c == '"' || c == '\'':
		return r.quoted(at)
	case (c == '|' || c == '>') && !flow:
		return r.lines(r.lineEnd(at), outer)
	}
	if end := at + len(n.text); bytes.HasPrefix(r.src[at:], []byte(n.text)) && r.ends(end, flow) {
		return end
	}
	if flow {
		return r.plainInFlow(at)
	}
	return r.plain(at, outer)
}

// quoted is the end of a quoted text, or -1.
func (r *ruler) quoted(at int) int {
	quote := r.src[at]
	for at++; at < len(r.src); at++ {
		switch c := r.src[at]; {
		case c == '\\' && quote == '"':
			at++
		case c == quote && quote == '\'' && r.is(at+1, '\''):
			at++
		case c == quote:
			return at + 1
		}
	}
	return -1
}

// ends tells whether a plain text that fills its line so far ends at a place.
func (r *ruler) ends(at int, flow bool) bool {
	next := r.blanks(at)
	switch {
	case next >= len(r.src) || isBreak(r.src[next]):
		return true
	case r.src[next] == '#':
		return next > at
	}
	return flow && strings.IndexByte(",]}", r.src[next]) >= 0
}

// lines follows lines that are indented further than a column.
func (r *ruler) lines(end, outer int) int {
	for at := r.nextLine(end); at < len(r.src); at = r.nextLine(at) {
		first := r.blanks(at)
		if first == len(r.src) || isBreak(r.src[first]) {
			continue
		}
		if first-at <= outer {
			break
		}
		end = r.lineEnd(first)
	}
	return end
}

// plain is the end of a plain text of several lines.
func (r *ruler) plain(at, outer int) int {
	end := r.lines(r.lineEnd(at), outer)
	return at + len(bytes.TrimRight(r.src[at:end], " \t"))
}

func (r *ruler) plainInFlow(at int) int {
	i := at
	for i < len(r.src) && strings.IndexByte(",]}", r.src[i]) < 0 && (r.src[i] != '#' || strings.IndexByte(" \t\r\n", r.src[i-1]) < 0) {
		i++
	}
	return at + len(bytes.TrimRight(r.src[at:i], " \t\r\n"))
}
