package cosmic

import (
	"context"
	"encoding/json"

	"cosmicctl/engine"
)

// Definer publishes APIs. It is apart from the reading side and from the [Writer] of
// objects, so that neither can publish.
type Definer struct{ tenant *Tenant }

var _ engine.Definer = (*Definer)(nil)

// Definer returns the publishing side.
func (t *Tenant) Definer() *Definer { return &Definer{tenant: t} }

// Define publishes a definition in place of what stands at its address (facts page
// §3.6). The three lists are always sent: what is left out would be emptied.
func (w *Definer) Define(ctx context.Context, d *engine.Definition) (engine.Outcome, error) {
	t := w.tenant
	row := map[string]any{
		"number": d.Number, "name": d.Title, "urlformat": d.Path, "httpmethod": "1", "apiservicetype": "0", "version": "2",
		"operation": d.Op, "bizobject_number": d.Form, "appid_number": d.App, "enable": "1", "status": "C",
		"bodyentryentity": lines(d.Body), "respentryentity": lines(d.Answer), "filter_entity": lines(d.Filter),
	}
	if d.Disabled {
		row["enable"] = "0"
	}
	if d.Replaces {
		row["OverrideEntry"] = true
	}
	key, err := t.random.unique()
	if err != nil {
		return engine.Outcome{}, err
	}
	const op = "genV2ApiByMetaData"
	change := engine.Write{Op: op, Key: key, Rows: []map[string]any{row}}
	env, err := t.call(ctx, &request{form: "openapi_apilist", op: op, url: t.address.base + pathGenerateAPI, key: key, gate: t.gate,
		body: func() ([]byte, error) { return json.Marshal(map[string]any{"data": change.Rows}) }})
	if out, ok := t.outcomes(env, err, change); ok {
		return out[0], nil
	}
	return engine.Outcome{}, err
}

// lines name properties; never null.
func lines(properties []engine.Property) []map[string]string {
	out := []map[string]string{}
	for _, p := range properties {
		out = append(out, map[string]string{"number": p.Number, "entry": p.Entry})
	}
	return out
}
