package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// formatVersion is that of seeds and of state files alike.
const formatVersion = 1

// state is the snapshot file. It holds everything but what a restart of a real server would forget too: nonces, wrong
// secrets counted so far, rate windows, faults posted to the admin endpoint, and the request log.
type state struct {
	FormatVersion int                     `json:"formatVersion"`
	Sequence      uint64                  `json:"sequence"` // of the last record the snapshot holds
	Tenants       map[string]*tenantState `json:"tenants"`
}

type tenantState struct {
	Settings    Settings               `json:"settings"`
	LastID      int64                  `json:"lastId"`
	Rows        map[string][]*rowState `json:"rows"`
	Tokens      []token                `json:"tokens,omitempty"`
	Idempotency map[string]int64       `json:"idempotency,omitempty"`
}

type rowState struct {
	ID      string             `json:"id"`
	Values  map[string]string  `json:"values"`
	Entries map[string][]entry `json:"entries,omitempty"`
}

func (r *row) state() *rowState {
	return &rowState{ID: formatID(r.id), Values: r.values, Entries: r.entries}
}

func (r *rowState) row() (*row, error) {
	id, err := strconv.ParseInt(r.ID, 10, 64)
	if err != nil || id <= 0 {
		return nil, fmt.Errorf("row id %q is not a number above zero", r.ID)
	}
	made := (&row{id: id, values: r.Values, entries: r.Entries}).clone()
	if made.values == nil {
		made.values = map[string]string{}
	}
	return made, nil
}

func (s *Sandbox) state() *state {
	all := &state{FormatVersion: formatVersion, Tenants: map[string]*tenantState{}}
	for _, t := range s.all() {
		all.Tenants[t.path] = s.stateOf(t)
	}
	return all
}

func (s *Sandbox) stateOf(t *tenant) *tenantState {
	t.mu.RLock()
	defer t.mu.RUnlock()
	st := &tenantState{
		Settings: t.settings, LastID: t.lastID, Rows: map[string][]*rowState{},
		Idempotency: t.repeats.state(s.nowAt(&t.settings)),
	}
	for name, table := range t.tables {
		for _, id := range table.ids {
			st.Rows[name] = append(st.Rows[name], table.rows[id].state())
		}
	}
	for _, k := range t.tokens {
		st.Tokens = append(st.Tokens, k)
	}
	slices.SortFunc(st.Tokens, func(a, b token) int { return strings.Compare(a.Value, b.Value) })
	return st
}

// restore rebuilds a tenant.
func (s *Sandbox) restore(path string, st *tenantState) (*tenant, error) {
	t, err := newTenant(path, s.dict, st.Settings)
	if err != nil {
		return nil, err
	}
	t.lastID = max(t.lastID, st.LastID)
	for form, rows := range st.Rows {
		for _, r := range rows {
			if err := t.restoreRow(form, r); err != nil {
				return nil, err
			}
		}
	}
	for _, k := range st.Tokens {
		t.tokens[k.Value] = k
	}
	t.repeats.restore(st.Idempotency)
	return t, nil
}

func (t *tenant) restoreRow(form string, st *rowState) error {
	table := t.tables[form]
	if table == nil {
		return fmt.Errorf("form %q is not in the dictionary", form)
	}
	if st == nil {
		return fmt.Errorf("form %s holds an empty row", form)
	}
	r, err := st.row()
	if err != nil {
		return fmt.Errorf("form %s: %w", form, err)
	}
	table.put(r)
	return nil
}

// readState decodes a snapshot and rebuilds its tenants.
func (s *Sandbox) readState(data []byte) (uint64, error) {
	if err := checkFormat(data); err != nil {
		return 0, err
	}
	var st state
	if err := strict(data, &st); err != nil {
		return 0, err
	}
	for path, ts := range st.Tenants {
		if ts == nil {
			return 0, fmt.Errorf("tenants[%q] is empty", path)
		}
		t, err := s.restore(path, ts)
		if err != nil {
			return 0, fmt.Errorf("tenants[%q]: %w", path, err)
		}
		s.tenants[path] = t
	}
	return st.Sequence, nil
}

// checkFormat looks at the version first, so that a newer file is refused for being newer and not for its new fields.
func checkFormat(data []byte) error {
	var head struct {
		FormatVersion *int `json:"formatVersion"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return err
	}
	switch {
	case head.FormatVersion == nil:
		return fmt.Errorf("formatVersion is missing; this sandbox reads version %d", formatVersion)
	case *head.FormatVersion > formatVersion:
		return fmt.Errorf("formatVersion %d is newer than this sandbox, which reads version %d", *head.FormatVersion, formatVersion)
	case *head.FormatVersion < 1:
		return fmt.Errorf("formatVersion %d does not exist; this sandbox reads version %d", *head.FormatVersion, formatVersion)
	}
	return nil
}
