package watch

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"
)

// Tally counts what a look changed.
type Tally struct{ Opened, Changed, Closed, Open int }

// record keeps what a look found, in one transaction.
func (s *Store) record(ctx context.Context, t Target, l *Look, began time.Time, took time.Duration) (Tally, error) {
	r := recording{at: began, id: t.ID(), target: t.clean(), found: l.findings(t.Live), look: l}
	err := s.write(ctx, func(tx *tx) error {
		r.tx, r.Tally = tx, Tally{}
		open, err := tx.openFindings(r.id)
		if err != nil {
			return err
		}
		for _, id := range r.order() {
			if err := r.seen(id, open[id]); err != nil {
				return err
			}
			delete(open, id)
		}
		unknown := l.unknown()
		for _, id := range slices.Sorted(maps.Keys(open)) {
			if l.Err == "" && !unknown[open[id].kind] {
				r.close(open[id])
			} else {
				r.Open++
			}
		}
		r.tenant(took)
		return tx.err
	})
	return r.Tally, err
}

// recording is a look on its way into the store.
type recording struct {
	Tally
	tx     *tx
	at     time.Time
	id     string
	target Target
	found  map[string]Finding
	look   *Look
}

// order is in which order findings are recorded, and told: the worst first.
func (r *recording) order() []string {
	return slices.SortedFunc(maps.Keys(r.found), func(a, b string) int {
		x, y := r.found[a], r.found[b]
		return cmp.Or(cmp.Compare(x.rank(), y.rank()), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Key, y.Key), cmp.Compare(a, b))
	})
}

// kept is a finding as the store has it.
type kept struct {
	id, digest, body        string
	kind                    string
	opened, changed, closed time.Time
	until                   time.Time // of its acknowledgement
	finding                 Finding
}

const keptColumns = "id, digest, body, kind, opened, changed, closed, until"

func scanKept(rows interface{ Scan(...any) error }, k *kept) error {
	var opened, changed, closed, until int64
	if err := rows.Scan(&k.id, &k.digest, &k.body, &k.kind, &opened, &changed, &closed, &until); err != nil {
		return err
	}
	k.opened, k.changed, k.closed, k.until = fromMillis(opened), fromMillis(changed), fromMillis(closed), fromMillis(until)
	return fromJSON(k.body, &k.finding)
}

func (t *tx) openFindings(tenant string) (map[string]*kept, error) {
	all, err := list(t.ctx, t, func(r *sql.Rows, k *kept) error { return scanKept(r, k) },
		"SELECT "+keptColumns+" FROM finding WHERE tenant = ? AND closed = 0", tenant)
	out := map[string]*kept{}
	for i := range all {
		out[all[i].id] = &all[i]
	}
	return out, err
}

// seen records that a finding is there. One that was closed is looked up: it is
// opened again, and what was acknowledged of it still is.
func (r *recording) seen(id string, was *kept) error {
	r.Open++
	f := r.found[id]
	digest, shown := f.digest(), f.clean()
	if was == nil {
		was = &kept{}
		row := r.tx.one("SELECT "+keptColumns+" FROM finding WHERE id = ?", id)
		if err := scanKept(row, was); errors.Is(err, sql.ErrNoRows) {
			r.open(id, digest, &f, &shown)
			return nil
		} else if err != nil {
			return err
		}
	}
	silent := was.until.After(r.at) && was.digest == digest
	switch {
	case !was.closed.IsZero():
		r.Opened++
		r.tx.do("UPDATE finding SET opened = ?1, changed = ?1, closed = 0 WHERE id = ?2", toMillis(r.at), id)
		r.happened(WasOpened, id, &shown, r.at, silent)
	case was.digest != digest:
		r.Changed++
		r.tx.do("UPDATE finding SET changed = ? WHERE id = ?", toMillis(r.at), id)
		r.happened(WasChanged, id, &shown, was.opened, false)
	}
	if was.digest != digest {
		r.tx.do("UPDATE finding SET digest = ?, ack = '', until = 0 WHERE id = ?", digest, id)
	}
	r.tx.do("UPDATE finding SET seen = ?, body = ?, rank = ? WHERE id = ?", toMillis(r.at), toJSON(shown), f.rank(), id)
	return nil
}

func (r *recording) open(id, digest string, f, shown *Finding) {
	r.Opened++
	r.tx.do("INSERT INTO finding (id, tenant, kind, class, rank, digest, body, opened, changed, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?8, ?8, ?8)",
		id, r.id, shown.Kind, shown.Class, f.rank(), digest, toJSON(shown), toMillis(r.at))
	r.happened(WasOpened, id, shown, r.at, false)
}

// close records that a finding is not there any more.
func (r *recording) close(was *kept) {
	r.Closed++
	r.tx.do("UPDATE finding SET closed = ? WHERE id = ?", toMillis(r.at), was.id)
	r.happened(WasClosed, was.id, &was.finding, was.opened, was.until.After(r.at))
}

// happened notes what happened to a finding, and tells it.
func (r *recording) happened(what What, id string, f *Finding, since time.Time, silent bool) {
	r.tx.note(r.at, what, id, f)
	if !silent {
		r.tx.tell(r.at, what, r.target, id, f, since)
	}
}

// tenant records how the look went. Of a tenant that could not be read, the kinds
// stay as they were last seen.
func (r *recording) tenant(took time.Duration) {
	at, read := toMillis(r.at), r.look.read()
	r.tx.do("UPDATE tenant SET read = ?, looked = ?, took = ?, requests = ? WHERE id = ?", read, at, took.Milliseconds(), r.look.Requests, r.id)
	r.tx.do("INSERT INTO look (tenant, at, took, requests, read, error, open) VALUES (?, ?, ?, ?, ?, ?, ?)",
		r.id, at, took.Milliseconds(), r.look.Requests, read, clean(r.look.Err), r.Open)
	r.tx.do("DELETE FROM look WHERE tenant = ?1 AND seq <= (SELECT seq FROM look WHERE tenant = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)", r.id, keepLooks)
	if read == Complete {
		r.tx.do("UPDATE tenant SET success = ? WHERE id = ?", at, r.id)
	}
	if read == Failed {
		return
	}
	r.tx.do("DELETE FROM kind WHERE tenant = ?", r.id)
	for i, k := range r.look.Kinds {
		k = k.clean()
		r.tx.do("INSERT OR REPLACE INTO kind (tenant, kind, place, title, objects, read, error) VALUES (?, ?, ?, ?, ?, ?, ?)",
			r.id, k.Kind, i, toJSON(k.Title), k.Objects, k.Read, k.Err)
	}
}
