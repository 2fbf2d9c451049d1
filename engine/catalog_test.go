package engine_test

import (
	"context"
	"fmt"
	"strings"

	"cosmicctl/engine"
)

// The kinds of these tests are not those of Cosmic: the engine must know none.
// Parts refer to gadgets and stand before them, so that an order by catalogue
// would be wrong; deeds must be submitted and audited; no grant is a grant to
// nobody.

func textField(name, property string) *engine.Field {
	return &engine.Field{Name: name, Property: property, Type: engine.TypeText}
}

func flagField(name, property string) *engine.Field {
	return &engine.Field{Name: name, Property: property, Type: engine.TypeFlag}
}

func refsField(name, property, column, kind string) *engine.Field {
	return &engine.Field{Name: name, Property: property, Type: engine.TypeRefs, Ref: kind,
		Columns: map[string]string{"column": column}}
}

func catalog() engine.Catalog {
	return engine.Catalog{partKind(), gadgetKind(), settingKind(), grantKind(), deedKind(),
		{Name: "Tool", Form: "tool", Title: engine.Text{EN: "tool"}, Key: []string{"number"},
			Fields: []*engine.Field{textField("number", "number")}},
		{Name: "Person", Form: "person", Title: engine.Text{EN: "person"}, Key: []string{"number"},
			Aliases: []string{"login", "phone"}, Personal: true,
			Fields: []*engine.Field{textField("number", "number"), textField("login", "login"), textField("phone", "phone")}},
	}
}

func gadgetKind() *engine.Kind {
	enabled, open := flagField("enabled", "enable"), flagField("open", "allowall")
	enabled.On, enabled.Off = "enable", "disable"
	enabled.Create = []engine.Default{{Value: true}}
	open.Create = []engine.Default{{Value: false}}
	fresh := flagField("fresh", "isfresh")
	fresh.Create = []engine.Default{{Span: engine.Span{Since: "6.0.1"}, Value: true}, {Value: false}}
	note := textField("note", "note")
	note.MaySecret = true
	return &engine.Kind{
		Name: "Gadget", Section: "gadgets", Form: "gadget", Title: engine.Text{EN: "gadget"}, Key: []string{"code"},
		Fields: []*engine.Field{
			textField("code", "number"), textField("name", "name"), enabled, open, fresh,
			{Name: "limit", Property: "maxrate", Type: engine.TypeInt},
			{Name: "mode", Property: "mode", Type: engine.TypeEnum, Enum: map[string]string{"plain": "0", "locked": "1"}},
			refsField("tools", "toolentry", "toolid", "Tool"), refsField("owners", "ownerentry", "userid", "Person"),
			{Name: "urls", Property: "url1", More: []string{"url2", "url3"}, Type: engine.TypeList},
			{Name: "rules", Property: "ruleentry", Type: engine.TypeRanges, Columns: map[string]string{"policy": "policy",
				"allow": "0", "deny": "1", "family": "family", "ipv4": "4", "ipv6": "6", "start": "startip", "end": "endip"}},
			{Name: "pass", Property: "syspwd", Type: engine.TypeSecret, Rule: engine.SecretRule{Min: 16, Max: 50, Mixed: true}},
			note, {Name: "label", Type: engine.TypeVirtual},
		},
		Protected:   []map[string]string{{"preset": "1"}},
		Attribution: engine.Attribution{By: "modifier_name", At: "modifytime"},
		Implies: []engine.Implication{{Field: "open", Set: map[string]any{"tools": engine.Set{}}},
			{Field: "tools", Set: map[string]any{"open": false}}},
		SecretsWith:  []engine.SecretsWith{{Field: "mode", Becomes: "locked", Secrets: []string{"pass"}}},
		EditDisabled: &engine.EditDisabled{Span: engine.Span{Since: "5.0.005", Until: "5.0.020"}, Field: "enabled"},
	}
}

func partKind() *engine.Kind {
	of := textField("gadget", "gadgetcode")
	of.Ref = "Gadget"
	owner := textField("owner", "ownerno")
	owner.Ref = "Person"
	return &engine.Kind{Name: "Part", Section: "parts", Form: "part", Title: engine.Text{EN: "part"}, Key: []string{"code"},
		Fields: []*engine.Field{textField("code", "number"), of, owner}}
}

func settingKind() *engine.Kind {
	value := textField("value", "configvalue")
	value.MaySecret = true
	return &engine.Kind{Name: "Setting", Section: "settings", Form: "setting", Title: engine.Text{EN: "setting"}, Key: []string{"type", "name"},
		Fields: []*engine.Field{textField("type", "configtype"), textField("name", "configkey"), value}}
}

func grantKind() *engine.Kind {
	return &engine.Kind{Name: "Grant", Section: "grants", Form: "grant", Title: engine.Text{EN: "grant"}, Key: []string{"subject"},
		Fields:      []*engine.Field{textField("subject", "subjectno"), refsField("members", "members", "userid", "Person")},
		AbsentMeans: map[string]any{"members": engine.Set{}}}
}

func deedKind() *engine.Kind {
	return &engine.Kind{Name: "Deed", Section: "deeds", Form: "deed", Title: engine.Text{EN: "deed"}, Key: []string{"code"},
		Fields: []*engine.Field{textField("code", "number"), textField("name", "name")}, After: []string{"submit", "audit"}}
}

// fields are those of a resource; the key is given beside them.
type fields = map[string]any

// want declares a resource as the schema package would. The place is made from
// the key, so that it does not depend on the order of the declarations.
func want(kind, key string, given fields) engine.Resource {
	k := catalog().Kind(kind)
	r := engine.Resource{Ref: engine.Ref{Kind: kind, Key: key}, Fields: fields{},
		Origin: engine.Position{File: kind + ".yaml", Line: len(key), Col: 1}}
	for name, v := range given {
		r.Fields[name] = v
	}
	if len(k.Key) == 1 {
		r.Fields[k.Key[0]] = key
	} else {
		r.Ref.Key = k.KeyFrom(r.Fields)
	}
	r.Imply(k)
	return r
}

// gone declares a tombstone.
func gone(kind, key string) engine.Resource {
	r := want(kind, key, nil)
	r.Absent = true
	return r
}

const testVersion engine.Version = "6.0.14"

func tenant(resources ...engine.Resource) *engine.Tenant {
	return &engine.Tenant{Name: "acme", Environment: engine.Environment{Version: testVersion}, Resources: resources}
}

func planOf(t *engine.Tenant, f *fake, opts engine.PlanOptions) *engine.Plan {
	kinds := catalog()
	return engine.NewPlan(kinds, t, engine.Observe(context.Background(), f, kinds, t, opts.Base), opts)
}

// tb is what tests and properties have in common.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Fatal(args ...any)
}

const goodSecret = "Abcdefghij12345!"

// resolve gives every reference a good secret of its own.
func resolve(_ context.Context, ref engine.SecretRef) (engine.Secret, error) {
	return engine.NewSecret(goodSecret + ref.Env), nil
}

func applyTo(t tb, f *fake, p *engine.Plan, opts engine.ApplyOptions) *engine.Result {
	t.Helper()
	if opts.Secrets == nil {
		opts.Secrets = resolve
	}
	r, err := engine.Apply(context.Background(), catalog(), p, f, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// steps writes a plan as text: one line per change with its stage and steps.
func steps(p *engine.Plan) []string {
	out := []string{}
	for i, stage := range p.Stages {
		for _, c := range stage {
			line := fmt.Sprintf("%d %s %s: %s", i+1, c.Action, c.Ref, strings.Join(c.Steps, " "))
			if c.CutsOff {
				line += " (cuts off)"
			}
			out = append(out, line)
		}
	}
	return out
}

// details writes the field changes of a plan as text.
func details(p *engine.Plan) []string {
	out := []string{}
	for _, c := range p.Changes() {
		for _, f := range c.Fields {
			line := fmt.Sprintf("%s.%s", c.Ref, f.Field)
			if f.Element != "" {
				line += "[" + f.Element + "]"
			}
			line += fmt.Sprintf(": %v → %v", f.Before, f.After)
			if f.Default {
				line += " (default)"
			}
			if f.Secret {
				line += " (secret)"
			}
			out = append(out, line)
		}
	}
	return out
}

// problems writes the problems of a plan as text.
func problems(p *engine.Plan) []string {
	out := []string{}
	for _, d := range p.Problems {
		out = append(out, string(d.Code)+" "+d.Path)
	}
	return out
}

// outcomes writes a result as text.
func outcomes(r *engine.Result) []string {
	out := []string{}
	for _, c := range r.Changes {
		line := fmt.Sprintf("%s %s %s", c.Status, c.Change.Action, c.Change.Ref)
		if c.Why != nil {
			line += ": " + string(c.Why.Code)
		}
		out = append(out, line)
	}
	return out
}

func converged(t tb, tn *engine.Tenant, f *fake) {
	t.Helper()
	p := planOf(tn, f, engine.PlanOptions{})
	if !p.Empty() || len(p.Problems) > 0 {
		t.Fatalf("not converged: %v %v %v", steps(p), details(p), problems(p))
	}
}

func set(items ...string) engine.Set { return engine.NewSet(items...) }

func ranges(t tb, texts ...string) engine.Rows {
	t.Helper()
	var out []engine.Range
	for _, s := range texts {
		words := strings.Fields(s)
		start, end, pair := strings.Cut(words[1], "-")
		cidr := ""
		if !pair {
			start, end, cidr = "", "", words[1]
		}
		r, code := engine.NewRange(words[0], cidr, start, end)
		if code != "" {
			t.Fatalf("%s: %s", s, code)
		}
		out = append(out, r)
	}
	return engine.NewRows(out...)
}

// env refers to a secret.
func env(name string) engine.SecretRef { return engine.SecretRef{Env: name} }
