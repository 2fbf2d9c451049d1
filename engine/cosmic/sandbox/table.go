package sandbox

import (
	"slices"
	"strings"
	"sync"
)

// table holds the rows of one form, ordered by id and found by id or by any set of columns somebody once asked for.
// The tenant's lock guards it; mu guards only the building of an index, which readers do.
type table struct {
	form *form
	rows map[int64]*row
	ids  []int64

	mu      sync.Mutex
	indexes map[string]*index
}

// index lists ids by the values of its columns. It is never unique: the dictionary's indexes are not (facts §2.5).
type index struct {
	columns []string
	ids     map[string][]int64
}

func newTable(f *form) *table {
	return &table{form: f, rows: map[int64]*row{}, indexes: map[string]*index{}}
}

func (t *table) put(r *row) {
	old := t.rows[r.id]
	if old == nil {
		t.ids = insertID(t.ids, r.id)
	}
	t.rows[r.id] = r
	for _, ix := range t.indexes {
		ix.move(old, r)
	}
}

func (t *table) remove(id int64) {
	old := t.rows[id]
	if old == nil {
		return
	}
	delete(t.rows, id)
	t.ids = removeID(t.ids, id)
	for _, ix := range t.indexes {
		ix.move(old, nil)
	}
}

// find lists the ids of the rows whose columns hold these values, ascending. The caller must not change the slice.
func (t *table) find(columns, values []string) []int64 {
	return t.index(columns).ids[strings.Join(values, "\x00")]
}

// first is the oldest row with the value, or nil.
func (t *table) first(column, value string) *row {
	ids := t.find([]string{column}, []string{value})
	if value == "" || len(ids) == 0 {
		return nil
	}
	return t.rows[ids[0]]
}

func (t *table) index(columns []string) *index {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := strings.Join(columns, "\x00")
	ix := t.indexes[name]
	if ix == nil {
		ix = &index{columns: columns, ids: map[string][]int64{}}
		for _, id := range t.ids {
			ix.move(nil, t.rows[id])
		}
		t.indexes[name] = ix
	}
	return ix
}

func (ix *index) key(r *row) string {
	values := make([]string, len(ix.columns))
	for i, c := range ix.columns {
		values[i] = r.text(c)
	}
	return strings.Join(values, "\x00")
}

func (ix *index) move(old, r *row) {
	if old != nil && r != nil && ix.key(old) == ix.key(r) {
		return
	}
	if old != nil {
		key := ix.key(old)
		if ix.ids[key] = removeID(ix.ids[key], old.id); len(ix.ids[key]) == 0 {
			delete(ix.ids, key)
		}
	}
	if r != nil {
		key := ix.key(r)
		ix.ids[key] = insertID(ix.ids[key], r.id)
	}
}

func insertID(ids []int64, id int64) []int64 {
	at, found := slices.BinarySearch(ids, id)
	if found {
		return ids
	}
	return slices.Insert(ids, at, id)
}

func removeID(ids []int64, id int64) []int64 {
	at, found := slices.BinarySearch(ids, id)
	if !found {
		return ids
	}
	return slices.Delete(ids, at, at+1)
}
