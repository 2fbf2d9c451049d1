package watch

import (
	"context"
	"database/sql"
	"time"
)

// Notifier tells people what changed. A message is sent if it returns nil; otherwise
// the same message comes again. It may come twice, with one ID: after a kill between
// its sending and its being marked as sent.
type Notifier interface {
	Notify(ctx context.Context, m Message) error
}

// Channel is one way to tell people.
type Channel struct {
	Name     string // unique; a new name is told what happens from then on
	Notifier Notifier
	// Gap is the least time between two messages.
	Gap time.Duration
}

// Message is what a channel is told at once: all that happened since the last one,
// in order.
type Message struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Events []Event   `json:"events"`
}

// Outbox is how a channel stands.
type Outbox struct {
	Channel  string    `json:"channel"`
	Pending  int       `json:"pending"`
	Failures int       `json:"failures"` // in a row
	Error    string    `json:"error,omitempty"`
	Next     time.Time `json:"next,omitzero"` // nothing is sent before
}

// mostEvents go into one message; the rest goes into the next.
const mostEvents = 500

// channels takes over which channels there are. One that is gone is forgotten.
func (s *Store) channels(ctx context.Context, names []string) error {
	return s.write(ctx, func(tx *tx) error {
		tx.do("DELETE FROM channel WHERE name NOT IN (SELECT value FROM json_each(?))", toJSON(names))
		for _, name := range names {
			tx.do("INSERT OR IGNORE INTO channel (name, told) SELECT ?, coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'", name)
		}
		return tx.err
	})
}

// outboxes returns how each channel stands.
func (s *Store) outboxes(ctx context.Context) ([]Outbox, error) {
	out, err := list(ctx, s.db, func(r *sql.Rows, o *Outbox) error {
		var next int64
		err := r.Scan(&o.Channel, &o.Pending, &o.Failures, &o.Error, &next)
		o.Next = fromMillis(next)
		return err
	}, "SELECT name, (SELECT count(*) FROM event WHERE seq > told), failures, error, next FROM channel ORDER BY name")
	return out, s.explain(err)
}

// message returns what a channel is to be told now; no events if nothing. What was
// once put together stays together until it is sent, so that its ID always means the
// same.
func (s *Store) message(ctx context.Context, channel string, now time.Time) (Message, error) {
	var m Message
	err := s.write(ctx, func(tx *tx) error {
		var told, until, next int64
		if err := tx.one("SELECT told, message, next FROM channel WHERE name = ?", channel).Scan(&told, &until, &next); err != nil {
			return err
		}
		if next > toMillis(now) {
			return nil
		}
		for range 2 { // what it was put together of may have been forgotten
			var err error
			m.Events, err = list(ctx, tx, func(r *sql.Rows, e *Event) error {
				var body string
				if err := r.Scan(&body); err != nil {
					return err
				}
				return fromJSON(body, e)
			}, "SELECT body FROM event WHERE seq > ? AND seq <= ? ORDER BY seq", told, until)
			if err != nil || len(m.Events) > 0 {
				return err
			}
			if err := tx.one("SELECT coalesce(max(seq), 0) FROM (SELECT seq FROM event WHERE seq > ? ORDER BY seq LIMIT ?)", told, mostEvents).Scan(&until); err != nil {
				return err
			}
			tx.do("UPDATE channel SET message = ? WHERE name = ? AND message <> ?", until, channel, until)
		}
		return tx.err
	})
	if len(m.Events) == 0 || err != nil {
		return Message{}, err
	}
	parts := []string{"message", channel}
	for _, e := range m.Events {
		parts = append(parts, e.ID)
	}
	m.ID, m.At = nameOf(parts...), m.Events[len(m.Events)-1].At
	return m, nil
}

// sent marks the message of a channel as sent; the next waits for the gap.
func (s *Store) sent(ctx context.Context, c Channel, now time.Time) error {
	return s.write(ctx, func(tx *tx) error {
		tx.do("UPDATE channel SET told = message, next = ?, failures = 0, error = '' WHERE name = ?", toMillis(now.Add(c.Gap)), c.Name)
		return tx.err
	})
}

// unsent keeps the message of a channel for later: the wait doubles with each failure.
func (s *Store) unsent(ctx context.Context, c Channel, now time.Time, reason error) error {
	return s.write(ctx, func(tx *tx) error {
		var failures int
		if err := tx.one("SELECT failures FROM channel WHERE name = ?", c.Name).Scan(&failures); err != nil {
			return err
		}
		wait := max(c.Gap, min(firstRetry<<min(failures, 16), lastRetry))
		tx.do("UPDATE channel SET next = ?, failures = failures + 1, error = ? WHERE name = ?", toMillis(now.Add(wait)), clean(reason.Error()), c.Name)
		return tx.err
	})
}

// A failed message is tried again after these times.
const (
	firstRetry = 30 * time.Second
	lastRetry  = time.Hour
)
