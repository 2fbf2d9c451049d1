package watch

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"cosmicctl/engine"
)

// State is how a tenant stands.
type State string

// The states, worst first.
const (
	StateUnreadable   State = "unreadable"   // it, or a kind of it, could not be read
	StateDrifted      State = "drifted"      // something departs that nobody acknowledged
	StateWaiting      State = "waiting"      // it was never looked at
	StateAcknowledged State = "acknowledged" // all that departs is acknowledged
	StateClean        State = "clean"
)

// States returns all states, worst first.
func States() []State {
	return []State{StateUnreadable, StateDrifted, StateWaiting, StateAcknowledged, StateClean}
}

// TenantView is a tenant as the store knows it.
type TenantView struct {
	ID      string            `json:"id"`
	Name    string            `json:"name"`
	Live    string            `json:"live"`
	Labels  map[string]string `json:"labels,omitempty"`
	State   State             `json:"state"`
	Stale   bool              `json:"stale"` // it was not read wholly for longer than two looks
	Read    Read              `json:"read,omitempty"`
	Looked  time.Time         `json:"looked,omitzero"`
	Success time.Time         `json:"lastSuccess,omitzero"`
	TookMS  int64             `json:"tookMs"`
	// Requests are those of the last look.
	Requests     int         `json:"requests"`
	Open         int         `json:"open"` // not acknowledged
	Acknowledged int         `json:"acknowledged"`
	Oldest       time.Time   `json:"oldest,omitzero"` // when the oldest of those open was opened
	Error        string      `json:"error,omitempty"`
	Kinds        []*KindView `json:"kinds"`
	worst        int
	unread       bool // something could not be read, and nobody acknowledged it
}

// KindView is a kind of a tenant.
type KindView struct {
	Kind         string      `json:"kind"`
	Title        engine.Text `json:"title,omitzero"`
	Read         Read        `json:"read"`
	Objects      int         `json:"objects"`
	Open         int         `json:"open"`
	Acknowledged int         `json:"acknowledged"`
	Risk         engine.Risk `json:"risk,omitempty"` // the worst of those open
	Error        string      `json:"error,omitempty"`
	worst        int
}

// FindingView is a finding as the store knows it.
type FindingView struct {
	ID       string `json:"id"`
	TenantID string `json:"tenantId"`
	Tenant   string `json:"tenant"`
	Finding
	Opened  time.Time `json:"opened"`
	Changed time.Time `json:"changed"`
	Seen    time.Time `json:"seen"`
	Closed  time.Time `json:"closed,omitzero"`
	Ack     *Ack      `json:"acknowledged,omitempty"`
}

// Entry is one thing that happened to a finding.
type Entry struct {
	At      time.Time `json:"at"`
	What    What      `json:"what"`
	Finding *Finding  `json:"finding,omitempty"` // as it then was
	Ack     *Ack      `json:"acknowledged,omitempty"`
}

// PastLook is a look that was.
type PastLook struct {
	At       time.Time `json:"at"`
	TookMS   int64     `json:"tookMs"`
	Requests int       `json:"requests"`
	Read     Read      `json:"read"`
	Error    string    `json:"error,omitempty"`
	Open     int       `json:"open"`
}

// tenantViews returns the tenants that are watched, by name.
func (w *Watch) tenantViews(ctx context.Context) ([]*TenantView, error) {
	tenants, err := list(ctx, w.Store.db, scanTenant, `SELECT id, name, live, labels, read, looked, success, took, requests,
		coalesce((SELECT error FROM look WHERE look.tenant = tenant.id ORDER BY seq DESC LIMIT 1), '') FROM tenant WHERE gone = 0 ORDER BY name, id`)
	if err != nil {
		return nil, w.Store.explain(err)
	}
	byID := map[string]*TenantView{}
	var out []*TenantView
	for i := range tenants {
		byID[tenants[i].ID] = &tenants[i]
		out = append(out, &tenants[i])
	}
	type row struct {
		tenant string
		KindView
	}
	kinds, err := list(ctx, w.Store.db, func(r *sql.Rows, k *row) error {
		var title string
		return errors.Join(r.Scan(&k.tenant, &k.Kind, &title, &k.Objects, &k.Read, &k.Error), fromJSON(title, &k.Title))
	}, "SELECT tenant, kind, title, objects, read, error FROM kind ORDER BY tenant, place")
	if err != nil {
		return nil, w.Store.explain(err)
	}
	for i := range kinds {
		if t := byID[kinds[i].tenant]; t != nil {
			t.Kinds = append(t.Kinds, &kinds[i].KindView)
		}
	}
	sums, err := w.Store.sums(ctx)
	if err != nil {
		return nil, w.Store.explain(err)
	}
	for _, s := range sums {
		if t := byID[s.tenant]; t != nil {
			t.add(s)
		}
	}
	now := w.Clock.Now()
	for _, t := range out {
		t.settle(w.stale(t, now))
	}
	return out, nil
}

func scanTenant(r *sql.Rows, t *TenantView) error {
	var labels string
	var looked, success int64
	if err := r.Scan(&t.ID, &t.Name, &t.Live, &labels, &t.Read, &looked, &success, &t.TookMS, &t.Requests, &t.Error); err != nil {
		return err
	}
	t.Looked, t.Success, t.worst = fromMillis(looked), fromMillis(success), worstNone
	return fromJSON(labels, &t.Labels)
}

// worstNone is a rank behind all others.
const worstNone = 99

// sum counts the open findings of a kind of a tenant that are as bad as each other.
type sum struct {
	tenant, kind, class string
	acknowledged        bool
	n, worst            int
	oldest              time.Time
}

func (s *Store) sums(ctx context.Context) ([]sum, error) {
	return list(ctx, s.db, func(r *sql.Rows, v *sum) error {
		var oldest int64
		err := r.Scan(&v.tenant, &v.kind, &v.class, &v.acknowledged, &v.n, &v.worst, &oldest)
		v.oldest = fromMillis(oldest)
		return err
	}, `SELECT tenant, kind, class, until > 0, count(*), min(rank), min(opened) FROM finding
		WHERE closed = 0 AND tenant IN (SELECT id FROM tenant WHERE gone = 0) GROUP BY 1, 2, 3, 4, rank ORDER BY 1, 2, 3, 4, rank`)
}

// add counts findings to a tenant, and to their kind. Those of a kind that could
// never be read make the kind known.
func (t *TenantView) add(s sum) {
	if s.acknowledged {
		t.Acknowledged += s.n
	} else {
		t.Open += s.n
		t.worst, t.Oldest = min(t.worst, s.worst), earlier(t.Oldest, s.oldest)
	}
	if Class(s.class) == Unreadable {
		t.unread = t.unread || !s.acknowledged
		return
	}
	i := slices.IndexFunc(t.Kinds, func(k *KindView) bool { return k.Kind == s.kind })
	if i < 0 {
		i = len(t.Kinds)
		t.Kinds = append(t.Kinds, &KindView{Kind: s.kind})
	}
	k := t.Kinds[i]
	if s.acknowledged {
		k.Acknowledged += s.n
		return
	}
	if k.Open == 0 || s.worst < k.worst {
		k.worst = s.worst
	}
	k.Open += s.n
	k.Risk = engine.Risks()[k.worst/2]
}

// settle says how the tenant stands.
func (t *TenantView) settle(stale bool) {
	t.Stale = stale
	switch {
	case t.Looked.IsZero():
		t.State = StateWaiting
	case t.unread || t.Read != Complete && t.Acknowledged == 0:
		t.State = StateUnreadable
	case t.Open > 0:
		t.State = StateDrifted
	case t.Acknowledged > 0:
		t.State = StateAcknowledged
	default:
		t.State = StateClean
	}
}

// stale tells whether two looks should have read a tenant since one last did.
func (w *Watch) stale(t *TenantView, now time.Time) bool {
	if t.Success.IsZero() {
		return !t.Looked.IsZero()
	}
	due := t.Success
	for range 2 {
		due = w.Schedule.Next(t.Name, due)
	}
	return now.After(due.Add(w.Jitter + w.Deadline))
}

// worstFirst orders tenants as a person on call wants them.
func worstFirst(tenants []*TenantView) {
	slices.SortStableFunc(tenants, func(a, b *TenantView) int {
		return cmp.Or(cmp.Compare(a.worst, b.worst), cmp.Compare(slices.Index(States(), a.State), slices.Index(States(), b.State)),
			cmp.Compare(b.Open, a.Open), cmp.Compare(a.Name, b.Name))
	})
}
