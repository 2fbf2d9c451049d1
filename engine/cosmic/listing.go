package cosmic

import (
	"context"
	"fmt"

	"cosmicctl/engine"
)

// maxPages ends a query whose pages do not.
const maxPages = 1000

// List reads the rows of a kind, page after page. Pages are no snapshot:
// between two of them rows come and go, and then the next page repeats some or
// skips some. Repeated rows are dropped; whatever else speaks against a
// complete reading becomes the listing's doubt.
func (t *Tenant) List(ctx context.Context, k *engine.Kind, filter engine.Filter) (*engine.Listing, error) {
	r := &request{form: k.Form, op: "query", gate: t.gate}
	var err error
	if r.url, err = t.address.operation(k, r.op); err != nil {
		return nil, t.own(r, local(err))
	}
	reading := &reading{asked: t.pageSize, seen: map[string]bool{}, total: -1}
	for no := 1; !reading.done; no++ {
		r.body = func() ([]byte, error) { return newQuery(filter, no, t.pageSize) }
		env, err := t.call(ctx, r)
		if err != nil {
			return nil, err
		}
		p, err := readPage(env.data)
		if err != nil {
			return nil, t.own(r, &Error{fault: faultUnreadable, Message: err.Error(), err: err})
		}
		reading.add(p, no)
	}
	return &engine.Listing{Rows: reading.rows, Doubt: t.censor.text(reading.verdict())}, nil
}

// reading collects pages.
type reading struct {
	asked    int
	rows     []map[string]any
	seen     map[string]bool
	repeated int
	total    int64 // as last given; -1 if never
	doubt    string
	done     bool
}

// add takes a page and decides whether it was the last one.
func (r *reading) add(p *page, no int) {
	r.count(p)
	fresh := r.take(p.rows)
	switch {
	case p.silent:
		r.end("page %d says nothing about rows", no)
	case p.last:
		r.end("")
	case len(p.rows) == 0:
		r.endEmpty(p, no)
	case fresh == 0:
		r.end("page %d only repeats rows: the server seems to ignore pageNo", no)
	case !p.saysLast && (!p.full(r.asked) || r.complete()):
		r.end("")
	case no == maxPages:
		r.end("gave up after %d pages", no)
	}
}

// count keeps the total. If it changes, rows came or went under our hands, and
// one that moved to a page already read is missing.
func (r *reading) count(p *page) {
	if p.total >= 0 && r.total >= 0 && p.total != r.total {
		r.suspect("the number of rows changed from %d to %d while they were read", r.total, p.total)
	}
	if p.total >= 0 {
		r.total = p.total
	}
}

// take keeps the rows whose id is new and returns how many that were. A row
// without an id is always new.
func (r *reading) take(rows []map[string]any) (fresh int) {
	for _, row := range rows {
		id := text(row["id"])
		if id != "" && r.seen[id] {
			r.repeated++
			continue
		}
		r.seen[id] = true
		r.rows = append(r.rows, row)
		fresh++
	}
	return fresh
}

// endEmpty ends at a page without rows. That is the end, unless the server
// says otherwise in the same breath.
func (r *reading) endEmpty(p *page, no int) {
	if p.saysLast && !r.complete() {
		r.end("page %d is empty, yet not the last one", no)
		return
	}
	r.end("")
}

func (r *reading) complete() bool { return r.total >= 0 && int64(len(r.rows)) == r.total }

// end stops the reading, with a doubt if there is one.
func (r *reading) end(doubt string, args ...any) {
	r.done = true
	if doubt != "" {
		r.suspect(doubt, args...)
	}
}

// suspect keeps the first doubt: later ones follow from it.
func (r *reading) suspect(format string, args ...any) {
	if r.doubt == "" {
		r.doubt = fmt.Sprintf(format, args...)
	}
}

// verdict weighs what was read. Without a total, repeated rows are the only
// trace that pages moved.
func (r *reading) verdict() string {
	switch {
	case r.doubt != "":
	case r.total >= 0 && !r.complete():
		return fmt.Sprintf("read %d of %d rows", len(r.rows), r.total)
	case r.total < 0 && r.repeated > 0:
		return fmt.Sprintf("%d rows came twice, so others may be missing", r.repeated)
	}
	return r.doubt
}
