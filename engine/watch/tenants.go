package watch

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"time"
)

// CheckTargets refuses targets that are one live tenant, or have one name.
func CheckTargets(targets []Target) error {
	live, names := map[string]string{}, map[string]bool{}
	for _, t := range targets {
		if other, twice := live[t.Live]; twice {
			return fmt.Errorf("tenants %s and %s are one live tenant, %s: a watch needs one manifest for each", clean(other), clean(t.Name), clean(t.Live))
		}
		if names[t.Name] {
			return fmt.Errorf("two tenants are called %s: a watch needs a name for each", clean(t.Name))
		}
		live[t.Live], names[t.Name] = t.Name, true
	}
	return nil
}

// known is what the store knows of a tenant.
type known struct {
	id, name, labels string
	looked           time.Time
	gone             bool
}

// watching takes over which tenants are watched, and returns when each was last
// looked at. One that is gone keeps its findings for a while: it may come back.
func (s *Store) watching(ctx context.Context, targets []Target, now time.Time) (map[string]time.Time, error) {
	looked := map[string]time.Time{}
	return looked, s.write(ctx, func(tx *tx) error {
		before, err := tx.tenants()
		if err != nil {
			return err
		}
		for _, t := range targets {
			id := t.ID()
			t = t.clean()
			was, there := before[id]
			looked[id] = was.looked
			delete(before, id)
			switch labels := toJSON(t.Labels); {
			case !there:
				tx.do("INSERT INTO tenant (id, live, name, labels) VALUES (?, ?, ?, ?)", id, t.Live, t.Name, labels)
			case was.gone:
				tx.tellTenant(now, WasResumed, id, t)
				fallthrough
			case was.name != t.Name || was.labels != labels:
				tx.do("UPDATE tenant SET name = ?, labels = ?, gone = 0 WHERE id = ?", t.Name, labels, id)
			}
		}
		for id, was := range before {
			if was.gone {
				continue
			}
			t := Target{Name: was.name}
			if err := fromJSON(was.labels, &t.Labels); err != nil {
				return err
			}
			tx.do("UPDATE tenant SET gone = ? WHERE id = ?", toMillis(now), id)
			tx.tellTenant(now, WasDropped, id, t)
		}
		return tx.err
	})
}

func (t *tx) tellTenant(at time.Time, what What, id string, target Target) {
	t.event(Event{ID: eventID(id, what, at), At: at, What: what, Tenant: target.Name, Labels: target.Labels})
}

func (t *tx) tenants() (map[string]known, error) {
	all, err := list(t.ctx, t, func(r *sql.Rows, k *known) error {
		var looked, gone int64
		err := r.Scan(&k.id, &k.name, &k.labels, &looked, &gone)
		k.looked, k.gone = fromMillis(looked), gone > 0
		return err
	}, "SELECT id, name, labels, looked, gone FROM tenant")
	out := maps.Collect(func(yield func(string, known) bool) {
		for _, k := range all {
			if !yield(k.id, k) {
				return
			}
		}
	})
	return out, err
}
