package report

// pageAccess is a table of who may reach what.
type pageAccess struct {
	Title   string
	Since   string // what the rows compare with
	Columns []string
	Rows    []pageAccessRow
	Open    bool // short enough to be read at once
}

type pageAccessRow struct {
	Gained  bool
	Word    string
	Cells   []string
	Tenants string
}

const accessOpen = 40 // rows

func newPageAccess(w Words, t *accessTable, s story) pageAccess {
	p := pageAccess{Title: t.title, Since: s.access, Columns: t.columns, Open: len(t.rows) <= accessOpen}
	for _, r := range t.rows {
		word := s.loses
		if r.gained {
			word = s.gains
		}
		p.Rows = append(p.Rows, pageAccessRow{r.gained, word, r.texts(w), w.some(r.tenants, Clean)})
	}
	return p
}
