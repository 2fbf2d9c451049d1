package cosmic

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"cosmicctl/engine"
)

// Writer is the writing side of a tenant.
type Writer struct{ tenant *Tenant }

var _ engine.Writer = (*Writer)(nil)

// Writer returns the writing side. It shares token, rate limit and count of
// requests with the reading side.
func (t *Tenant) Writer() *Writer { return &Writer{tenant: t} }

// Write sends one request and returns what Cosmic says of each row or id. An
// operation with nothing to act on sends nothing.
//
// Cosmic may say success and have dropped properties (facts page §2.2), or say
// nothing of a row that it saved: only reading back proves a write.
func (w *Writer) Write(ctx context.Context, k *engine.Kind, change engine.Write) ([]engine.Outcome, error) {
	if len(change.Rows) == 0 && len(change.IDs) == 0 {
		return nil, nil
	}
	t := w.tenant
	r, err := t.writeRequest(k, change)
	if err != nil {
		return nil, t.own(&request{form: k.Form, op: change.Op}, local(err))
	}
	env, err := t.call(ctx, r)
	if outcomes, ok := t.outcomes(env, err, change); ok {
		return outcomes, nil
	}
	return nil, err
}

func (t *Tenant) writeRequest(k *engine.Kind, change engine.Write) (*request, error) {
	url, err := t.address.operation(k, change.Op)
	if err != nil {
		return nil, err
	}
	body, err := t.writeBody(change)
	if err != nil {
		return nil, err
	}
	key := change.Key
	if key == "" {
		if key, err = t.random.unique(); err != nil {
			return nil, err
		}
	}
	return &request{
		form: k.Form, op: change.Op, url: url, key: key, gate: t.gate,
		body: func() ([]byte, error) { return body, nil },
	}, nil
}

// writeBody is {"data":[row…]} for a save (facts page §2.2). For any other
// operation it is {"data":{"id":[id…]}}: that shape is inferred, as no source
// gives it (facts page §12). Ids are strings, as all longs are in v2.
func (t *Tenant) writeBody(change engine.Write) ([]byte, error) {
	var data any = map[string]any{"id": change.IDs}
	if len(change.Rows) > 0 {
		rows := make([]any, len(change.Rows))
		for i, row := range change.Rows {
			v, err := t.reveal(row)
			if err != nil {
				return nil, fmt.Errorf("row %d: %w", i+1, err)
			}
			rows[i] = v
		}
		data = rows
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(map[string]any{"data": data})
	return b.Bytes(), err
}

// reveal copies a value with the secrets in clear, and makes the censor know
// them. It refuses a reference: sent as it is, it would become the password.
func (t *Tenant) reveal(v any) (any, error) {
	switch v := v.(type) {
	case engine.Secret:
		t.censor.add(v.Reveal())
		return v.Reveal(), nil
	case engine.SecretRef, *engine.SecretRef:
		return nil, errors.New("a reference to a secret is not a secret")
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			item, err := t.reveal(item)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			out[name] = item
		}
		return out, nil
	case []map[string]any:
		return revealAll(t, v)
	case []any:
		return revealAll(t, v)
	}
	return v, nil
}

func revealAll[T any](t *Tenant, items []T) ([]any, error) {
	out := make([]any, len(items))
	for i, item := range items {
		v, err := t.reveal(item)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}
