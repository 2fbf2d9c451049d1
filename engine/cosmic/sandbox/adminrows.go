package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Rows as a person at the console would make, change and delete them, past every rule the API has.

// rowsChange is the body of a PUT. A row is found by its id or its natural key; with New it is made even so, which is
// how two rows come to carry one key.
type rowsChange struct {
	By   string           `json:"by"` // number or name of the user who does it; administrator
	New  bool             `json:"new"`
	Rows []map[string]any `json:"rows"`
}

func (s *Sandbox) getRows(w http.ResponseWriter, r *http.Request) {
	t, f := s.rowsOf(w, r)
	if f == nil {
		return
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	q := r.URL.Query()
	table, _, err := t.tableOf(f, q)
	var ids []int64
	if err == nil {
		ids, err = matching(table, q)
	}
	if err != nil {
		complain(w, http.StatusBadRequest, err)
		return
	}
	rows := []map[string]any{}
	for _, id := range ids {
		rows = append(rows, t.render(table.rows[id], openView(f)))
	}
	reply(w, map[string]any{"rows": rows})
}

// openView shows everything by the dictionary's names, secrets too: a test must be able to see that one arrived.
func openView(f *form) *view {
	v := newView(f, &Definition{})
	for i := range v.main {
		v.main[i] = v.main[i].opened()
	}
	for _, p := range v.parts {
		for i := range p.fields {
			p.fields[i] = p.fields[i].opened()
		}
	}
	return v
}

func (f field) opened() field {
	c := *f.column
	c.secret = false
	f.column = &c
	return f
}

func (s *Sandbox) rowsOf(w http.ResponseWriter, r *http.Request) (*tenant, *form) {
	t := s.named(w, r)
	if t == nil {
		return nil, nil
	}
	f := s.dict[r.PathValue("form")]
	if f == nil {
		complain(w, http.StatusNotFound, fmt.Errorf("form %q is not in the dictionary", r.PathValue("form")))
	}
	return t, f
}

// tableOf is the table a query is about: the form's, or with ?recycled its recycle bin, whose name it gives too.
func (t *tenant) tableOf(f *form, q url.Values) (table *table, name string, err error) {
	name = f.name
	if q.Has("recycled") {
		name = binOf(f.name)
		q.Del("recycled")
	}
	if t.tables[name] == nil {
		return nil, "", fmt.Errorf("form %s has no recycle bin", f.name)
	}
	return t.tables[name], name, nil
}

// matching lists the rows whose columns hold the query's values.
func matching(t *table, q url.Values) ([]int64, error) {
	var all []condition
	for _, column := range sortedKeys(q) {
		if column != "id" && t.form.byName[column] == nil {
			return nil, fmt.Errorf("%s: no such column in form %s", column, t.form.name)
		}
		all = append(all, condition{column: column, values: q[column], set: setOf(q[column])})
	}
	return t.selectIDs(all), nil
}

func (s *Sandbox) putRows(w http.ResponseWriter, r *http.Request) {
	t, f := s.rowsOf(w, r)
	if f == nil {
		return
	}
	change, err := readChange(r)
	ids := []string{}
	if err == nil {
		err = s.update(t, func(x *tx) error {
			by, err := x.person(change.By)
			for i := 0; err == nil && i < len(change.Rows); i++ {
				var id string
				if id, err = x.putByHand(f, change.Rows[i], by, change.New); err != nil {
					err = fmt.Errorf("rows[%d]: %w", i, err)
				}
				ids = append(ids, id)
			}
			return err
		})
	}
	if err != nil {
		complain(w, http.StatusBadRequest, err)
		return
	}
	reply(w, map[string]any{"ids": ids})
}

// readChange accepts a bare list of rows too.
func readChange(r *http.Request) (rowsChange, error) {
	var change rowsChange
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return change, err
	}
	if strings.HasPrefix(strings.TrimSpace(string(data)), "[") {
		return change, strict(data, &change.Rows)
	}
	return change, strict(data, &change)
}

// person finds who does it. The administrator is made when first needed.
func (x *tx) person(name string) (*row, error) {
	if name == "" {
		name = "administrator"
		if err := x.ensureRow("bos_user", "username", userObject(name)); err != nil {
			return nil, err
		}
	}
	for _, column := range []string{"number", "username"} {
		if found := x.tables["bos_user"].first(column, name); found != nil {
			return found, nil
		}
	}
	return nil, fmt.Errorf("by: no user is called %q", name)
}

func (x *tx) putByHand(f *form, object map[string]any, by *row, fresh bool) (string, error) {
	r, err := x.edited(f, object, fresh)
	if err != nil {
		return "", err
	}
	if x.tables[f.name].rows[r.id] == nil {
		x.stampNew(f, r, by)
	} else {
		x.stamp(f, r, by)
	}
	if err := x.enter(f, r, object); err != nil {
		return "", err
	}
	if err := x.enterLinks(f, r, object); err != nil {
		return "", err
	}
	x.put(f.name, r)
	return formatID(r.id), nil
}

// edited is a copy of the row an object means, or a new one.
func (x *tx) edited(f *form, object map[string]any, fresh bool) (*row, error) {
	table := x.tables[f.name]
	if text, _ := scalarText(object["id"]); text != "" && table.rows[parseID(text)] != nil {
		return table.rows[parseID(text)].clone(), nil
	}
	var values []string
	for _, column := range f.key {
		value, _ := scalarText(object[column])
		values = append(values, value)
	}
	if found := table.find(f.key, values); !fresh && object["id"] == nil && len(found) > 0 {
		return table.rows[found[0]].clone(), nil
	}
	return x.started(f, object)
}

// deleteRows deletes the rows the query names; all of them must be asked for by name. Out of the recycle bin they are gone.
func (s *Sandbox) deleteRows(w http.ResponseWriter, r *http.Request) {
	t, f := s.rowsOf(w, r)
	if f == nil {
		return
	}
	q := r.URL.Query()
	gone := []string{}
	err := s.update(t, func(x *tx) error {
		table, name, err := x.tableOf(f, q)
		if err != nil {
			return err
		}
		ids, err := doomed(table, q)
		for _, id := range slices.Clone(ids) {
			x.discard(name, id)
			gone = append(gone, formatID(id))
		}
		return err
	})
	if err != nil {
		complain(w, http.StatusBadRequest, err)
		return
	}
	reply(w, map[string]any{"ids": gone})
}

func doomed(t *table, q url.Values) ([]int64, error) {
	everything := q.Has("all")
	q.Del("all")
	if len(q) == 0 && !everything {
		return nil, errors.New("name a column and its value, or ?all")
	}
	return matching(t, q)
}
