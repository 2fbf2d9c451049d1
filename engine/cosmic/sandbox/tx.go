package sandbox

import (
	"maps"
	"time"
)

// record is one line of the log: what one writer did to one tenant, all of it or nothing.
type record struct {
	Sequence    uint64           `json:"sequence"`
	Tenant      string           `json:"tenant"`
	Whole       *tenantState     `json:"whole,omitempty"` // a tenant that did not exist before
	Settings    *Settings        `json:"settings,omitempty"`
	Rows        []rowChange      `json:"rows,omitempty"`
	Tokens      []token          `json:"tokens,omitempty"`
	Withdrawn   []string         `json:"withdrawn,omitempty"`
	AllExpired  bool             `json:"allExpired,omitempty"`
	LastID      int64            `json:"lastId,omitempty"`
	Idempotency map[string]int64 `json:"idempotency,omitempty"`
}

type rowChange struct {
	Form string    `json:"form"`
	ID   int64     `json:"id,string"`
	Row  *rowState `json:"row,omitempty"` // nil: the row is gone
}

// tx changes a tenant and writes down what it did. It lives while the tenant's lock is held.
type tx struct {
	*tenant
	s      *Sandbox
	record record
}

// update runs f under the tenant's lock and returns when what it did is on disk. What f did before it failed stays done,
// in memory as on disk.
func (s *Sandbox) update(t *tenant, f func(*tx) error) error {
	t.mu.Lock()
	x := &tx{tenant: t, s: s, record: record{Tenant: t.path}}
	failed := f(x)
	n, err := s.store.append(&x.record)
	t.mu.Unlock()
	if err == nil {
		err = s.store.wait(n)
	}
	if failed != nil {
		return failed
	}
	return err
}

func (x *tx) put(form string, r *row) {
	x.tables[form].put(r)
	x.record.Rows = append(x.record.Rows, rowChange{Form: form, ID: r.id, Row: r.state()})
}

func (x *tx) remove(form string, id int64) {
	x.tables[form].remove(id)
	x.record.Rows = append(x.record.Rows, rowChange{Form: form, ID: id})
}

func (x *tx) nextID() int64 {
	x.lastID += idStep
	x.record.LastID = x.lastID
	return x.lastID
}

// idStep keeps ids of neighbouring rows apart in their last digits, which floats lose.
const idStep = 7

func (x *tx) addTokens(tokens ...token) {
	x.dropExpired()
	for _, k := range tokens {
		x.tokens[k.Value] = k
	}
	x.record.Tokens = append(x.record.Tokens, tokens...)
}

// dropExpired forgets tokens that have run out. A reader of the log does not need to be told: they run out there too.
func (x *tx) dropExpired() {
	now := x.s.nowAt(&x.settings).UnixMilli()
	maps.DeleteFunc(x.tokens, func(_ string, k token) bool { return k.Expires <= now })
}

func (x *tx) withdraw(value string) {
	delete(x.tokens, value)
	x.record.Withdrawn = append(x.record.Withdrawn, value)
}

func (x *tx) expireAll() {
	clear(x.tokens)
	x.record.AllExpired = true
}

func (x *tx) set(settings Settings) error {
	if err := x.configure(settings); err != nil {
		return err
	}
	x.record.Settings = &settings
	return nil
}

// remember makes an idempotency key outlive the process together with the effect it guards.
func (x *tx) remember(key string, until time.Time) {
	if key == "" {
		return
	}
	if x.record.Idempotency == nil {
		x.record.Idempotency = map[string]int64{}
	}
	x.record.Idempotency[key] = until.UnixMilli()
}
