package engine

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
	for _, c := range reviewed.Changes() {
		wanted[c.Ref] = digestOf(contentOf(&c))
	}
	kept := *now
	kept.Stages = nil
	out := &Reviewed{Plan: &kept}
	for _, stage := range now.Stages {
		var changes []Change
		for _, c := range stage {
			want, known := wanted[c.Ref]
			switch {
			case !known:
				out.More = append(out.More, c.Ref)
			case want == digestOf(contentOf(&c)):
				changes = append(changes, c)
				delete(wanted, c.Ref)
			}
		}
		if len(changes) > 0 {
			kept.Stages = append(kept.Stages, changes)
		}
	}
	for _, c := range reviewed.Changes() {
		if _, left := wanted[c.Ref]; left {
			out.Moved = append(out.Moved, moved(c, seen))
		}
	}
	return out
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
