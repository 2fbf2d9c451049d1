package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"cosmicctl/engine"
)

// group is a change with all that are the same on other objects or tenants, so
// that a reviewer reads it once.
type group struct {
	*engine.Change // the first of them
	places         []place
}

// place is where a change of a group is made.
type place struct {
	tenant string
	*engine.Change
	// pair is the comparison that the change is of; nil for none.
	pair *Pair
}

// groups folds what changes in the same way and sorts it, riskiest first.
func groups(kinds engine.Catalog, tenants []TenantPlan) []*group {
	byContent := map[string]*group{}
	var out []*group
	for ti := range tenants {
		t := &tenants[ti]
		for _, stage := range t.Plan.Stages {
			for i := range stage {
				c := &stage[i]
				id := content(kinds.Kind(c.Ref.Kind), c)
				g := byContent[id]
				if g == nil {
					g = &group{Change: c}
					byContent[id] = g
					out = append(out, g)
				}
				g.places = append(g.places, t.place(c))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *group) int { return compareChanges(a.Change, b.Change) })
	return out
}

// content is what makes two changes the same: all but the key of the object and
// the places in manifests.
func content(k *engine.Kind, c *engine.Change) string {
	fields := slices.DeleteFunc(slices.Clone(c.Fields), func(f engine.FieldChange) bool {
		return k != nil && slices.Contains(k.Key, f.Field)
	})
	for i := range fields {
		fields[i].At = engine.Position{}
	}
	b, err := json.Marshal(fields)
	if err != nil {
		return fmt.Sprintf("%p", c) // alike to nothing else
	}
	return fmt.Sprintf("%s %s %v %s %t %s", c.Action, c.Ref.Kind, c.Risks, c.Cause, c.CutsOff, b)
}

// compareChanges orders changes for a reviewer: riskiest first.
func compareChanges(a, b *engine.Change) int {
	return cmp.Or(
		cmp.Compare(weight(b.Risks), weight(a.Risks)),
		cmp.Compare(a.Ref.Kind, b.Ref.Kind),
		cmp.Compare(a.Ref.Key, b.Ref.Key),
		cmp.Compare(a.Action, b.Action),
	)
}

// weight is larger the riskier the classes are: one class outweighs all below it.
func weight(risks []engine.Risk) int {
	w := 0
	for _, r := range risks {
		w |= 1 << (len(engine.Risks()) - r.Rank())
	}
	return w
}
