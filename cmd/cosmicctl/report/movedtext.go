package report

import (
	"fmt"

	"cosmicctl/engine"
)

// Digest writes the digest of the plans that were written, if they change
// anything.
func (p *PlanText) Digest(digest string) {
	if p.all.changes > 0 {
		fmt.Fprintln(p.W, p.Words.Say("digest", "digest", Clean(digest)))
	}
}

// Moved explains the reviewed changes of a tenant that cannot be made: what they
// were planned from, what is there now, and what was wanted.
func (p *PlanText) Moved(all []engine.Moved) {
	for i := range all {
		m := &all[i]
		c := &m.Change
		fmt.Fprintf(p.W, "  %s %s  %s\n", p.Style.red(p.Words["moved-mark"]), p.name(c.Ref), p.Style.dim(p.Words.moved(m)))
		fields, deleted := m.Fields(p.Kinds.Kind(c.Ref.Kind)), c.Action == engine.Delete
		if !m.Read {
			continue
		}
		widest := 0
		for _, f := range fields {
			widest = max(widest, width(f.Field))
		}
		for _, f := range fields {
			w := p.Words
			fmt.Fprintf(p.W, "      %s  %s\n", pad(f.Field, widest), w.Say("moved-field",
				"then", w.state(f, f.Then, c.Before != nil), "now", w.state(f, f.Now, len(m.Now) > 0), "wanted", w.wanted(f, deleted)))
		}
	}
}

// moved says in a few words what happened to an object.
func (w Words) moved(m *engine.Moved) string {
	c := &m.Change
	switch {
	case !m.Read:
		return w["moved-unread"]
	case len(m.Now) > 1:
		return w.Say("moved-doubled", "n", len(m.Now))
	case len(m.Now) == 0 && c.Before != nil:
		return w["moved-gone"]
	case len(m.Now) == 1 && c.Before == nil:
		return w["moved-came"]
	case len(m.Now) == 1 && m.Now[0].ID != c.ID:
		return w.Say("moved-other", "id", Clean(m.Now[0].ID), "was", Clean(c.ID))
	}
	return w["moved-changed"]
}

func (w Words) state(f engine.FieldMoved, v any, object bool) string {
	_, ref := v.(engine.SecretRef)
	switch {
	case !object:
		return w["no-object"]
	case f.Secret && !ref:
		return w["secret"]
	}
	return w.value(v)
}

func (w Words) wanted(f engine.FieldMoved, deleted bool) string {
	if f.Wants == nil && !deleted {
		return w["not-managed"]
	}
	return w.state(f, f.Wants, !deleted)
}

// More names the changes that are not in what is to be done, which a code names, and so
// are not made.
func (p *PlanText) More(refs []engine.Ref, in engine.Code) {
	for _, r := range refs {
		fmt.Fprintf(p.W, "  %s %s\n", p.Style.dim(p.Words.Say("not-in", "what", p.Words[in])), p.name(r))
	}
}

// Found names the changes of an interrupted run that turned out to be made.
func (p *PlanText) Found(results []engine.ChangeResult) {
	for _, r := range results {
		fmt.Fprintf(p.W, "  %s %s\n", p.Style.dim(p.Words["made-before"]), p.name(r.Change.Ref))
	}
}
