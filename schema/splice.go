package schema

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// A splice puts a text in the place of some bytes.
type splice struct {
	begin, end int
	text       string
}

// splicer collects the splices of an edit. What they do not touch stays as it is.
type splicer struct {
	ruler
	splices []splice
	err     error
}

func (p *splicer) replace(begin, end int, text string) {
	p.splices = append(p.splices, splice{begin, end, text})
}

func (p *splicer) bytes() ([]byte, error) {
	slices.SortStableFunc(p.splices, func(a, b splice) int { return cmp.Compare(a.begin, b.begin) })
	var out []byte
	from := 0
	for _, s := range p.splices {
		if s.begin < from {
			return nil, errUnmeasured
		}
		out = append(append(out, p.src[from:s.begin]...), s.text...)
		from = s.end
	}
	return append(out, p.src[from:]...), p.err
}

// fields brings a map from its entries to others: those of the same key take their
// values, the rest comes or goes.
func (p *splicer) fields(s *stretch, want *node) {
	kept := -1 // the last entry before which something may be added
	for _, e := range want.entries {
		i, old := s.get(e.key)
		switch {
		case old == nil && kept < 0:
			p.err = errUnmeasured
		case old == nil:
			p.add(s, kept, e.key+": "+written(e.value, s.flow, 0))
		default:
			kept = i
			p.value(e.key, old, e.value)
		}
	}
	p.dropAll(s, func(i int) bool { return want.get(s.node.entries[i].key) == nil })
}

// value brings the value of a field to another one.
func (p *splicer) value(key string, s *stretch, want *node) {
	switch {
	case sameNode(s.node, want):
	case s.node.kind == listNode && want.kind == listNode:
		p.list(key, s, want.items)
	default:
		p.replace(s.begin, s.end, written(want, s.flow, p.quote(s)))
	}
}

// quote is the sort of quotes of a text, or 0.
func (p *splicer) quote(s *stretch) byte {
	if c := p.src[s.begin]; s.node.kind == stringNode && (c == '"' || c == '\'') {
		return c
	}
	return 0
}

// list brings a list to other elements. Those that it has are known by their
// nodes, and keep their order.
func (p *splicer) list(key string, s *stretch, want []*node) {
	aligned := 0
	for aligned < min(len(want), len(s.parts)) {
		old, now := s.node.items[aligned], want[aligned]
		if old != now {
			if slices.Contains(want, old) || slices.Contains(s.node.items, now) {
				break
			}
			p.replace(s.parts[aligned].begin, s.parts[aligned].end, written(now, s.flow, p.quote(&s.parts[aligned])))
		}
		aligned++
	}
	kept := aligned - 1
	for i := aligned; i < len(s.parts); i++ {
		if slices.Contains(want, s.node.items[i]) {
			kept = i
		}
	}
	var added []*node
	for _, n := range want[aligned:] {
		if !slices.Contains(s.node.items, n) {
			added = append(added, n)
		}
	}
	if kept < 0 {
		p.anew(key, s, added)
		return
	}
	for _, n := range added {
		text := written(n, s.flow, p.quote(&s.parts[kept]))
		if !s.flow {
			text = "- " + text
		}
		p.add(s, kept, text)
	}
	p.dropAll(s, func(i int) bool { return i >= aligned && !slices.Contains(want, s.node.items[i]) })
}

// anew writes a list of which nothing stays.
func (p *splicer) anew(key string, s *stretch, items []*node) {
	switch {
	case s.flow:
		p.replace(s.begin, s.end, written(&node{kind: listNode, items: items}, true, 0))
	case len(items) == 0:
		at := p.colon(key, s.head)
		p.replace(at, at, " []")
		p.dropAll(s, func(int) bool { return true })
	default:
		begin, br := p.lineStart(s.begin), p.lineBreak()
		var b strings.Builder
		for _, n := range items {
			b.WriteString(string(p.src[begin:s.begin]) + "- " + written(n, false, 0) + br)
		}
		p.replace(begin, p.nextLine(s.end), b.String())
	}
}

// add puts an entry or an element after one that stays.
func (p *splicer) add(s *stretch, after int, text string) {
	end := s.parts[after].end
	if s.flow {
		p.replace(end, end, ", "+text)
		return
	}
	end = p.lineEnd(end)
	indent := strings.Repeat(" ", p.column(s.parts[0].head))
	p.replace(end, end, p.lineBreak()+indent+text)
}

// dropAll takes out the parts that are told, those side by side at once.
func (p *splicer) dropAll(s *stretch, goes func(i int) bool) {
	for first := 0; first < len(s.parts); first++ {
		if !goes(first) {
			continue
		}
		last := first
		for last+1 < len(s.parts) && goes(last+1) {
			last++
		}
		if s.flow {
			p.dropInFlow(s, first, last)
		} else {
			p.dropLines(s, first, last)
		}
		first = last
	}
}

// dropLines takes out parts that have lines of their own, with the comments that
// touch them: above in the same column, below further in.
func (p *splicer) dropLines(s *stretch, first, last int) {
	head, end := s.parts[first].head, s.parts[last].end
	begin := p.lineStart(head)
	if len(bytes.TrimSpace(p.src[begin:head])) > 0 { // it stands behind a dash
		if last+1 == len(s.parts) || bytes.IndexByte(p.src[end:s.parts[last+1].head], '#') >= 0 {
			p.err = errUnmeasured
			return
		}
		p.replace(head, s.parts[last+1].head, "")
		return
	}
	column := head - begin
	for begin > 0 {
		above := p.lineBefore(begin)
		if !p.is(p.blanks(above), '#') || p.blanks(above)-above != column {
			break
		}
		begin = above
	}
	for end = p.nextLine(end); p.is(p.blanks(end), '#') && p.blanks(end)-end > column; {
		end = p.nextLine(end)
	}
	p.replace(begin, end, "")
}

// dropInFlow takes out parts between commas, of which others stay.
func (p *splicer) dropInFlow(s *stretch, first, last int) {
	begin, end := s.parts[first].head, s.parts[last].end
	comma := p.skip(end)
	behind := p.is(comma, ',')
	if behind {
		end = comma + 1
	}
	line := p.lineStart(begin)
	alone := len(bytes.TrimSpace(p.src[line:begin])) == 0 && p.ends(end, false)
	switch {
	case alone:
		begin, end = line, p.nextLine(end)
	case behind && p.ends(end, false):
		begin -= len(p.src[line:begin]) - len(bytes.TrimRight(p.src[line:begin], " \t"))
	case behind:
		end = p.blanks(end)
	}
	if !behind && first > 0 {
		at := p.skip(s.parts[first-1].end)
		if p.blanks(at+1) == begin {
			begin = at
		} else {
			p.replace(at, at+1, "")
		}
	}
	p.replace(begin, end, "")
}
