package watch

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
)

// Ack says that somebody knows of a finding, and until when nobody else need.
type Ack struct {
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	Until  time.Time `json:"until"`
}

// LongestAck is how long an acknowledgement may last.
const LongestAck = 90 * 24 * time.Hour

// An AckError says what is wrong with an acknowledgement.
type AckError struct{ Code string }

func (e *AckError) Error() string { return "not acknowledged: " + e.Code }

// check returns the acknowledgement as it is kept.
func (a Ack) check() (Ack, error) {
	a.By, a.Reason = clean(strings.TrimSpace(a.By)), clean(strings.TrimSpace(a.Reason))
	a.At, a.Until = a.At.UTC().Truncate(time.Millisecond), a.Until.UTC().Truncate(time.Millisecond)
	switch {
	case a.By == "":
		return a, &AckError{"by-missing"}
	case a.Reason == "":
		return a, &AckError{"reason-missing"}
	case a.Until.IsZero():
		return a, &AckError{"until-missing"}
	case !a.Until.After(a.At):
		return a, &AckError{"until-past"}
	case a.Until.After(a.At.Add(LongestAck)):
		return a, &AckError{"until-late"}
	}
	return a, nil
}

// Acknowledge keeps an open finding from being told until the acknowledgement ends
// or its content changes. Its error is an [AckError] if the caller is at fault.
func (s *Store) Acknowledge(ctx context.Context, finding string, a Ack) error {
	a, err := a.check()
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *tx) error {
		var closed int64
		err := tx.one("SELECT f.closed FROM finding f JOIN tenant t ON t.id = f.tenant WHERE f.id = ? AND t.gone = 0", finding).Scan(&closed)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return &AckError{"unknown"}
		case err != nil:
			return err
		case closed != 0:
			return &AckError{"closed"}
		}
		tx.do("UPDATE finding SET ack = ?, until = ? WHERE id = ?", toJSON(a), toMillis(a.Until), finding)
		tx.note(a.At, WasAcknowledged, finding, a)
		return tx.err
	})
}

// expire ends the acknowledgements whose time is over. What is open of a tenant that
// is watched is an event again.
func (s *Store) expire(ctx context.Context, now time.Time) error {
	return s.write(ctx, func(tx *tx) error {
		type ended struct {
			kept
			name, labels string
			gone         int64
		}
		all, err := list(ctx, tx, func(r *sql.Rows, e *ended) error {
			more := func(columns ...any) error { return r.Scan(append(columns, &e.name, &e.labels, &e.gone)...) }
			return scanKept(scanner(more), &e.kept)
		}, `SELECT f.id, digest, body, kind, opened, changed, closed, until, name, labels, gone
			FROM finding f JOIN tenant t ON t.id = f.tenant WHERE until > 0 AND until <= ? ORDER BY f.id`, toMillis(now))
		if err != nil {
			return err
		}
		for _, e := range all {
			tx.do("UPDATE finding SET ack = '', until = 0 WHERE id = ?", e.id)
			tx.note(now, WasExpired, e.id, nil)
			if !e.closed.IsZero() || e.gone > 0 {
				continue
			}
			target := Target{Name: e.name}
			if err := fromJSON(e.labels, &target.Labels); err != nil {
				return err
			}
			tx.tell(now, WasExpired, target, e.id, &e.finding, e.opened)
		}
		return tx.err
	})
}

// scanner is a function that scans.
type scanner func(...any) error

func (s scanner) Scan(columns ...any) error { return s(columns...) }

// nextExpiry is when the next acknowledgement ends; the zero Time if there is none.
func (s *Store) nextExpiry(ctx context.Context) (time.Time, error) {
	var until int64
	err := s.db.QueryRowContext(ctx, "SELECT coalesce(min(until), 0) FROM finding WHERE until > 0").Scan(&until)
	return fromMillis(until), s.explain(err)
}
