package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSegments(t *testing.T) {
	tests := []struct{ name, before, after, old, new string }{
		{"short", "旧", "新", "旧", "新"},
		{"inside", "https://a.example/callback", "https://b.example/callback", "https://[a].example/callback", "https://[b].example/callback"},
		{"longer", "https://a.example/", "https://a.example/callback", "https://a.example/", "https://a.example/[callback]"},
		{"Chinese", "总部和分部的企业资源管理系统", "总部及分部的企业资源计划系统", "总部[和]分部的企业资源[管理]系统", "总部[及]分部的企业资源[计划]系统"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			old, new := segments(tt.before, tt.after)
			if diff := cmp.Diff([]string{tt.old, tt.new}, []string{joined(old, "[", "]"), joined(new, "[", "]")}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Segments are whole characters, and together the text.
func TestSegmentsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab总怼恻é😀😁")), 12, 60, -1)
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		old, new := segments(before, after)
		if joined(old, "", "") != before || joined(new, "", "") != after {
			t.Fatalf("%v and %v", old, new)
		}
		for _, s := range append(old, new...) {
			if !utf8.ValidString(s.Text) {
				t.Fatalf("%q is cut inside a character", s.Text)
			}
		}
	})
}

func joined(parts []segment, open, end string) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Changed {
			b.WriteString(open + p.Text + end)
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
