package policy

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
)

// Limits bound what one policy may take for itself, and for each tenant. An
// evaluation of CUE cannot be stopped: at a limit it is left behind, and the run
// must end.
type Limits struct {
	Time   time.Duration
	Memory uint64 // bytes
}

// DefaultLimits are far above what a policy needs.
func DefaultLimits() Limits { return Limits{Time: 30 * time.Second, Memory: 256 << 20} }

// LimitError says that a policy took more than it may.
type LimitError struct {
	Policy string
	Reason string
}

func (e *LimitError) Error() string { return fmt.Sprintf("policy %s: %s", e.Policy, e.Reason) }

// watchEvery is how often the memory is looked at.
const watchEvery = 20 * time.Millisecond

// within runs an evaluation within limits.
func within[T any](l Limits, policy string, do func() T) (T, error) {
	var none T
	done := make(chan T, 1)
	failed := make(chan any, 1)
	before := inUse()
	go func() {
		defer func() {
			if r := recover(); r != nil {
				failed <- r
			}
		}()
		done <- do()
	}()
	timeout := time.NewTimer(l.Time)
	defer timeout.Stop()
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	for {
		select {
		case v := <-done:
			return v, nil
		case r := <-failed:
			return none, &LimitError{policy, fmt.Sprintf("CUE failed on it: %v", r)}
		case <-timeout.C:
			return none, &LimitError{policy, fmt.Sprintf("it takes longer than %s; simplify it, or raise --policy-timeout", l.Time)}
		case <-watch.C:
			if grown(before) > l.Memory && grownForSure(before) > l.Memory {
				return none, &LimitError{policy, fmt.Sprintf("it takes more than %d MiB of memory; simplify it", l.Memory>>20)}
			}
		}
	}
}

func grown(before uint64) uint64 {
	now := inUse()
	return now - min(before, now)
}

// grownForSure counts no garbage.
func grownForSure(before uint64) uint64 {
	runtime.GC()
	return grown(before)
}

// inUse is the memory of the heap's objects and the stacks.
func inUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() + s[1].Value.Uint64()
}
