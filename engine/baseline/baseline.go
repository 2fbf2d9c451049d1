// Package baseline keeps which live objects were there beside the manifests when
// somebody last looked, so that a later look can tell what is new.
//
// A baseline is a file that belongs beside the manifests, in version control: it
// holds names of objects and nothing of their content. A tenant is known in it by
// a digest of its address and account, so that neither a renamed manifest nor a
// second one for another tenant is mistaken for it.
package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"cosmicctl/engine"
)

// FormatVersion is the version of the file. A newer one is refused.
const FormatVersion = 1

// Baseline is what was recorded of some tenants.
type Baseline struct {
	tenants map[string]tenant // by digest
}

// tenant is what was recorded of one. A kind that was read and had no unmanaged
// object has an empty list.
type tenant struct {
	Name     string              `json:"tenant"`
	Live     string              `json:"live"`
	Recorded time.Time           `json:"recorded"`
	Kinds    map[string][]string `json:"kinds"`
}

// document is the file.
type document struct {
	Type          string   `json:"type"`
	FormatVersion int      `json:"formatVersion"`
	Tenants       []tenant `json:"tenants"`
}

const documentType = "cosmicctl-baseline"

// Read reads a baseline; where there is no file it is empty.
func Read(path string) (*Baseline, error) {
	b := &Baseline{tenants: map[string]tenant{}}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, err
	}
	d, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, t := range d.Tenants {
		b.tenants[t.Live] = t
	}
	return b, nil
}

func parse(data []byte) (*document, error) {
	var d document
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&d); err != nil || d.Type != documentType || d.FormatVersion < 1 {
		return nil, engine.Fail("baseline-none")
	}
	if d.FormatVersion > FormatVersion {
		return nil, engine.Fail("baseline-newer", "found", d.FormatVersion, "known", FormatVersion)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, engine.Fail("baseline-more")
	}
	return &d, nil
}

// Of returns the keys that were recorded of a tenant, by kind; nil if none were.
func (b *Baseline) Of(t *engine.Tenant) map[string]map[string]bool {
	recorded, known := b.tenants[t.Environment.LiveDigest()]
	if !known {
		return nil
	}
	out := make(map[string]map[string]bool, len(recorded.Kinds))
	for kind, keys := range recorded.Kinds {
		out[kind] = make(map[string]bool, len(keys))
		for _, key := range keys {
			out[kind][key] = true
		}
	}
	return out
}

// Record replaces what is known of a tenant by the unmanaged objects of a drift,
// which was made without a baseline. It tells whether anything but the time is new.
func (b *Baseline) Record(t *engine.Tenant, d *engine.Drift, at time.Time) bool {
	out := tenant{Name: t.Name, Live: t.Environment.LiveDigest(), Recorded: at.UTC().Truncate(time.Second), Kinds: map[string][]string{}}
	for _, c := range d.Coverage {
		if c.Read != engine.NotRead {
			out.Kinds[c.Kind] = []string{}
		}
	}
	for _, r := range d.Unmanaged {
		out.Kinds[r.Kind] = append(out.Kinds[r.Kind], r.Key)
	}
	for kind, keys := range out.Kinds {
		out.Kinds[kind] = engine.NewSet(keys...)
	}
	before, known := b.tenants[out.Live]
	if known && before.Name == out.Name && maps.EqualFunc(before.Kinds, out.Kinds, slices.Equal) {
		return false
	}
	b.tenants[out.Live] = out
	return true
}

// Write writes the file, in an order that does not depend on that of the looks.
func (b *Baseline) Write(w io.Writer) error {
	d := document{Type: documentType, FormatVersion: FormatVersion, Tenants: []tenant{}}
	d.Tenants = slices.AppendSeq(d.Tenants, maps.Values(b.tenants))
	slices.SortFunc(d.Tenants, func(x, y tenant) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Live, y.Live)) })
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}
