package schema

import (
	"bytes"
	"slices"
	"strings"
)

// addition is a resource that a section gets, with the comments before it. Without a
// resource there are only comments.
type addition struct {
	want    *node
	remarks []string
}

// adopt puts resources at the end of a section, which begins with them if it is not
// there.
func (p *splicer) adopt(root *stretch, name string, adds []addition) {
	_, list := root.get(name)
	if root.flow || list != nil && list.flow && len(list.parts) > 0 {
		p.adoptInFlow(root, name, list, adds)
		return
	}
	begun := func(n *node) string { return "- " + p.block(n, 4) }
	declares := slices.ContainsFunc(adds, func(a addition) bool { return a.want != nil })
	switch {
	case len(adds) == 0:
	case list == nil:
		end := p.tail(root.parts[len(root.parts)-1].end, 1)
		p.replace(end, end, p.lineBreak())
		if !declares { // the comments stand for the section
			p.below(end, 0, adds, nil)
			return
		}
		p.replace(end, end, p.lineBreak()+name+":")
		p.below(end, 2, adds, begun)
	case len(list.parts) > 0:
		column := p.column(list.parts[0].head)
		p.below(p.tail(list.parts[len(list.parts)-1].end, max(column, 1)), column, adds, func(n *node) string { return p.alike(list, n) })
	case declares:
		p.replace(p.beforeBlanks(list.begin), list.end, "")
		p.below(p.tail(list.end, 1), 2, adds, begun)
	default:
		p.below(p.tail(list.end, 1), 2, adds, nil)
	}
}

// tail is the end of a line with the comments on the lines right below it that stand
// in a column or further in.
func (p *splicer) tail(at, column int) int {
	end := p.lineEnd(at)
	for next := p.nextLine(end); next > end && p.is(p.blanks(next), '#') && p.blanks(next)-next >= column; next = p.nextLine(end) {
		end = p.lineEnd(next)
	}
	return end
}

// beforeBlanks is where the blanks before a place begin.
func (p *splicer) beforeBlanks(at int) int { return len(bytes.TrimRight(p.src[:at], " ")) }

// below puts additions on lines of their own after the one that ends at a place.
func (p *splicer) below(end, indent int, adds []addition, write func(*node) string) {
	br := p.lineBreak() + strings.Repeat(" ", indent)
	for _, a := range adds {
		for _, line := range a.remarks {
			p.replace(end, end, br+line)
		}
		if a.want != nil {
			p.replace(end, end, br+write(a.want))
		}
	}
}

// adoptInFlow adds resources between brackets, where no comment can stand.
func (p *splicer) adoptInFlow(root *stretch, name string, list *stretch, adds []addition) {
	fresh := &node{kind: listNode}
	for _, a := range adds {
		switch {
		case a.want == nil:
		case list != nil && len(list.parts) > 0:
			p.append(list, a.want)
		default:
			fresh.items = append(fresh.items, a.want)
		}
	}
	switch {
	case len(fresh.items) == 0:
	case list != nil:
		p.replace(list.begin, list.end, written(fresh, true, 0))
	default:
		p.add(root, len(root.parts)-1, name+": "+written(fresh, true, 0))
	}
}
