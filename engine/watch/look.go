package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"cosmicctl/engine"
)

// Looker looks at tenants. It only reads, and what it returns holds no secret.
type Looker interface {
	// Targets returns the tenants of the manifests as they now are. After an error
	// the watch goes on with those it had.
	Targets(ctx context.Context) ([]Target, error)
	// Look compares one tenant. When the context ends, so does the look.
	Look(ctx context.Context, t Target) Look
}

// Target is a tenant to look at. Two with the same Live are one tenant, and refused.
type Target struct {
	Name   string
	Live   string // names the live tenant, as its address and account do
	Labels map[string]string
}

// ID is a short name of the live tenant for addresses.
func (t Target) ID() string { return nameOf("tenant", t.Live) }

// Look is what one look at a tenant found.
type Look struct {
	Requests int
	Kinds    []KindLook
	Findings []Finding
	// Err says why the tenant could not be read at all; "" if it could.
	Err string
}

// KindLook is how much of a kind was read.
type KindLook struct {
	Kind    string
	Title   engine.Text
	Objects int // that were compared
	Read    Read
	// Err says why it was not read wholly.
	Err string
}

// Read is how much of something was read.
type Read string

// How much was read.
const (
	Complete   Read = "complete"
	Incomplete Read = "incomplete"
	NotRead    Read = "not-read" // nothing asks for it
	Failed     Read = "unreadable"
)

// Class is in which way the live side departs from its manifest.
type Class string

// The classes.
const (
	Changed    Class = "changed"    // it differs from what the manifest wants
	Missing    Class = "missing"    // the manifest wants it, and it is not there
	Unwanted   Class = "unwanted"   // the manifest wants it gone, and it is there
	Fresh      Class = "new"        // no manifest mentions it
	Unreadable Class = "unreadable" // it cannot be told
)

// Finding is one departure of the live side. One without a key is about the whole
// kind, one without a kind about the whole tenant.
type Finding struct {
	Kind  string        `json:"kind,omitempty"`
	Title engine.Text   `json:"title,omitzero"`
	Key   string        `json:"key,omitempty"`
	Class Class         `json:"class"`
	Risks []engine.Risk `json:"risks,omitempty"`
	Lines []Line        `json:"lines,omitempty"`
	// Note is what else is to be said; it may differ from look to look.
	Note string `json:"note,omitempty"`
	By   string `json:"by,omitempty"`   // who changed it last, as the live side says
	When string `json:"when,omitempty"` // and when
	File string `json:"file,omitempty"` // where the manifest asks for it
	Line int    `json:"line,omitempty"`
}

// Line is a field that departs.
type Line struct {
	Field  string `json:"field"`
	Wanted string `json:"wanted"`
	Live   string `json:"live"`
}

// id names a finding of a live tenant for as long as it lasts.
func (f *Finding) id(live string) string {
	return nameOf("finding", live, f.Kind, f.Key, string(f.Class))
}

// digest names its content.
func (f *Finding) digest() string {
	content, err := json.Marshal([]any{f.Risks, f.Lines})
	if err != nil {
		panic(err) // strings marshal
	}
	return nameOf("content", string(content))
}

// rank orders findings by what they may do, the worst first. What cannot be told
// stands after what may harm, and before what is routine.
func (f *Finding) rank() int {
	if f.Class == Unreadable {
		return 2*engine.Destroys.Rank() + 1
	}
	best := engine.Routine.Rank()
	for _, r := range f.Risks {
		if n := r.Rank(); n >= 0 {
			best = min(best, n)
		}
	}
	return 2 * best
}

// nameOf makes a name of parts that are no names.
func nameOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// findings are those of a look, with what could not be read among them, each once.
func (l *Look) findings(live string) map[string]Finding {
	out := map[string]Finding{}
	for _, f := range l.Findings {
		out[f.id(live)] = f
	}
	for _, k := range l.Kinds {
		if k.Read == Failed || k.Read == Incomplete {
			f := Finding{Kind: k.Kind, Title: k.Title, Class: Unreadable, Note: k.Err}
			out[f.id(live)] = f
		}
	}
	if l.Err != "" {
		f := Finding{Class: Unreadable, Note: l.Err}
		out[f.id(live)] = f
	}
	return out
}

// read is how much of the tenant was read.
func (l *Look) read() Read {
	if l.Err != "" {
		return Failed
	}
	for _, k := range l.Kinds {
		if k.Read == Failed || k.Read == Incomplete {
			return Incomplete
		}
	}
	return Complete
}

// unknown are the kinds of which a finding that was not seen may still be there.
func (l *Look) unknown() map[string]bool {
	out := map[string]bool{}
	for _, k := range l.Kinds {
		if k.Read == Failed || k.Read == Incomplete {
			out[clean(k.Kind)] = true
		}
	}
	return out
}
