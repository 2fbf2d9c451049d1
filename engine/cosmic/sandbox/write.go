package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// result is one row's part of a write's answer (facts §2.2).
type result struct {
	BillIndex  int               `json:"billIndex"`
	BillStatus bool              `json:"billStatus"`
	Errors     []rowError        `json:"errors"`
	ID         string            `json:"id,omitempty"`
	Keys       map[string]string `json:"keys"`
	Number     *string           `json:"number,omitempty"`
	Type       string            `json:"type"`
}

// rowError is inferred: the facts know only that errors is a list.
type rowError struct {
	RowMsg []string `json:"rowMsg"`
}

// written is the data of a write's answer. Counts are strings.
type written struct {
	FailCount    string   `json:"failCount"`
	Filter       *string  `json:"filter,omitempty"`
	Result       []result `json:"result"`
	SuccessCount string   `json:"successCount"`
	TotalCount   *int     `json:"totalCount,omitempty"`
}

func (c *call) write(key string, until time.Time) answer {
	in, refused := c.input()
	if refused != nil {
		return refused.answer()
	}
	if c.api.op == "save" {
		return c.save(in, key, until)
	}
	return c.change(in, key, until)
}

// outcome puts the rows' results into an envelope. One failed row makes the whole status false, though the others stand.
func (c *call) outcome(w written, err error) answer {
	if err != nil {
		return serverError(err)
	}
	failed := 0
	for _, r := range w.Result {
		if !r.BillStatus {
			failed++
			continue
		}
		c.entry.touch(r.ID, r.Keys)
	}
	w.FailCount, w.SuccessCount = strconv.Itoa(failed), strconv.Itoa(len(w.Result)-failed)
	a := accept(w)
	if failed > 0 {
		message := textOperationFails
		a = jsonAnswer(codeUpdateFailed, envelope{Data: w, ErrorCode: codeUpdateFailed, Message: &message})
	}
	a.effect = failed < len(w.Result)
	return a
}

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
		x.remove(c.api.form.name, r.id)
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

// stamp records who changed a row and when, in the columns the form has for it.
func (x *tx) stamp(f *form, r *row, by *row) {
	stampBy(f, r, by, x.s.now(), "modifierid", "modifier", "modifytime")
}

// stampNew records besides who made it.
func (x *tx) stampNew(f *form, r *row, by *row) {
	stampBy(f, r, by, x.s.now(), "creatorid", "creater", "createtime")
	x.stamp(f, r, by)
}

func stampBy(f *form, r *row, by *row, now time.Time, columns ...string) {
	for _, name := range columns {
		c := f.byName[name]
		switch {
		case c == nil:
		case c.kind == moment:
			r.values[name] = clock(now)
		case by != nil:
			r.values[name] = formatID(by.id)
		}
	}
}

// resultOf is the result of a row that went well.
func (c *call) resultOf(r *row, index int, kind string) result {
	res := result{BillIndex: index, BillStatus: true, Errors: []rowError{}, ID: formatID(r.id), Type: kind, Keys: map[string]string{}}
	for _, column := range c.api.def.CandidateKey {
		res.Keys[c.api.view.liveName(column)] = r.text(column)
	}
	if number, set := r.values["number"]; set {
		res.Number = &number
	}
	return res
}

func (r *result) fail(messages ...string) {
	r.BillStatus = false
	r.Errors = []rowError{{RowMsg: messages}}
}

// keyText is a row's candidate key in one text, as faults name rows.
func (a *api) keyText(r *row) string {
	text := ""
	for i, column := range a.def.CandidateKey {
		if i > 0 {
			text += "/"
		}
		text += r.text(column)
	}
	return text
}

func tooManyRows(most int) *refusal { return refuse(codeInvalid, fmt.Sprintf(textTooManyRows, most)) }
