package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
)

const (
	aged    = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOQ"
	agedNew = "YWdlLWVuY3J5cHRpb24ub3JnL3YxNEWNEWNEW+/=="
)

// Everything but the ciphertexts stays as it is, to the byte.
func TestRewrite(t *testing.T) {
	const head = "apiVersion: cosmicctl/v1\nkind: Tenant\n"
	armored := func(indent, end, text string) string {
		return strings.Join([]string{"-----BEGIN AGE ENCRYPTED FILE-----", text[:20], text[20:], "-----END AGE ENCRYPTED FILE-----"}, end+indent)
	}
	tests := []struct {
		name  string
		src   string // with OLD or LINES for the ciphertext
		lines string // what stands between lines
		paths []string
	}{
		{"a flow map", head + "apps: [{secret: {age: OLD}}]  # OLD? no\n", "", []string{"apps[0].secret"}},
		{"a block", head + "apps:\n  - secret:\n      age: OLD   \n    a: 1\n", "", []string{"apps[0].secret"}},
		{"quoted", head + "a: {age: \"OLD\"}\nb: {age: 'OLD'}\n", "", []string{"a", "b"}},
		{"beside a count", head + "a: {rotate: 2, age: OLD}\n", "", []string{"a"}},
		{"a remark above says the same", head + "# {age: OLD}\na: {age: OLD}\n", "", []string{"a"}},
		{"after a mark and with carriage returns", "\ufeff" + strings.ReplaceAll(head+"a: {age: OLD}\nb: 1\n", "\n", "\r\n"), "", []string{"a"}},
		{"no line end", head + "a: {age: OLD}", "", []string{"a"}},
		{"armored", head + "a:\n    age: |\n        LINES\nb: 1\n", "\n        ", []string{"a"}},
		{"armored with carriage returns", strings.ReplaceAll(head, "\n", "\r\n") + "a:\r\n age: |-\r\n  LINES\r\n\r\nb: 1\r\n", "\r\n  ", []string{"a"}},
		{"several documents", head + "a: {age: OLD}\n---\n" + head + "b: {c: {age: OLD}}\n", "", []string{"a", "b.c"}},
		{"of another tool", head + "a: {age: OLD}\n---\napiVersion: v1\nb: {age: OLD}\n", "", []string{"a"}},
		{"not a reference", head + "a: {age: 7}\nb: {age: OLD, name: x}\n", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write := func(text string) string {
				parts := strings.SplitN(tt.src, "LINES", 2)
				if len(parts) == 2 {
					return parts[0] + armored(strings.TrimLeft(tt.lines, "\r\n"), strings.TrimRight(tt.lines, " "), text) + parts[1]
				}
				return strings.ReplaceAll(tt.src, "OLD", text)
			}
			src := write(aged)
			found, err := schema.Ciphertexts("m.yaml", []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			var paths, texts []string
			for _, c := range found {
				paths = append(paths, c.Path)
				texts = append(texts, agedNew)
				if c.Armored() {
					texts[len(texts)-1] = armored("", "\n", agedNew)
				}
			}
			if d := cmp.Diff(tt.paths, paths); d != "" {
				t.Fatal(d)
			}
			got, err := schema.Rewrite([]byte(src), found, texts)
			if err != nil {
				t.Fatal(err)
			}
			// The remarks and what is no reference stay.
			want := src
			if tt.lines != "" {
				want = write(agedNew)
			} else {
				for _, c := range found {
					lines := strings.SplitAfter(want, "\n")
					lines[c.Pos.Line-1] = strings.Replace(lines[c.Pos.Line-1], aged, agedNew, 1)
					want = strings.Join(lines, "")
				}
			}
			if d := cmp.Diff(want, string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

// What cannot be found in the bytes is not guessed.
func TestCiphertextsThatAreNotPlain(t *testing.T) {
	const head = "apiVersion: cosmicctl/v1\n"
	for _, src := range []string{
		head + `a: {age: "YWdl\x4cWVuY3J5cHRpb24"}`,
		head + "a: {age: x}\n\tb: {\n",
		"\xff\xfea", "", "a: \x00",
	} {
		t.Run(fmt.Sprintf("%.20q", src), func(t *testing.T) {
			if found, err := schema.Ciphertexts("m.yaml", []byte(src)); err == nil {
				t.Errorf("no error: %v", found)
			}
		})
	}
}

func FuzzRewrite(f *testing.F) {
	f.Add("apiVersion: cosmicctl/v1\na: {age: "+aged+"}\n", agedNew)
	f.Add("apiVersion: cosmicctl/v1\na:\n  age: |\n    "+aged+"\n    x\n", agedNew)
	f.Fuzz(func(t *testing.T, src, text string) {
		found, err := schema.Ciphertexts("m.yaml", []byte(src))
		if err != nil || len(found) == 0 {
			return
		}
		texts := make([]string, len(found))
		for i := range found {
			texts[i] = text
		}
		got, err := schema.Rewrite([]byte(src), found, texts)
		if err != nil {
			return
		}
		again, err := schema.Ciphertexts("m.yaml", got)
		if err != nil || len(again) != len(found) {
			t.Fatalf("%d ciphertexts became %d: %v", len(found), len(again), err)
		}
	})
}
