package sandbox

import (
	"crypto/sha256"
	"maps"
	"sync"
	"time"
)

// repeats refuses what was already sent: an idempotency key within its window, a body whose twin is still running,
// and, where the API says 防止重复请求, a body sent moments ago (facts §2.5). It never replays an answer.
type repeats struct {
	mu      sync.Mutex
	keys    map[string]time.Time
	running map[fingerprint]bool
	recent  map[fingerprint]time.Time
}

type fingerprint [sha256.Size]byte

const (
	idempotencyWindow = 30 * time.Minute
	idempotencyMax    = 90 * 24 * time.Hour
)

func newRepeats() *repeats {
	return &repeats{keys: map[string]time.Time{}, running: map[fingerprint]bool{}, recent: map[fingerprint]time.Time{}}
}

// claim takes a key until then and tells whether it was free.
func (r *repeats) claim(key string, now, until time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if taken, found := r.keys[key]; found && now.Before(taken) {
		return false
	}
	r.keys[key] = until
	return true
}

// restore brings keys back from the durable state.
func (r *repeats) restore(keys map[string]int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, until := range keys {
		r.keys[key] = time.UnixMilli(until)
	}
}

func (r *repeats) state(now time.Time) map[string]int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	keys := map[string]int64{}
	for key, until := range r.keys {
		if now.Before(until) {
			keys[key] = until.UnixMilli()
		}
	}
	return keys
}

// start marks a body as running and tells whether no twin of it was.
func (r *repeats) start(body fingerprint) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running[body] {
		return false
	}
	r.running[body] = true
	return true
}

func (r *repeats) finish(body fingerprint) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.running, body)
}

// fresh tells whether the body was not sent within the window before now, and remembers it.
func (r *repeats) fresh(body fingerprint, now time.Time, window time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.recent, func(_ fingerprint, sent time.Time) bool { return now.Sub(sent) >= window })
	if _, found := r.recent[body]; found {
		return false
	}
	r.recent[body] = now
	return true
}
