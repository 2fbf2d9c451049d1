package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
)

// api is one published operation API of a tenant: a definition made ready for calls.
type api struct {
	form *form
	op   string
	url  string // below /kapi
	row  string // number of its row in openapi_apilist
	def  Definition
	view *view

	shown     *view // what a query answers; the view unless the definition says otherwise
	generated bool  // by genV2ApiByMetaData
}

// Published refines the definitions of a tenant: form → op or "*" → Definition.
type Published map[string]map[string]json.RawMessage

// routes makes the APIs of every form of the dictionary, refined by what the tenant publishes, and those generated since,
// by address. A later one takes the address of an earlier one.
func (s *Settings) routes(d dictionary) (map[string]*api, error) {
	if err := s.Published.check(d); err != nil {
		return nil, err
	}
	byURL := map[string]*api{}
	for _, name := range d.names() {
		for _, op := range opsOf(d[name]) {
			a, err := s.Published.api(d[name], op, s.standard(op))
			if err != nil {
				return nil, fmt.Errorf("published.%s.%s: %w", name, op, err)
			}
			if !a.def.Unpublished {
				byURL[a.url] = a
			}
		}
	}
	for i := range s.Generated {
		a, err := s.Generated[i].api(d)
		if err != nil {
			return nil, fmt.Errorf("generated[%d]: %w", i, err)
		}
		byURL[a.url] = a
	}
	return byURL, nil
}

// standard is a definition that nobody refined. The vendor's own list of APIs is there where nothing is published.
func (s *Settings) standard(op string) Definition {
	return Definition{OverrideEntry: &s.OverrideEntry, Unpublished: s.NothingPublished && op != opQueryByApp}
}

// check refuses forms and operations that would silently refine nothing.
func (p Published) check(d dictionary) error {
	for name, ops := range p {
		f := d[name]
		if f == nil || f.bare {
			return fmt.Errorf("published.%s: no such form in the dictionary", name)
		}
		for op := range ops {
			if op != "*" && !slices.Contains(opsOf(f), op) {
				return fmt.Errorf("published.%s.%s: the form has no such operation", name, op)
			}
		}
	}
	return nil
}

// opsOf lists the operations a form has: nothing to enable where there is no fenable, nothing at all on a form
// that is known only by references to it.
func opsOf(f *form) []string {
	if f.bare {
		return nil
	}
	var ops []string
	for _, op := range operations {
		if (op == "enable" || op == "disable") && f.byName["enable"] == nil {
			continue
		}
		ops = append(ops, op)
	}
	if f.name == "openapi_apilist" {
		ops = append(ops, opQueryByApp)
	}
	return ops
}

func (p Published) api(f *form, op string, standard Definition) (*api, error) {
	a := &api{form: f, op: op, def: standard}
	for _, raw := range []json.RawMessage{p[f.name]["*"], p[f.name][op]} {
		if err := a.def.overlay(raw); err != nil {
			return nil, err
		}
	}
	if err := a.def.check(f); err != nil {
		return nil, err
	}
	a.fill()
	return a, nil
}

func (a *api) fill() {
	if a.url = a.def.URL; a.url == "" {
		a.url = "/v2/" + a.form.app + "/" + a.form.name + "/" + a.op
	}
	if a.row = a.def.Number; a.row == "" {
		a.row = a.form.name + "_" + a.op
	}
	if len(a.def.CandidateKey) == 0 {
		a.def.CandidateKey = a.form.key
	}
	if a.def.MaxPageSize == 0 {
		a.def.MaxPageSize = 2000
	}
	a.view = newView(a.form, &a.def)
	if a.shown = a.view; a.def.Shown != nil {
		shown := a.def
		shown.Only, shown.CandidateKey = a.def.Shown, nil
		a.shown = newView(a.form, &shown)
	}
}

// reads tells whether the operation leaves the tenant as it is.
func (a *api) reads() bool { return a.op == "query" || a.op == opQueryByApp }
