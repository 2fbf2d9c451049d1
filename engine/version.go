package engine

import (
	"strconv"
	"strings"
)

// Version is a Cosmic version such as "5.0", "6.0.14" or "8.0.1". Missing
// parts count as zero, so "6.0" is before "6.0.1".
type Version string

// Compare returns -1, 0 or +1.
func (v Version) Compare(other Version) int {
	a, b := strings.Split(string(v), "."), strings.Split(string(other), ".")
	for i := range max(len(a), len(b)) {
		x, y := part(a, i), part(b, i)
		if x != y {
			if x < y {
				return -1
			}
			return 1
		}
	}
	return 0
}

func part(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, _ := strconv.Atoi(parts[i])
	return n
}

// Span is a range of versions: from Since on (always, if empty) and before
// Until (for ever, if empty).
type Span struct {
	Since Version `json:"since,omitempty"`
	Until Version `json:"until,omitempty"`
}

// Holds tells whether v is in the span.
func (s Span) Holds(v Version) bool {
	return (s.Since == "" || v.Compare(s.Since) >= 0) && (s.Until == "" || v.Compare(s.Until) < 0)
}
