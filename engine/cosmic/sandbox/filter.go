package sandbox

import (
	"encoding/json"
	"slices"
	"strings"
)

// condition is one property a call filters by: a scalar is equality, a list is IN.
type condition struct {
	column string
	live   string
	values []string        // what the column may hold
	set    map[string]bool // the same
	given  []string        // what the caller wrote
	list   bool
}

// conditions reads the filter of a call. Properties the API does not filter by, null and empty lists are ignored, as the
// vendor ignores parameters an API is not configured with (facts §2.2). The caller holds the tenant's lock.
func (t *tenant) conditions(a *api, data map[string]any) []condition {
	var all []condition
	for _, live := range sortedKeys(data) {
		given, list := scalars(data[live])
		if len(given) == 0 {
			continue
		}
		if c, found := t.condition(a, live, given); found {
			c.live, c.given, c.list = live, given, list
			c.set = setOf(c.values)
			all = append(all, c)
		}
	}
	return all
}

func (t *tenant) condition(a *api, live string, given []string) (condition, bool) {
	if live == "id" && a.def.filters("id") {
		return condition{column: "id", values: given}, true
	}
	f, suffix, found := a.view.field(live)
	if !found || f.secret || !a.def.filters(f.name) {
		return condition{}, false
	}
	values := given
	if suffix == "number" || suffix == "name" {
		values = t.idsOf(f.ref, suffix, given)
	}
	return condition{column: f.name, values: values}, true
}

func (d *Definition) filters(column string) bool {
	return d.Filters == nil || slices.Contains(*d.Filters, column)
}

// idsOf turns numbers or names of base data into the ids that columns hold.
func (t *tenant) idsOf(form, by string, given []string) []string {
	if by == "name" {
		by = t.dict[form].nameColumn()
	}
	var ids []string
	for _, value := range given {
		for _, id := range t.tables[form].find([]string{by}, []string{value}) {
			ids = append(ids, formatID(id))
		}
	}
	return ids
}

// scalars reads a filter value: texts and numbers, alone or in a list.
func scalars(v any) (values []string, list bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, false
	case json.Number:
		return []string{v.String()}, false
	case []any:
		for _, item := range v {
			one, nested := scalars(item)
			if nested {
				continue
			}
			values = append(values, one...)
		}
		return values, true
	}
	return nil, false
}

// echo is the filter as the answer repeats it: [number = 'CQJC']. The form for lists and several conditions is inferred.
func echo(conditions []condition) string {
	parts := make([]string, len(conditions))
	for i, c := range conditions {
		quoted := "'" + strings.Join(c.given, "', '") + "'"
		if c.list {
			parts[i] = c.live + " in (" + quoted + ")"
		} else {
			parts[i] = c.live + " = " + quoted
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func setOf(values []string) map[string]bool {
	set := make(map[string]bool, len(values))
	for _, value := range values {
		set[value] = true
	}
	return set
}

// usable tells whether a call that changes rows says which: an empty text, alone or in a list, does not.
func usable(conditions []condition) bool {
	return slices.ContainsFunc(conditions, func(c condition) bool { return !slices.Contains(c.given, "") })
}

// selectIDs lists the rows that meet all conditions, ascending by id. The caller must not change the slice.
func (t *table) selectIDs(conditions []condition) []int64 {
	if len(conditions) == 0 {
		return t.ids
	}
	if single(conditions) {
		return t.selectExact(conditions)
	}
	c := narrowest(conditions)
	var ids []int64
	for _, value := range c.values {
		ids = append(ids, t.having(c.column, value)...)
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id int64) bool { return !t.rows[id].meets(conditions) })
}

func single(conditions []condition) bool {
	return !slices.ContainsFunc(conditions, func(c condition) bool { return len(c.values) != 1 || c.column == "id" })
}

// selectExact asks the one index over all the columns.
func (t *table) selectExact(conditions []condition) []int64 {
	columns, values := make([]string, len(conditions)), make([]string, len(conditions))
	for i, c := range conditions {
		columns[i], values[i] = c.column, c.values[0]
	}
	return t.find(columns, values)
}

// narrowest prefers ids, then the shortest list.
func narrowest(conditions []condition) condition {
	return slices.MinFunc(conditions, func(a, b condition) int {
		if (a.column == "id") != (b.column == "id") {
			if a.column == "id" {
				return -1
			}
			return 1
		}
		return len(a.values) - len(b.values)
	})
}

func (t *table) having(column, value string) []int64 {
	if column != "id" {
		return t.find([]string{column}, []string{value})
	}
	if id := parseID(value); t.rows[id] != nil {
		return []int64{id}
	}
	return nil
}

func (r *row) meets(conditions []condition) bool {
	return !slices.ContainsFunc(conditions, func(c condition) bool { return !c.set[r.text(c.column)] })
}
