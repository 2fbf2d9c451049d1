package watch

import (
	"context"
	"time"
)

// keepLooks is how many looks at a tenant are kept, and keepHistory how much of what
// happened to a finding.
const (
	keepLooks   = 200
	keepHistory = 200
)

// retain forgets what ended longer ago than is kept: findings that were closed,
// tenants that are gone, and events, told or not. What is open is kept.
func (s *Store) retain(ctx context.Context, before time.Time) error {
	return s.write(ctx, func(tx *tx) error {
		at := toMillis(before)
		tx.do("DELETE FROM tenant WHERE gone > 0 AND gone < ?", at)
		tx.do("DELETE FROM finding WHERE closed > 0 AND closed < ?", at)
		tx.do("DELETE FROM event WHERE at < ?", at)
		tx.do(`DELETE FROM history WHERE seq IN (SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY finding ORDER BY seq DESC) AS n FROM history)
			WHERE n > ?)`, keepHistory)
		return tx.err
	})
}
