//go:build unix

package journal_test

import (
	"context"
	"errors"
	"os/signal"
	"syscall"
	"testing"

	"cosmicctl/engine/journal"
)

// full lets no file have a byte, as a disk without space, until the function that
// it returns is called.
func full(t *testing.T) (end func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	none := was
	none.Cur = 0
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &none); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
			t.Error(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	}
}

// A disk without space forbids a run, and leaves no lock once there is space again.
func TestFullDisk(t *testing.T) {
	s := newStore(t)
	me := journal.Owner{User: "me", Host: "here", PID: 1}
	end := full(t)
	_, locked := s.Lock(context.Background(), place, me, false)
	j, opened := s.Open(place)
	end()
	if locked == nil || opened == nil {
		t.Errorf("without space: %v, %v, %v", locked, j, opened)
	}
	var held *journal.HeldError
	if errors.As(locked, &held) {
		t.Errorf("without space somebody holds the lock: %v", locked)
	}
	l := must[*journal.Lock](t)(s.Lock(context.Background(), place, me, false))
	if err := l.Release(); err != nil || l.Left != nil {
		t.Errorf("%v, left by %v", err, l.Left)
	}
	write(t, s)
}
