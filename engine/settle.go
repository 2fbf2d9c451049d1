package engine

import (
	"maps"
	"slices"
)

// Settlement is what is found of the changes of an interrupted run.
type Settlement struct {
	// Plan is the new plan with what the run left to be done.
	Plan *Plan
	// Found are the changes that turned out to be made, with their objects; also
	// those of an object that the manifests now want to be another.
	Found []ChangeResult
	// Moved are the changes whose objects are neither as the run found them nor
	// as it wanted them, nor in between: somebody else changed them.
	Moved []Moved
	// More are the changes of the new plan that the run did not have.
	More []Ref
}

// Open is what an interrupted run left of which it is not known that it was made.
type Open struct {
	Changes []Change
	// Asked are the objects for which a request was sent.
	Asked map[Ref]bool
}

// Wrote tells whether the run may have written a secret of a live object; asked,
// whether it was at least to be written.
func (o *Open) Wrote(ref Ref, field string) (wrote, asked bool) {
	if o == nil {
		return false, false
	}
	for _, c := range o.Changes {
		if c.Ref == ref && c.Action == Update {
			asked = slices.ContainsFunc(c.Fields, func(f FieldChange) bool { return f.Secret && f.Field == field })
		}
	}
	return asked && o.Asked[ref], asked
}

// Prune adds what the run was to delete because a flag asked for it.
func (o *Open) Prune(p Prune) Prune {
	if o == nil {
		return p
	}
	for _, c := range o.Changes {
		switch {
		case c.Action != Delete || !c.pruned():
		case c.Origin == namedOrigin(c.Ref):
			p.Named = append(slices.Clip(p.Named), c.Ref)
		default:
			ids := maps.Clone(p.Created[c.Ref.Kind])
			if ids == nil {
				ids = map[string]bool{}
			}
			ids[c.ID] = true
			p.Created[c.Ref.Kind] = ids
		}
	}
	return p
}

// Reenable returns a tenant that wants on again what the run switched off for a save
// only (facts page §3.5), also where the manifest leaves it open.
func (o *Open) Reenable(kinds Catalog, t *Tenant) *Tenant {
	if o == nil {
		return t
	}
	cut := map[Ref]*Kind{}
	for _, c := range o.Changes {
		if k := kinds.Kind(c.Ref.Kind); o.cutOff(k, &c) {
			cut[c.Ref] = k
		}
	}
	out := *t
	out.Resources = slices.Clone(t.Resources)
	for i := range out.Resources {
		r := &out.Resources[i]
		k := cut[r.Ref]
		if k == nil || r.Absent {
			continue
		}
		if _, given := r.Fields[k.EditDisabled.Field]; !given {
			r.Fields = maps.Clone(r.Fields)
			r.Fields[k.EditDisabled.Field] = true
		}
	}
	return &out
}

func (o *Open) cutOff(k *Kind, c *Change) bool {
	return c.CutsOff && o.Asked[c.Ref] && c.Before[k.EditDisabled.Field] == true
}

// Settle holds what an interrupted run left against a new plan of the same
// manifests. What is live decides; nothing is assumed.
func (o *Open) Settle(kinds Catalog, now *Plan, seen *Observation) *Settlement {
	planned := map[Ref]*Change{}
	for _, c := range now.Changes() {
		planned[c.Ref] = &c
	}
	troubled := map[string]bool{}
	for _, d := range now.Problems {
		troubled[d.Path] = true
	}
	out := &Settlement{}
	left, ofRun := map[Ref]bool{}, map[Ref]bool{}
	for _, c := range o.Changes {
		ofRun[c.Ref] = true
		next, k, live := planned[c.Ref], kinds.Kind(c.Ref.Kind), seen.Live[c.Ref.Kind]
		if live == nil || live.Err != nil || live.Doubt != "" || troubled[c.Ref.String()] {
			continue
		}
		if objects := live.Objects[c.Ref.Key]; o.made(k, &c, objects) {
			out.Found = append(out.Found, o.found(k, &c, objects))
		}
		switch {
		case next == nil:
		case o.between(k, &c, next):
			left[c.Ref] = true
		default:
			out.Moved = append(out.Moved, moved(c, seen))
		}
	}
	out.Plan, out.More = now.only(left, ofRun)
	return out
}

// made tells whether a change is true of what is live. Of a secret that a change
// writes to a live object nobody can tell.
func (o *Open) made(k *Kind, c *Change, objects []Resource) bool {
	switch {
	case c.Action == Delete:
		return len(objects) == 0
	case len(objects) != 1 || c.Action == Create && !o.Asked[c.Ref]:
		return false
	}
	live := k.open(objects[0].Fields, c.After)
	return !slices.ContainsFunc(c.Fields, func(f FieldChange) bool {
		if f.Secret {
			return c.Action == Update
		}
		return k.Field(f.Field).Type != TypeVirtual && !equalValues(live[f.Field], c.After[f.Field])
	})
}

// found is the result of a change that is true of what is live. Where nothing was
// sent for it somebody else made it, and it is not this tool's to undo.
func (o *Open) found(k *Kind, c *Change, objects []Resource) ChangeResult {
	r := ChangeResult{Change: c, Status: Done, Tried: o.Asked[c.Ref]}
	r.keep(k, objects)
	return r
}

// keep notes the object that was read, without what may be a secret.
func (r *ChangeResult) keep(k *Kind, objects []Resource) {
	if len(objects) == 1 {
		live := objects[0]
		live.Fields = owned(k.open(live.Fields, r.Change.After))
		r.Live = &live
	}
}

// between tells whether what is live, which a new change is planned from, lies on
// the way from what a change was planned from to what it wants.
func (o *Open) between(k *Kind, c, next *Change) bool {
	switch {
	case next.Action == Create:
		return c.Action == Create
	case c.Action == Create:
		return next.Action == Update && o.Asked[c.Ref]
	case next.ID != c.ID || next.Action != c.Action:
		return false
	}
	for name, v := range next.Before {
		want, wanted := c.After[name]
		switch {
		case equalValues(v, c.Before[name]), wanted && equalValues(v, want):
		case o.cutOff(k, c) && name == k.EditDisabled.Field && v == false:
		default:
			return false
		}
	}
	return true
}
