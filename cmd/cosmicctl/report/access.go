package report

import (
	"strings"

	"cosmicctl/engine"

	"github.com/mattn/go-runewidth"
)

// Scope writes a cell of an access table.
func Scope(s engine.Scope) string {
	switch {
	case s.All && len(s.Items) == 0:
		return "everything"
	case s.All:
		return "everything but " + cleanJoin(s.Items)
	case len(s.Items) == 0:
		return "nothing"
	}
	return cleanJoin(s.Items)
}

// accessTable is the table of who may reach what that the objects of a kind make,
// with the rows that come and go.
type accessTable struct {
	title   string
	columns []string
	rows    []accessRow
}

type accessRow struct {
	tenant string
	gained bool
	cells  []string
}

// accessTables are the tables of some tenants in the order of the kinds.
func accessTables(kinds engine.Catalog, tenants []TenantPlan) []accessTable {
	var out []accessTable
	for _, k := range kinds {
		if k.Access == nil {
			continue
		}
		t := accessTable{title: k.Access.Title.EN}
		for _, c := range k.Access.Columns {
			t.columns = append(t.columns, c.Title.EN)
		}
		for _, tenant := range tenants {
			t.add(k.Name, tenant)
		}
		if len(t.rows) > 0 {
			out = append(out, t)
		}
	}
	return out
}

func (t *accessTable) add(kind string, tenant TenantPlan) {
	for _, r := range tenant.Plan.Access {
		if r.Kind != kind {
			continue
		}
		row := accessRow{tenant: tenant.Name, gained: r.Gained, cells: make([]string, len(t.columns))}
		for i := range min(len(r.Cells), len(row.cells)) {
			row.cells[i] = Scope(r.Cells[i])
		}
		t.rows = append(t.rows, row)
	}
}

// widths are those of the columns in a terminal. A column with a very long cell
// is as wide as its others.
func (t *accessTable) widths() []int {
	const widest = 40
	out := make([]int, len(t.columns))
	for i, title := range t.columns {
		out[i] = runewidth.StringWidth(title)
		for _, r := range t.rows {
			if w := runewidth.StringWidth(r.cells[i]); w <= widest {
				out[i] = max(out[i], w)
			}
		}
	}
	return out
}

// padded sets cells in columns.
func padded(cells []string, widths []int) string {
	var b strings.Builder
	for i, c := range cells {
		b.WriteString(c)
		if i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", max(0, widths[i]-runewidth.StringWidth(c))+2))
		}
	}
	return b.String()
}
