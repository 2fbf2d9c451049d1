package engine

import (
	"strings"

	"github.com/agext/levenshtein"
)

// Closest returns the name that was probably meant, or "" if none is similar.
func Closest(got string, names []string) string {
	best, most := "", 0.6
	if got == "" || len(got) > 150 {
		return ""
	}
	for _, name := range names {
		if m := levenshtein.Match(strings.ToLower(got), strings.ToLower(name), nil); m > most {
			best, most = name, m
		}
	}
	return best
}
