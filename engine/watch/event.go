package watch

import (
	"strconv"
	"time"
)

// Event is a change of state that is told.
type Event struct {
	ID     string            `json:"id"` // the same however often it is told
	At     time.Time         `json:"at"`
	What   What              `json:"what"`
	Tenant string            `json:"tenant"`
	Labels map[string]string `json:"labels,omitempty"`
	// FindingID and Finding are what it is about; those of the whole tenant lack them.
	FindingID string   `json:"findingId,omitempty"`
	Finding   *Finding `json:"finding,omitempty"`
	// Since is when the finding was opened.
	Since time.Time `json:"since,omitzero"`
}

// What is what happened to a finding, or to a tenant.
type What string

// What happens.
const (
	WasOpened       What = "opened"
	WasChanged      What = "changed" // in its content
	WasClosed       What = "closed"
	WasAcknowledged What = "acknowledged" // never told
	WasExpired      What = "expired"      // its acknowledgement ended while it was open
	WasDropped      What = "unwatched"    // the tenant is in no manifest any more
	WasResumed      What = "watched"      // and is again
)

func eventID(about string, what What, at time.Time) string {
	return nameOf("event", about, string(what), strconv.FormatInt(toMillis(at), 10))
}

// event puts an event in the outbox.
func (t *tx) event(e Event) {
	e.At = fromMillis(toMillis(e.At))
	t.do("INSERT INTO event (at, body) VALUES (?, ?)", toMillis(e.At), toJSON(e))
}

// tell puts an event about a finding in the outbox.
func (t *tx) tell(at time.Time, what What, target Target, id string, f *Finding, since time.Time) {
	t.event(Event{ID: eventID(id, what, at), At: at, What: what, Tenant: target.Name, Labels: target.Labels, FindingID: id, Finding: f, Since: fromMillis(toMillis(since))})
}

// note puts what happened to a finding in its history.
func (t *tx) note(at time.Time, what What, finding string, body any) {
	t.do("INSERT INTO history (finding, at, what, body) VALUES (?, ?, ?, ?)", finding, toMillis(at), what, toJSON(body))
}
