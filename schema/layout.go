package schema

import (
	"bytes"
	"slices"
	"strings"
)

// A layout writes documents anew, line by line, beside the measures of the old ones.
// What stands between two values is blanks, line ends and comments: blanks are written
// anew, comments go where they stood.
type layout struct {
	ruler
	out  []byte
	base int // column of the innermost block on the line that is written
	// levels are the blocks around the last value, the outermost first.
	levels []shift
	// openEnd says that the last value is a text whose last line ends are part of it.
	openEnd bool
	failed  bool
}

// shift is a block by the column of its entries, before and after.
type shift struct{ was, now int }

// indentStep is how far a block stands further in than what holds it.
const indentStep = 2

// layOut writes documents in the canonical layout.
func layOut(src []byte, docs []document) ([]byte, bool) {
	l := &layout{ruler: ruler{src}, levels: []shift{{0, 0}}}
	at := 0
	for _, d := range docs {
		root, err := l.ruler.document(d.root)
		if err != nil {
			return nil, false
		}
		l.between(at, root.begin)
		at = l.value(&root, 0)
	}
	l.between(at, len(src))
	switch {
	case l.openEnd && !bytes.HasSuffix(src, []byte("\n")):
	case l.openEnd:
		l.ownLine(false)
	default:
		l.out = append(bytes.TrimRight(l.out, "\n"), '\n')
	}
	return l.out, !l.failed
}

// between writes what stands between documents: comments, and the lines that divide
// them.
func (l *layout) between(from, to int) {
	blank, at := false, from
	if from > 0 {
		end := min(l.lineEnd(at), to)
		l.trailing(strings.TrimRight(string(l.src[at:end]), " \t"))
		at = l.nextLine(end)
	}
	for at < to {
		end := min(l.lineEnd(at), to)
		line := strings.TrimRight(string(l.src[at:end]), " \t")
		trimmed := strings.TrimLeft(line, " \t")
		switch {
		case trimmed == "" && end == to && to < len(l.src): // the document begins in the line
		case trimmed == "":
			blank = len(l.out) > 0
		case trimmed[0] == '#':
			l.ownLine(blank)
			l.comment(at, trimmed, 0)
			blank, l.openEnd = false, false
		case strings.HasPrefix(line, "---") || strings.HasPrefix(line, "..."):
			l.ownLine(blank)
			l.out = append(l.out, line[:3]...)
			l.levels = []shift{{0, 0}}
			l.trailing(line[3:])
			blank, l.openEnd = false, false
		default:
			l.failed = true
		}
		if end == to {
			break
		}
		at = l.nextLine(end)
	}
	if to < len(l.src) {
		l.ownLine(blank)
	}
}

// ownLine begins a line, after a blank one if that is asked for.
func (l *layout) ownLine(blank bool) {
	if len(l.out) > 0 && l.out[len(l.out)-1] != '\n' {
		l.out = append(l.out, '\n')
	}
	if blank && len(l.out) > 0 {
		l.out = append(l.out, '\n')
	}
}

// trailing writes a comment behind what stands on the line, as far from it as it was.
func (l *layout) trailing(text string) {
	comment := strings.TrimLeft(text, " \t")
	switch {
	case comment == "":
	case comment[0] != '#' || len(comment) == len(text):
		l.failed = true
	default:
		l.out = append(append(l.out, strings.Repeat(" ", len(text)-len(comment))...), comment...)
	}
}

// comment writes a comment that has a line of its own: with the block that goes on after
// it, at a level, if it stands in its column, and else with the one that it stands in.
func (l *layout) comment(lineStart int, text string, level int) {
	column := l.blanks(lineStart) - lineStart
	at := len(l.levels) - 1
	for at > 0 && l.levels[at].was > column {
		at--
	}
	for at > level && l.levels[at-1].was == l.levels[at].was {
		at--
	}
	if l.levels[level].was == column {
		at = level
	}
	l.indent(l.levels[at].now)
	l.levels = l.levels[:max(at, level)+1]
	l.out = append(l.out, text...)
}

func (l *layout) indent(column int) { l.out = append(l.out, strings.Repeat(" ", column)...) }

// gap writes what stands between two values, of which the second is of the block at a
// level, and begins a line.
func (l *layout) gap(from, to, level int) {
	end := min(l.lineEnd(from), to)
	l.trailing(strings.TrimRight(string(l.src[from:end]), " \t"))
	blank := false
	for at := l.nextLine(end); at < to; at = l.nextLine(at) {
		switch line := strings.Trim(string(l.src[at:min(l.lineEnd(at), to)]), " \t"); {
		case line == "" && l.lineEnd(at) < to:
			blank = true
		case line == "":
		case line[0] == '#':
			l.ownLine(blank)
			l.comment(at, line, level)
			blank = false
		default:
			l.failed = true
		}
	}
	l.ownLine(blank)
}

// value writes a value, which begins in a line, and returns where it ends. The column
// is that of what holds it, or of itself for a block that begins in the line.
func (l *layout) value(s *stretch, column int) int {
	switch {
	case s.flow:
		l.flow(s)
	case s.node.kind == mapNode || s.node.kind == listNode:
		return l.block(s, column)
	case s.begin < s.end:
		return l.scalar(s, column)
	}
	return s.end
}

// block writes a map or list with lines of its own, of which the first has begun.
func (l *layout) block(s *stretch, column int) int {
	levels := append(slices.Clone(l.levels), shift{l.column(s.begin), column})
	end := s.begin
	for i := range s.parts {
		part := &s.parts[i]
		if i > 0 {
			l.gap(end, part.head, len(levels)-1)
			l.indent(column)
		}
		l.levels, l.base = slices.Clone(levels), column
		from := part.head + 1
		if s.node.kind == mapNode {
			from = l.colon(s.node.entries[i].key, part.head)
			l.key(part.head, from)
		} else {
			l.out = append(l.out, '-')
		}
		end = l.held(part, from, column, s.node.kind == listNode)
	}
	return end
}

// key writes a key with its colon.
func (l *layout) key(at, end int) {
	l.out = append(append(l.out, bytes.TrimRight(l.src[at:end-1], " \t")...), ':')
}

// held writes a value behind its key or its dash.
func (l *layout) held(s *stretch, from, column int, dash bool) int {
	block := !s.flow && (s.node.kind == mapNode || s.node.kind == listNode)
	nothing := len(bytes.TrimSpace(l.src[from:s.begin])) == 0
	switch {
	case s.begin == s.end:
		return s.end
	case nothing && dash && block:
		l.out = append(l.out, ' ')
		return l.block(s, column+indentStep)
	case nothing && !block:
		l.out = append(l.out, ' ')
		return l.value(s, column)
	case nothing:
		l.ownLine(false)
	default:
		l.into(from, s, block, column)
	}
	l.indent(column + indentStep)
	l.base = column + indentStep
	if block {
		return l.block(s, column+indentStep)
	}
	return l.value(s, column)
}

// into writes the comments between a key or a dash and its value.
func (l *layout) into(from int, s *stretch, block bool, column int) {
	levels := l.levels
	if block {
		l.levels = append(slices.Clone(levels), shift{l.column(s.begin), column + indentStep})
	}
	l.gap(from, s.begin, len(l.levels)-1)
	l.levels = levels
}
