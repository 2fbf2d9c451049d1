package report

import (
	"fmt"

	"cosmicctl/engine"
)

// Digest writes the digest of the plans that were written, if they change
// anything.
func (p *PlanText) Digest(digest string) {
	if p.all.changes > 0 {
		fmt.Fprintf(p.W, "Digest %s\n", Clean(digest))
	}
}

// Moved explains the reviewed changes of a tenant that cannot be made: what they
// were planned from, what is there now, and what was wanted.
func (p *PlanText) Moved(all []engine.Moved) {
	for i := range all {
		m := &all[i]
		c := &m.Change
		fmt.Fprintf(p.W, "  %s %s  %s\n", p.Style.red("! moved"), p.name(c.Ref), p.Style.dim(moved(m)))
		fields, deleted := m.Fields(p.Kinds.Kind(c.Ref.Kind)), c.Action == engine.Delete
		if !m.Read {
			continue
		}
		width := 0
		for _, f := range fields {
			width = max(width, len(f.Field))
		}
		for _, f := range fields {
			fmt.Fprintf(p.W, "      %-*s  planned from %s, now %s, wanted %s\n", width, f.Field,
				state(f, f.Then, c.Before != nil), state(f, f.Now, len(m.Now) > 0), wanted(f, deleted))
		}
	}
}

// moved says in a few words what happened to an object.
func moved(m *engine.Moved) string {
	c := &m.Change
	switch {
	case !m.Read:
		return "could not be read again"
	case len(m.Now) > 1:
		return fmt.Sprintf("there are %d objects with this key now", len(m.Now))
	case len(m.Now) == 0 && c.Before != nil:
		return "is not there any more"
	case len(m.Now) == 1 && c.Before == nil:
		return "was not there when it was planned"
	case len(m.Now) == 1 && m.Now[0].ID != c.ID:
		return "is another object now: id " + Clean(m.Now[0].ID) + ", not " + Clean(c.ID)
	}
	return "is not as it was planned from"
}

func state(f engine.FieldMoved, v any, object bool) string {
	_, ref := v.(engine.SecretRef)
	switch {
	case !object:
		return "(no object)"
	case f.Secret && !ref:
		return engine.Redacted
	}
	return Value(v)
}

func wanted(f engine.FieldMoved, deleted bool) string {
	if f.Wants == nil && !deleted {
		return "(not managed)"
	}
	return state(f, f.Wants, !deleted)
}

// More names the changes that are not in what is to be done, such as "the reviewed
// plan", and so are not made.
func (p *PlanText) More(refs []engine.Ref, in string) {
	for _, r := range refs {
		fmt.Fprintf(p.W, "  %s %s\n", p.Style.dim("· not in "+in+", left alone:"), p.name(r))
	}
}

// Found names the changes of an interrupted run that turned out to be made.
func (p *PlanText) Found(results []engine.ChangeResult) {
	for _, r := range results {
		fmt.Fprintf(p.W, "  %s %s\n", p.Style.dim("· made before the interruption:"), p.name(r.Change.Ref))
	}
}
