package main

import (
	"os"
	"strings"
	"testing"
)

// README is what a newcomer reads: short, with the two commands, every guide and
// every package.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	if n := strings.Count(readme, "\n"); n > 300 {
		t.Errorf("%d lines", n)
	}
	wanted := []string{"go run ./cmd/cosmicctl apply --sandbox --auto-approve examples/quickstart\n", "    go test ./...\n"}
	for _, topic := range topicNames() {
		wanted = append(wanted, "["+topic+"](cmd/cosmicctl/help/"+topic+".md)")
	}
	for pkg := range layers {
		wanted = append(wanted, "| `"+strings.TrimPrefix(pkg, "cosmicctl/")+"` | ")
	}
	for _, w := range wanted {
		if !strings.Contains(readme, w) {
			t.Errorf("README does not say %q", w)
		}
	}
}
