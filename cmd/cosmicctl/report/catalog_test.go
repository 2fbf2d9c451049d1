package report

import (
	"testing"

	"cosmicctl/engine"
)

// A code has its words in one table, so that none hides those of another.
func TestCodesStandInOneTable(t *testing.T) {
	for column, name := range []string{english, chinese} {
		seen := map[engine.Code]bool{}
		for _, table := range tables() {
			for code := range table[column]() {
				if seen[code] {
					t.Errorf("%s has words twice in %s", code, name)
				}
				seen[code] = true
			}
		}
	}
}
