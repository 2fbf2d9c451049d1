package sandbox

import (
	"cmp"
	"strings"
	"time"
)

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
