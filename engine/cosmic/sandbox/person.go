package sandbox

import (
	"encoding/json"
	"fmt"
)

// A person at the console, a seed and a test's set-up enter rows by the dictionary's own names. They may set what the API
// reserves for the server, and spare themselves the longhand: a flag as true or false, base data by its number alone, an
// entry table of one column as a list of numbers. A name the dictionary does not have is an error.

// enter puts an object's values into a row. Links are entered apart, because a seed's rows may refer to later ones.
func (x *tx) enter(f *form, r *row, object map[string]any) error {
	for _, name := range sortedKeys(object) {
		c := f.byName[name]
		switch {
		case name == "id" || f.part(name) != nil || f.reference(name) != nil:
			continue
		case c == nil:
			return fmt.Errorf("%s: no such column or entry table in form %s", name, f.name)
		}
		if err := enterValue(r.values, c, object[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// enterLinks puts what an object refers to into a row: base data and entry tables.
func (x *tx) enterLinks(f *form, r *row, object map[string]any) error {
	for _, name := range sortedKeys(object) {
		var err error
		if p := f.part(name); p != nil {
			r.entries[name], err = x.enterPart(p, object[name])
		} else if c := f.reference(name); c != nil {
			err = x.enterReference(r.values, c, name, object[name])
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func enterValue(values map[string]string, c *column, v any) error {
	if flag, is := v.(bool); is {
		v = "0"
		if flag {
			v = "1"
		}
	}
	value, null, err := field{column: c, live: c.name, multilang: true}.textOf(v)
	if err != nil {
		return err
	}
	if err := c.check(value); err != nil {
		return err
	}
	set(values, c.name, value, null)
	return nil
}

// reference finds the base-data column a name speaks of: contact, contact_number or contact_id.
func (f *form) reference(name string) *column { return findReference(f.byName, name) }

func findReference(columns map[string]*column, name string) *column {
	for _, suffix := range []string{"", "_number", "_id", "_name"} {
		base, cut := cutSuffix(name, suffix)
		if c := columns[base]; cut && c != nil && c.kind == reference {
			return c
		}
	}
	return nil
}

func cutSuffix(name, suffix string) (string, bool) {
	at := len(name) - len(suffix)
	if at <= 0 || name[at:] != suffix {
		return name, suffix == ""
	}
	return name[:at], true
}

// enterReference keeps the id of what is referred to. A _name is only ever shown, so on the way in it says nothing.
func (x *tx) enterReference(values map[string]string, c *column, name string, v any) error {
	value, _ := scalarText(v)
	switch {
	case name == c.name+"_name":
		return nil
	case v == nil || value == "":
		delete(values, c.name)
		return nil
	}
	columns := []string{"number", "username"}
	if name == c.name+"_id" {
		columns = []string{"id"}
	}
	for _, column := range columns {
		if found := x.tables[c.ref].having(column, value); len(found) > 0 {
			values[c.name] = formatID(found[0])
			return nil
		}
	}
	return fmt.Errorf("no row of %s is called %q", c.ref, value)
}

func (x *tx) enterPart(p *part, v any) ([]entry, error) {
	list, is := v.([]any)
	if !is && v != nil {
		return nil, fmt.Errorf("an entry table is a list")
	}
	var lines []entry
	for i, one := range list {
		e, err := x.enterLine(p, one)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		lines = append(lines, e)
	}
	return lines, nil
}

func (x *tx) enterLine(p *part, v any) (entry, error) {
	object, is := v.(map[string]any)
	if !is && len(p.columns) == 1 {
		object = map[string]any{p.columns[0].name: v}
	} else if !is {
		return nil, fmt.Errorf("a line of %s is an object", p.table)
	}
	e := newEntry(p)
	for _, name := range sortedKeys(object) {
		if err := x.enterCell(p, e, name, object[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return e, nil
}

func (x *tx) enterCell(p *part, e entry, name string, v any) error {
	if c := findReference(p.byName, name); c != nil {
		return x.enterReference(e, c, name, v)
	}
	if c := p.byName[name]; c != nil {
		return enterValue(e, c, v)
	}
	return fmt.Errorf("no such column in entry table %s", p.table)
}

// started is a row as a person starts it. Users and APIs are enabled unless the object says otherwise: a disabled one is
// of little use, and the dictionary's default for an API is the state before it is published.
func (x *tx) started(f *form, object map[string]any) (*row, error) {
	id, err := x.idOf(f, object["id"])
	if err != nil {
		return nil, err
	}
	r := newRow(f, id)
	x.defaults(f, r)
	if f.name == "bos_user" || f.name == "openapi_apilist" {
		r.values["enable"], r.values["status"] = "1", "C"
	}
	return r, nil
}

// maxID leaves room for the ids drawn after it.
const maxID = 1 << 62

// idOf takes the id a person gave, or draws the next.
func (x *tx) idOf(f *form, v any) (int64, error) {
	if v == nil {
		return x.nextID(), nil
	}
	text, _ := scalarText(v)
	id := parseID(text)
	if id == 0 || id > maxID {
		return 0, fmt.Errorf("id: %v is not a number above zero and up to %d", v, maxID)
	}
	if x.tables[f.name].rows[id] != nil {
		return 0, fmt.Errorf("id: %d is taken", id)
	}
	if id > x.lastID {
		x.lastID, x.record.LastID = id, id
	}
	return id, nil
}

// object decodes a row written as JSON.
func object(raw json.RawMessage) (map[string]any, error) {
	made, ok := decodeObject(raw)
	if !ok {
		return nil, fmt.Errorf("a row is a JSON object")
	}
	return made, nil
}
