package schema

import "cosmicctl/engine"

// A node is one value of a manifest with its place, free of any YAML library.
type node struct {
	kind    nodeKind
	text    string // scalars: the text as written, without quotes
	pos     engine.Position
	entries []entry // mappings, in order, duplicates included
	items   []*node // sequences
	merged  bool    // a refused merge key may have meant further fields
	piece   bool    // further fields of the object may stand in other documents
}

type entry struct {
	key   string
	pos   engine.Position
	value *node
}

type nodeKind string

const (
	nullNode   nodeKind = "null"
	boolNode   nodeKind = "boolean"
	intNode    nodeKind = "whole number"
	floatNode  nodeKind = "number"
	stringNode nodeKind = "text"
	mapNode    nodeKind = "map"
	listNode   nodeKind = "list"
	// refusedNode stands in for what was already reported.
	refusedNode nodeKind = "refused"
)

// get returns the value of a key of a mapping, or nil.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// keyPos returns where a key of a mapping stands, or the mapping itself.
func (n *node) keyPos(key string) engine.Position {
	for _, e := range n.entries {
		if e.key == key {
			return e.pos
		}
	}
	return n.pos
}

// str is the text of a scalar under a key, or "".
func (n *node) str(key string) string {
	if v := n.get(key); v != nil && v.kind != nullNode {
		return v.text
	}
	return ""
}

// words maps a mapping of scalars.
func (n *node) words() map[string]string {
	if n == nil || len(n.entries) == 0 {
		return nil
	}
	m := make(map[string]string, len(n.entries))
	for _, e := range n.entries {
		m[e.key] = e.value.text
	}
	return m
}

// places notes where the fields of a mapping stand, and theirs.
func (n *node) places(path string, into map[string]engine.Position) {
	if n == nil {
		return
	}
	for _, e := range n.entries {
		at := join(path, e.key)
		into[at] = e.value.pos
		e.value.places(at, into)
	}
}
