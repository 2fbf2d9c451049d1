package sandbox

import (
	"fmt"
	"strings"
)

// What the developer portal tells about entities (facts §3.2, §3.3). The shape of the answers is not public: a v2 envelope
// with rows of number, name, type and entry is inferred. Names are the live ones of the tenant, those that published.<form>."*"
// gives.

type metaOperation struct {
	Number string `json:"number"`
	Name   string `json:"name"`
}

type metaField struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Entry  string `json:"entry"` // live name of the entry table; "" for a field of the form itself
}

type metaForm struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Type   string `json:"type,omitempty"`
	App    string `json:"app"`
}

func (c *call) entityOperations() answer {
	in, refused := c.input()
	if refused != nil {
		return refused.answer()
	}
	f, refused := c.entity("formNumber", texts(in)["formNumber"])
	if refused != nil {
		return refused.answer()
	}
	list := []metaOperation{}
	for _, op := range opsOf(f) {
		if op != opQueryByApp {
			list = append(list, metaOperation{op, captionOf(op)})
		}
	}
	return accept(list)
}

func (c *call) entityFields() answer {
	f, refused := c.entity("formNumber", c.r.URL.Query().Get("formNumber"))
	if refused != nil {
		return refused.answer()
	}
	c.t.mu.RLock()
	v, err := c.t.entityView(f)
	c.t.mu.RUnlock()
	if err != nil {
		return serverError(err)
	}
	list := []metaField{{Number: "id", Name: "id", Type: "bigint"}}
	for _, field := range v.main {
		list = append(list, field.meta(""))
	}
	for _, p := range v.parts {
		list = append(list, p.meta()...)
	}
	return accept(list)
}

func (c *call) entityType() answer {
	f, refused := c.entity("entityId", c.r.URL.Query().Get("entityId"))
	if refused != nil {
		return refused.answer()
	}
	m := f.meta()
	if m.Type = "bill"; f.byName["number"] != nil && f.byName["name"] != nil {
		m.Type = "basedata"
	}
	return accept(m)
}

func (c *call) formsByApp() answer {
	q := c.r.URL.Query()
	if q.Get("appNumber") == "" {
		return refuse(codeBadParameter, fmt.Sprintf(textEmpty, "appNumber")).answer()
	}
	list := []metaForm{}
	for _, name := range c.t.dict.names() {
		m := c.t.dict[name].meta()
		if m.App == q.Get("appNumber") && !c.t.dict[name].bare && (strings.Contains(m.Number, q.Get("keyword")) || strings.Contains(m.Name, q.Get("keyword"))) {
			list = append(list, m)
		}
	}
	return accept(list)
}

// entity finds the form a parameter names. An id of an entity is taken for its number (inferred).
func (c *call) entity(parameter, name string) (*form, *refusal) {
	if name == "" {
		return nil, refuse(codeBadParameter, fmt.Sprintf(textEmpty, parameter))
	}
	f := c.t.dict[name]
	if f == nil || f.bare {
		return nil, refuse(codeAbsent, fmt.Sprintf(textNoEntity, name))
	}
	return f, nil
}

// entityView shows a form whole, under its live names. The caller holds the tenant's lock.
func (t *tenant) entityView(f *form) (*view, error) {
	var d Definition
	if err := d.overlay(t.settings.Published[f.name]["*"]); err != nil {
		return nil, err
	}
	return newView(f, &Definition{Properties: d.Properties}), nil
}

func (f *form) meta() metaForm { return metaForm{Number: f.name, Name: captionOf(f.name), App: f.app} }

func (f field) meta(entry string) metaField {
	kinds := [...]string{text: "text", integer: "integer", long: "bigint", moment: "datetime", reference: "basedata"}
	return metaField{Number: f.live, Name: f.title, Type: kinds[f.kind], Entry: entry}
}

// meta is an entry table and its fields; a multi-select of base data is a field.
func (p partView) meta() []metaField {
	if p.multi {
		return []metaField{{Number: p.live, Name: p.title, Type: "mulbasedata"}}
	}
	list := []metaField{{Number: p.live, Name: p.title, Type: "entry"}}
	for _, f := range p.fields {
		list = append(list, f.meta(p.live))
	}
	return list
}
