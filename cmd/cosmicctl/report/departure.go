package report

import "cosmicctl/engine"

// Departure is a field of a live object that is not as wanted, in words.
type Departure struct{ Field, Wanted, Live string }

// Departures are the fields of a finding, each element of a list by itself.
func (w Words) Departures(c *engine.Change) []Departure {
	var out []Departure
	for _, l := range w.fieldLines(c) {
		d := Departure{Field: Clean(l.name), Wanted: l.before, Live: l.after}
		if l.quoted {
			d.Wanted, d.Live = `"`+l.before+`"`, `"`+l.after+`"`
		}
		out = append(out, d)
	}
	return out
}
