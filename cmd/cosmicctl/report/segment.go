package report

import (
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// segment is a stretch of one version of a text.
type segment struct {
	Text    string
	Changed bool // the other version does not have it
}

// Bounds of the highlight inside changed texts: below, a person sees the change
// at a glance; above, the comparison would take long.
const (
	inlineFrom = 12   // runes
	inlineTo   = 4096 // runes
)

// segments splits two versions of a clean text where they differ.
func segments(before, after string) (old, new []segment) {
	a, b := []rune(before), []rune(after)
	if min(len(a), len(b)) < inlineFrom || max(len(a), len(b)) > inlineTo {
		return []segment{{before, false}}, []segment{{after, false}}
	}
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // the result must not depend on the machine's speed
	for _, part := range d.DiffCleanupSemantic(d.DiffMainRunes(a, b, false)) {
		s := segment{part.Text, part.Type != diffmatchpatch.DiffEqual}
		if part.Type != diffmatchpatch.DiffInsert {
			old = append(old, s)
		}
		if part.Type != diffmatchpatch.DiffDelete {
			new = append(new, s)
		}
	}
	return old, new
}

// inline marks what changed inside a clean text, in both versions.
func (s Style) inline(before, after string) (string, string) {
	old, new := segments(before, after)
	return s.marked(old), s.marked(new)
}

func (s Style) marked(parts []segment) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Changed {
			b.WriteString(s.invert(p.Text))
		} else {
			b.WriteString(p.Text)
		}
	}
	return `"` + b.String() + `"`
}
