package journal

import (
	"time"

	"cosmicctl/engine"
)

// FormatVersion is the version of the file; it rises with every change to it.
const FormatVersion = 1

// header begins a journal.
type header struct {
	FormatVersion int `json:"formatVersion"`
	Place
}

// Begin is what a run is to do, and with what.
type Begin struct {
	// Run names the run. What one command does to several tenants has one name.
	Run     string `json:"run"`
	Command string `json:"command"` // apply or rollback
	// Of is the run that this one finishes or undoes.
	Of     string `json:"of,omitempty"`
	Tenant string `json:"tenant"`
	// Version is the tenant's.
	Version engine.Version `json:"version"`
	Tool    string         `json:"tool"` // its version
	Owner   Owner          `json:"owner"`
	// Manifests names the manifests, Paths where they stood, Digest what the run
	// is to do to all of its tenants.
	Manifests engine.Digest     `json:"manifests"`
	Paths     []string          `json:"paths"`
	Digest    engine.Digest     `json:"digest"`
	Plan      engine.PlanRecord `json:"plan"`
	// Secrets are those that the run writes.
	Secrets []Secret `json:"secrets,omitempty"`
}

// Owner is who runs something, and where.
type Owner struct {
	User string    `json:"user"`
	Host string    `json:"host"`
	PID  int       `json:"pid"`
	At   time.Time `json:"at"`
}

// Secret is a secret of an object as a fingerprint.
type Secret struct {
	Ref   engine.Ref `json:"ref"`
	Field string     `json:"field"`
	// Key tells the keys of fingerprints apart; without one there is none.
	Key         string `json:"key,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	// Rotate is the manifest's count of rotations.
	Rotate int `json:"rotate,omitempty"`
}

type request struct {
	Run string `json:"run"`
	engine.Request
}

type results struct {
	Run string    `json:"run"`
	Of  []Outcome `json:"of"`
}

// Outcome is what became of a change.
type Outcome struct {
	Ref     engine.Ref               `json:"ref"`
	Status  engine.Status            `json:"status"`
	Why     *engine.DiagnosticRecord `json:"why,omitempty"`
	Tried   bool                     `json:"tried"`
	InDoubt bool                     `json:"inDoubt,omitempty"`
	// Repeated tells that the request was refused, since one before it had its key.
	Repeated bool `json:"repeated,omitempty"`
	// ID and Live are the object as it was read back; nil if it was not there.
	ID   string                  `json:"id,omitempty"`
	Live map[string]engine.Value `json:"live,omitempty"`
}

func newOutcome(r *engine.ChangeResult) Outcome {
	o := Outcome{Ref: r.Change.Ref, Status: r.Status, Tried: r.Tried, InDoubt: r.InDoubt, Repeated: r.Repeated}
	if r.Why != nil {
		o.Why = &engine.DiagnosticRecord{Diagnostic: *r.Why, Class: r.Why.Class}
	}
	if r.Live != nil {
		o.ID, o.Live = r.Live.ID, engine.NewValues(r.Live.Fields)
	}
	return o
}

type end struct {
	Run string `json:"run"`
	// By is the later run that ended it, if it was interrupted.
	By string `json:"by,omitempty"`
}
