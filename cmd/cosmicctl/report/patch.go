package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// patchContext is how many lines around a change a patch shows.
const patchContext = 3

// Patch writes how a file changes as a unified diff, which `git apply` and `patch -p1`
// take in the folder that the path is relative to.
func Patch(w io.Writer, path string, before, after []byte) error {
	hunks := hunksOf(lineEdits(string(before), string(after)))
	if len(hunks) == 0 {
		return nil
	}
	name := strings.TrimPrefix(filepath.ToSlash(path), "/")
	text := fmt.Sprintf("--- %s\n+++ %s\n", patchName("a/"+name), patchName("b/"+name))
	for _, h := range hunks {
		text += h.String()
	}
	_, err := io.WriteString(w, text)
	return err
}

// patchName writes a name as git does: in quotes if it could be misread.
func patchName(name string) string {
	odd := func(c rune) bool { return c < ' ' || c == '"' || c == '\\' || c == 0x7f || c == utf8.RuneError }
	switch {
	case strings.ContainsFunc(name, odd):
		var b strings.Builder
		for _, c := range []byte(name) {
			if c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
				fmt.Fprintf(&b, `\%03o`, c)
			} else {
				b.WriteByte(c)
			}
		}
		return `"` + b.String() + `"`
	case strings.Contains(name, " "):
		return name + "\t"
	}
	return name
}

// lineEdit is a line with what becomes of it: ' ', '-' or '+'.
type lineEdit struct {
	sign byte
	text string
}

func lineEdits(before, after string) []lineEdit {
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // the result must not depend on the machine's speed
	a, b, lines := d.DiffLinesToRunes(before, after)
	signs := map[diffmatchpatch.Operation]byte{diffmatchpatch.DiffEqual: ' ', diffmatchpatch.DiffDelete: '-', diffmatchpatch.DiffInsert: '+'}
	var out []lineEdit
	for _, part := range d.DiffCharsToLines(d.DiffMainRunes(a, b, false), lines) {
		for line := range strings.Lines(part.Text) {
			out = append(out, lineEdit{signs[part.Type], line})
		}
	}
	return out
}

// A hunk is a stretch of lines with changes in it.
type hunk struct {
	before, after int // where it begins, from 0 on
	lines         []lineEdit
}

func hunksOf(edits []lineEdit) []hunk {
	var out []hunk
	before, after, end := 0, 0, 0 // end is that of the last hunk, in edits
	for i, e := range edits {
		if e.sign != ' ' {
			begin := max(i-patchContext, 0)
			if len(out) == 0 || begin > end {
				out = append(out, hunk{before: before - (i - begin), after: after - (i - begin)})
			} else {
				begin = end
			}
			h := &out[len(out)-1]
			h.lines = append(h.lines, edits[begin:i+1]...)
			end = i + 1
		} else if len(out) > 0 && i == end && trails(edits[:i+1]) {
			h := &out[len(out)-1]
			h.lines = append(h.lines, e)
			end = i + 1
		}
		if e.sign != '+' {
			before++
		}
		if e.sign != '-' {
			after++
		}
	}
	return out
}

// trails tells whether the last of some lines still belongs to the change before it.
func trails(edits []lineEdit) bool {
	for n := 1; n <= patchContext && n <= len(edits)-1; n++ {
		if edits[len(edits)-1-n].sign != ' ' {
			return true
		}
	}
	return false
}

func (h *hunk) String() string {
	var b strings.Builder
	before, after := 0, 0
	for _, l := range h.lines {
		if l.sign != '+' {
			before++
		}
		if l.sign != '-' {
			after++
		}
		b.WriteByte(l.sign)
		b.WriteString(l.text)
		if !strings.HasSuffix(l.text, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
	return fmt.Sprintf("@@ -%s +%s @@\n%s", lineRange(h.before, before), lineRange(h.after, after), b.String())
}

func lineRange(begin, count int) string {
	if count > 0 {
		begin++ // lines count from 1; no line stands after the one before
	}
	return fmt.Sprintf("%d,%d", begin, count)
}
