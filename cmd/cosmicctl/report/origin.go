package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cosmicctl/engine"
)

// at is where the manifest asks for something, or the flag that does.
func at(p engine.Position) string {
	if isFlag(p) {
		return Clean(p.File)
	}
	return fmt.Sprintf("%s:%d", Clean(p.File), p.Line)
}

// placed is a place to the character.
func placed(p engine.Position) string {
	if isFlag(p) {
		return at(p)
	}
	return fmt.Sprintf("%s:%d", at(p), p.Col)
}

// isFlag tells whether a flag of the command line asks for something, and no line
// of a manifest.
func isFlag(p engine.Position) bool { return p.Line == 0 && strings.HasPrefix(p.File, "--") }

// cause says why all of a change is planned, or "" if that is not known or its
// fields differ in it.
func (w Words) cause(c *engine.Change) string {
	if mixedCauses(c) {
		return ""
	}
	return w["cause-"+engine.Code(c.Cause)]
}

// mixedCauses tells whether the fields of a change are planned for different reasons.
func mixedCauses(c *engine.Change) bool {
	return slices.ContainsFunc(c.Fields, func(f engine.FieldChange) bool {
		return f.Cause != "" && f.Cause != c.Fields[0].Cause
	})
}

// undone says whose work the changes of a group undo; without a base, who changed
// last what they are about, if there is a risk in it. quote makes a name safe.
func (g *group) undone(w Words, quote func(string) string) string {
	c := g.Change
	switch {
	case c.Action == engine.Create || c.Action == engine.Differs:
		return ""
	case c.Action != c.Action.Sort():
		return w.sentence("last-changed", g.places, quote)
	case undoes(c):
		return w.sentence("undoes", g.places, quote)
	case c.Cause == "" && len(w.risky(c.Risks)) > 0:
		return w.sentence("last-changed", g.places, quote)
	}
	return ""
}

func undoes(c *engine.Change) bool {
	byLive := func(cause engine.Cause) bool { return cause == engine.ByDrift || cause == engine.ByBoth }
	return byLive(c.Cause) || slices.ContainsFunc(c.Fields, func(f engine.FieldChange) bool { return byLive(f.Cause) })
}

// sentence says who did it, and when, if it was one person at one time.
func (w Words) sentence(what engine.Code, places []place, quote func(string) string) string {
	const named = 3
	var people []string
	for _, p := range places {
		if p.By != "" && len(people) <= named && !slices.Contains(people, quote(p.By)) {
			people = append(people, quote(p.By))
		}
	}
	switch {
	case len(people) == 0:
		return ""
	case len(people) > named:
		return w.Say(what+"-many", "people", w.Say("and-others", "people", strings.Join(people[:named], w["list-comma"])))
	case len(places) > 1:
		return w.Say(what+"-many", "people", strings.Join(people, w["list-comma"]))
	case places[0].When == "":
		return w.Say(what+"-one", "person", people[0])
	}
	return w.Say(what+"-when", "person", people[0], "when", minute(places[0].When, quote))
}

// minute leaves the seconds of a time out.
func minute(when string, quote func(string) string) string {
	if t, err := time.Parse(time.DateTime, when); err == nil {
		return t.Format("2006-01-02 15:04")
	}
	return quote(when)
}
