package report

import (
	"slices"
	"strings"

	"cosmicctl/engine"
)

// pageChange is a change, once for all the places that it is made at.
type pageChange struct {
	Action  engine.Action // its sort, which is its colour
	Verb    string
	Kind    string
	Title   engine.Text
	Name    string
	Risks   []pageRisk
	Classes string // of the filter
	Notes   []string
	Undoes  bool
	Cut     string
	Fields  []*pageField
	Given   bool   // an object that is made has nothing before
	Was, Is string // what the two values of a field are
	Same    string // where there are several places
	Places  []pagePlace
}

// pageField is what becomes of one field.
type pageField struct {
	Name          string
	Risks         []pageRisk
	Cause         string
	Default       bool
	Before, After []pageValue
}

// pageValue is a value; a mark stands before it, such as the sign of an element
// that a list gains or loses.
type pageValue struct {
	Mark  string
	Parts []segment
}

// pagePlace is an object that a change is made to.
type pagePlace struct{ Tenant, Key, Where, Note string }

func newPageChange(g *group, o Options, s story) *pageChange {
	w, kinds := o.Words, o.Kinds
	c := &pageChange{Action: g.Action.Sort(), Verb: g.places[0].mark(w), Kind: Clean(g.Ref.Kind), Title: title(kinds, g.Ref.Kind),
		Name: Clean(g.Ref.Key), Risks: w.pageRisks(g.Risks), Notes: g.notes(w, Clean), Undoes: undoes(g.Change),
		Fields: w.pageFields(g.Change), Given: g.Action.Sort() == engine.Create && g.places[0].pair == nil, Was: s.before, Is: s.after}
	for _, r := range c.Risks {
		c.Classes = strings.TrimSpace(c.Classes + " " + r.ID)
	}
	if g.CutsOff {
		c.Cut = w.cutOff(g.Change)
	}
	for _, p := range g.places {
		c.Places = append(c.Places, pagePlace{Clean(p.tenant), Clean(p.Ref.Key), placeOf(p.Origin), ""})
	}
	c.fold(w, g)
	return c
}

// fold says where else the change is made, and of each place what is its own.
func (c *pageChange) fold(w Words, g *group) {
	if len(g.places) == 1 {
		return
	}
	c.Same = w.Say("the-same-on", "objects", w.Count(len(g.places), "n-of-kind", "kind", w.Text(c.Title)))
	tenants := map[string]bool{}
	for i, p := range g.places {
		tenants[p.tenant] = true
		c.Places[i].Note = (&group{p.Change, []place{p}}).undone(w, Clean)
	}
	if len(tenants) > 1 {
		c.Same = w.Say("of-n-tenants", "what", c.Same, "n", len(tenants))
	}
}

// pageFields puts what a list gains and loses into one row, and so the values that
// nobody gave and nobody need look at.
func (w Words) pageFields(c *engine.Change) []*pageField {
	var out []*pageField
	defaults := &pageField{Name: w["by-default"], Default: true}
	mixed := mixedCauses(c)
	for _, l := range w.fieldLines(c) {
		row := &pageField{Name: Clean(l.name), Default: l.isDefault, Risks: w.notRoutine(l.field.Risks)}
		if l.isDefault && len(row.Risks) == 0 {
			defaults.After = append(defaults.After, pageValue{row.Name, []segment{{Text: l.after}}})
			continue
		}
		if mixed {
			row.Cause = w["cause-"+engine.Code(l.field.Cause)]
		}
		if last := len(out) - 1; l.element && last >= 0 && row.continues(out[last]) {
			row = out[last]
		} else {
			out = append(out, row)
		}
		row.add(l)
	}
	if len(c.Fields) == 1 && len(out) == 1 {
		out[0].Risks = nil // they are those of the change
	}
	if len(defaults.After) > 0 {
		out = append(out, defaults)
	}
	return out
}

func (w Words) notRoutine(risks []engine.Risk) []pageRisk {
	return slices.DeleteFunc(w.pageRisks(risks), func(r pageRisk) bool { return r.ID == string(engine.Routine) })
}

// continues tells whether a row is about the same list as another, for the same
// reason and with the same risks.
func (row *pageField) continues(o *pageField) bool {
	return row.Name == o.Name && row.Cause == o.Cause && slices.Equal(row.Risks, o.Risks)
}

func (row *pageField) add(l fieldLine) {
	switch {
	case l.element && l.after != "":
		row.After = append(row.After, pageValue{"+", []segment{{Text: l.after}}})
	case l.element:
		row.Before = append(row.Before, pageValue{"−", []segment{{Text: l.before}}})
	case l.quoted:
		old, new := segments(l.before, l.after)
		row.Before = append(row.Before, pageValue{"", quoted(old)})
		row.After = append(row.After, pageValue{"", quoted(new)})
	default:
		if l.before != "" {
			row.Before = append(row.Before, pageValue{"", []segment{{Text: l.before}}})
		}
		row.After = append(row.After, pageValue{"", []segment{{Text: l.after}}})
	}
}

func quoted(parts []segment) []segment {
	quote := segment{Text: `"`}
	return append(append([]segment{quote}, parts...), quote)
}
