package schema_test

import (
	"os"
	"path/filepath"
	"testing"

	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
)

func TestFormat(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"an indent of two, lists further in", "a:\n    b: 1\n    c:\n    - x\n    -   y:   1\n        z: 2\n", "a:\n  b: 1\n  c:\n    - x\n    - y: 1\n      z: 2\n"},
		{"a list under its key", "a:\n- x\n- b: 1\n  c: 2\n", "a:\n  - x\n  - b: 1\n    c: 2\n"},
		{"a dash alone", "a:\n-\n  b: 1\n  c: 2\n-\n  - x\n  - y\n", "a:\n  - b: 1\n    c: 2\n  - - x\n    - y\n"},
		{"spaces", "a :  1  \nb:\t2\n\n\n\nc:   [ 1,2 ,  {x: 1 , y:2} ]\nd: { }\ne: [ ]\n\n\n", "a: 1\nb: 2\n\nc: [1, 2, {x: 1, y: 2}]\nd: {}\ne: []\n"},
		{"blank lines at the beginning and no end", "\n\n# c\n\n\na: 1", "# c\n\na: 1\n"},
		{"quotes", "a: 'x'\nb: 'it''s'\nc: '\"'\nd: '\\'\ne: \"y\"\nf: [ 'x' ]\n'g': ''\n", "a: \"x\"\nb: 'it''s'\nc: '\"'\nd: '\\'\ne: \"y\"\nf: [\"x\"]\n'g': \"\"\n"},
		{"comments", "# top\na:   # of a\n    # of b\n    b: 1   # behind b\n\n    # of c\n    c: 2\n    # below c\n  # of d?\nd: 3 #x\n# end", "# top\na:   # of a\n  # of b\n  b: 1   # behind b\n\n  # of c\n  c: 2\n  # below c\n# of d?\nd: 3 #x\n# end\n"},
		{"comments in lists", "a:\n# of x\n- x # behind\n  # below x\n# of y\n- y: 1\n  # in y\n  z: 2\n    # further in\n# of b\nb: 1\n", "a:\n  # of x\n  - x # behind\n  # below x\n  # of y\n  - y: 1\n    # in y\n    z: 2\n    # further in\n# of b\nb: 1\n"},
		{"comments behind a dash and a key", "a:\n- # one\n  b: 1\nc: # two\n  3\nd: # three\n\n  - 4\n", "a:\n  - # one\n    b: 1\nc: # two\n  3\nd: # three\n\n  - 4\n"},
		{"brackets on lines", "a: [\n     1, # one\n  # own\n     2,\n   ]\nb: {x: 1,\n  y: [\n 2 ] }\nc: [{\n  x: 1\n}, {\n  y: 2}]\n", "a: [\n  1, # one\n  # own\n  2,\n]\nb: {x: 1,\n  y: [\n    2]}\nc: [{\n  x: 1\n}, {\n  y: 2}]\n"},
		{"brackets in a list", "- a: [\n  1\n  ]\n- [\n  2\n  ]\n", "- a: [\n    1\n  ]\n- [\n  2\n]\n"},
		{"texts of lines", "a: |   # c\n     x\n       y\n\n     z\n\nb: >-\n x\n\n y\nc:\n    - |\n     x\n    - k: |2\n         x\nd: |+\n  x\n\n\ne: 1\n", "a: |   # c\n  x\n    y\n\n  z\n\nb: >-\n  x\n\n  y\nc:\n  - |\n    x\n  - k: |2\n       x\nd: |+\n  x\n\n\ne: 1\n"},
		{"folded texts", "a: x\n      y\n\n      z\nb: \"x\n  y\"\nc:\n - 'x\n\n   y'\n", "a: x\n  y\n\n  z\nb: \"x\n  y\"\nc:\n  - 'x\n\n    y'\n"},
		{"nothing", "a:\nb: ~\nc:   null # c\nd:\n  - \n  - x\n", "a:\nb: ~\nc: null # c\nd:\n  -\n  - x\n"},
		{"documents", "---   # first\na:  1\n# below\n\n\n---\n  b:  1\n...\n# after\n---\n{c:  1}\n", "---   # first\na: 1\n# below\n\n---\nb: 1\n...\n# after\n---\n{c: 1}\n"},
		{"line ends of Windows, and a mark", "\xef\xbb\xbfa:\r\n- x\r\n\r\n\r\nb: 1", "\xef\xbb\xbfa:\r\n  - x\r\n\r\nb: 1\r\n"},
		{"a text of nothing but line ends", "a: |+\n\n\n", "a: |+\n\n\n"},
		{"what double quotes would not keep", "a: '\tx'\n", "a: '\tx'\n"},
		{"an open text", "a: |\n   x", "a: |\n  x"},
		{"values on further lines", "a:\n  x\nb:\n\n    [1,\n 2]\nc:\n  {d: 1}\n", "a: x\nb: [1,\n  2]\nc: {d: 1}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := schema.Format("a.yaml", []byte(tt.in))
			if len(f.Diagnostics) > 0 {
				t.Fatal(codesOf(f.Diagnostics))
			}
			if d := cmp.Diff(tt.want, string(f.After)); d != "" {
				t.Error(d)
			}
		})
	}
}

// The manifests that the repository shows are in their layout.
func TestExamplesAreFormatted(t *testing.T) {
	files, _ := filepath.Glob("../examples/*/*.yaml")
	more, _ := filepath.Glob("../examples/*/*/*.yaml")
	if files = append(files, more...); len(files) < 5 {
		t.Fatal(files)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f := schema.Format(file, data)
		if len(f.Diagnostics) > 0 {
			t.Errorf("%s: %v", file, codesOf(f.Diagnostics))
		} else if d := cmp.Diff(string(data), string(f.After)); d != "" {
			t.Errorf("%s: %s", file, d)
		}
	}
}

// What no layout is known to keep is left as it is.
func TestFormatRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"a text that looks like a list": "k: 0\n -\n 0",
		"a pair in brackets":            "k: [a: b]\n",
	} {
		if f := schema.Format("a.yaml", []byte(text)); len(f.Diagnostics) != 1 || f.Diagnostics[0].Code != schema.CodeUnformattable || f.After != nil {
			t.Errorf("%s: %v %q", name, codesOf(f.Diagnostics), f.After)
		}
	}
}
