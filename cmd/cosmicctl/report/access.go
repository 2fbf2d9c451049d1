package report

import (
	"fmt"
	"strings"

	"cosmicctl/engine"
)

// scope writes a cell of an access table with no more than most items; quote makes
// an item safe.
func (w Words) scope(s engine.Scope, most int, quote func(string) string) string {
	var items []string
	for _, item := range s.Items[:min(most, len(s.Items))] {
		items = append(items, quote(item))
	}
	text := strings.Join(items, w["list-comma"])
	if n := len(s.Items) - len(items); n > 0 {
		text = w.Say("and-more", "names", text, "n", n)
	}
	switch {
	case s.All && text == "":
		return w["scope-all"]
	case s.All:
		return w.Say("scope-all-but", "names", text)
	case text == "":
		return w["scope-none"]
	}
	return text
}

// accessTable is the table of who may reach what that the objects of a kind make,
// with the rows that come and go.
type accessTable struct {
	title   string
	columns []string
	rows    []*accessRow
}

// accessRow is a row, once for all tenants on which it is the same.
type accessRow struct {
	tenants []string
	gained  bool
	cells   []engine.Scope
}

// accessTables are the tables of some tenants in the order of the kinds.
func (w Words) accessTables(kinds engine.Catalog, tenants []TenantPlan) []accessTable {
	var out []accessTable
	for _, k := range kinds {
		if k.Access == nil {
			continue
		}
		t := accessTable{title: capitalized(w.Text(k.Access.Title))}
		for _, c := range k.Access.Columns {
			t.columns = append(t.columns, w.Text(c.Title))
		}
		t.fill(k.Name, tenants)
		if len(t.rows) > 0 {
			out = append(out, t)
		}
	}
	return out
}

func (t *accessTable) fill(kind string, tenants []TenantPlan) {
	known := map[string]*accessRow{}
	for i := range tenants {
		tenant := &tenants[i]
		for _, r := range tenant.Plan.Access {
			if r.Kind != kind {
				continue
			}
			id := fmt.Sprintf("%t %#v", r.Gained, r.Cells)
			if known[id] == nil {
				known[id] = &accessRow{gained: r.Gained, cells: make([]engine.Scope, len(t.columns))}
				copy(known[id].cells, r.Cells)
				t.rows = append(t.rows, known[id])
			}
			known[id].tenants = append(known[id].tenants, tenant.title())
		}
	}
}

// texts are the cells of a row in words.
func (r *accessRow) texts(w Words) []string {
	out := make([]string, len(r.cells))
	for i, c := range r.cells {
		out[i] = w.scope(c, len(c.Items), Clean)
	}
	return out
}

// texts are the titles and the rows in words, and how wide the columns are in a
// terminal. A very long cell does not widen its column.
func (t *accessTable) texts(w Words) (rows [][]string, widths []int) {
	const widest = 60
	rows = [][]string{t.columns}
	for _, r := range t.rows {
		rows = append(rows, r.texts(w))
	}
	widths = make([]int, len(t.columns))
	for _, cells := range rows {
		for i, c := range cells {
			if n := width(c); n <= widest {
				widths[i] = max(widths[i], n)
			}
		}
	}
	return rows, widths
}
