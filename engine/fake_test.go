package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"cosmicctl/engine"
)

// fake is a live side in memory: rows per form, written and read through
// [engine.Reader] and [engine.Writer]. It knows forms and columns, never kinds,
// and behaves as the live side does: it matches saves by id, keeps properties
// that a save leaves out, gives no secret back and no null.
type fake struct {
	mu      sync.Mutex
	forms   map[string][]map[string]any
	nextID  int
	secrets map[string]string // what was written as a secret, by id and property

	ignoresFilters bool            // every listing is whole
	blind          bool            // a filtered listing is empty
	merges         bool            // entries are appended, not overridden
	drops          map[string]bool // properties that a save silently passes over
	omits          map[string]bool // properties that no listing shows
	hides          map[string]bool // ids that no listing shows
	preset         map[string]bool // ids whose writes are a scandal
	locked         string          // the property that must be off during a save
	doubt          func(form string, filter engine.Filter) string
	unreadable     func(form string, filter engine.Filter) error
	// beforeWrite and fault look at the nth write, counted from 0.
	beforeWrite func(n int)
	fault       func(n int, form string, w engine.Write) *fault

	lists, writes int
	log           []string
	presetWrites  []string
}

// fault says what goes wrong with one write.
type fault struct {
	err      error
	takes    int            // how many rows take effect before err; -1 is all
	refuses  map[int]string // by place of the row
	unspoken int            // how many rows the answer leaves out at its end
}

// unsent is an error of a request that surely did not arrive.
type unsent struct{ error }

func (unsent) NotSent() bool { return true }

var (
	errLost   = errors.New("connection reset")
	errUnsent = fmt.Errorf("dial: %w", unsent{errors.New("no route")})
)

func newFake() *fake {
	return &fake{forms: map[string][]map[string]any{}, nextID: 1000, secrets: map[string]string{},
		drops: map[string]bool{}, omits: map[string]bool{}, hides: map[string]bool{}, preset: map[string]bool{}}
}

// seed puts rows on a form and returns their ids.
func (f *fake) seed(form string, rows ...map[string]any) []string {
	var ids []string
	for _, row := range rows {
		row = maps.Clone(row)
		if row["id"] == nil {
			f.nextID++
			row["id"] = strconv.Itoa(f.nextID)
		}
		if row["preset"] == "1" {
			f.preset[row["id"].(string)] = true
		}
		f.forms[form] = append(f.forms[form], row)
		ids = append(ids, row["id"].(string))
	}
	return ids
}

// row returns the row of a form in which a property has a value, or nil.
func (f *fake) row(form, property, value string) map[string]any {
	for _, row := range f.forms[form] {
		if row[property] == value {
			return row
		}
	}
	return nil
}

func (f *fake) List(ctx context.Context, k *engine.Kind, filter engine.Filter) (*engine.Listing, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f.lists++
	if f.unreadable != nil {
		if err := f.unreadable(k.Form, filter); err != nil {
			return nil, err
		}
	}
	out := &engine.Listing{}
	if f.doubt != nil {
		out.Doubt = f.doubt(k.Form, filter)
	}
	for _, row := range f.forms[k.Form] {
		if f.hides[fmt.Sprint(row["id"])] || f.blind && len(filter) > 0 || !f.ignoresFilters && !passes(row, filter) {
			continue
		}
		shown := map[string]any{}
		for name, v := range row {
			if v != "" && !f.omits[name] {
				shown[name] = v
			}
		}
		out.Rows = append(out.Rows, shown)
	}
	return out, nil
}

func passes(row map[string]any, filter engine.Filter) bool {
	for name, values := range filter {
		if s, _ := row[name].(string); !slices.Contains(values, s) {
			return false
		}
	}
	return true
}

func (f *fake) Write(ctx context.Context, k *engine.Kind, w engine.Write) ([]engine.Outcome, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.writes
	f.writes++
	f.log = append(f.log, fmt.Sprintf("%s %s %d", k.Form, w.Op, len(w.Rows)+len(w.IDs)))
	if f.beforeWrite != nil {
		f.beforeWrite(n)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	broken := &fault{takes: -1}
	if f.fault != nil {
		if b := f.fault(n, k.Form, w); b != nil {
			broken = b
		}
	}
	var out []engine.Outcome
	for i := range len(w.Rows) + len(w.IDs) {
		if broken.err != nil && broken.takes >= 0 && i >= broken.takes {
			break
		}
		if why := broken.refuses[i]; why != "" {
			out = append(out, engine.Outcome{Message: why})
			continue
		}
		if w.Op == engine.OpSave {
			out = append(out, f.save(k.Form, w.Rows[i]))
		} else {
			out = append(out, f.operate(k.Form, w.Op, w.IDs[i]))
		}
	}
	if broken.err != nil {
		return nil, broken.err
	}
	return out[:len(out)-broken.unspoken], nil
}

// save matches by id alone: there is no unique index.
func (f *fake) save(form string, sent map[string]any) engine.Outcome {
	var row map[string]any
	if id, ok := sent["id"].(string); ok {
		if row = f.row(form, "id", id); row == nil {
			return engine.Outcome{ID: id, Message: "no such data"}
		}
		if f.locked != "" && row[f.locked] == "1" {
			return engine.Outcome{ID: id, Message: "disable it first"}
		}
		f.touch(id)
	} else {
		f.nextID++
		row = map[string]any{"id": strconv.Itoa(f.nextID)}
		f.forms[form] = append(f.forms[form], row)
	}
	id := row["id"].(string)
	for name, v := range sent {
		if !f.drops[name] {
			f.store(row, name, v)
		}
	}
	return engine.Outcome{OK: true, ID: id}
}

func (f *fake) store(row map[string]any, name string, v any) {
	switch v := v.(type) {
	case engine.Secret:
		f.secrets[row["id"].(string)+"."+name] = v.Reveal()
	case int64:
		row[name] = json.Number(strconv.FormatInt(v, 10))
	case []any:
		old, _ := row[name].([]any)
		if f.merges {
			v = slices.Concat(old, v)
		}
		row[name] = v
	default:
		row[name] = v
	}
}

// operate changes a status by an operation.
func (f *fake) operate(form, op, id string) engine.Outcome {
	row := f.row(form, "id", id)
	if row == nil {
		return engine.Outcome{ID: id, Message: "no such data"}
	}
	f.touch(id)
	switch op {
	case engine.OpDelete:
		f.forms[form] = slices.DeleteFunc(f.forms[form], func(r map[string]any) bool { return r["id"] == id })
	case "enable":
		row["enable"] = "1"
	case "disable":
		row["enable"] = "0"
	case "submit", "audit":
		if op == "audit" && row["status"] != "submit" {
			return engine.Outcome{ID: id, Message: "submit it first"}
		}
		row["status"] = op
	default:
		return engine.Outcome{ID: id, Message: "unknown operation " + op}
	}
	return engine.Outcome{OK: true, ID: id}
}

func (f *fake) touch(id string) {
	if f.preset[id] {
		f.presetWrites = append(f.presetWrites, id)
	}
}
