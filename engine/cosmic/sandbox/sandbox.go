package sandbox

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// Options of a sandbox. Now and Rand are needed; the rest has useful zero values.
type Options struct {
	StatePath string           // snapshot file; its log and lock lie beside it. "" keeps everything in memory
	Now       func() time.Time // the clock of every tenant
	Rand      io.Reader        // where tokens come from

	// Sleep waits for a latency fault, or for as long as ctx lives if that is shorter. nil sleeps in real time.
	Sleep func(ctx context.Context, d time.Duration)
}

// Sandbox is a server of any number of tenants.
type Sandbox struct {
	options Options
	dict    dictionary
	store   *store
	log     *requestLog
	faults  *faultList

	closing context.Context // done when the sandbox closes: what hangs lets go
	close   context.CancelFunc

	mu      sync.RWMutex // guards the map, not the tenants
	tenants map[string]*tenant

	making sync.Mutex // one Seed or Ensure at a time
	randMu sync.Mutex
}

// Open reads the state, if there is one, and locks it against other processes.
func Open(o Options) (*Sandbox, error) {
	if o.Now == nil || o.Rand == nil {
		return nil, errors.New("sandbox: Options need Now and Rand")
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	d, err := parseDictionary(dictionaryText)
	if err != nil {
		return nil, err
	}
	s := &Sandbox{options: o, dict: d, log: &requestLog{}, faults: &faultList{}, tenants: map[string]*tenant{}}
	s.closing, s.close = context.WithCancel(context.Background())
	if s.store, err = openStore(o.StatePath, s); err != nil {
		s.close()
		return nil, err
	}
	for _, t := range s.all() {
		s.faults.stand(t)
	}
	return s, nil
}

// Close writes a fresh snapshot and frees the state. Requests that hang by a fault end.
func (s *Sandbox) Close() error {
	s.close()
	return s.store.close(s)
}

// Log lists the requests so far, oldest first.
func (s *Sandbox) Log() []Entry { return s.log.list() }

func (s *Sandbox) now() time.Time { return s.options.Now() }

func (s *Sandbox) tenant(path string) *tenant {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tenants[path]
}

// all lists the tenants by path.
func (s *Sandbox) all() []*tenant {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]*tenant, 0, len(s.tenants))
	for _, path := range slices.Sorted(maps.Keys(s.tenants)) {
		all = append(all, s.tenants[path])
	}
	return all
}

// adopt makes new tenants part of the sandbox.
func (s *Sandbox) adopt(made ...*tenant) error {
	s.mu.Lock()
	last := s.store.latest()
	for _, t := range made {
		n, err := s.store.append(&record{Tenant: t.path, Whole: s.stateOf(t)})
		if err != nil {
			s.mu.Unlock()
			return err
		}
		s.tenants[t.path], last = t, n
		s.faults.stand(t)
	}
	s.mu.Unlock()
	return s.store.wait(last)
}

// sleep waits in real time.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
