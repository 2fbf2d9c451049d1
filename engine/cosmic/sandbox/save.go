package sandbox

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// item is one object of a save: what came, which row it is, and what is wrong with it.
type item struct {
	given  map[string]any
	target int64 // row to update; 0 adds
	failed []string
}

// save creates and updates in one (facts §2.2). Rows are matched first and written after; between the two another call
// may write, as on a real tenant, so that two parallel creates of one key make two rows (facts §2.5). All rows are
// matched before the first is written, so a key that comes twice in one call makes two rows as well.
func (c *call) save(in map[string]any, key string, until time.Time) answer {
	list, is := in["data"].([]any)
	if !is {
		return refuse(codeBadParameter, textNoData).answer()
	}
	most := cmp.Or(c.t.settingsNow().Limits.BatchRows, 10_000)
	if most > 0 && countRows(list) > most {
		return tooManyRows(most).answer()
	}
	items := c.match(list)
	c.pause("between")
	w := written{Result: make([]result, 0, len(items))}
	err := c.s.update(c.t, func(x *tx) error {
		x.remember(key, until)
		for i := range items {
			w.Result = append(w.Result, x.saveItem(c, &items[i], i))
		}
		return nil
	})
	return c.outcome(w, err)
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

// saveItem writes one object, or explains what is wrong with it and leaves the rest alone.
func (x *tx) saveItem(c *call, it *item, index int) result {
	f, kind := c.api.form, "add"
	next := newRow(f, 0)
	x.defaults(f, next)
	if it.target != 0 {
		kind = "Update"
		old := x.tables[f.name].rows[it.target]
		if old == nil {
			it.failed = append(it.failed, rowAbsent)
		} else {
			next = old.clone()
		}
	}
	if len(it.failed) == 0 {
		it.failed = x.fill(c, next, it)
	}
	if message := c.rowFault(c.api.keyText(next)); message != "" {
		it.failed = append(it.failed, message)
	}
	if len(it.failed) > 0 {
		res := c.resultOf(next, index, kind)
		if res.fail(it.failed...); next.id == 0 {
			res.ID = ""
		}
		return res
	}
	x.keep(c, next)
	return c.resultOf(next, index, kind)
}

// defaults are those of the platform version beyond the dictionary's.
func (x *tx) defaults(f *form, r *row) {
	if f.hasDocumentStatus() && r.values["status"] == "" {
		r.values["status"] = "A"
	}
	if f.name != "third_app" {
		return
	}
	if x.version.enhancedTokens() {
		r.values["isenhancetoken"] = "1" // facts §0.3: on for new apps
	}
	if x.version.allowAllWithdrawn() {
		r.values["allowallapi"] = "0" // the dictionary's 1 is older than the withdrawal of facts §0.1
	}
}

// keep puts a saved row into its table.
func (x *tx) keep(c *call, r *row) {
	f := c.api.form
	if r.id == 0 {
		r.id = x.nextID()
		x.stampNew(f, r, c.user)
	} else {
		x.stamp(f, r, c.user)
	}
	if f.hasDocumentStatus() {
		r.values["status"] = c.api.statusAfterSave(r.values["status"])
	}
	if f.preset(r) {
		c.entry.Preset = append(c.entry.Preset, formatID(r.id))
	}
	x.put(f.name, r)
}

// statusAfterSave: an API published with multiOps submits and audits at once (facts §2.2).
func (a *api) statusAfterSave(status string) string {
	switch {
	case strings.Contains(a.def.MultiOps, "audit"):
		return "C"
	case strings.Contains(a.def.MultiOps, "submit"):
		return "B"
	}
	return status
}

func (t *tenant) settingsNow() Settings {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.settings
}
