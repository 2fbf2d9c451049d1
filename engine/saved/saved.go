// Package saved keeps a plan in a file, so that it can be reviewed in one place
// and applied in another.
//
// # Words
//
// A [Plan] is what a run of plan showed: the plans of its tenants and what they
// were made from. [Encode] writes it as one JSON value, [Decode] reads it back,
// and [Is] tells such a file from any other by its content. [Sign] and [Verify]
// are about the bytes of the file.
//
// # Guarantees
//
//   - A file holds no secret: only references, and fingerprints that are of no
//     use without their key.
//   - A value read back has the type and the value that it was written with.
//   - A file that was cut off or changed by accident is refused. Who changes it on
//     purpose can make its checksum fit; only a signature stands against that.
package saved

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"cosmicctl/engine"
)

// FormatVersion is the version of the file; it rises with every change to it. Those
// from firstVersion on are read: 2 added the steps by hand.
const (
	FormatVersion = 2
	firstVersion  = 1
)

// MaxBytes is how long a file may be.
const MaxBytes = 256 << 20

// Plan is a plan as it was shown.
type Plan struct {
	Created time.Time
	Tool    string // the version that made it
	// Manifests names the manifests that it was made from, Digest what it does.
	Manifests engine.Digest
	Digest    engine.Digest
	// SetSecrets tells whether secrets of existing objects are written too.
	SetSecrets bool
	// Base names what the manifests were compared with; "" for nothing.
	Base        string
	Files       int
	Diagnostics []engine.Diagnostic
	Tenants     []Tenant
	// Fingerprints tell later whether the secrets are still those of the plan;
	// nil without a key.
	Fingerprints *Fingerprints
}

// Tenant is a tenant with its plan. Its address is for reading only: where a
// plan is applied stands in the manifests.
type Tenant struct {
	Name    string
	BaseURL string
	Version engine.Version
	Plan    *engine.Plan
}

// Fingerprints of the secrets that a plan writes.
type Fingerprints struct {
	// Key tells keys apart and says nothing of them.
	Key string        `json:"key"`
	Of  []Fingerprint `json:"of"`
}

// Fingerprint of one secret.
type Fingerprint struct {
	Tenant string     `json:"tenant"`
	Ref    engine.Ref `json:"ref"`
	Field  string     `json:"field"`
	Value  string     `json:"value"`
}

// The reasons for which a file is refused.
var (
	ErrForeign   = engine.Fail("plan-foreign")
	ErrNewer     = engine.Fail("plan-newer")
	ErrTruncated = engine.Fail("plan-truncated")
	ErrEdited    = engine.Fail("plan-edited")
	ErrUnknown   = engine.Fail("plan-unknown")
	ErrTooLarge  = engine.Fail("plan-large", "most", MaxBytes>>20)
)

// start is how a file begins, also after a tool has laid it out anew.
var start = regexp.MustCompile(`^\s*\{\s*"cosmicctl"\s*:\s*"plan"`)

// Is tells whether a file that begins with these bytes means to be a saved plan.
func Is(data []byte) bool { return start.Match(data[:min(len(data), 256)]) }

// envelope is the file: the plan, and what is known of it before it is read.
type envelope struct {
	Tool          string          `json:"cosmicctl"`
	FormatVersion int             `json:"formatVersion"`
	SHA256        string          `json:"sha256"`
	Plan          json.RawMessage `json:"plan"`
}

// Encode writes a plan as a file.
func Encode(w io.Writer, p *Plan) error {
	data, err := json.Marshal(newDocument(p))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "{\"cosmicctl\":\"plan\",\"formatVersion\":%d,\"sha256\":%q,\n\"plan\":%s}\n", FormatVersion, sum(data), data)
	return err
}

// Decode reads a file whole. All that it mentions is of the kinds given.
func Decode(data []byte, kinds engine.Catalog) (*Plan, error) {
	if len(data) > MaxBytes {
		return nil, ErrTooLarge
	}
	if !Is(data) {
		return nil, ErrForeign
	}
	var e envelope
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&e); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, ErrTruncated
		}
		return nil, ErrEdited
	}
	switch rest := bytes.TrimSpace(data[d.InputOffset():]); {
	case e.FormatVersion > FormatVersion:
		return nil, ErrNewer
	case e.FormatVersion < firstVersion || len(rest) > 0 || sum(e.Plan) != e.SHA256:
		return nil, ErrEdited
	}
	var doc document
	if err := strict(data, new(envelope)); err != nil {
		return nil, ErrEdited
	}
	if err := strict(e.Plan, &doc); err != nil {
		return nil, fmt.Errorf("%w (%v)", ErrEdited, err)
	}
	p := doc.plan()
	return p, p.known(kinds)
}

// strict decodes JSON in which nothing is unknown.
func strict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}
