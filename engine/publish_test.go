package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"cosmicctl/engine"
)

// described is a live side with metadata and a list of APIs.
type described struct {
	*fake
	properties []engine.Property
	operations []string
	apis       []engine.API
	unlisted   error
	silent     error // of queries
	defined    []engine.Definition
	vanishes   bool // what is defined is not listed
}

func (*described) Path(k *engine.Kind, op string) string { return "/v2/" + k.Form + "/" + op }

func (d *described) Properties(context.Context, string) ([]engine.Property, error) {
	return d.properties, nil
}

func (d *described) Operations(context.Context, string) ([]string, error) { return d.operations, nil }

func (d *described) APIs(context.Context, string) ([]engine.API, error) { return d.apis, d.unlisted }

func (d *described) List(context.Context, *engine.Kind, engine.Filter) (*engine.Listing, error) {
	return &engine.Listing{}, d.silent
}

func (d *described) Define(_ context.Context, def *engine.Definition) (engine.Outcome, error) {
	d.defined = append(d.defined, *def)
	if !d.vanishes {
		d.apis = append(d.apis, engine.API{Number: def.Number, Path: def.Path, Disabled: def.Disabled})
	}
	return engine.Outcome{OK: true}, nil
}

func lamp() engine.Catalog {
	code, note := textField("code", "number"), textField("note", "note")
	note.Label = "备注"
	return engine.Catalog{{Name: "Lamp", Section: "lamps", Form: "lamp", App: "house", Key: []string{"code"}, Fields: []*engine.Field{
		code, note, {Name: "key", Property: "pwd", Type: engine.TypeSecret},
		{Name: "rooms", Property: "t_rooms", Type: engine.TypeRefs, Columns: map[string]string{"column": "room"}}}}}
}

func lampProperties() []engine.Property {
	return []engine.Property{{Number: "id"}, {Number: "number"}, {Number: "note"}, {Number: "pwd"}, {Number: "t_rooms"}, {Number: "room", Entry: "t_rooms"}}
}

// findings are what a publication says of what is not as it should be, with what it
// would write.
func findings(p *engine.Publication) string {
	var out []string
	for _, c := range p.Checks {
		if c.Result != engine.Passed {
			out = append(out, strings.TrimSuffix(string(c.Finding.Code)+" "+c.Finding.Args["op"]+c.Finding.Args["property"], " "))
		}
	}
	return strings.Join(out, ", ")
}

func TestPublicationWritesOnlyWhatIsLackingOrOwn(t *testing.T) {
	own := func(op string) engine.API { return engine.API{Number: "cosmicctl_lamp_" + op, Path: "/v2/lamp/" + op} }
	all := []engine.API{own("query"), own("save"), own("delete")}
	tests := []struct {
		name   string
		change func(*described)
		opts   engine.PublishOptions
		want   string
		writes int
	}{
		{name: "nothing there", want: "publish-new query, publish-new save, publish-new delete", writes: 3},
		{name: "all there", change: func(d *described) { d.apis = all }},
		{name: "somebody's", change: func(d *described) { d.apis = []engine.API{{Number: "acme", Path: "/v2/lamp/save"}} }, want: "publish-new query, publish-new delete", writes: 2},
		{name: "somebody's is not renewed", opts: engine.PublishOptions{Renew: true}, change: func(d *described) { d.apis = []engine.API{{Number: "acme", Path: "/v2/lamp/save"}, own("query")} },
			want: "publish-again query, publish-new delete", writes: 2},
		{name: "somebody's is not removed", opts: engine.PublishOptions{Remove: true}, change: func(d *described) { d.apis = []engine.API{{Number: "acme", Path: "/v2/lamp/save"}, own("query")} },
			want: "publish-off query", writes: 1},
		{name: "its number is taken", change: func(d *described) {
			d.apis = []engine.API{{Number: "cosmicctl_lamp_save", Path: "/v2/other/save"}, own("query"), own("delete")}
		}, want: "publish-taken save"},
		{name: "somebody's is switched off", change: func(d *described) {
			d.apis, d.silent = []engine.API{{Number: "acme", Path: "/v2/lamp/query"}, own("save"), own("delete")}, errUnpublished
		}, want: "publish-silent query"},
		{name: "its own are switched off", change: func(d *described) { d.apis, d.silent = all, errUnpublished }, want: "publish-again query, publish-again save, publish-again delete", writes: 3},
		{name: "the list cannot be read", change: func(d *described) { d.unlisted = errors.New("403") }, want: "publish-no-list"},
		{name: "no metadata", change: func(d *described) { d.properties = nil }, want: "publish-no-metadata"},
		{name: "no such operation", change: func(d *described) { d.operations = []string{"save"} }, want: "publish-new query, publish-new save, publish-no-operation delete", writes: 2},
		{name: "by title", change: func(d *described) {
			d.properties[2] = engine.Property{Number: "memo", Title: "备注"}
			d.apis = all
		}, want: "publish-by-title note"},
		{name: "two of a title", change: func(d *described) {
			d.properties[2] = engine.Property{Number: "memo", Title: "备注"}
			d.properties, d.apis = append(d.properties, engine.Property{Number: "memo2", Title: "备注"}), all
		}, want: "publish-missing note"},
		{name: "by columns", change: func(d *described) {
			d.properties[4].Number, d.properties[5].Entry, d.apis = "rooms", "rooms", all
		}, want: "publish-by-columns t_rooms"},
		{name: "no key", change: func(d *described) { d.properties[1].Number = "code" }, want: "publish-no-key query, publish-no-key save, publish-no-key delete, publish-missing number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &described{properties: lampProperties()}
			if tt.change != nil {
				tt.change(d)
			}
			p := engine.NewPublication(t.Context(), d, d, lamp(), tenant(engine.Resource{Ref: engine.Ref{Kind: "Lamp", Key: "L1"}}), tt.opts)
			if got := findings(p); got != tt.want {
				t.Errorf("found %s, want %s", got, tt.want)
			}
			if len(p.Definitions) != tt.writes {
				t.Errorf("%d to write, want %d", len(p.Definitions), tt.writes)
			}
		})
	}
}

// A save replaces entries and takes what is confirmed; what was written is read back,
// and what moved since the plan is left alone.
func TestPublishReadsBeforeAndAfter(t *testing.T) {
	plan := func(d *described) *engine.Publication {
		return engine.NewPublication(t.Context(), d, d, lamp(), tenant(engine.Resource{Ref: engine.Ref{Kind: "Lamp", Key: "L1"}}), engine.PublishOptions{})
	}
	codes := func(checks []engine.Check) (out []string) {
		for _, c := range checks {
			out = append(out, string(c.Finding.Code))
		}
		return out
	}
	d := &described{properties: lampProperties()}
	same(t, "done", []string{string(engine.CodePublishDone), string(engine.CodePublishDone), string(engine.CodePublishDone), string(engine.CodePublishCalled)}, codes(plan(d).Publish(t.Context(), d, d, d, lamp())))
	save := d.defined[1]
	if !save.Replaces || !slices.Contains(save.Body, engine.Property{Number: "room", Entry: "t_rooms"}) || slices.Contains(d.defined[0].Answer, engine.Property{Number: "pwd"}) {
		t.Errorf("defined %+v", d.defined)
	}
	d = &described{properties: lampProperties(), vanishes: true}
	same(t, "not shown", []string{string(engine.CodePublishUnseen), string(engine.CodePublishUnseen), string(engine.CodePublishUnseen), string(engine.CodePublishCalled)}, codes(plan(d).Publish(t.Context(), d, d, d, lamp())))
	d = &described{properties: lampProperties()}
	p := plan(d)
	d.apis = []engine.API{{Number: "acme", Path: "/v2/lamp/save"}}
	if got := codes(p.Publish(t.Context(), d, d, d, lamp())); got[1] != string(engine.CodePublishMoved) || len(d.defined) != 2 {
		t.Errorf("moved: %v, defined %d", got, len(d.defined))
	}
}
