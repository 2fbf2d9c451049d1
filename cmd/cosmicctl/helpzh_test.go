package main

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// A Chinese guide is that of a topic, and has the same parts and the same examples of
// code in the same order; those that are not there yet are named.
func TestChineseGuides(t *testing.T) {
	lacking := []string{"connect", "editors", "faults", "json", "notifications", "promises", "sandbox", "sizes", "threats", "traps"}
	files, err := fs.Glob(topics, "help/zh/*.md")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d guides, %v", len(files), err)
	}
	for _, name := range topicNames() {
		chinese, err := topics.ReadFile("help/zh/" + name + ".md")
		if (err != nil) != slices.Contains(lacking, name) {
			t.Errorf("help/zh/%s.md: there is none, or it is said to lack", name)
		}
		if err != nil {
			continue
		}
		english, err := topics.ReadFile("help/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		for _, mark := range []string{"#", "|", "    cosmicctl"} {
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

func linesWith(text, beginning string) int {
	n := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, beginning) {
			n++
		}
	}
	return n
}
