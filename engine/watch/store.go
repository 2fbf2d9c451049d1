package watch

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"cosmicctl/engine"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Store is the database of a watch: a SQLite file for its owner alone. It has one
// connection, which holds the file's lock for as long as the store is open, so that
// a second watch is refused and the lock falls with its owner, however that dies.
// Beside that nothing would be won by more connections: looks write, and what
// is read is read in milliseconds.
type Store struct {
	db   *sql.DB
	file string
}

//go:embed schema.sql
var schema string

// steps bring a database from each version to the next.
func steps() []string { return []string{schema} }

// application marks a SQLite file as a watch's.
const application = 0x63777463

// A StoreError says why a file cannot be the store of a watch, and what to do.
type StoreError struct {
	File   string
	Reason *engine.Failure
	Err    error // what SQLite said; nil if it said nothing
}

func (e *StoreError) Error() string {
	text := e.File + ": " + e.Reason.Error()
	if e.Err != nil {
		text += " (" + e.Err.Error() + ")"
	}
	return text
}

func (e *StoreError) Unwrap() error { return e.Err }

// Coded is what it is to be put into words by.
func (e *StoreError) Coded() (engine.Code, []any) {
	args := []any{"file", e.File, "reason", e.Reason}
	if e.Err == nil {
		return "store", args
	}
	return "store-said", append(args, "error", e.Err)
}

// Open opens the store in a file, or makes it.
func Open(ctx context.Context, file string) (*Store, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, &StoreError{file, engine.Fail("store-unopened"), err}
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {"locking_mode(EXCLUSIVE)", "journal_mode(WAL)", "synchronous(FULL)",
		"busy_timeout(0)", "foreign_keys(1)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s := &Store{db, file}
	if err := s.prepare(ctx, steps()); err != nil {
		return nil, errors.Join(s.explain(err), db.Close())
	}
	return s, nil
}

// Close closes the store and gives its lock back.
func (s *Store) Close() error { return s.db.Close() }

// prepare checks the file and brings it to the last version.
func (s *Store) prepare(ctx context.Context, steps []string) error {
	return s.write(ctx, func(tx *tx) error {
		var app, version, tables int
		if err := tx.one("PRAGMA application_id").Scan(&app); err != nil {
			return err
		}
		if err := tx.one("PRAGMA user_version").Scan(&version); err != nil {
			return err
		}
		if err := tx.one("SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
			return err
		}
		switch {
		case app != application && (tables > 0 || version > 0):
			return &StoreError{File: s.file, Reason: engine.Fail("store-foreign")}
		case version > len(steps):
			return &StoreError{File: s.file, Reason: engine.Fail("store-newer", "found", version, "known", len(steps))}
		}
		var sound string
		if err := tx.one("PRAGMA quick_check(1)").Scan(&sound); err != nil {
			return err
		}
		if sound != "ok" {
			return s.damaged(errors.New(sound))
		}
		for _, step := range steps[version:] {
			tx.do(step)
		}
		tx.do(fmt.Sprintf("PRAGMA application_id = %d", application))
		tx.do(fmt.Sprintf("PRAGMA user_version = %d", len(steps)))
		return nil
	})
}

func (s *Store) damaged(err error) error {
	if known, is := errors.AsType[*StoreError](err); is {
		return known
	}
	return &StoreError{s.file, engine.Fail("store-damaged"), err}
}

// explain makes errors of SQLite into ones to act on.
func (s *Store) explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &StoreError{s.file, engine.Fail("store-in-use"), err}
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return s.damaged(err)
	case sqlite3.SQLITE_FULL:
		return &StoreError{s.file, engine.Fail("store-full"), err}
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return &StoreError{s.file, engine.Fail("store-unwritable"), err}
	}
	return &StoreError{s.file, engine.Fail("store-unusable"), err}
}

// tx is a transaction that remembers its first error, after which it does nothing.
type tx struct {
	*sql.Tx
	ctx context.Context
	err error
}

func (t *tx) do(query string, args ...any) {
	if t.err == nil {
		_, t.err = t.ExecContext(t.ctx, query, args...)
	}
}

func (t *tx) one(query string, args ...any) *sql.Row { return t.QueryRowContext(t.ctx, query, args...) }

// write does all of f, or nothing.
func (s *Store) write(ctx context.Context, f func(*tx) error) error {
	t, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(err)
	}
	work := &tx{t, ctx, nil}
	if err := errors.Join(f(work), work.err); err != nil {
		return s.explain(errors.Join(err, ignoreDone(t.Rollback())))
	}
	if err := t.Commit(); err != nil {
		return s.explain(errors.Join(err, ignoreDone(t.Rollback())))
	}
	return nil
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// querier is a store's connection, or a transaction on it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// list reads all rows of a query.
func list[T any](ctx context.Context, q querier, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

func toMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// toJSON is the text of what always marshals.
func toJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func fromJSON(text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("the watch's database holds %.40q, which is not what was written: %w", text, err)
	}
	return nil
}
