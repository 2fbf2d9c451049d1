package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// request is a query read from its body or its URL.
type request struct {
	data     map[string]any
	pageNo   int
	pageSize int
	selected []string
}

// page is the data of a query's answer (facts §2.2).
type page struct {
	Filter     string           `json:"filter"`
	LastPage   bool             `json:"lastPage"`
	PageNo     int              `json:"pageNo"`
	PageSize   int              `json:"pageSize"`
	Rows       []map[string]any `json:"rows"`
	TotalCount *int             `json:"totalCount,omitempty"`
}

// query answers a page. The order is by id, whatever orderBy says (facts §10).
func (c *call) query() answer {
	q, refused := c.request()
	if refused != nil {
		return refused.answer()
	}
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	return accept(c.page(q))
}

func (c *call) page(q *request) *page {
	table := c.t.tables[c.api.form.name]
	conditions := c.t.conditions(c.api, q.data)
	if c.api.op == opQueryByApp {
		conditions = byApp(q.data)
	}
	ids := c.visible(table, table.selectIDs(conditions))
	start, end := c.bounds(q, len(ids))
	p := &page{
		Filter: echo(conditions), LastPage: q.pageNo*q.pageSize >= len(ids),
		PageNo: q.pageNo, PageSize: q.pageSize, Rows: make([]map[string]any, 0, end-start),
	}
	for _, id := range ids[start:end] {
		p.Rows = append(p.Rows, c.shown(table.rows[id], q))
	}
	if total := len(ids); !c.api.def.OmitTotal {
		p.TotalCount = &total
	}
	return p
}

// bounds cuts the page out of n rows; a fault may shift pages behind the first.
func (c *call) bounds(q *request, n int) (start, end int) {
	start = (q.pageNo - 1) * q.pageSize
	if q.pageNo > 1 {
		start += c.shift()
	}
	start = min(max(start, 0), n)
	return start, min(start+q.pageSize, n)
}

func (c *call) shown(r *row, q *request) map[string]any {
	if c.api.op == opQueryByApp {
		return apiSummary(r)
	}
	shown := c.t.render(r, c.api.shown)
	if len(q.selected) > 0 {
		for name := range shown {
			if !slices.Contains(q.selected, name) {
				delete(shown, name)
			}
		}
	}
	return shown
}

// byApp is the filter of the vendor's own API list (facts §3.1).
func byApp(data map[string]any) []condition {
	given, list := scalars(data["appid_number"])
	if len(given) == 0 {
		return nil
	}
	return []condition{{column: "appid", live: "appid_number", values: given, set: setOf(given), given: given, list: list}}
}

// apiSummary is one row of it.
func apiSummary(r *row) map[string]any {
	shown := map[string]any{}
	for _, name := range []string{"number", "httpmethod", "urlformat"} {
		if value, set := r.values[name]; set {
			shown[name] = value
		}
	}
	for _, name := range []string{"name", "discription"} {
		if value, set := r.values[name]; set {
			shown[name] = map[string]string{"zh_CN": value}
		}
	}
	return shown
}

func (c *call) request() (*request, *refusal) {
	if c.r.Method == http.MethodGet {
		return c.paged(parameters(c.r.URL.Query()), nil)
	}
	in, refused := c.input()
	if refused != nil {
		return nil, refused
	}
	data, is := in["data"].(map[string]any)
	if !is {
		return nil, refuse(codeBadParameter, textNoData)
	}
	return c.paged(in, data)
}

// parameters turns a query string into what a body would have said: everything but the page is a filter.
func parameters(values url.Values) map[string]any {
	in := map[string]any{}
	for name, all := range values {
		if len(all) == 1 {
			in[name] = all[0]
			continue
		}
		list := make([]any, len(all))
		for i, value := range all {
			list[i] = value
		}
		in[name] = list
	}
	return in
}

// paged reads the page out of the top level; without data the top level is the filter too.
func (c *call) paged(in, data map[string]any) (*request, *refusal) {
	q := &request{data: data, pageNo: 1}
	if data == nil {
		q.data = in
	}
	var set bool
	if q.pageSize, set = number(in["pageSize"]); !set {
		return nil, refuse(codeBadParameter, textNoPageSize)
	}
	if most := c.api.def.MaxPageSize; q.pageSize < 1 || q.pageSize > most {
		return nil, refuse(codeBadParameter, fmt.Sprintf(textPageSize, most))
	}
	if in["pageNo"] != nil {
		if q.pageNo, set = number(in["pageNo"]); !set || q.pageNo < 1 {
			return nil, refuse(codeBadParameter, textPageNo)
		}
	}
	if c.api.def.TopLevel {
		q.readTopLevel(in)
	}
	return q, nil
}

// readTopLevel takes filter and selectFields from beside data, where the API's definition reads them (facts §10).
func (q *request) readTopLevel(in map[string]any) {
	if filter, is := in["filter"].(map[string]any); is {
		q.data = filter
	}
	if fields, is := in["selectFields"].(string); is && fields != "" {
		q.selected = strings.Split(fields, ",")
	}
}

func number(v any) (int, bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.Atoi(v.String())
		return n, err == nil
	case string:
		n, err := strconv.Atoi(v)
		return n, err == nil
	}
	return 0, false
}
