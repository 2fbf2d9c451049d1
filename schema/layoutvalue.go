package schema

import (
	"bytes"
	"strings"
	"unicode"
)

// flow writes a value in brackets or braces. Its parts stay on the lines that they
// have.
func (l *layout) flow(s *stretch) {
	base := l.base
	l.out = append(l.out, l.src[s.begin])
	at := s.begin + 1
	for i := range s.parts {
		part := &s.parts[i]
		if !l.inFlow(at, part.head, base+indentStep, i > 0) && i > 0 {
			l.out = append(l.out, ' ')
		}
		if s.node.kind == mapNode {
			from := l.colon(s.node.entries[i].key, part.head)
			l.key(part.head, from)
			if part.begin < part.end && !l.inFlow(from, part.begin, base+indentStep, false) {
				l.out = append(l.out, ' ')
			}
		}
		at = l.value(part, base)
	}
	comma := bytes.IndexByte(l.commaless(at, s.end-1), ',') >= 0
	lines := bytes.IndexByte(l.src[at:s.end-1], '\n') >= 0
	l.inFlow(at, s.end-1, base, comma && lines)
	l.base = base
	l.out = append(l.out, l.src[s.end-1])
}

// commaless is what stands between two places without its comments.
func (l *layout) commaless(from, to int) []byte {
	var out []byte
	for at := from; at < to; at++ {
		if l.src[at] == '#' {
			at = l.lineEnd(at)
			continue
		}
		out = append(out, l.src[at])
	}
	return out
}

// inFlow writes what stands between two parts in brackets: a comma if one is asked for,
// comments, and line ends. It tells whether a line has begun, in a column.
func (l *layout) inFlow(from, to, column int, comma bool) (begun bool) {
	if comma {
		l.out = append(l.out, ',')
	}
	broken, distance := false, 0
	for at := from; at < to; at++ {
		switch c := l.src[at]; c {
		case ' ', '\t':
			distance++
			continue
		case '\n':
			broken = true
		case ',':
		case '#':
			end := l.lineEnd(at)
			text := strings.TrimRight(string(l.src[at:end]), " \t")
			if broken || begun {
				l.ownLine(false)
				l.indent(column)
			} else {
				l.out = append(l.out, strings.Repeat(" ", max(distance, 1))...)
			}
			l.out = append(l.out, text...)
			begun, broken, at = true, true, end
		default:
			l.failed = true
		}
		distance = 0
	}
	if broken {
		l.ownLine(false)
		l.indent(column)
		l.base = column
	}
	return broken
}

// scalar writes a text, a number or a flag. The column is that of what holds it.
func (l *layout) scalar(s *stretch, column int) int {
	text := string(l.src[s.begin:s.end])
	l.openEnd = false
	switch {
	case text[0] == '|' || text[0] == '>':
		return l.lines(s, text, column)
	case strings.Contains(text, "\n"):
		l.folded(text, l.base+indentStep)
	case text[0] == '\'' && !strings.ContainsFunc(text[1:len(text)-1], func(c rune) bool { return strings.ContainsRune(`'"\`, c) || !unicode.IsPrint(c) }):
		l.out = append(l.out, `"`+text[1:len(text)-1]+`"`...)
	default:
		l.out = append(l.out, text...)
	}
	return s.end
}

// folded writes a text of several lines, whose indent does not count.
func (l *layout) folded(text string, column int) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			l.out = append(l.out, '\n')
			if line = strings.TrimLeft(line, " \t"); line != "" {
				l.indent(column)
			}
		}
		if trimmed := strings.TrimRight(line, " \t"); !strings.HasSuffix(trimmed, `\`) {
			line = trimmed
		}
		l.out = append(l.out, line...)
	}
}

// lines writes a text of lines that stand for themselves, behind a header.
func (l *layout) lines(s *stretch, text string, column int) int {
	header, body, _ := strings.Cut(text, "\n")
	l.out = append(l.out, strings.TrimRight(header, " \t")...)
	indicator, _, _ := strings.Cut(header, "#")
	was := -1
	now := column + indentStep
	if digit := strings.IndexAny(indicator, "123456789"); digit >= 0 {
		was = l.levels[len(l.levels)-1].was + int(indicator[digit]-'0')
		now = column + int(indicator[digit]-'0')
	}
	if strings.Contains(text, "\n") {
		l.shifted(body, was, now)
	}
	end := s.end
	if l.openEnd = true; strings.Contains(indicator, "+") { // the blank lines below are part of it
		for next := l.nextLine(end); next > end && next < len(l.src) && l.blanks(next) == l.lineEnd(next); next = l.nextLine(end) {
			end = l.lineEnd(next)
			l.out = append(l.out, '\n')
		}
		if end > s.end {
			l.out = append(l.out, '\n')
		}
	}
	return end
}

// shifted writes lines in another column; -1 is that of the first that is not blank.
func (l *layout) shifted(body string, was, now int) {
	for line := range strings.SplitSeq(body, "\n") {
		l.out = append(l.out, '\n')
		blank := strings.Trim(line, " ") == ""
		switch {
		case was < 0 && !blank:
			was = len(line) - len(strings.TrimLeft(line, " "))
		case blank && (was < 0 || len(line) <= was):
			continue
		}
		if len(line) < was {
			l.failed = true
			continue
		}
		l.indent(now)
		l.out = append(l.out, line[was:]...)
	}
}
