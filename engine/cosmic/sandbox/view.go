package sandbox

import (
	"slices"
	"strings"
)

// view is what a published API shows of a form: which columns, and under which live names. Base data is flattened:
// a reference called org shows as org_id, org_number and org_name (facts §2.2).
type view struct {
	main  []field
	parts []partView
}

type field struct {
	*column
	live      string
	multilang bool
}

type partView struct {
	*part
	live   string
	fields []field
}

func newView(f *form, d *Definition) *view {
	v := &view{main: fieldsOf(f.main, "", d)}
	for _, p := range f.parts {
		if fields := fieldsOf(p.columns, p.table, d); len(fields) > 0 {
			v.parts = append(v.parts, partView{part: p, live: d.live(p.table), fields: fields})
		}
	}
	return v
}

func fieldsOf(columns []*column, table string, d *Definition) []field {
	var fields []field
	for _, c := range columns {
		path := c.name
		if table != "" {
			path = table + "." + c.name
		}
		if c.name == "id" && table == "" || !d.knows(path) {
			continue
		}
		live := strings.TrimPrefix(d.live(path), table+".")
		fields = append(fields, field{column: c, live: live, multilang: slices.Contains(d.Multilang, path)})
	}
	return fields
}

func (d *Definition) live(path string) string {
	if live := d.Properties[path]; live != "" {
		return live
	}
	return path
}

func (d *Definition) knows(path string) bool {
	table, _, _ := strings.Cut(path, ".")
	return len(d.Only) == 0 || slices.Contains(d.Only, path) || slices.Contains(d.Only, table) || slices.Contains(d.CandidateKey, path)
}

// field finds the main field of a live name. The suffix tells how base data was flattened; a flattened name without
// one, or a suffix on anything but base data, finds nothing.
func (v *view) field(live string) (f field, suffix string, found bool) {
	for _, f := range v.main {
		if f.kind != reference {
			if f.live == live {
				return f, "", true
			}
			continue
		}
		if suffix, cut := strings.CutPrefix(live, f.live+"_"); cut && slices.Contains([]string{"id", "number", "name"}, suffix) {
			return f, suffix, true
		}
	}
	return field{}, "", false
}

// liveName is the name a column goes by in this view, or its own when the view does not show it.
func (v *view) liveName(column string) string {
	for _, f := range v.main {
		if f.name == column {
			return f.live
		}
	}
	return column
}

// has tells whether the form knows a column, an entry table, or a "table.column".
func (f *form) has(path string) bool {
	table, name, nested := strings.Cut(path, ".")
	if p := f.part(table); p != nil {
		return !nested || p.byName[name] != nil
	}
	return !nested && f.byName[path] != nil
}
