package sandbox

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
)

// Generated is an API published that way. Its definition has an address and a number of its own.
type Generated struct {
	Form       string     `json:"form"`
	Operation  string     `json:"operation"`
	Definition Definition `json:"definition"`
}

func (g *Generated) api(d dictionary) (*api, error) {
	f := d[g.Form]
	if f == nil || !slices.Contains(opsOf(f), g.Operation) || g.Definition.OverrideEntry == nil {
		return nil, fmt.Errorf("no operation %q of a form %q", g.Operation, g.Form)
	}
	if err := g.Definition.check(f); err != nil {
		return nil, err
	}
	a := &api{form: f, op: g.Operation, def: g.Definition, generated: true}
	a.fill()
	return a, nil
}

// urlShape is /v2/{isv}/{app}/{form}/{code}, the isv being empty for Kingdee's own (facts §2.1).
var urlShape = regexp.MustCompile(`^/v2(/\w+)?/\w+/(\w+)/\w+$`)

// required are the fields of a definition, each with the value it must have, or "" for any.
func required() map[string]string {
	return map[string]string{
		"number": "", "name": "", "httpmethod": "", "urlformat": "", "apiservicetype": "0", "operation": "", "bizobject_number": "",
		"appid_number": "", "version": "2", "enable": "", "status": "",
	}
}

// generated reads a definition. It lists everything that is missing or wrong.
func (x *tx) generated(given map[string]any, in map[string]string) (*Generated, []string) {
	var wrong []string
	must := required()
	for _, name := range sortedKeys(must) {
		if in[name] == "" {
			wrong = append(wrong, fmt.Sprintf(genMissing, name))
		} else if must[name] != "" && in[name] != must[name] {
			wrong = append(wrong, fmt.Sprintf(genWrong, name))
		}
	}
	for _, name := range []string{"bodyentryentity", "respentryentity", "filter_entity"} {
		if _, is := given[name].([]any); !is {
			wrong = append(wrong, fmt.Sprintf(genMissing, name))
		}
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	f := x.dict[in["bizobject_number"]]
	if f == nil || f.bare {
		return nil, []string{fmt.Sprintf(textNoEntity, in["bizobject_number"])}
	}
	if wrong := x.addressed(f, in); len(wrong) > 0 {
		return nil, wrong
	}
	return x.defined(f, given, in)
}

// addressed: the operation is one of the form's, sent by a method it can have, to an address of the form.
func (x *tx) addressed(f *form, in map[string]string) []string {
	var wrong []string
	op := in["operation"]
	if op == opQueryByApp || !slices.Contains(opsOf(f), op) {
		wrong = append(wrong, fmt.Sprintf(genWrong, "operation"))
	}
	if in["httpmethod"] == "0" && op != "query" {
		wrong = append(wrong, fmt.Sprintf(genWrong, "httpmethod"))
	}
	parts := urlShape.FindStringSubmatch(in["urlformat"])
	if parts == nil || parts[2] != f.name || x.vendor[in["urlformat"]].served {
		wrong = append(wrong, fmt.Sprintf(genWrong, "urlformat"))
	}
	return wrong
}

// defined turns the three lists into a definition: a save knows the properties of its body, a query shows those of its
// response, and everything but a save selects rows by those of its filter.
func (x *tx) defined(f *form, given map[string]any, in map[string]string) (*Generated, []string) {
	v, err := x.entityView(f)
	if err != nil {
		return nil, []string{err.Error()}
	}
	body, wrong := v.paths("bodyentryentity", given)
	shown, more := v.paths("respentryentity", given)
	filters, most := v.paths("filter_entity", given)
	if wrong = slices.Concat(wrong, more, most); len(wrong) > 0 {
		return nil, wrong
	}
	override := asked(given["OverrideEntry"])
	d := Definition{
		URL: in["urlformat"], Number: in["number"], Method: http.MethodPost, Only: body, Filters: &filters, OverrideEntry: &override,
		Properties: v.names(), ImportType: in["importType"], MultiOps: in["multiOps"],
	}
	if in["httpmethod"] == "0" {
		d.Method = http.MethodGet
	}
	if in["operation"] != "save" {
		d.Only, d.Shown = slices.Concat(shown, filters), shown
	} else if key := missingKey(f, body); key != "" {
		return nil, []string{fmt.Sprintf(genKeyMissing, key)}
	}
	if err := d.checkWords(); err != nil {
		return nil, []string{err.Error()}
	}
	return &Generated{Form: f.name, Operation: in["operation"], Definition: d}, nil
}

// missingKey is a column of the candidate key that a save could not be told.
func missingKey(f *form, body []string) string {
	for _, column := range f.key {
		if !slices.Contains(body, column) {
			return column
		}
	}
	return ""
}

// asked tells whether an operation parameter is on.
func asked(v any) bool { return v == true || v == "true" || v == "1" }

// paths resolves the lines of a list to columns. The list is never empty, since none would mean all: id is always there.
func (v *view) paths(name string, given map[string]any) (paths, wrong []string) {
	list, _ := given[name].([]any)
	paths = []string{}
	if name != "filter_entity" {
		paths = append(paths, "id")
	}
	for i, one := range list {
		line, _ := one.(map[string]any)
		in := texts(line)
		path, found := v.path(in["entry"], in["number"])
		switch {
		case !found || name == "filter_entity" && v.nested(path):
			wrong = append(wrong, fmt.Sprintf(genNoProperty, name, i, in["number"]))
		case path != "":
			paths = append(paths, path)
		}
	}
	return paths, wrong
}
