package sandbox

import (
	"fmt"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// lockPatience is how long another process may take to let go of a state it is just closing.
const lockPatience = time.Second

// lock makes this process the only one on a state. The system frees the lock of a process that is killed.
func lock(path string) (unlock func(), err error) {
	type result struct {
		unlock func()
		err    error
	}
	got := make(chan result)
	gone := make(chan struct{})
	go func() {
		unlock, err := lockedfile.MutexAt(path + ".lock").Lock()
		select {
		case got <- result{unlock, err}:
		case <-gone:
			if err == nil {
				unlock()
			}
		}
	}()
	select {
	case r := <-got:
		return r.unlock, r.err
	case <-time.After(lockPatience):
		close(gone)
		return nil, fmt.Errorf("state %s is in use by another process", path)
	}
}
