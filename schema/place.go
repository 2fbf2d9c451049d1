package schema

import (
	"strings"
	"unicode/utf8"

	"cosmicctl/engine"

	"github.com/goccy/go-yaml/token"
)

// places tells where tokens stand. The YAML library moves a plain text at the
// end of a line to the right by as many columns as there are blanks after it.
type places struct {
	file  string
	lines []string
	last  extent // the tokens of a line come one after the other
}

// extent is a line without the blanks at its end, how many characters that is,
// and how many blanks there are.
type extent struct {
	line           int
	text           string
	length, blanks int
}

func newPlaces(file string, src []byte) places {
	return places{file: file, lines: strings.Split(string(src), "\n")}
}

func (p *places) of(t *token.Token) engine.Position {
	if t == nil || t.Position == nil {
		return engine.Position{File: p.file, Line: 1, Col: 1}
	}
	pos := engine.Position{File: p.file, Line: max(1, t.Position.Line), Col: max(1, t.Position.Column)}
	if pos.Line > len(p.lines) {
		return pos
	}
	// If it was moved, the rest of the line from there on, blanks and all, is as
	// long as what the value has on this line.
	m := p.extentOf(pos.Line)
	begin := leading(t.Value, m.length+m.blanks+1-pos.Col)
	if m.blanks > 0 && begin != "" && strings.HasSuffix(m.text, begin) {
		pos.Col = max(1, pos.Col-m.blanks)
	}
	return pos
}

// leading is the first n characters of a text, or "" if it has not so many.
func leading(text string, n int) string {
	for i := range text {
		if n <= 0 {
			return text[:i]
		}
		n--
	}
	if n == 0 {
		return text
	}
	return ""
}

func (p *places) extentOf(line int) extent {
	if p.last.line != line {
		full := p.lines[line-1]
		text := strings.TrimRight(full, " \t")
		p.last = extent{line, text, utf8.RuneCountInString(text), len(full) - len(text)}
	}
	return p.last
}
