package report

// pageAccess is a table of who may reach what.
type pageAccess struct {
	Title   string
	Columns []string
	Rows    []pageAccessRow
	Open    bool // short enough to be read at once
}

type pageAccessRow struct {
	Gained  bool
	Cells   []string
	Tenants string
}

const accessOpen = 40 // rows

func newPageAccess(t *accessTable) pageAccess {
	p := pageAccess{Title: t.title, Columns: t.columns, Open: len(t.rows) <= accessOpen}
	for _, r := range t.rows {
		p.Rows = append(p.Rows, pageAccessRow{r.gained, r.texts(), some(r.tenants, Clean)})
	}
	return p
}
