package watch

import "context"

// Pragma sets what SQLite does with a store: tests make it fail.
func (s *Store) Pragma(ctx context.Context, pragma string) error {
	_, err := s.db.ExecContext(ctx, "PRAGMA "+pragma)
	return err
}

// Rows counts the rows of a table.
func (s *Store) Rows(ctx context.Context, table string) (int, error) {
	var n int
	err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n)
	return n, err
}

// Migrate brings a store to the version that steps lead to.
func (s *Store) Migrate(ctx context.Context, more ...string) error {
	return s.prepare(ctx, append(steps(), more...))
}
