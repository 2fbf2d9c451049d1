package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// scrawl draws YAML in any layout that a person might leave behind.
type scrawl struct {
	t       *rapid.T
	out     strings.Builder
	remarks []string
}

func (s *scrawl) n(most int) int { return rapid.IntRange(0, most).Draw(s.t, "n") }

func (s *scrawl) often(one int) bool { return s.n(one-1) == 0 }

func (s *scrawl) remark() string {
	text := fmt.Sprintf("#%s注 %d%s", strings.Repeat(" ", s.n(1)), len(s.remarks), rapid.SampledFrom([]string{"", ": {x", " 'a", ` "b`, " # again", " - c", ",]"}).Draw(s.t, "remark"))
	s.remarks = append(s.remarks, text)
	return text
}

// end ends a line, perhaps with a comment, and puts some below it, no further in than
// a column.
func (s *scrawl) end(column int) {
	if s.often(4) {
		s.out.WriteString(strings.Repeat(" ", 1+s.n(3)) + s.remark())
	}
	s.out.WriteString(strings.Repeat(" ", s.n(1)) + "\n")
	for s.often(5) {
		if s.often(2) {
			s.out.WriteString(strings.Repeat(" ", s.n(2)) + "\n")
			continue
		}
		s.out.WriteString(strings.Repeat(" ", s.n(column)) + s.remark() + "\n")
	}
}

func (s *scrawl) word(flow bool) string {
	v := rapid.SampledFrom([]string{"x", "a b", "true", "1", "0x1", "~", "中文", "http://a/?b=c#d", "it's", `say "x"`, `back\slash`, "", " lead", "2026-01-01", "a#b", "-1", ".5", "- x", "a: b", "[x]", "é\u202e"}).Draw(s.t, "word")
	switch s.n(2) {
	case 0:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case 1:
		return escaped(v)
	}
	return written(nodeOf(v), flow, 0)
}

// block draws a map or a list in a column; its first line has begun.
func (s *scrawl) block(column, depth int) {
	list := s.often(2)
	for i := range 1 + s.n(3) {
		if i > 0 {
			s.out.WriteString(strings.Repeat(" ", column))
		}
		if list {
			s.out.WriteString("-")
			s.item(column, depth)
			continue
		}
		key := fmt.Sprintf("k%d", i)
		s.out.WriteString(rapid.SampledFrom([]string{key, key, `"` + key + `"`, "'" + key + "'", key + " "}).Draw(s.t, "key") + ":")
		s.entry(column, depth)
	}
}

func (s *scrawl) item(column, depth int) {
	switch {
	case depth > 0 && s.often(3):
		s.end(column)
		in := column + 1 + s.n(3)
		s.out.WriteString(strings.Repeat(" ", in))
		s.block(in, depth-1)
	case depth > 0 && s.often(2):
		blanks := 1 + s.n(3)
		s.out.WriteString(strings.Repeat(" ", blanks))
		s.block(column+1+blanks, depth-1)
	default:
		s.scalar(column)
	}
}

func (s *scrawl) entry(column, depth int) {
	if depth == 0 || s.often(2) {
		s.scalar(column)
		return
	}
	s.end(column)
	in := column + 1 + s.n(3)
	before := s.out.Len()
	s.out.WriteString(strings.Repeat(" ", in))
	s.block(in, depth-1)
	if text := s.out.String(); s.often(3) && text[before+in] == '-' && !strings.ContainsAny(text[before:], "|>\"'") { // a list under its key
		head, list := text[:before], text[before:]
		var b strings.Builder
		for line := range strings.Lines(list) {
			b.WriteString(strings.TrimPrefix(line, strings.Repeat(" ", in-column)))
		}
		if docs, diags := parse("", []byte(head+b.String())); len(diags) == 0 && len(docs) > 0 {
			s.out.Reset()
			s.out.WriteString(head + b.String())
		}
	}
}

// scalar draws what stands behind a key or a dash, with the end of its line.
func (s *scrawl) scalar(column int) {
	in := strings.Repeat(" ", column+1+s.n(3))
	switch s.n(8) {
	case 0:
		s.out.WriteString(" " + rapid.SampledFrom([]string{"|", ">", "|-", ">-", "|+", ">+"}).Draw(s.t, "header"))
		if s.often(4) {
			s.out.WriteString(" " + s.remark())
		}
		s.out.WriteString("\n")
		for i := range 1 + s.n(3) {
			more := strings.Repeat(" ", s.n(2))
			if i == 0 {
				more = ""
			}
			s.out.WriteString(in + more + "line # no remark: {\n")
			if s.often(4) {
				s.out.WriteString("\n")
			}
		}
	case 1:
		quote := rapid.SampledFrom([]string{`"`, "'", ""}).Draw(s.t, "quote")
		s.out.WriteString(" " + quote + "one\n" + in + "two\n\n" + in + "three" + quote)
		s.end(column)
	case 2:
		s.end(column)
	case 3, 4:
		s.out.WriteString(strings.Repeat(" ", 1+s.n(2)))
		s.flow(column+1+s.n(3), 2)
		s.end(column)
	case 5:
		s.end(column)
		s.out.WriteString(in + s.word(false))
		s.end(column)
	default:
		s.out.WriteString(strings.Repeat(" ", 1+s.n(3)) + s.word(false))
		s.end(column)
	}
}

func (s *scrawl) flow(column, depth int) {
	isMap := s.often(2)
	brackets := "[]"
	if isMap {
		brackets = "{}"
	}
	s.out.WriteString(brackets[:1])
	for i, n := 0, s.n(3); i < n; i++ {
		s.space(column)
		if isMap {
			fmt.Fprintf(&s.out, "k%d:", i)
			s.out.WriteString(" ")
		}
		if depth > 0 && s.often(4) {
			s.flow(column+s.n(2), depth-1)
		} else {
			s.out.WriteString(s.word(true))
		}
		s.space(column)
		if i < n-1 || s.often(4) {
			s.out.WriteString(",")
		}
	}
	s.space(column)
	s.out.WriteString(brackets[1:])
}

// space draws what may stand between the parts in brackets.
func (s *scrawl) space(column int) {
	switch s.n(5) {
	case 0:
		s.out.WriteString(" ")
	case 1:
		if s.often(2) {
			s.out.WriteString(" " + s.remark())
		}
		s.out.WriteString("\n" + strings.Repeat(" ", column))
		if s.often(4) {
			s.out.WriteString(s.remark() + "\n" + strings.Repeat(" ", column))
		}
	}
}

// What is formatted says the same, in the same order, with each of its comments, and is
// formatted.
func TestFormattingKeepsAll(t *testing.T) {
	done, refused, remarks := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := &scrawl{t: t}
		if s.often(2) {
			s.out.WriteString(s.remark() + "\n")
		}
		for i := range 1 + s.n(1) {
			if i > 0 {
				s.out.WriteString("---")
				s.end(0)
			}
			s.block(0, 3)
		}
		text := s.out.String()
		if s.often(4) {
			text = strings.TrimRight(text, " \n")
		}
		docs, diags := parse("a.yaml", []byte(text))
		if len(diags) > 0 || slices.ContainsFunc(docs, func(d document) bool { return len(d.diags) > 0 }) {
			return
		}
		f := Format("a.yaml", []byte(text))
		if len(f.Diagnostics) > 0 {
			if refused++; refused < 8 {
				t.Logf("%v\n%s", f.Diagnostics, text)
			}
			return
		}
		done++
		kept(t, text, string(f.After), docs)
		for _, r := range s.remarks {
			if remarks++; strings.Count(string(f.After), r+"\n")+strings.Count(string(f.After)+"\n", r+"\n") == 0 {
				t.Fatalf("no %q\n%s\n%s", r, text, f.After)
			}
		}
	})
	t.Logf("%d formatted with %d comments, %d refused", done, remarks, refused)
	if done < 20*refused || done < 50 {
		t.Errorf("%d formatted, %d refused", done, refused)
	}
}

// kept holds that a text was formatted and nothing else.
func kept(t *rapid.T, before, after string, docs []document) {
	t.Helper()
	again, diags := parse("a.yaml", []byte(after))
	if len(diags) > 0 || !slices.EqualFunc(docs, again, func(a, b document) bool { return sameNode(a.root, b.root) }) {
		t.Fatalf("it says something else: %v\n%s\n%s", diags, before, after)
	}
	twice := Format("a.yaml", []byte(after))
	if d := cmp.Diff(after, string(twice.After)); d != "" {
		t.Fatalf("not formatted after all: %s\n%s", d, before)
	}
	if strings.Contains(after, "\n\n\n") && !strings.Contains(before, "+") {
		t.Fatalf("two blank lines:\n%s\n%s", before, after)
	}
}

// Manifests drawn in any style keep their resources and comments.
func TestFormattingKeepsManifests(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.checker()
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	rapid.Check(t, func(t *rapid.T) {
		data := drawManifest(t, s)
		f := Format("m.yaml", data)
		if len(f.Diagnostics) > 0 && f.Diagnostics[0].Code != CodeUnformattable {
			return // it is drawn past what YAML allows
		}
		if len(f.Diagnostics) > 0 {
			t.Fatalf("%v\n%s", f.Diagnostics, data)
		}
		before, _ := reading(c, data)
		after, diags := reading(c, f.After)
		if d := cmp.Diff(told(before), told(after)); d != "" {
			t.Fatalf("%s %v\n%s\n%s", d, diags, data, f.After)
		}
		if b, a := strings.Count(string(data), " # 注 "), strings.Count(string(f.After), " # 注 "); a != b {
			t.Fatalf("%d comments of %d\n%s\n%s", a, b, data, f.After)
		}
		if again := Format("m.yaml", f.After); !slices.Equal(again.After, f.After) {
			t.Fatalf("%s", cmp.Diff(string(f.After), string(again.After)))
		}
		done++
	})
	if done < 50 {
		t.Error(done)
	}
}

// FuzzFormat: no bytes make it panic, and what it formats says the same.
func FuzzFormat(f *testing.F) {
	files, _ := filepath.Glob("../examples/*/*.yaml")
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, seed := range []string{"a: |+\n\n\n", "a: [\n# c\n]\n", "- - - a\n", "--- # c\n...\n", "a: 'x\n\n  y' # c\n", "{a: 1, # c\n}\n", "a:\n# c\n- b", "? a\n: b\n", "a: >2\n   x\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		out := Format("a.yaml", data)
		if len(out.Diagnostics) > 0 {
			return
		}
		a, b := remeaning(t, data), remeaning(t, out.After)
		if !slices.EqualFunc(a, b, func(x, y document) bool { return sameNode(x.root, y.root) }) {
			t.Fatalf("%q becomes %q", data, out.After)
		}
		if again := Format("a.yaml", out.After); !slices.Equal(again.After, out.After) {
			t.Fatalf("%q, then %q", out.After, again.After)
		}
	})
}

func remeaning(t *testing.T, data []byte) []document {
	t.Helper()
	plain, fault := text("a.yaml", data)
	if fault != nil {
		t.Fatal(fault)
	}
	docs, diags := parse("a.yaml", plain)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return docs
}
