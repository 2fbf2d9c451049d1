package schema

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzLoad: no bytes make the reader panic, and every diagnostic lies inside its
// file.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "a: b", "- a\n- b\n", "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: x}\nenvironment:\n",
		"apiVersion: cosmicctl/v1\nparameters:\n  - {type: 1, name: [}\n", "a: &x [*x]\n<<: *x\n", "? {a: b}\n: c\n",
		"%YAML 1.2\n---\na: !!str 1\n...\n", "a: |\n  b\n  c\nd: >-\n  e\n", "\"a\n", "{a: {b: [c, {d: e}]}}", "a:\n\t- b\n",
		"\ufeffname: 中国\r\n", strings.Repeat("- ", 200), strings.Repeat("{a: ", 100), "a: 0x_\nb: .inf\nc: 1e999\n", "---\n---\n", "a: \xd6\xd0",
	} {
		f.Add([]byte(seed))
	}
	s, err := New()
	if err != nil {
		f.Fatal(err)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		file := filepath.Join(dir, "fuzz.yaml")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		res, err := s.Load(context.Background(), []string{file}, Options{Keep: true})
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(data), "\ufeff")), "\n")
		for _, d := range res.Diagnostics {
			if d.Pos.Line < 1 || d.Pos.Line > len(lines) || d.Pos.Col < 1 || d.Pos.Col > utf8.RuneCountInString(lines[d.Pos.Line-1])+1 {
				t.Errorf("%s lies outside the file: %d:%d", d.Code, d.Pos.Line, d.Pos.Col)
			}
		}
	})
}
