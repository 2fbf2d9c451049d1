package engine

import "slices"

// Moved is a reviewed change that cannot be made as it was reviewed.
type Moved struct {
	Change Change
	// Read tells whether its kind could be read now; Now are the live objects
	// with its key.
	Read bool
	Now  []Resource
}

// Reviewed holds a new plan against one that was reviewed. Whatever the reviewed
// one says, it causes no write that was not planned anew: it only chooses.
type Reviewed struct {
	// Plan is the new plan with those changes that were reviewed as they are.
	Plan *Plan
	// Moved are the reviewed changes that the new plan does not hold as such.
	Moved []Moved
	// More are the changes of the new plan that were not reviewed.
	More []Ref
}

// Review keeps of a new plan what was reviewed.
func Review(reviewed, now *Plan, seen *Observation) *Reviewed {
	wanted := map[Ref]Digest{}
	known, same := map[Ref]bool{}, map[Ref]bool{}
	for _, c := range reviewed.Changes() {
		known[c.Ref], wanted[c.Ref] = true, digestOf(contentOf(&c))
	}
	for _, c := range now.Changes() {
		same[c.Ref] = known[c.Ref] && wanted[c.Ref] == digestOf(contentOf(&c))
	}
	out := &Reviewed{}
	out.Plan, out.More = now.only(same, known)
	for _, c := range reviewed.Changes() {
		if !same[c.Ref] {
			out.Moved = append(out.Moved, moved(c, seen))
		}
	}
	return out
}

// only returns the plan with some of its changes and what these do to access, and
// which of the others are not known.
func (p *Plan) only(some, known map[Ref]bool) (*Plan, []Ref) {
	kept := *p
	kept.Stages = nil
	kept.Access = slices.DeleteFunc(slices.Clone(p.Access), func(r AccessRow) bool { return !some[Ref{r.Kind, r.Key}] })
	var more []Ref
	for _, stage := range p.Stages {
		var changes []Change
		for _, c := range stage {
			switch {
			case some[c.Ref]:
				changes = append(changes, c)
			case !known[c.Ref]:
				more = append(more, c.Ref)
			}
		}
		if len(changes) > 0 {
			kept.Stages = append(kept.Stages, changes)
		}
	}
	return &kept, more
}

// Without returns the plan without the changes of moved objects.
func (p *Plan) Without(moved []Moved) *Plan {
	some := map[Ref]bool{}
	for _, c := range p.Changes() {
		some[c.Ref] = true
	}
	for _, m := range moved {
		some[m.Change.Ref] = false
	}
	kept, _ := p.only(some, some)
	return kept
}

func moved(c Change, seen *Observation) Moved {
	m := Moved{Change: c}
	if seen == nil {
		return m
	}
	if live := seen.Live[c.Ref.Kind]; live != nil && live.Err == nil {
		m.Read, m.Now = true, live.Objects[c.Ref.Key]
	}
	return m
}

// FieldMoved is a field of a change in its three states; nil is none.
type FieldMoved struct {
	Field            string
	Then, Now, Wants any
	Secret           bool
}

// Fields returns the fields that the change is about and, of an object that was
// there and still is, those that moved, in the order of the kind's fields.
func (m *Moved) Fields(k *Kind) []FieldMoved {
	if len(m.Now) > 1 {
		return nil
	}
	var now map[string]any
	if len(m.Now) == 1 {
		now = k.open(m.Now[0].Fields, m.Change.After)
	}
	both := m.Change.Before != nil && now != nil
	about := map[string]bool{}
	for _, f := range m.Change.Fields {
		about[f.Field] = true
	}
	var out []FieldMoved
	for _, f := range k.Fields {
		then, is, wants := m.Change.Before[f.Name], now[f.Name], m.Change.After[f.Name]
		_, secret := wants.(SecretRef)
		if f.Type == TypeVirtual || !about[f.Name] && (!both || secret || equalValues(then, is)) {
			continue
		}
		out = append(out, FieldMoved{f.Name, then, is, wants, secret})
	}
	return out
}
