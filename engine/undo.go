package engine

import (
	"maps"
	"slices"
)

// Made is a change that took effect, and the object as it was read back; nil if
// there was none.
type Made struct {
	Change Change
	Live   map[string]any
}

// Undoing is what a manifest would have to say to undo changes.
type Undoing struct {
	Resources []Resource
	// Lost lists secrets whose old values nobody has, and objects that cannot be
	// made again without them.
	Lost []SecretField
	// Stay lists what was created and cannot be deleted.
	Stay []Ref
}

// Undo returns what undoes changes: a tombstone for what was created, the values
// of before for what was updated, and the whole object for what was deleted. What
// it returns is planned, guarded and applied like any manifest.
func Undo(kinds Catalog, made []Made) *Undoing {
	out := &Undoing{}
	for _, m := range made {
		k, c := kinds.Kind(m.Change.Ref.Kind), &m.Change
		if c.Action == Create && k.Permanent {
			out.Stay = append(out.Stay, c.Ref)
			continue
		}
		r := Resource{Ref: c.Ref, Fields: map[string]any{}, Origin: c.Origin}
		ok := true
		switch c.Action {
		case Create:
			r.Absent = true
		case Update:
			for _, f := range c.Fields {
				ok = out.restore(k, c, &r, f.Field) && ok
			}
		case Delete:
			for _, f := range k.Fields {
				ok = out.restore(k, c, &r, f.Name) && ok
			}
		}
		from := c.After
		if c.Action == Delete {
			from = c.Before
		}
		for _, name := range k.Key {
			r.Fields[name] = from[name]
		}
		if ok && (r.Absent || len(r.Fields) > len(k.Key)) {
			out.Resources = append(out.Resources, r)
		}
	}
	return out
}

// restore takes the value of before of a field. It is false of an object that
// would not be what it was without a secret.
func (u *Undoing) restore(k *Kind, c *Change, r *Resource, name string) bool {
	f := k.Field(name)
	v, given := c.Before[name]
	_, secret := c.After[name].(SecretRef)
	switch {
	case f.Type == TypeSecret && c.Action == Delete && k.idle(name, c.Before):
	case f.Type == TypeSecret, secret, slices.Contains(c.Closed, name):
		u.Lost = append(u.Lost, SecretField{c.Ref, name})
		return c.Action != Delete
	case given:
		r.Fields[name] = ownedValue(v)
	}
	return true
}

// idle tells whether a secret has no use in an object as it is.
func (k *Kind) idle(secret string, fields map[string]any) bool {
	used := func(s SecretsWith) bool { return slices.Contains(s.Secrets, secret) }
	return slices.ContainsFunc(k.SecretsWith, used) && !k.needsSecret(secret, fields, nil)
}

// Since returns the changes whose objects somebody else changed since they were
// made, in a field that undoing them would change.
func Since(kinds Catalog, made []Made, seen *Observation) []Moved {
	var out []Moved
	for _, m := range made {
		live := seen.Live[m.Change.Ref.Kind]
		if live == nil || live.Err != nil || live.Doubt != "" {
			continue // a problem of the plan
		}
		if changedSince(kinds.Kind(m.Change.Ref.Kind), &m, live.Objects[m.Change.Ref.Key]) {
			out = append(out, moved(m.Change, seen))
		}
	}
	return out
}

func changedSince(k *Kind, m *Made, objects []Resource) bool {
	c := &m.Change
	switch {
	case len(objects) > 1:
		return true
	case len(objects) == 0:
		return c.Action == Update // the others are as they were, or are to be
	}
	live := k.open(objects[0].Fields, c.After)
	switch c.Action {
	case Delete:
		return !maps.EqualFunc(live, c.Before, equalValues)
	case Create:
		return !maps.EqualFunc(live, m.Live, equalValues)
	}
	return slices.ContainsFunc(c.Fields, func(f FieldChange) bool {
		v := live[f.Field]
		return !f.Secret && k.Field(f.Field).Type != TypeVirtual && !equalValues(v, m.Live[f.Field]) && !equalValues(v, c.Before[f.Field])
	})
}
