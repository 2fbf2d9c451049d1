package sandbox

import (
	"sync"
	"time"
)

// limits counts calls in sliding windows: whatever the moment, the last minute never held more calls than allowed.
// A token bucket was not taken, because a full bucket lets nearly twice the number through in its first window,
// and a client tuned against that would fail on the vendor's side.
type limits struct {
	mu      sync.Mutex
	windows map[string]*slidingWindow
}

// slidingWindow is a ring of the times of the last calls let through.
type slidingWindow struct {
	times []time.Time
	next  int
}

func newLimits() *limits { return &limits{windows: map[string]*slidingWindow{}} }

// allow lets a call through unless n calls of that name went through within the span before it. A refused call does not count.
func (l *limits) allow(name string, n int, span time.Duration, now time.Time) bool {
	if n < 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.windows[name]
	if w == nil || len(w.times) != n {
		w = &slidingWindow{times: make([]time.Time, n)}
		l.windows[name] = w
	}
	if oldest := w.times[w.next]; !oldest.IsZero() && now.Sub(oldest) < span {
		return false
	}
	w.times[w.next] = now
	w.next = (w.next + 1) % n
	return true
}
