package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
)

// seed is the file a sandbox starts from; the package documentation describes it.
type seed struct {
	FormatVersion int                        `json:"formatVersion"`
	Tenants       map[string]json.RawMessage `json:"tenants"`
}

type seedTenant struct {
	Settings
	Users []json.RawMessage           `json:"users"`
	APIs  []json.RawMessage           `json:"apis"`
	Rows  map[string][]map[string]any `json:"rows"`
}

// Seed makes the tenants of a seed that the sandbox does not hold yet. A tenant it holds keeps everything it has.
// A seed with a mistake anywhere makes nothing.
func (s *Sandbox) Seed(data []byte) error {
	if err := checkFormat(data); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	var all seed
	if err := strict(data, &all); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	s.making.Lock()
	defer s.making.Unlock()
	var made []*tenant
	for _, path := range sortedKeys(all.Tenants) {
		t, err := s.fromSeed(cleanPath(path), all.Tenants[path])
		if err != nil {
			return fmt.Errorf("seed: tenants[%q]: %w", path, err)
		}
		if s.tenant(t.path) == nil {
			made = append(made, t)
		}
	}
	return s.adopt(made...)
}

func (s *Sandbox) fromSeed(path string, raw json.RawMessage) (*tenant, error) {
	var st seedTenant
	if err := strict(raw, &st); err != nil {
		return nil, err
	}
	t, err := newTenant(path, s.dict, st.Settings)
	if err != nil {
		return nil, err
	}
	x := &tx{tenant: t, s: s}
	if err := x.publish(); err != nil {
		return nil, err
	}
	entered, err := st.objects(t)
	if err != nil {
		return nil, err
	}
	return t, x.enterAll(entered)
}

// seedRow is one row of a seed with the place it stands in.
type seedRow struct {
	form   *form
	object map[string]any
	place  string
	row    *row
}

// objects brings users, APIs and rows into one list.
func (st *seedTenant) objects(t *tenant) ([]seedRow, error) {
	all, err := shorthand(nil, t.dict["bos_user"], "users", st.Users, userObject)
	if err != nil {
		return nil, err
	}
	if all, err = shorthand(all, t.dict["openapi_apilist"], "apis", st.APIs, apiObject); err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(st.Rows) {
		f := t.dict[name]
		if f == nil {
			return nil, fmt.Errorf("rows.%s: no such form in the dictionary", name)
		}
		for i, object := range st.Rows[name] {
			all = append(all, seedRow{form: f, object: object, place: fmt.Sprintf("rows.%s[%d]", name, i)})
		}
	}
	return all, nil
}

// shorthand reads a list whose members are objects or plain names.
func shorthand(all []seedRow, f *form, place string, list []json.RawMessage, named func(string) map[string]any) ([]seedRow, error) {
	for i, raw := range list {
		at := fmt.Sprintf("%s[%d]", place, i)
		var name string
		if json.Unmarshal(raw, &name) == nil {
			all = append(all, seedRow{form: f, object: named(name), place: at})
			continue
		}
		given, err := object(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		all = append(all, seedRow{form: f, object: withDefaults(given, f), place: at})
	}
	return all, nil
}

// withDefaults spares a seed from writing a user's or an API's name three times.
func withDefaults(given map[string]any, f *form) map[string]any {
	copyIfAbsent(given, "number", "username")
	if f.name == "bos_user" {
		copyIfAbsent(given, "username", "number")
		copyIfAbsent(given, "truename", "username")
	} else {
		copyIfAbsent(given, "name", "number")
	}
	return given
}

func copyIfAbsent(object map[string]any, to, from string) {
	if object[to] == nil && object[from] != nil {
		object[to] = object[from]
	}
}

func userObject(name string) map[string]any {
	return map[string]any{"number": name, "username": name, "truename": name}
}

// apiObject is a custom service of 1.0. A name such as sim_openApi says its app and its service (facts §2.1).
func apiObject(number string) map[string]any {
	app, service, named := strings.Cut(number, "_")
	if !named {
		app, service = "service", number
	}
	return map[string]any{
		"number": number, "name": number, "version": "1", "apiservicetype": "2", "urlformat": "/app/" + app + "/" + service,
	}
}

// enterAll enters rows in two rounds, so that they may refer to each other in any order.
func (x *tx) enterAll(all []seedRow) error {
	for i := range all {
		e := &all[i]
		r, err := x.started(e.form, e.object)
		if err == nil {
			err = x.enter(e.form, r, e.object)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", e.place, err)
		}
		e.row = r
		x.put(e.form.name, r)
	}
	for _, e := range all {
		next := e.row.clone()
		if err := x.enterLinks(e.form, next, e.object); err != nil {
			return fmt.Errorf("%s: %w", e.place, err)
		}
		x.put(e.form.name, next)
	}
	return nil
}

// publish gives every published operation API, and every API of the vendor's own that is served, its row in the list of
// APIs, if it has none there and none in the recycle bin, with its address.
func (x *tx) publish() error {
	for _, a := range x.published() {
		if err := x.listAPI(a.described()); err != nil {
			return fmt.Errorf("published.%s.%s: %w", a.form.name, a.op, err)
		}
	}
	for _, a := range x.vendors() {
		if err := x.listAPI(a.described(x.settings.ISV)); err != nil {
			return fmt.Errorf("vendorApis: %s: %w", a.name, err)
		}
	}
	return nil
}

// described is the API as a row of openapi_apilist.
func (a *api) described() map[string]any {
	method := "1"
	if a.op == opQueryByApp {
		method = "0"
	}
	return map[string]any{
		"number": a.row, "name": a.row, "urlformat": a.url, "httpmethod": method, "apiservicetype": "0",
		"version": "2", "bizobject": a.form.name, "operation": a.op, "appid": a.form.app,
	}
}

// listAPI makes a row of openapi_apilist, or gives the one that has the number its address.
func (x *tx) listAPI(given map[string]any) error {
	apis := x.tables["openapi_apilist"]
	number, _ := given["number"].(string)
	url, _ := given["urlformat"].(string)
	if there := apis.first("number", number); there != nil {
		x.fit(apis.form.name, there, map[string]string{"urlformat": url})
		return nil
	}
	if x.tables[binOf(apis.form.name)].first("number", number) != nil {
		return nil
	}
	r, err := x.started(apis.form, given)
	if err == nil {
		err = x.enter(apis.form, r, given)
	}
	if err == nil {
		x.put(apis.form.name, r)
	}
	return err
}
