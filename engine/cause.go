package engine

import "slices"

// Cause says why a change is planned, seen from the manifests of a base. Three
// values of each field are compared: what the base wants, what the manifest
// wants and what is live. What the base leaves open it wants as it is; of a list
// each element is compared by itself.
//
// A change as a whole has the cause of its fields. Where they differ, two in one
// field are a conflict, and so is any conflict among them; otherwise it is mixed.
type Cause string

// The causes; the zero value is unknown, because no base was given or it cannot
// be told what the base wants.
const (
	ByBranch Cause = "branch"   // the manifest differs from the base's, and live is what the base wants
	ByDrift  Cause = "drift"    // the base wants it too, and the live side moved
	ByBoth   Cause = "conflict" // the manifest differs from the base's, and the live side from both
	Mixed    Cause = "mixed"    // some fields by the branch, others by drift
)

// trace gives changes and their fields their causes.
func (b *planner) trace(changes []Change) {
	if b.opts.Base == nil {
		return
	}
	based := make(map[Ref]*Resource, len(b.opts.Base.Resources))
	for i := range b.opts.Base.Resources {
		r := &b.opts.Base.Resources[i]
		based[r.Ref] = r
	}
	for i := range changes {
		c := &changes[i]
		if c.pruned() {
			continue // neither branch nor tenant, but a flag
		}
		if base, known := b.wish(based[c.Ref]); known {
			b.kinds.Kind(c.Ref.Kind).trace(c, base, b.opts.Base.Environment.Version)
		}
	}
}

// wish is a resource of the base, nil for none, with its references resolved as
// the manifest's are. A name that means nothing any more stays as it is; one
// that cannot be looked up leaves the wish unknown.
func (b *planner) wish(base *Resource) (*Resource, bool) {
	if base == nil {
		return nil, true
	}
	r, diags := b.seen.resolve(b.kinds, *base)
	return &r, !slices.ContainsFunc(diags, func(d Diagnostic) bool { return d.Class == ClassUnreadable })
}

func (k *Kind) trace(c *Change, base *Resource, v Version) {
	if c.Action == Delete {
		c.Cause = k.causeOfDelete(c, base)
		return
	}
	if c.Action == Create && base != nil && k.absent(base.Fields) {
		base = nil // it wants no record either
	}
	for i := range c.Fields {
		c.Fields[i].Cause = k.causeOf(c, &c.Fields[i], base, v)
	}
	k.followSecrets(c)
	c.Cause = joined(c.Fields)
}

func (k *Kind) causeOfDelete(c *Change, base *Resource) Cause {
	switch {
	case base == nil:
		return ByBranch
	case base.Absent:
		return ByDrift
	case len(k.Diff(base.Fields, c.Before)) > 0:
		return ByBoth
	}
	return ByBranch
}

// causeOf is the cause of one field.
func (k *Kind) causeOf(c *Change, f *FieldChange, base *Resource, v Version) Cause {
	if base == nil {
		return ByBranch
	}
	if base.Absent {
		if c.Before == nil {
			return ByBranch
		}
		return ByBoth
	}
	wish, given := base.Fields[f.Field]
	if !given && c.Action == Create {
		wish, given = k.Field(f.Field).CreateValue(v)
	}
	live := k.before(c)[f.Field]
	_, hidden := wish.(SecretRef)
	switch {
	case !given:
		return ByBranch
	case f.Element != "": // it is there or not, so that one side alone can differ
		if has(wish, f.Element) == (f.After != nil) {
			return ByDrift
		}
		return ByBranch
	case sameWish(wish, f.After):
		return ByDrift
	case hidden, empty(wish) && live == nil, equalValues(wish, live):
		return ByBranch
	}
	return ByBoth
}

func has(list any, element string) bool {
	switch v := list.(type) {
	case Set:
		return slices.Contains(v, element)
	case Rows:
		return slices.ContainsFunc(v, func(r Range) bool { return r.String() == element })
	}
	return false
}

// sameWish compares two wanted values; secrets are the same if their references
// are.
func sameWish(a, b any) bool {
	x, secret := a.(SecretRef)
	y, both := b.(SecretRef)
	if secret || both {
		return secret && both && x.String() == y.String()
	}
	return equalValues(a, b)
}

// followSecrets gives a secret that is written with another field the cause of
// that field.
func (k *Kind) followSecrets(c *Change) {
	for _, s := range k.SecretsWith {
		at := slices.IndexFunc(c.Fields, func(f FieldChange) bool { return f.Field == s.Field })
		if at < 0 || c.Action != Update {
			continue
		}
		for i := range c.Fields {
			if f := &c.Fields[i]; f.Secret && f.Cause == ByDrift && slices.Contains(s.Secrets, f.Field) {
				f.Cause = c.Fields[at].Cause
			}
		}
	}
}

// joined is the cause of a change with these fields.
func joined(fields []FieldChange) Cause {
	byField := map[string]Cause{}
	for i := range fields {
		f := &fields[i]
		byField[f.Field] = join(byField[f.Field], f.Cause, ByBoth)
	}
	var whole Cause
	for _, c := range byField {
		whole = join(whole, c, Mixed)
	}
	return whole
}

func join(a, b, different Cause) Cause {
	switch {
	case a == "" || a == b:
		return b
	case a == ByBoth || b == ByBoth:
		return ByBoth
	}
	return different
}
