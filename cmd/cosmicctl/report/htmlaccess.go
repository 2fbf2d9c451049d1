package report

import "strings"

// pageAccess is a table of who may reach what; a row stands once for all tenants
// on which it is the same.
type pageAccess struct {
	Title   string
	Columns []string
	Rows    []*pageAccessRow
	Open    bool // short enough to be read at once
}

type pageAccessRow struct {
	Gained  bool
	Cells   []string
	Tenants string

	tenants []string
}

const accessOpen = 40 // rows

func newPageAccess(t *accessTable) pageAccess {
	p := pageAccess{Title: t.title, Columns: t.columns}
	known := map[string]*pageAccessRow{}
	for _, r := range t.rows {
		id := strings.Join(r.cells, "\x00")
		if r.gained {
			id += "\x00+"
		}
		if known[id] == nil {
			known[id] = &pageAccessRow{Gained: r.gained, Cells: r.cells}
			p.Rows = append(p.Rows, known[id])
		}
		known[id].tenants = append(known[id].tenants, r.tenant)
	}
	for _, r := range p.Rows {
		r.Tenants = some(r.tenants)
	}
	p.Open = len(p.Rows) <= accessOpen
	return p
}
