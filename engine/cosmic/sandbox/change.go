package sandbox

import (
	"slices"
	"time"
)

// change runs delete, enable, disable, submit and audit on the rows a condition names. Their request is not in the facts
// and inferred to be the filter of a query; without a usable condition nothing is touched.
func (c *call) change(in map[string]any, key string, until time.Time) answer {
	data, is := in["data"].(map[string]any)
	if !is {
		return refuse(codeBadParameter, textNoData).answer()
	}
	c.pause("between")
	var w written
	var none *refusal
	err := c.s.update(c.t, func(x *tx) error {
		conditions := x.conditions(c.api, data)
		if !usable(conditions) {
			none = refuse(codeInvalid, textNoCondition)
			return nil
		}
		x.remember(key, until)
		w = x.changeRows(c, conditions)
		return nil
	})
	if none != nil {
		return none.answer()
	}
	return c.outcome(w, err)
}

func (x *tx) changeRows(c *call, conditions []condition) written {
	table := x.tables[c.api.form.name]
	ids := slices.Clone(table.selectIDs(conditions))
	w := written{Result: make([]result, 0, len(ids))}
	for i, id := range ids {
		r := table.rows[id]
		res := c.resultOf(r, i, c.api.op)
		if message := x.changeRow(c, r); message != "" {
			res.fail(message)
		} else if c.api.form.preset(r) {
			c.entry.Preset = append(c.entry.Preset, formatID(id))
		}
		w.Result = append(w.Result, res)
	}
	if filter, total := echo(conditions), len(ids); c.api.op == "delete" {
		w.Filter, w.TotalCount = &filter, &total
	}
	return w
}

// changeRow does the operation to one row, or says why not.
func (x *tx) changeRow(c *call, r *row) string {
	if message := c.rowFault(c.api.keyText(r)); message != "" {
		return message
	}
	switch c.api.op {
	case "delete":
		if undeletable(c.api.form.name) {
			return rowUndeletable
		}
		x.discard(c.api.form.name, r.id)
		return ""
	case "enable":
		return x.move(c, r, "enable", "", "1")
	case "disable":
		return x.move(c, r, "enable", "", "0")
	case "submit":
		return x.moveStatus(c, r, "A", "B", rowNotSaved)
	}
	return x.moveStatus(c, r, "B", "C", rowNotSubmitted)
}

// move sets a state column. Doing so twice is refused or passes, as the API was published (facts §10 knows both).
func (x *tx) move(c *call, r *row, column, from, to string) string {
	if r.values[column] == to {
		if c.api.def.Repeat == "success" {
			return ""
		}
		return rowStateRepeated
	}
	next := r.clone()
	next.values[column] = to
	x.stamp(c.api.form, next, c.user)
	x.put(c.api.form.name, next)
	return ""
}

func (x *tx) moveStatus(c *call, r *row, from, to, otherwise string) string {
	if !c.api.form.hasDocumentStatus() {
		return ""
	}
	if now := r.values["status"]; now != from && now != to {
		return otherwise
	}
	return x.move(c, r, "status", from, to)
}
