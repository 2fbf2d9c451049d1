package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// Fault makes matching calls go wrong. Tenant, Form and Op select calls, empty ones select all; Op is an operation, or
// getToken, getAppToken, login and so on. Of the matching calls the fault fires from the Nth on, Times times; Times 0 fires
// as long as the fault stands.
type Fault struct {
	ID     string  `json:"id,omitempty"`
	Kind   string  `json:"kind"`
	Tenant *string `json:"tenant,omitempty"`
	Form   string  `json:"form,omitempty"`
	Op     string  `json:"op,omitempty"`
	Nth    int     `json:"nth,omitempty"`
	Times  int     `json:"times,omitempty"`

	When     string   `json:"when,omitempty"`     // before (default), between or after the effect; for latency, hang, reset and errors
	MS       int      `json:"ms,omitempty"`       // latency
	Status   int      `json:"status,omitempty"`   // HTTP status of an error
	Message  string   `json:"message,omitempty"`  // of an error or a failed row
	Keys     []string `json:"keys,omitempty"`     // rows meant by row and hide: candidate keys, parts joined by "/"; none is all
	Property string   `json:"property,omitempty"` // live name, for drop
	By       int      `json:"by,omitempty"`       // shift
	Detached bool     `json:"detached,omitempty"` // of latency: the call goes on though its caller has left

	Seen  int `json:"seen,omitempty"`  // matching calls so far
	Fired int `json:"fired,omitempty"` // calls it went wrong for
}

// faultKinds in the order of the package documentation.
var faultKinds = [...]string{
	"latency", "hang", "reset", "unreachable", "truncate", "401", "429", "500", "502", "expire",
	"row", "drop", "hide", "shift",
}

func (f *Fault) check() error {
	if !slices.Contains(faultKinds[:], f.Kind) {
		return fmt.Errorf("kind %q is none of %v", f.Kind, faultKinds)
	}
	if !slices.Contains([]string{"", "before", "between", "after"}, f.When) {
		return fmt.Errorf("when %q is not before, between or after", f.When)
	}
	if f.When == "between" && f.Kind != "latency" && f.Kind != "hang" {
		return fmt.Errorf("when between goes with latency and hang only")
	}
	if f.Detached && f.Kind != "latency" {
		return fmt.Errorf("detached goes with latency only")
	}
	if f.Nth < 0 || f.Times < 0 || f.MS < 0 {
		return fmt.Errorf("nth, times and ms are not below zero")
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return fmt.Errorf("status %d is no HTTP status of an answer", f.Status)
	}
	return f.checkNeeds()
}

// checkNeeds refuses a fault that could do nothing.
func (f *Fault) checkNeeds() error {
	switch {
	case f.Kind == "latency" && f.MS == 0:
		return fmt.Errorf("latency needs ms")
	case f.Kind == "drop" && f.Property == "":
		return fmt.Errorf("drop needs property")
	case f.Kind == "shift" && f.By == 0:
		return fmt.Errorf("shift needs by")
	}
	return nil
}

func (f *Fault) selects(tenant, form, op string) bool {
	return (f.Tenant == nil || cleanPath(*f.Tenant) == tenant) && (f.Form == "" || f.Form == form) && (f.Op == "" || f.Op == op)
}

// due counts a matching call and tells whether the fault fires for it.
func (f *Fault) due() bool {
	f.Seen++
	if f.Seen < cmp.Or(f.Nth, 1) || f.Times > 0 && f.Fired >= f.Times {
		return false
	}
	f.Fired++
	return true
}

// faultList holds the standing faults of tenants and those posted to the admin endpoint.
type faultList struct {
	mu   sync.Mutex
	last int
	list []*Fault
}

func (l *faultList) add(f Fault) Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	f.ID, f.Seen, f.Fired = strconv.Itoa(l.last), 0, 0
	l.list = append(l.list, &f)
	return f
}

// stand adds the faults a tenant was seeded with.
func (l *faultList) stand(t *tenant) {
	for _, f := range t.settings.Faults {
		f.Tenant = &t.path
		l.add(f)
	}
}

// fire lists the faults that go off for a call.
func (l *faultList) fire(t *tenant, form, op string) []Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	var fired []Fault
	for _, f := range l.list {
		if f.selects(t.path, form, op) && f.due() {
			fired = append(fired, *f)
		}
	}
	return fired
}

func (l *faultList) all() []Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Fault, len(l.list))
	for i, f := range l.list {
		all[i] = *f
	}
	return all
}

// remove takes away one fault, or all of them if id is "", and tells whether there was one.
func (l *faultList) remove(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := len(l.list)
	l.list = slices.DeleteFunc(l.list, func(f *Fault) bool { return id == "" || f.ID == id })
	return id == "" || len(l.list) < before
}
