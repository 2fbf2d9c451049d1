package journal

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"

	"cosmicctl/engine"

	"github.com/gofrs/flock"
)

// A Lock keeps a place to one run at a time. It is two things: the operating
// system's lock of a file, which falls with its owner, however that dies; and
// beside it a file with the owner's name, for a person to read. A name without the
// system's lock is that of an owner who died. On another machine, over a network
// file system, that cannot be known, so there only [Store.Unlock] helps.
type Lock struct {
	file *flock.Flock
	name string // path of the owner's name
	// Left is the owner who died holding it, if one did.
	Left *Owner
}

// A HeldError says who holds a lock.
type HeldError struct {
	Place Place
	Owner Owner
	// Elsewhere tells that the owner was on another machine, and may be dead.
	Elsewhere bool
}

func (e *HeldError) Error() string {
	return engine.Fail(e.Coded()).Error()
}

// Coded is what it is to be put into words by.
func (e *HeldError) Coded() (engine.Code, []any) {
	code := engine.Code("journal-held")
	if e.Elsewhere {
		code = "journal-held-elsewhere"
	}
	return code, []any{"address", e.Place.BaseURL, "user", e.Owner.User, "host", e.Owner.Host, "pid", e.Owner.PID,
		"when", e.Owner.At.Local().Format("2006-01-02 15:04:05")}
}

// pollLock is how often a lock is tried for while waiting.
const pollLock = 200 * time.Millisecond

// Lock takes the lock of a place, or waits for it until the context ends, or not
// at all: its error is then a [HeldError].
func (s *Store) Lock(ctx context.Context, p Place, o Owner, wait bool) (*Lock, error) {
	if _, err := s.folder(p); err != nil {
		return nil, err
	}
	for {
		l, err := s.tryLock(p, o)
		var held *HeldError
		if err == nil || !wait || !errors.As(err, &held) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pollLock):
		}
	}
}

func (s *Store) tryLock(p Place, o Owner) (*Lock, error) {
	l := &Lock{file: s.systemLock(p), name: s.path(p, ownerName)}
	ok, err := l.file.TryLock()
	if err != nil {
		return nil, err
	}
	left, err := readOwner(l.name)
	switch {
	case err != nil && ok:
		return nil, errors.Join(err, l.file.Close())
	case !ok:
		return nil, &HeldError{Place: p, Owner: left}
	case left.Host != "" && left.Host != o.Host:
		return nil, errors.Join(&HeldError{p, left, true}, l.file.Close())
	case left.Host != "":
		l.Left = &left
	}
	if err := writeOwner(l.name, o); err != nil {
		// Half a name would look like an owner on another machine.
		return nil, errors.Join(err, remove(l.name), l.file.Close())
	}
	return l, nil
}

func (s *Store) systemLock(p Place) *flock.Flock {
	return flock.New(s.path(p, lockName), flock.SetPermissions(0o600))
}

// Release gives the lock back.
func (l *Lock) Release() error {
	return errors.Join(os.Remove(l.name), l.file.Close())
}

// Unlock takes away the lock of an owner who died. One who lives is left alone:
// its error is then a [HeldError].
func (s *Store) Unlock(p Place) (Owner, error) {
	name := s.path(p, ownerName)
	owner, err := readOwner(name)
	if err != nil || owner == (Owner{}) {
		return owner, err
	}
	file := s.systemLock(p)
	ok, err := file.TryLock()
	switch {
	case err != nil:
		return owner, err
	case !ok:
		return owner, &HeldError{Place: p, Owner: owner}
	}
	return owner, errors.Join(os.Remove(name), file.Close())
}

func writeOwner(path string, o Owner) error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// remove takes away a file that need not be there.
func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// readOwner reads who holds a lock; nobody is the zero Owner.
func readOwner(path string) (Owner, error) {
	var o Owner
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return o, nil
	case err != nil:
		return o, err
	case json.Unmarshal(data, &o) != nil || o.Host == "":
		// Cut off while its owner wrote it: somebody, on this machine or another.
		return Owner{User: "somebody", Host: "unknown"}, nil
	}
	return o, nil
}
