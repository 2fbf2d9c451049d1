package cosmic

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"cosmicctl/engine"
)

// Paths of the vendor's own APIs about forms and APIs (facts page §3.1–§3.3, §12).
const (
	pathQueryByApp  = "/kapi/v2/open/openapi_apilist/queryByApp"
	pathFields      = "/kapi/v2/devportal/ai-meta/getEntityFields"
	pathMetaQuery   = "/kapi/v2/mdl/meta-query/getEntityFields"
	pathOperations  = "/kapi/v2/open/openapi/getEntityOperations"
	pathGenerateAPI = "/kapi/v2/open/openapi_apilist/genV2ApiByMetaData"
)

var _ engine.Described = (*Tenant)(nil)

func nothing() ([]byte, error) { return nil, nil }

// ask sends a GET to one of the vendor's own APIs.
func (t *Tenant) ask(ctx context.Context, form, op, path string, query url.Values) (*envelope, error) {
	return t.call(ctx, &request{form: form, op: op, url: t.address.base + path + "?" + query.Encode(), asks: true, body: nothing, gate: t.gate})
}

// APIs lists the APIs of an application, all of them or none: what an incomplete list
// lacks may be somebody's.
func (t *Tenant) APIs(ctx context.Context, app string) ([]engine.API, error) {
	const form, op, size = "openapi_apilist", "queryByApp", 100
	reading := &reading{asked: size, seen: map[string]bool{}, total: -1}
	for no := 1; !reading.done; no++ {
		env, err := t.ask(ctx, form, op, pathQueryByApp, url.Values{"appid_number": {app}, "pageNo": {fmt.Sprint(no)}, "pageSize": {fmt.Sprint(size)}})
		if err != nil {
			return nil, err
		}
		p, err := readPage(env.data)
		if err != nil {
			return nil, t.own(&request{form: form, op: op}, &Error{fault: faultUnreadable, Message: err.Error(), err: err})
		}
		for _, row := range p.rows { // they have no id, and their number is unique
			row["id"] = cmp.Or(text(row["id"]), text(row["number"]))
		}
		reading.add(p, no)
	}
	if doubt := reading.verdict(); doubt != "" {
		return nil, t.own(&request{form: form, op: op}, &Error{fault: faultUnreadable, Message: doubt, err: errors.New(doubt)})
	}
	var out []engine.API
	for _, row := range reading.rows {
		enabled, said := flag(row["enable"])
		out = append(out, engine.API{Number: text(row["number"]), Path: plainAddress(text(row["urlformat"])), Disabled: said && !enabled})
	}
	return out, nil
}

// plainAddress is an address without what some write before it.
func plainAddress(path string) string {
	return strings.TrimPrefix("/"+strings.TrimLeft(path, "/"), "/kapi")
}

// Properties reads the metadata of a form; where the first way to it is not there, by
// the second (facts page §12).
func (t *Tenant) Properties(ctx context.Context, form string) ([]engine.Property, error) {
	query := url.Values{"formNumber": {form}}
	env, err := t.ask(ctx, form, "getEntityFields", pathFields, query)
	if hasCode(err, codeNotFound) || hasCode(err, codeForbidden) {
		other, otherErr := t.ask(ctx, form, "getEntityFields", pathMetaQuery, query)
		if otherErr == nil {
			env, err = other, nil
		}
	}
	if err != nil {
		return nil, err
	}
	var out []engine.Property
	for _, row := range rowsOf(env.data) {
		p := engine.Property{Number: text(field(row, "number", "fieldNumber", "key")), Title: titleOf(field(row, "name", "fieldName", "caption", "title")),
			Entry: text(field(row, "entry", "entryNumber", "parent"))}
		if p.Number != "" {
			out = append(out, p)
		}
	}
	return out, nil
}

// titleOf is a text of one language, or the Chinese of several.
func titleOf(v any) string {
	if m, ok := v.(map[string]any); ok {
		return text(m["zh_CN"])
	}
	return text(v)
}

// rowsOf are the rows of an answer whose shape is not public: a list, or an object that
// holds one.
func rowsOf(data any) []map[string]any {
	list, bare := data.([]any)
	if !bare {
		list, _ = field(object(data), "rows", "fields", "operations", "result").([]any)
	}
	var out []map[string]any
	for _, item := range list {
		if row := object(item); len(row) > 0 {
			out = append(out, row)
		}
	}
	return out
}

// Operations are the codes of a form's operations.
func (t *Tenant) Operations(ctx context.Context, form string) ([]string, error) {
	env, err := t.call(ctx, &request{form: form, op: "getEntityOperations", url: t.address.base + pathOperations, gate: t.gate,
		body: func() ([]byte, error) { return json.Marshal(map[string]string{"formNumber": form}) }})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, row := range rowsOf(env.data) {
		if code := text(field(row, "number", "key", "operation")); code != "" {
			out = append(out, code)
		}
	}
	return out, nil
}
