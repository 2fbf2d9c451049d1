package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"cosmicctl/engine"
)

// History is what the journal of a place tells.
type History struct {
	Place Place
	Runs  []*Run
	// Fault says from where on the journal does not hold; nil if all of it does.
	Fault *Fault
	// Records counts those that hold.
	Records int
}

// Run is one apply.
type Run struct {
	Begin
	At       time.Time
	Requests []Request
	// Outcomes are the last that is known of each object.
	Outcomes map[engine.Ref]Outcome
	// End is when it ended; zero if it was interrupted.
	End time.Time
	// SettledBy is the later run that ended it, if it was interrupted.
	SettledBy string
}

// Request is a request of a run, and when it was sent.
type Request struct {
	engine.Request
	At time.Time
}

// Read reads the journal of a place; one that does not exist is empty.
func (s *Store) Read(p Place) (*History, error) {
	path := s.path(p, fileName)
	h := &History{Place: p}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := readChain(path, f)
	if err != nil {
		return nil, err
	}
	h.Fault, h.Records = c.fault, len(c.records)
	if len(c.records) == 0 {
		return h, nil
	}
	if err := known(path, c.records[0], p); err != nil {
		return nil, err
	}
	for _, r := range c.records[1:] {
		if err := h.add(r); err != nil {
			return nil, engine.Fail("journal-record", "file", path, "record", r.Seq, "reason", err)
		}
	}
	return h, nil
}

func (h *History) add(r record) error {
	switch r.Type {
	case typeBegin:
		var b Begin
		if err := strict(r.Body, &b); err != nil {
			return err
		}
		h.Runs = append(h.Runs, &Run{Begin: b, At: r.At, Outcomes: map[engine.Ref]Outcome{}})
	case typeRequest:
		var q request
		if err := strict(r.Body, &q); err != nil {
			return err
		}
		return h.of(q.Run, func(run *Run) { run.Requests = append(run.Requests, Request{q.Request, r.At}) })
	case typeResults:
		var o results
		if err := strict(r.Body, &o); err != nil {
			return err
		}
		return h.of(o.Run, func(run *Run) {
			for _, x := range o.Of {
				run.Outcomes[x.Ref] = x
			}
		})
	case typeEnd:
		var e end
		if err := strict(r.Body, &e); err != nil {
			return err
		}
		return h.of(e.Run, func(run *Run) { run.End, run.SettledBy = r.At, e.By })
	default:
		return engine.Fail("journal-strange", "type", fmt.Sprintf("%.40q", r.Type))
	}
	return nil
}

func (h *History) of(run string, do func(*Run)) error {
	r := h.Run(run)
	if r == nil {
		return engine.Fail("journal-no-run", "run", fmt.Sprintf("%.40q", run))
	}
	do(r)
	return nil
}

// Run returns the run with a name, or nil.
func (h *History) Run(name string) *Run {
	for _, r := range h.Runs {
		if r.Run == name {
			return r
		}
	}
	return nil
}

// Interrupted returns the runs that nobody ended.
func (h *History) Interrupted() []*Run {
	var out []*Run
	for _, r := range h.Runs {
		if r.Interrupted() {
			out = append(out, r)
		}
	}
	return out
}

// Interrupted tells whether nobody ended the run.
func (r *Run) Interrupted() bool { return r.End.IsZero() }

// Changes returns what the run was to do.
func (r *Run) Changes() []engine.Change { return r.Plan.Unpack().Changes() }

// Left returns the changes of which it is not known that they were made.
func (r *Run) Left() []engine.Change {
	return slices.DeleteFunc(r.Changes(), func(c engine.Change) bool { return r.Outcomes[c.Ref].Status == engine.Done })
}

// Made returns the changes that were made, and what was read back of them. Those
// that failed half way are among them, if anything was sent for them.
func (r *Run) Made() []engine.Made {
	var out []engine.Made
	for _, c := range r.Changes() {
		if o := r.Outcomes[c.Ref]; o.Tried {
			out = append(out, engine.Made{Change: c, Live: engine.Fields(o.Live)})
		}
	}
	return out
}

// Doubt is a request to create an object whose end nobody knows.
type Doubt struct {
	Key string
	At  time.Time
}

// InDoubt returns the requests to create objects whose end is not known: the last
// that was sent for an object, if no answer to it was kept, and no later request
// or outcome says more. One that was refused as a repetition prolongs nothing.
func (h *History) InDoubt() map[engine.Ref]Doubt {
	out := map[engine.Ref]Doubt{}
	for _, r := range h.Runs {
		creates := map[engine.Ref]bool{}
		for _, c := range r.Changes() {
			creates[c.Ref] = c.Action == engine.Create
		}
		for _, q := range r.Requests {
			for _, ref := range q.Refs {
				refused := r.Outcomes[ref].Repeated && out[ref].Key == q.Key
				if creates[ref] && q.Op == engine.OpSave && !refused {
					out[ref] = Doubt{q.Key, q.At}
				}
			}
		}
		for ref, o := range r.Outcomes {
			if o.Tried && !o.InDoubt {
				delete(out, ref)
			}
		}
	}
	return out
}

// Created returns the ids of the objects of a kind that runs created and did not
// delete since.
func (h *History) Created(kind string) map[string]bool {
	out := map[string]bool{}
	for _, r := range h.Runs {
		for _, c := range r.Changes() {
			o, known := r.Outcomes[c.Ref]
			switch {
			case !known || c.Ref.Kind != kind:
			case c.Action == engine.Create && o.ID != "":
				out[o.ID] = true
			case c.Action == engine.Delete && o.Status == engine.Done:
				delete(out, c.ID)
			}
		}
	}
	return out
}

// Secret returns what was last written of a secret, and kept as done.
func (h *History) Secret(ref engine.Ref, field string) (Secret, bool) {
	for _, r := range slices.Backward(h.Runs) {
		if o, known := r.Outcomes[ref]; !known || !o.Tried {
			continue
		}
		for _, s := range r.Secrets {
			if s.Ref == ref && s.Field == field {
				return s, r.Outcomes[ref].Status == engine.Done
			}
		}
	}
	return Secret{}, false
}

// strict decodes JSON in which nothing is unknown: what an older program does not
// know it must not pass over.
func strict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(v)
}
