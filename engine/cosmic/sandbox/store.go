package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// store keeps the state on disk: a snapshot and, beside it, a log of what happened since. Nothing is answered before it
// is in the log and the log is on the platter. Writers that come while one fsync runs share the next.
//
// A database was not taken: the whole state is a test's, fits in memory, and must be readable by a person who wonders.
type store struct {
	path   string
	unlock func()

	mu       sync.Mutex
	done     *sync.Cond
	file     *os.File
	pending  []byte
	sequence uint64 // of the last record appended
	synced   uint64 // of the last record on disk
	syncing  bool
	err      error // the first failure; after it nothing is acknowledged any more
}

var errClosed = errors.New("sandbox is closed")

// openStore locks the state, reads it into s and leaves an empty log. An empty path keeps nothing.
func openStore(path string, s *Sandbox) (*store, error) {
	st := &store{path: path}
	st.done = sync.NewCond(&st.mu)
	if path == "" {
		return st, nil
	}
	unlock, err := lock(path)
	if err != nil {
		return nil, err
	}
	st.unlock = unlock
	if err := st.load(s); err != nil {
		unlock()
		return nil, err
	}
	return st, nil
}

func (st *store) load(s *Sandbox) error {
	data, err := os.ReadFile(st.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		if st.sequence, err = s.readState(data); err != nil {
			return fmt.Errorf("state %s: %w", st.path, err)
		}
	}
	if err := st.replay(s); err != nil {
		return fmt.Errorf("state %s: %w", st.logPath(), err)
	}
	return st.compact(s)
}

func (st *store) logPath() string { return st.path + ".log" }

// append puts a record behind those before it. The caller holds the lock of the record's tenant, so that records stand
// in the order in which they took effect. A record that says nothing is left out.
func (st *store) append(r *record) (uint64, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.err != nil || st.path == "" || r.empty() {
		return st.sequence, st.err
	}
	r.Sequence = st.sequence + 1
	line, err := encodeRecord(r)
	if err != nil {
		return 0, err
	}
	st.sequence = r.Sequence
	st.pending = append(st.pending, line...)
	return st.sequence, st.err
}

// latest is the number of the last record, on disk or not.
func (st *store) latest() uint64 {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.sequence
}

// wait returns when record n is on disk. The first to wait writes for all that came before it.
func (st *store) wait(n uint64) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.path == "" {
		return st.err
	}
	for st.synced < n && st.err == nil {
		if st.syncing {
			st.done.Wait()
			continue
		}
		st.flush()
	}
	return st.err
}

// flush writes what is pending. It holds mu on entry and exit, and lets go of it while the disk works.
func (st *store) flush() {
	lines, upTo := st.pending, st.sequence
	st.pending, st.syncing = nil, true
	st.mu.Unlock()
	_, err := st.file.Write(lines)
	if err == nil {
		err = st.file.Sync()
	}
	st.mu.Lock()
	st.syncing = false
	if st.synced = upTo; err != nil {
		st.err = fmt.Errorf("write %s: %w", st.logPath(), err)
	}
	st.done.Broadcast()
}

// close shuts writers out before the last snapshot is taken, so that nothing is acknowledged that is not in it.
func (st *store) close(s *Sandbox) error {
	err := st.wait(st.latest())
	st.mu.Lock()
	closed := errors.Is(st.err, errClosed)
	st.err = cmp.Or(st.err, errClosed)
	st.mu.Unlock()
	if st.path == "" || closed {
		return nil
	}
	if err == nil {
		err = st.compact(s)
	}
	err = errors.Join(err, st.file.Close())
	st.unlock()
	return err
}

func (r *record) empty() bool {
	return r.Whole == nil && r.Settings == nil && len(r.Rows) == 0 && len(r.Tokens) == 0 &&
		len(r.Withdrawn) == 0 && !r.AllExpired && r.LastID == 0 && len(r.Idempotency) == 0
}
