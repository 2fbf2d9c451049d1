package engine

import (
	"maps"
	"slices"
	"strings"
)

// Prune says which live objects are deleted that no manifest mentions. Absence
// alone never deletes, and of a kind without tombstones nothing does.
type Prune struct {
	// Created holds, for each kind to prune, the ids of the live objects that
	// this tool created.
	Created map[string]map[string]bool
	// Named are objects to delete whoever created them.
	Named []Ref
}

// Kinds names the kinds that it is about.
func (p Prune) Kinds() []string {
	names := slices.Collect(maps.Keys(p.Created))
	for _, r := range p.Named {
		names = append(names, r.Kind)
	}
	return NewSet(names...)
}

// The places of what is deleted, in place of a manifest's line.
func pruneOrigin(kind string) Position { return Position{File: "--prune " + kind} }
func namedOrigin(r Ref) Position       { return Position{File: "--prune-foreign " + r.String()} }

// pruned tells whether a flag asks for a change, and no manifest.
func (c *Change) pruned() bool {
	return c.Origin.Line == 0 && strings.HasPrefix(c.Origin.File, "--prune")
}

// prune plans to delete unmanaged objects, and lists those that stay.
func (b *planner) prune(k *Kind, live *Live, declared map[string]bool) []Change {
	for _, r := range b.opts.Prune.Named {
		if r.Kind == k.Name && declared[r.Key] {
			b.problemAt(namedOrigin(r), r, CodePruneDeclared, ClassInvalid, nil)
		}
	}
	var out []Change
	for _, key := range slices.Sorted(maps.Keys(live.Objects)) {
		if declared[key] {
			continue
		}
		if c := b.pruned(k, live, Ref{k.Name, key}); c != nil && b.permitted(k, c) {
			out = append(out, *c)
			continue
		}
		for range live.Objects[key] {
			b.plan.Unmanaged = append(b.plan.Unmanaged, Ref{k.Name, key})
		}
	}
	return out
}

// pruned is the delete of an unmanaged object, or nil. What must not be deleted is
// a problem where it was asked for by name.
func (b *planner) pruned(k *Kind, live *Live, r Ref) *Change {
	named := slices.Contains(b.opts.Prune.Named, r)
	objects := live.Objects[r.Key]
	o := &objects[0]
	problem := func(code Code, class Class, args map[string]string) *Change {
		if named {
			b.problemAt(namedOrigin(r), r, code, class, args)
		}
		return nil
	}
	switch {
	case k.NoTombstone != nil || !named && !b.opts.Prune.Created[k.Name][o.ID]:
		return nil
	case len(objects) > 1:
		return problem(CodeDoubled, ClassFailed, map[string]string{"key": r.Key, "ids": idsOf(objects)})
	case o.Protected:
		return problem(CodePrunePreset, ClassRefused, map[string]string{"key": r.Key})
	case live.Doubt != "" || !named && b.tenant.protection(r) != nil:
		return nil
	}
	c := &Change{Action: Delete, Ref: r, ID: o.ID, Before: owned(o.Fields), Steps: []string{OpDelete},
		Origin: pruneOrigin(k.Name), By: o.By, When: o.When}
	if named {
		c.Origin = namedOrigin(r)
	}
	return c
}
