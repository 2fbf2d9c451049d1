package sandbox

import (
	"maps"
	"sync"
	"time"
)

// strikes counts wrong secrets of an app in a row: the fifth locks it for 180 s (facts §1.3).
type strikes struct {
	mu     sync.Mutex
	counts map[string]int
	locked map[string]time.Time
}

const (
	maxStrikes = 5
	lockTime   = 180 * time.Second
)

func newStrikes() *strikes {
	return &strikes{counts: map[string]int{}, locked: map[string]time.Time{}}
}

func (s *strikes) isLocked(who string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, found := s.locked[who]
	if found && !now.Before(until) {
		delete(s.locked, who)
		delete(s.counts, who)
		found = false
	}
	return found
}

// miss counts one more wrong secret and locks on the last.
func (s *strikes) miss(who string, now time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[who]++
	if s.counts[who] >= maxStrikes {
		s.locked[who] = now.Add(lockTime)
	}
	return s.counts[who]
}

func (s *strikes) hit(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.counts, who)
}

// nonces are good once. They are remembered longer than a timestamp is accepted, and do not outlive the process.
type nonces struct {
	mu    sync.Mutex
	until map[string]time.Time
}

const nonceLife = 15 * time.Minute

func newNonces() *nonces { return &nonces{until: map[string]time.Time{}} }

// use tells whether the nonce is new, and takes it.
func (n *nonces) use(nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if until, used := n.until[nonce]; used && now.Before(until) {
		return false
	}
	if len(n.until) > 10_000 {
		maps.DeleteFunc(n.until, func(_ string, until time.Time) bool { return !now.Before(until) })
	}
	n.until[nonce] = now.Add(nonceLife)
	return true
}
