package notify

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"cosmicctl/engine"
)

// Message is what happened since the last one.
type Message struct {
	// ID is the same whenever this message is sent again, and no other's: letters,
	// digits, - and _.
	ID string
	At time.Time
	// Link is the address of the page that shows more, or "".
	Link   string
	Events []Event
	// Omitted counts the events that the caller left out already.
	Omitted int
}

// What happened.
const (
	Opened     = "opened"     // a finding is new
	Changed    = "changed"    // a finding differs from when it was last told
	Closed     = "closed"     // a finding is gone
	Expired    = "expired"    // a finding is no longer acknowledged
	Unreadable = "unreadable" // a tenant, or a kind of it, can no longer be read
	Readable   = "readable"   // it can again
)

// Whats returns all that can happen.
func Whats() []string { return []string{Opened, Changed, Closed, Expired, Unreadable, Readable} }

// Event is one change of state.
type Event struct {
	Tenant string
	Kind   string
	Title  string // what a person calls the object; "" for kind and key
	Key    string
	Class  string // of the finding
	What   string
	Risks  []engine.Risk
	// Lines say more, free of secrets.
	Lines []string
	// By and When are who changed it and when, as the live side says.
	By, When string
	Since    time.Time
}

// Closing tells whether something ended.
func (e *Event) Closing() bool { return e.What == Closed || e.What == Readable }

// weight orders events: what cannot be read may hide anything, what ended can wait.
func (e *Event) weight() int {
	switch {
	case e.What == Unreadable:
		return -1
	case e.Closing():
		return len(engine.Risks()) + 1
	}
	least := len(engine.Risks())
	for _, r := range e.Risks {
		if rank := r.Rank(); rank >= 0 {
			least = min(least, rank)
		}
	}
	return least
}

// byWeight are the events, the most important first.
func (m *Message) byWeight() []Event {
	return slices.SortedStableFunc(slices.Values(m.Events), func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.weight(), b.weight()), cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
}

// validID: with a dot what is signed would be ambiguous, with a line end it would be
// no header.
func validID(id string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	return id != "" && len(id) <= 128 && strings.Trim(id, letters) == ""
}
