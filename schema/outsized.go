package schema

import (
	"cosmicctl/engine"

	"github.com/goccy/go-yaml/token"
)

// limit is a bound on the shape of a file.
type limit struct {
	code engine.Code
	max  int
}

// outsized returns the token at which a file passes a limit. It looks at tokens,
// before a parser that recurses over levels and takes quadratic time over fields
// sees them.
func outsized(tokens token.Tokens) (*token.Token, limit) {
	var m levels
	documents := 0
	for _, t := range tokens {
		if t.Type == token.DocumentHeaderType {
			m = levels{}
			documents++
		}
		m.take(t)
		switch {
		case documents > MaxDocuments:
			return t, limit{CodeTooManyDocs, MaxDocuments}
		case len(m.flow) > MaxDepth || len(m.block) > 2*MaxDepth:
			return t, limit{CodeTooDeep, MaxDepth}
		case m.fields > MaxFields:
			return t, limit{CodeTooManyFields, MaxFields}
		}
	}
	return nil, limit{}
}

// levels follows the levels that are open: blocks by the column of their keys
// and dashes, a level of lists and one of maps for each; flows by their brackets.
type levels struct {
	block  []level
	flow   []int // fields so far
	fields int   // of the map that the last token belongs to
}

type level struct{ column, fields int }

func (m *levels) take(t *token.Token) {
	m.fields = 0
	switch t.Type {
	case token.MappingStartType, token.SequenceStartType:
		m.flow = append(m.flow, 0)
	case token.MappingEndType, token.SequenceEndType:
		m.flow = m.flow[:max(0, len(m.flow)-1)]
	case token.SequenceEntryType, token.MappingKeyType:
		m.at(t.Position.Column, 0)
	case token.MappingValueType:
		column := t.Position.Column
		if t.Prev != nil && t.Prev.Position.Line == t.Position.Line {
			column = t.Prev.Position.Column
		}
		m.at(column, 1)
	}
}

// at notes a dash, or a key with its field, at a column.
func (m *levels) at(column, fields int) {
	if n := len(m.flow); n > 0 {
		m.flow[n-1] += fields
		m.fields = m.flow[n-1]
		return
	}
	for len(m.block) > 0 && m.block[len(m.block)-1].column > column {
		m.block = m.block[:len(m.block)-1]
	}
	if n := len(m.block); n == 0 || m.block[n-1].column < column {
		m.block = append(m.block, level{column: column})
	}
	top := &m.block[len(m.block)-1]
	if fields == 0 {
		top.fields = 0 // a list in place of the map
	}
	top.fields += fields
	m.fields = top.fields
}
