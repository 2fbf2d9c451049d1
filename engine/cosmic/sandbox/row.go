package sandbox

import (
	"maps"
	"slices"
	"strconv"
)

// row is one object of a form. A row in a table is never changed: a writer puts a changed copy in its place,
// so that a reader may go on with what it holds. A column without a value is NULL.
type row struct {
	id      int64
	values  map[string]string
	entries map[string][]entry
}

// entry is one line of an entry table.
type entry map[string]string

func (r *row) clone() *row {
	c := &row{id: r.id, values: maps.Clone(r.values), entries: make(map[string][]entry, len(r.entries))}
	for table, lines := range r.entries {
		c.entries[table] = slices.Clone(lines)
	}
	return c
}

func (r *row) text(column string) string {
	if column == "id" {
		return formatID(r.id)
	}
	return r.values[column]
}

func formatID(id int64) string { return strconv.FormatInt(id, 10) }

// parseID reads an id; anything that is not one is 0, which no row has.
func parseID(text string) int64 {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// newRow is an empty row with the dictionary's defaults.
func newRow(f *form, id int64) *row {
	r := &row{id: id, values: map[string]string{}, entries: map[string][]entry{}}
	for _, c := range f.main {
		if c.fallback != "" && c.name != "id" {
			r.values[c.name] = c.fallback
		}
	}
	return r
}

func newEntry(p *part) entry {
	e := entry{}
	for _, c := range p.columns {
		if c.fallback != "" {
			e[c.name] = c.fallback
		}
	}
	return e
}
