package watch

import (
	"maps"
	"sync"
	"time"
)

// status is what a watch says of itself while it works.
type status struct {
	mu          sync.Mutex
	wake        chan struct{}
	first       map[string]bool // who is still to be looked at in the first round
	turn        time.Time
	storeErr    error
	manifestErr error
}

func (s *status) begin(first map[string]bool) {
	s.wake, s.first = make(chan struct{}, 1), first
}

// nudge makes the watch see what is due.
func (s *status) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *status) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *status) turned(now time.Time) { s.set(func() { s.turn = now }) }
func (s *status) looked(id string)     { s.set(func() { delete(s.first, id) }) }
func (s *status) store(err error)      { s.set(func() { s.storeErr = err }) }
func (s *status) manifests(err error)  { s.set(func() { s.manifestErr = err }) }

// Health is how a watch is doing. It is ready if nothing keeps it from being.
type Health struct {
	Store     error // what the database last refused
	Manifests error // why those that are watched may be old
	Waiting   int   // tenants that the first round did not reach yet
	Stalled   bool  // it has not moved for too long
}

// Ready tells whether what the watch shows can be relied on.
func (h Health) Ready() bool { return h.Store == nil && h.Waiting == 0 && !h.Stalled }

// watched takes those out of the first round that are not watched any more.
func (s *status) watched(entries map[string]*entry) {
	s.set(func() {
		maps.DeleteFunc(s.first, func(id string, _ bool) bool { return entries[id] == nil })
	})
}

// stall is how long after its time a watch may come to its next turn.
const stall = time.Minute

// Health returns how the watch is doing.
func (w *Watch) Health() Health {
	s := &w.status
	s.mu.Lock()
	defer s.mu.Unlock()
	return Health{s.storeErr, s.manifestErr, len(s.first), w.Clock.Now().After(s.turn.Add(w.Reload + stall))}
}
