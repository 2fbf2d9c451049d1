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

// path is the column, multi-select or "table.column" of a property and the entry table it is in, by their live names. The row
// of an entry table itself is no column: its path is empty.
func (v *view) path(entry, live string) (path string, found bool) {
	if entry == "" {
		if live == "id" {
			return "id", true
		}
		if name, found := columnOf(v.main, live); found {
			return name, true
		}
	}
	for _, p := range v.parts {
		switch {
		case entry == "" && p.live == live && p.multi:
			return p.table, true
		case entry == "" && p.live == live:
			return "", true
		case entry == p.live:
			name, found := columnOf(p.fields, live)
			return p.table + "." + name, found
		}
	}
	return "", false
}

// columnOf finds a column by its live name, base data also by what it is flattened to.
func columnOf(fields []field, live string) (name string, found bool) {
	for _, f := range fields {
		flattened := live == f.live+"_id" || live == f.live+"_number" || live == f.live+"_name"
		if live == f.live || f.kind == reference && flattened {
			return f.name, true
		}
	}
	return "", false
}

// nested tells whether a path is in an entry table or is a multi-select.
func (v *view) nested(path string) bool {
	table, _, _ := strings.Cut(path, ".")
	return slices.ContainsFunc(v.parts, func(p partView) bool { return p.table == table })
}

// names are the live names that are not the dictionary's, by path.
func (v *view) names() map[string]string {
	names := map[string]string{}
	put := func(path, own, live string) {
		if own != live {
			names[path] = live
		}
	}
	for _, f := range v.main {
		put(f.name, f.name, f.live)
	}
	for _, p := range v.parts {
		put(p.table, p.table, p.live)
		for _, f := range p.fields {
			put(p.table+"."+f.name, f.name, f.live)
		}
	}
	return names
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
