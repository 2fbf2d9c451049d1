package policy

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// What does not end is left behind, with the reason.
func TestWithin(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	var kept []byte
	for _, c := range []struct {
		name   string
		limits Limits
		do     func() int
		reason string // "" for none
	}{
		{"ends", DefaultLimits(), func() int { return 7 }, ""},
		{"no end", Limits{time.Millisecond, 1 << 40}, func() int { <-stop; return 7 }, "longer than 1ms"},
		{"much memory", Limits{time.Hour, 8 << 20}, func() int { kept = make([]byte, 64<<20); <-stop; return len(kept) }, "more than 8 MiB"},
		{"panic", DefaultLimits(), func() int { panic("of CUE") }, "of CUE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := within(c.limits, "rules", c.do)
			var limit *LimitError
			switch {
			case c.reason == "" && (err != nil || got != 7):
				t.Errorf("%d, %v", got, err)
			case c.reason != "" && (!errors.As(err, &limit) || limit.Policy != "rules" || !strings.Contains(limit.Reason, c.reason)):
				t.Errorf("%v, want %q", err, c.reason)
			}
		})
	}
}
