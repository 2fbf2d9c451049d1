package sandbox

import (
	"fmt"
	"strings"
)

// item is one object of a save: what came, which row it is, and what is wrong with it.
type item struct {
	given  map[string]any
	target int64 // row to update; 0 adds
	failed []string
}

// countRows counts objects and the lines of their entries.
func countRows(list []any) int {
	n := len(list)
	for _, object := range list {
		fields, _ := object.(map[string]any)
		for _, value := range fields {
			lines, _ := value.([]any)
			n += len(lines)
		}
	}
	return n
}

func (c *call) match(list []any) []item {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	items := make([]item, len(list))
	for i, object := range list {
		given, is := object.(map[string]any)
		items[i].given = given
		if !is {
			items[i].failed = []string{rowNotObject}
			continue
		}
		target, problem := c.target(given)
		if items[i].target = target; problem != "" {
			items[i].failed = []string{problem}
		}
	}
	return items
}

// target finds the row an object means: by id if it has one, else by the API's candidate key.
func (c *call) target(given map[string]any) (id int64, problem string) {
	table := c.t.tables[c.api.form.name]
	if text, _ := scalarText(given["id"]); text != "" && text != "0" {
		if id = parseID(text); table.rows[id] == nil {
			return 0, fmt.Sprintf(rowIDMissing, text)
		}
		return id, ""
	}
	values, missing := c.keyOf(given)
	if missing != "" {
		return 0, fmt.Sprintf(rowKeyMissing, missing)
	}
	ids := table.find(c.api.def.CandidateKey, values)
	if len(ids) > 1 {
		return 0, fmt.Sprintf(rowKeyAmbiguous, strings.Join(values, "/"), len(ids))
	}
	if len(ids) == 1 {
		id = ids[0]
	}
	return id, c.importProblem(id)
}

// importProblem enforces the API's import type (facts §2.2).
func (c *call) importProblem(id int64) string {
	switch {
	case c.api.def.ImportType == "new" && id != 0:
		return rowExists
	case c.api.def.ImportType == "override" && id == 0:
		return rowAbsent
	}
	return ""
}

// keyOf reads the candidate key of an object, base data by its number or id.
func (c *call) keyOf(given map[string]any) (values []string, missing string) {
	for _, column := range c.api.def.CandidateKey {
		live := c.api.view.liveName(column)
		value, _ := scalarText(given[live])
		if f, _, found := c.api.view.field(live + "_number"); found && f.kind == reference {
			value, _, _ = c.t.referenced(f, given)
		}
		if value == "" {
			return nil, live
		}
		values = append(values, value)
	}
	return values, ""
}

func scalarText(v any) (string, bool) {
	values, list := scalars(v)
	if list || len(values) != 1 {
		return "", false
	}
	return values[0], true
}
