package sandbox

import (
	"fmt"
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
	switch {
	case c.api == nil:
		return c.generate(in, key, until)
	case c.api.op == "save":
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

// stamp records who changed a row and when, in the columns the form has for it.
func (x *tx) stamp(f *form, r *row, by *row) {
	stampBy(f, r, by, x.s.nowAt(&x.settings), "modifierid", "modifier", "modifytime")
}

// stampNew records besides who made it.
func (x *tx) stampNew(f *form, r *row, by *row) {
	stampBy(f, r, by, x.s.nowAt(&x.settings), "creatorid", "creater", "createtime")
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
