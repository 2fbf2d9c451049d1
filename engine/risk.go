package engine

import (
	"slices"
	"strings"
)

// Risk is a class of what a change may do to a tenant. Which changes belong to
// which class stands in the kind files.
type Risk string

// The classes, riskiest first.
const (
	Redirects Risk = "redirects-data"
	Widens    Risk = "widens-access"
	Narrows   Risk = "narrows-access"
	Rotates   Risk = "rotates-secret"
	Destroys  Risk = "destroys"
	Routine   Risk = "routine"
)

// Risks returns all classes, riskiest first.
func Risks() []Risk { return []Risk{Redirects, Widens, Narrows, Rotates, Destroys, Routine} }

// Rank is the place of a class among [Risks]; a smaller one is riskier.
func (r Risk) Rank() int { return slices.Index(Risks(), r) }

// RiskRule says which change of a field belongs to a class. A list is said to
//
//	fill     when it held nothing and now holds something
//	empty    when it held something and now holds nothing
//	gain     when it held something and an element is added
//	lose     when an element is removed and something is left
//	change   when it differs in any way
type RiskRule struct {
	Span
	Class Risk   `json:"class"`
	Field string `json:"field"`
	// Becomes is the value that the field takes, From the one that it must
	// have had; without From, any other or none.
	Becomes any `json:"becomes"`
	From    any `json:"from"`
	// On lists what happens to a list.
	On []string `json:"on"`
	// Of limits a list to the elements that begin with this word.
	Of string `json:"of"`
	// While gives what other fields hold before and after.
	While map[string]any `json:"while"`
}

// assess gives a change and its fields their classes.
func (k *Kind) assess(c *Change, v Version) {
	found := map[Risk]bool{}
	if c.Action.Sort() == Delete {
		found[Destroys] = true
		for _, r := range k.Deleting {
			found[r] = true
		}
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		f.Risks = k.fieldRisks(c, f, v)
		for _, r := range f.Risks {
			found[r] = true
		}
	}
	c.Risks = ranked(found)
}

// fieldRisks are the classes of one field of a change.
func (k *Kind) fieldRisks(c *Change, f *FieldChange, v Version) []Risk {
	found := map[Risk]bool{}
	if f.Secret && c.Action.Sort() == Update {
		found[Rotates] = true
	}
	for i := range k.Risks {
		if r := &k.Risks[i]; r.Field == f.Field && r.Holds(v) && r.holds(k.before(c), c.After) && r.about(f) {
			found[r.Class] = true
		}
	}
	if len(found) == 0 {
		return nil
	}
	return ranked(found)
}

func ranked(found map[Risk]bool) []Risk {
	var out []Risk
	for _, r := range Risks() {
		if found[r] {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		out = []Risk{Routine}
	}
	return out
}

// holds tells whether a change from before to after is of the rule's class.
// What the manifest leaves open stays as it was. From nothing, nobody loses access.
func (r *RiskRule) holds(before, after map[string]any) bool {
	old := before[r.Field]
	now, given := after[r.Field]
	if !given || before == nil && r.Class == Narrows {
		return false
	}
	for name, want := range r.While {
		was, known := before[name]
		becomes, set := after[name]
		if known && was != want || set && becomes != want {
			return false
		}
	}
	if r.Becomes != nil {
		return now == r.Becomes && old != r.Becomes && (r.From == nil || old == r.From)
	}
	return slices.ContainsFunc(r.On, func(event string) bool { return r.happens(event, old, now) })
}

func (r *RiskRule) happens(event string, old, now any) bool {
	was, is := r.elements(old), r.elements(now)
	switch event {
	case "fill":
		return len(was) == 0 && len(is) > 0
	case "empty":
		return len(was) > 0 && len(is) == 0
	case "gain":
		return len(was) > 0 && !containsAll(was, is)
	case "lose":
		return len(is) > 0 && !containsAll(is, was)
	}
	return !slices.Equal(was, is)
}

// elements are the texts of a list that the rule is about.
func (r *RiskRule) elements(v any) []string {
	var all []string
	switch v := v.(type) {
	case Set:
		all = v
	case List:
		all = v
	case Rows:
		for _, row := range v {
			all = append(all, row.String())
		}
	}
	if r.Of == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !strings.HasPrefix(s, r.Of+" ") })
}

// about tells whether a change of one element is why the rule holds, and not a
// neighbour of it.
func (r *RiskRule) about(f *FieldChange) bool {
	if f.Element == "" || len(r.On) == 0 {
		return true
	}
	if r.Of != "" && !strings.HasPrefix(f.Element, r.Of+" ") {
		return false
	}
	comes := f.After != nil
	for _, event := range r.On {
		if comes && (event == "gain" || event == "fill") || !comes && (event == "lose" || event == "empty") || event == "change" {
			return true
		}
	}
	return false
}
