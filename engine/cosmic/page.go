package cosmic

import (
	"encoding/json"
	"errors"

	"cosmicctl/engine"
)

// query is the body of a query; pageSize and pageNo belong beside data, and
// data must be there even if it is empty (facts page §2.2, §10).
type query struct {
	Data     map[string]any `json:"data"`
	PageNo   int            `json:"pageNo"`
	PageSize int            `json:"pageSize"`
}

// newQuery asks for one page. A filter of one value is sent as that value, as
// in the vendor's example. Several values go as a list: no source says how a
// query takes them, so that is an assumption, and callers check the rows.
func newQuery(filter engine.Filter, no, size int) ([]byte, error) {
	data := map[string]any{}
	for property, values := range filter {
		switch len(values) {
		case 0:
		case 1:
			data[property] = values[0]
		default:
			data[property] = values
		}
	}
	return json.Marshal(query{Data: data, PageNo: no, PageSize: size})
}

// page is one answer to a query.
type page struct {
	rows []map[string]any
	// last is what lastPage says, if it says anything.
	last, saysLast bool
	total          int64 // -1 if not given
	// size is the page size the server applied; 0 if not given.
	size int64
	// silent marks an answer that says nothing about rows at all.
	silent bool
}

var errRows = errors.New("the rows of the answer are not objects")

// readPage reads the data of an answer: {rows, lastPage, totalCount, …}, or
// the bare list of rows that some custom APIs give.
func readPage(data any) (*page, error) {
	p := &page{total: -1}
	list, bare := data.([]any)
	m := object(data)
	if !bare {
		var ok bool
		if list, ok = m["rows"].([]any); !ok && m["rows"] != nil {
			return nil, errRows
		}
	}
	for _, v := range list {
		row, ok := v.(map[string]any)
		if !ok {
			return nil, errRows
		}
		p.rows = append(p.rows, row)
	}
	p.last, p.saysLast = flag(field(m, "lastPage", "lastpage"))
	if n, ok := count(field(m, "totalCount", "totalcount")); ok && n >= 0 {
		p.total = n
	}
	p.size, _ = count(field(m, "pageSize", "pagesize"))
	p.silent = list == nil && p.total < 0 && !p.saysLast
	return p, nil
}

// full tells whether a page is as long as a page gets: as asked for, or as the
// server says that it cut it.
func (p *page) full(asked int) bool {
	n := int64(asked)
	if p.size > 0 && p.size < n {
		n = p.size
	}
	return int64(len(p.rows)) >= n
}
