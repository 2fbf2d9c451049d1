package engine

import (
	"slices"
	"strconv"
)

// Limits are how much of a tenant one plan may change before somebody has to say
// that exactly that plan is meant.
type Limits struct {
	// Change is how many percent of the live objects of a kind may be updated or
	// deleted, Delete how many may be deleted. Both hold for a kind of which the
	// tenant has [LimitsFrom] objects; what is created does not count.
	Change, Delete int
	// Risk is the riskiest class that a change may have; "" is any.
	Risk Risk
}

// LimitsFrom is how many live objects of a kind there must be before the share of
// them that a plan touches says anything.
const LimitsFrom = 10

// DefaultLimits are those that hold if nobody says otherwise.
func DefaultLimits() Limits { return Limits{Change: 30, Delete: 10} }

// Check returns in which ways a plan is beyond the limits, of what was observed
// for it. It is advice: whoever reviews the plan is told, and who applies it
// decides.
func (l Limits) Check(kinds Catalog, p *Plan, seen *Observation) []Diagnostic {
	byKind := map[string][]Change{}
	for _, c := range p.Changes() {
		byKind[c.Ref.Kind] = append(byKind[c.Ref.Kind], c)
	}
	var out []Diagnostic
	for _, k := range kinds {
		if changes := byKind[k.Name]; len(changes) > 0 {
			out = append(out, l.ofKind(k, changes, seen.Live[k.Name].count())...)
		}
	}
	return out
}

// ofKind checks the changes of a kind of which all objects are live.
func (l Limits) ofKind(k *Kind, changes []Change, all int) []Diagnostic {
	var touched, deleted, risky []Change
	for _, c := range changes {
		if c.Action != Create {
			touched = append(touched, c)
		}
		if c.Action == Delete {
			deleted = append(deleted, c)
		}
		if l.Risk != "" && c.Risks[0].Rank() < l.Risk.Rank() {
			risky = append(risky, c)
		}
	}
	var out []Diagnostic
	if all >= LimitsFrom && len(touched)*100 > l.Change*all {
		out = append(out, beyond(k, CodeLimitChange, touched, all, strconv.Itoa(l.Change)))
	}
	if all >= LimitsFrom && len(deleted) > l.Delete {
		out = append(out, beyond(k, CodeLimitDelete, deleted, all, strconv.Itoa(l.Delete)))
	}
	if len(risky) > 0 {
		slices.SortStableFunc(risky, func(a, b Change) int { return a.Risks[0].Rank() - b.Risks[0].Rank() })
		out = append(out, beyond(k, CodeLimitRisk, risky, all, string(l.Risk)))
	}
	return out
}

// beyond tells of the first of the changes, and how many there are.
func beyond(k *Kind, code Code, changes []Change, all int, limit string) Diagnostic {
	first := changes[0]
	return Diagnostic{Severity: Advice, Class: ClassRefused, Code: code, Pos: first.Origin, Path: k.Section, Hint: HintOverride,
		Args: map[string]string{"kind": k.Title.EN, "n": strconv.Itoa(len(changes)), "all": strconv.Itoa(all), "max": limit,
			"first": first.Ref.String(), "risk": string(first.Risks[0])}}
}

// count is how many objects were read.
func (l *Live) count() int {
	n := 0
	for _, objects := range l.Objects {
		n += len(objects)
	}
	return n
}
