package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func patchOf(path, before, after string) string {
	var b strings.Builder
	_ = Patch(&b, path, []byte(before), []byte(after))
	return b.String()
}

func TestPatch(t *testing.T) {
	tests := []struct{ name, path, before, after, want string }{
		{"nothing", "a", "x\n", "x\n", ""},
		{"in the middle", "m/a.yaml", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
			"--- a/m/a.yaml\n+++ b/m/a.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
		{"two hunks", "a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n",
			"--- a/a\n+++ b/a\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -6,4 +7,3 @@\n 6\n 7\n 8\n-9\n"},
		{"one hunk", "a", "1\n2\n3\n4\n5\n6\n7\n8\n", "0\n1\n2\n3\n4\n5\n6\n8\n",
			"--- a/a\n+++ b/a\n@@ -1,8 +1,8 @@\n+0\n 1\n 2\n 3\n 4\n 5\n 6\n-7\n 8\n"},
		{"no line end", "a b", "1\n2", "1\n2\n3", "--- a/a b\t\n+++ b/a b\t\n@@ -1,2 +1,3 @@\n 1\n-2\n\\ No newline at end of file\n+2\n+3\n\\ No newline at end of file\n"},
		{"all", "/租户\n.yaml", "1\r\n", "", "--- \"a/\\347\\247\\237\\346\\210\\267\\012.yaml\"\n+++ \"b/\\347\\247\\237\\346\\210\\267\\012.yaml\"\n@@ -1,1 +0,0 @@\n-1\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, patchOf(tt.path, tt.before, tt.after)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// patched applies a patch as strictly as can be: every line must be where it says.
func patched(t *rapid.T, before, patch string) string {
	old := strings.SplitAfter(before, "\n")
	var out strings.Builder
	at, written := 0, 0
	lines := strings.SplitAfter(patch, "\n")
	for i := 2; i < len(lines); i++ {
		line := lines[i]
		if line == "" {
			continue
		}
		if strings.HasPrefix(line, "@@") {
			var a, n, b, m int
			if _, err := fmt.Sscanf(line, "@@ -%d,%d +%d,%d @@", &a, &n, &b, &m); err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				a--
			}
			if m > 0 {
				b--
			}
			for ; at < a; at++ {
				out.WriteString(old[at])
				written++
			}
			if written != b {
				t.Fatalf("%q: %d lines are written", line, written)
			}
			continue
		}
		text := line[1:]
		if i+1 < len(lines) && strings.HasPrefix(lines[i+1], `\`) {
			text = strings.TrimSuffix(text, "\n")
			lines = append(lines[:i+1:i+1], lines[i+2:]...)
		}
		if line[0] != '+' {
			if old[at] != text {
				t.Fatalf("%q is not %q", old[at], text)
			}
			at++
		}
		if line[0] != '-' {
			out.WriteString(text)
			written++
		}
	}
	return out.String() + strings.Join(old[at:], "")
}

// A patch makes of the one text exactly the other.
func TestAPatchMakesTheOtherText(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a\n", "b\n", "c\n", "- d\n", "\n", "e\r\n"}), 0, 40).Draw(t, "lines")
		return strings.Join(lines, "") + rapid.SampledFrom([]string{"", "", "end", "a"}).Draw(t, "end")
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		if before == after {
			return
		}
		if got := patched(t, before, patchOf("f", before, after)); got != after {
			t.Fatalf("%q, not %q", got, after)
		}
	})
}
