package watch

import (
	"context"
	"database/sql"
	"strings"
)

// Filter says which findings are asked for. Its zero value asks for all that are open.
type Filter struct {
	Tenant string // its id
	Kind   string
	Class  string
	State  string // open (also acknowledged), unacknowledged, acknowledged, closed, all
	Sort   string // worst (the usual), newest
	After  int    // how many to leave out
	Limit  int    // 0 means all
}

// The states of findings that a filter knows.
const (
	FindOpen           = "open"
	FindUnacknowledged = "unacknowledged"
	FindAcknowledged   = "acknowledged"
	FindClosed         = "closed"
	FindAll            = "all"
)

const (
	findingColumns = "f.id, t.id, t.name, f.body, f.opened, f.changed, f.seen, f.closed, f.ack"
	findingTables  = " FROM finding f JOIN tenant t ON t.id = f.tenant WHERE t.gone = 0"
)

// where is the filter's condition.
func (f *Filter) where() (string, []any) {
	conditions := map[string]string{"": " AND f.closed = 0", FindOpen: " AND f.closed = 0", FindUnacknowledged: " AND f.closed = 0 AND f.until = 0",
		FindAcknowledged: " AND f.closed = 0 AND f.until > 0", FindClosed: " AND f.closed > 0", FindAll: ""}
	var b strings.Builder
	b.WriteString(conditions[f.State])
	var args []any
	for _, c := range []struct{ column, value string }{{"f.tenant", f.Tenant}, {"f.kind", f.Kind}, {"f.class", f.Class}} {
		if c.value != "" {
			b.WriteString(" AND " + c.column + " = ?")
			args = append(args, c.value)
		}
	}
	return b.String(), args
}

// findings returns those of a filter, and how many there are without its limit.
func (s *Store) findings(ctx context.Context, f Filter) ([]FindingView, int, error) {
	where, args := f.where()
	var total int
	if err := s.db.QueryRowContext(ctx, "SELECT count(*)"+findingTables+where, args...).Scan(&total); err != nil {
		return nil, 0, s.explain(err)
	}
	order := " ORDER BY f.rank, f.opened, f.id"
	if f.Sort == "newest" {
		order = " ORDER BY max(f.opened, f.changed, f.closed) DESC, f.rank, f.id"
	}
	limit := f.Limit
	if limit == 0 {
		limit = -1
	}
	out, err := list(ctx, s.db, scanFinding, "SELECT "+findingColumns+findingTables+where+order+" LIMIT ? OFFSET ?", append(args, limit, f.After)...)
	return out, total, s.explain(err)
}

func scanFinding(r *sql.Rows, f *FindingView) error {
	var body, ack string
	var opened, changed, seen, closed int64
	if err := r.Scan(&f.ID, &f.TenantID, &f.Tenant, &body, &opened, &changed, &seen, &closed, &ack); err != nil {
		return err
	}
	f.Opened, f.Changed, f.Seen, f.Closed = fromMillis(opened), fromMillis(changed), fromMillis(seen), fromMillis(closed)
	if ack != "" {
		f.Ack = &Ack{}
		if err := fromJSON(ack, f.Ack); err != nil {
			return err
		}
	}
	return fromJSON(body, &f.Finding)
}

// finding returns one finding with its history, the newest first; nil if there is
// none of that id.
func (s *Store) finding(ctx context.Context, id string) (*FindingView, []Entry, error) {
	found, err := list(ctx, s.db, scanFinding, "SELECT "+findingColumns+findingTables+" AND f.id = ?", id)
	if err != nil || len(found) == 0 {
		return nil, nil, s.explain(err)
	}
	history, err := list(ctx, s.db, scanEntry, "SELECT at, what, body FROM history WHERE finding = ? ORDER BY seq DESC", id)
	return &found[0], history, s.explain(err)
}

func scanEntry(r *sql.Rows, e *Entry) error {
	var at int64
	var body string
	if err := r.Scan(&at, &e.What, &body); err != nil {
		return err
	}
	e.At = fromMillis(at)
	if e.What == WasAcknowledged {
		return fromJSON(body, &e.Ack)
	}
	return fromJSON(body, &e.Finding)
}

// looks returns the last looks at a tenant, the newest first.
func (s *Store) looks(ctx context.Context, tenant string, n int) ([]PastLook, error) {
	out, err := list(ctx, s.db, func(r *sql.Rows, l *PastLook) error {
		var at int64
		err := r.Scan(&at, &l.TookMS, &l.Requests, &l.Read, &l.Error, &l.Open)
		l.At = fromMillis(at)
		return err
	}, "SELECT at, took, requests, read, error, open FROM look WHERE tenant = ? ORDER BY seq DESC LIMIT ?", tenant, n)
	return out, s.explain(err)
}

// A filterError is the code of what is wrong with a filter.
type filterError string

func (e filterError) Error() string { return string(e) }

// check returns the code of what is wrong with a filter that came from outside.
func (f *Filter) check() error {
	switch f.State {
	case "", FindOpen, FindUnacknowledged, FindAcknowledged, FindClosed, FindAll:
	default:
		return filterError("wrong-state")
	}
	if f.Sort != "" && f.Sort != "worst" && f.Sort != "newest" {
		return filterError("wrong-sort")
	}
	return nil
}
