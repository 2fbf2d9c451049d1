package main

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// namedInGuides is what a guide names in either language alike: tests, scripts, traps,
// flags and variables.
var namedInGuides = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+|[a-z0-9.-]+\\.txtar|trap-[a-z0-9-]+)`|--[a-z][a-z-]+|COSMICCTL_[A-Z_]+")

// Each topic has a Chinese guide, with the same parts, the same examples of code, and
// the same tests, traps and flags named; there is none without a topic.
func TestChineseGuides(t *testing.T) {
	files, err := fs.Glob(topics, "help/zh/*.md")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d guides, %v", len(files), err)
	}
	for _, name := range topicNames() {
		chinese, err := topics.ReadFile("help/zh/" + name + ".md")
		if err != nil {
			t.Errorf("there is no help/zh/%s.md", name)
			continue
		}
		english, err := topics.ReadFile("help/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(allNamed(english), allNamed(chinese)); diff != "" {
			t.Errorf("help/zh/%s.md names (+) what help/%s.md does not (-), or the reverse:\n%s", name, name, diff)
		}
		for _, mark := range []string{"#", "|", "- `trap-", "    cosmicctl"} {
			if e, c := linesWith(string(english), mark), linesWith(string(chinese), mark); e != c {
				t.Errorf("help/zh/%s.md has %d lines that begin with %q, the English %d", name, c, mark, e)
			}
		}
	}
	for _, file := range files {
		if name := strings.TrimSuffix(strings.TrimPrefix(file, "help/zh/"), ".md"); !slices.Contains(topicNames(), name) {
			t.Errorf("%s is the guide of no topic", file)
		}
	}
}

func allNamed(guide []byte) []string {
	var out []string
	for _, name := range namedInGuides.FindAll(guide, -1) {
		out = append(out, string(name))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func linesWith(text, beginning string) int {
	n := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, beginning) {
			n++
		}
	}
	return n
}
