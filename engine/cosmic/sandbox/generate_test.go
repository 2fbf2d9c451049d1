package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unpublished is a tenant where nothing is published but what the vendor gives.
func unpublished(t *testing.T) (*server, string) {
	h := newServer(t)
	h.ensure("7.0.13", nil)
	h.must(http.MethodDelete, h.admin+"/tenants/%2Fierp/forms/openapi_apilist/rows?all", "")
	h.settings(`{"nothingPublished":true,"vendorApis":["genV2ApiByMetaData","getEntityFields"],"limits":{"perSecond":-1}}`)
	return h, h.token()
}

// definition is one of an API on bdm_org; changes override members, nil takes one away.
func definition(op string, changes map[string]any) string {
	all := map[string]any{
		"number": "own_" + op, "name": "own", "httpmethod": "1", "urlformat": "/v2/bdm/bdm_org/own_" + op, "apiservicetype": "0", "operation": op,
		"bizobject_number": "bdm_org", "appid_number": "bdm", "version": "2", "enable": "1", "status": "C",
		"bodyentryentity": lines("number", "name", "epinfo"), "respentryentity": lines("number", "name"), "filter_entity": lines("id", "number"),
	}
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return string(encode(map[string]any{"data": []any{all}}))
}

func lines(numbers ...string) []any {
	list := []any{}
	for _, number := range numbers {
		entry, name, nested := strings.Cut(number, ".")
		if !nested {
			entry, name = "", number
		}
		list = append(list, map[string]string{"number": name, "entry": entry})
	}
	return list
}

func (h *server) generate(token, body string, headers ...string) response {
	h.Helper()
	return h.call(token, strings.TrimPrefix(generatePath, "/v2/"), body, headers...)
}

// made is a generation that must go well.
func (h *server) made(token, op string, changes map[string]any) {
	h.Helper()
	if r := h.generate(token, definition(op, changes)); r.code(h) != "0" {
		h.Fatal(r.body)
	}
}

func TestNothingPublished(t *testing.T) {
	h, token := unpublished(t)
	for _, op := range operations {
		if r := h.call(token, "open/third_app/"+op, anyQuery); r.code(t) != "404" || r.message(t) != textNoAPI {
			t.Errorf("%s: %s", op, r.body)
		}
	}
	r := h.meta(token, "/v2/open/openapi_apilist/queryByApp?pageSize=20")
	for _, number := range []string{"getEntityFields", "openapi_apilist_queryByApp", "genV2ApiByMetaData"} {
		if !strings.Contains(r.body, `"number":"`+number+`"`) || strings.Count(r.body, `"urlformat"`) != 3 {
			t.Errorf("%s: %s", number, r.body)
		}
	}
	h.settings(`{"published":{"third_app":{"query":{"unpublished":false}}}}`)
	h.rows(token, "open/third_app/query", `{}`)
}

func TestGenerate(t *testing.T) {
	h, token := unpublished(t)
	r := h.generate(token, definition("save", nil))
	sameBytes(t, `{"data":{"failCount":"0","result":[{"billIndex":0,"billStatus":true,"errors":[],"id":"«[0-9]+»","keys":{"urlformat":"/v2/bdm/bdm_org/own_save"},"number":"own_save","type":"add"}],"successCount":"1"},"errorCode":"0","message":null,"status":true}`, r.body)
	if e := h.last(); !e.Effect || len(e.IDs) != 1 {
		t.Errorf("%+v", e)
	}
	h.made(token, "query", map[string]any{"httpmethod": "0", "filter_entity": lines("id", "number", "enable")})
	h.call(token, "bdm/bdm_org/own_save", `{"data":[{"number":"A","name":"a","enable":"0"}]}`)
	r = h.meta(token, "/v2/bdm/bdm_org/own_query?number=A&pageSize=5")
	sameBytes(t, `{"data":{"filter":"[number = 'A']","lastPage":true,"pageNo":1,"pageSize":5,"rows":[{"id":"«[0-9]+»","name":"a","number":"A"}],"totalCount":1},"errorCode":"0","message":null,"status":true}`, r.body)
	if r := h.call(token, "bdm/bdm_org/own_query", anyQuery); r.code(t) != "405" {
		t.Error(r.body)
	}
	if r := h.meta(token, "/v2/bdm/bdm_org/own_query?name=x&pageSize=5"); !strings.Contains(r.body, `"filter":"[]"`) {
		t.Errorf("a filter that was not asked for: %s", r.body)
	}
	h.settings(`{"overrideEntry":true}`)
	if r := h.must(http.MethodGet, h.admin+"/tenants/%2Fierp/forms/openapi_apilist/rows?number=own_save", ""); !strings.Contains(r.body, `"bizobject":"bdm_org"`) || !strings.Contains(r.body, `"appid":"bdm"`) || !strings.Contains(r.body, `"status":"C"`) {
		t.Error(r.body)
	}
}

// TestGenerateReplacesWhole: what the second definition does not say is gone.
func TestGenerateReplacesWhole(t *testing.T) {
	h, token := unpublished(t)
	h.made(token, "save", nil)
	h.made(token, "query", map[string]any{"respentryentity": lines("number", "name", "epinfo")})
	r := h.generate(token, definition("save", map[string]any{"number": "renamed", "bodyentryentity": lines("number")}))
	if !strings.Contains(r.body, `"number":"renamed","type":"Update"`) {
		t.Error(r.body)
	}
	if r := h.call(token, "bdm/bdm_org/own_save", `{"data":[{"number":"A","name":"a"}]}`); r.code(t) != "0" {
		t.Error(r.body)
	}
	if rows := h.rows(token, "bdm/bdm_org/own_query", `{}`); len(rows) != 1 || rows[0]["number"] != "A" || rows[0]["name"] != nil {
		t.Errorf("a property that is not in the body was kept: %v", rows)
	}
}

func TestGenerateEntries(t *testing.T) {
	for _, tt := range []struct {
		name     string
		override any
		rules    int
	}{{"merged unless asked", nil, 2}, {"merged if told so", false, 2}, {"replaced if asked", true, 1}} {
		t.Run(tt.name, func(t *testing.T) {
			h, token := unpublished(t)
			h.settings(`{"overrideEntry":true,"published":{"third_app":{"*":{"properties":{"t_open_3rdapps_ips":"ips","t_open_3rdapps_ips.startip":"from"}}}}}`)
			about := map[string]any{
				"bizobject_number": "third_app", "urlformat": "/v2/open/third_app/own_save", "OverrideEntry": tt.override,
				"bodyentryentity": lines("number", "syspwd", "contact_number", "ips", "ips.from", "t_open_3rdapps_agency", "t_open_3rdappsapis.apiserviceid"),
			}
			h.made(token, "save", about)
			for _, from := range []string{"10.0.0.1", "10.0.0.2"} {
				body := `{"data":[{"number":"x","syspwd":"` + secret + `","contact_number":"` + person + `","ips":[{"from":"` + from + `","endip":"9.9.9.9"}],` +
					`"t_open_3rdapps_agency":[{"basedataid_number":"` + person + `"}]}]}`
				if r := h.call(token, "open/third_app/own_save", body); r.code(t) != "0" {
					t.Fatal(r.body)
				}
			}
			r := h.must(http.MethodGet, h.admin+"/tenants/%2Fierp/forms/third_app/rows?number=x", "")
			if strings.Count(r.body, `"startip"`) != tt.rules || strings.Contains(r.body, "9.9.9.9") || !strings.Contains(r.body, `"basedataid_number":"`+person) || !strings.Contains(r.body, `"contact_number"`) {
				t.Error(r.body)
			}
		})
	}
}

func TestGenerateRefuses(t *testing.T) {
	h, token := unpublished(t)
	h.made(token, "query", nil)
	tests := []struct {
		name    string
		changes map[string]any
		want    string
	}{
		{"no body", map[string]any{"bodyentryentity": nil}, "bodyentryentity不能为空"},
		{"no response", map[string]any{"respentryentity": nil}, "respentryentity不能为空"},
		{"no filter", map[string]any{"filter_entity": nil}, "filter_entity不能为空"},
		{"filter is no list", map[string]any{"filter_entity": "id"}, "filter_entity不能为空"},
		{"no number", map[string]any{"number": nil}, "number不能为空"},
		{"no status", map[string]any{"status": nil}, "status不能为空"},
		{"1.0", map[string]any{"version": "1"}, "version不正确"},
		{"custom service", map[string]any{"apiservicetype": "2"}, "apiservicetype不正确"},
		{"unknown form", map[string]any{"bizobject_number": "x"}, "业务对象x不存在"},
		{"bare form", map[string]any{"bizobject_number": "bos_org"}, "业务对象bos_org不存在"},
		{"unknown operation", map[string]any{"operation": "unaudit"}, "operation不正确"},
		{"save by GET", map[string]any{"httpmethod": "0"}, "httpmethod不正确"},
		{"1.0 address", map[string]any{"urlformat": "/sys/bdm_org/save"}, "urlformat不正确"},
		{"another form's address", map[string]any{"urlformat": "/v2/bdm/third_app/save"}, "urlformat不正确"},
		{"an address above", map[string]any{"urlformat": "/v2/bdm/bdm_org"}, "urlformat不正确"},
		{"unknown property", map[string]any{"bodyentryentity": lines("number", "colour")}, "bodyentryentity[1]：属性“colour”不存在"},
		{"unknown entry", map[string]any{"respentryentity": lines("x.number")}, "respentryentity[0]：属性“number”不存在"},
		{"a line that is a text", map[string]any{"filter_entity": []any{"number"}}, "filter_entity[0]：属性“”不存在"},
		{"no key in the body", map[string]any{"bodyentryentity": lines("name")}, "bodyentryentity中没有候选键number"},
		{"number of another", map[string]any{"number": "own_query"}, "API编号“own_query”已存在"},
		{"import type", map[string]any{"importType": "x"}, "importType"},
		{"status of none", map[string]any{"status": "X"}, "status"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := h.generate(token, definition("save", tt.changes))
			if r.code(t) != "611" || !strings.Contains(r.body, tt.want) || !strings.Contains(r.body, `"billStatus":false`) {
				t.Error(r.body)
			}
		})
	}
	if r := h.call(token, "bdm/bdm_org/own_save", `{"data":[]}`); r.code(t) != "404" {
		t.Errorf("published after all: %s", r.body)
	}
	for body, code := range map[string]string{`{}`: "400", `{"data":[]}`: "400", `{"data":{}}`: "400", `{"data":["x"]}`: "611"} {
		if r := h.generate(token, body); r.code(t) != code {
			t.Errorf("%s: %s", body, r.body)
		}
	}
}

// TestGenerateAccess: the app needs the right to publish, and then that to call what was published.
func TestGenerateAccess(t *testing.T) {
	h, token := unpublished(t)
	h.byHand("third_app", `[{"number":"`+appID+`","allowallapi":"0"}]`)
	if r := h.generate(token, definition("query", nil)); r.code(t) != "403" {
		t.Error(r.body)
	}
	h.byHand("third_app", `[{"number":"`+appID+`","t_open_3rdappsapis":["genV2ApiByMetaData"]}]`)
	h.made(token, "query", nil)
	if r := h.call(token, "bdm/bdm_org/own_query", anyQuery); r.code(t) != "403" {
		t.Error(r.body)
	}
	h.byHand("third_app", `[{"number":"`+appID+`","t_open_3rdappsapis":["genV2ApiByMetaData","own_query"]}]`)
	h.rows(token, "bdm/bdm_org/own_query", `{}`)
	for _, change := range []map[string]any{{"enable": "0"}, {"status": "A"}} {
		h.made(token, "query", change)
		if r := h.call(token, "bdm/bdm_org/own_query", anyQuery); r.code(t) != "404" {
			t.Errorf("%v: %s", change, r.body)
		}
	}
	h.made(token, "query", nil)
	if r := h.generate(token, definition("query", nil), "Idempotency-Key", "k"); r.code(t) != "0" {
		t.Error(r.body)
	}
	if r := h.generate(token, definition("query", nil), "Idempotency-Key", "k"); r.code(t) != "604" {
		t.Error(r.body)
	}
	h.settings(`{"vendorApis":[]}`)
	if r := h.generate(token, definition("save", nil)); r.code(t) != "404" {
		t.Error(r.body)
	}
}

// TestGenerateOverPublished: an address that a person published is replaced like any other.
func TestGenerateOverPublished(t *testing.T) {
	h := ensured(t, "8.0.1")
	token := h.token()
	id := h.rows(token, "open/openapi_apilist/query", `{"number":"bdm_org_save"}`)[0]["id"]
	h.made(token, "save", map[string]any{"urlformat": "/v2/bdm/bdm_org/save", "number": "mine", "bodyentryentity": lines("number")})
	h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A","name":"a"}]}`)
	if row := h.rows(token, "bdm/bdm_org/query", `{}`)[0]; row["name"] != nil {
		t.Errorf("%v", row)
	}
	h.settings(`{"consoleUser":"x"}`)
	rows := h.rows(token, "open/openapi_apilist/query", `{"urlformat":"/v2/bdm/bdm_org/save"}`)
	if len(rows) != 1 || rows[0]["id"] != id || rows[0]["number"] != "mine" {
		t.Errorf("%v", rows)
	}
}

func TestGenerateInBuggyVersions(t *testing.T) {
	h := ensured(t, "5.0.012")
	h.settings(`{"vendorApis":["genV2ApiByMetaData"]}`)
	token := h.oldToken()
	h.made(token, "query", nil)
	if r := h.generate(token, definition("query", nil)); !strings.Contains(r.body, rowDisableFirst) {
		t.Error(r.body)
	}
}

// TestGeneratedStays: after a restart it is there; deleted, it does not come back by itself.
func TestGeneratedStays(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	h := openServer(t, state)
	h.ensure("8.0.1", nil)
	token := h.token()
	h.made(token, "query", map[string]any{"filter_entity": []any{}})
	h.byHand("bdm_org", `[{"number":"A"},{"number":"B"}]`)
	if err := h.s.Close(); err != nil {
		t.Fatal(err)
	}
	h = openServer(t, state)
	h.byHand("third_app", `[{"number":"`+appID+`","t_open_3rdappsapis":["own_query"]}]`)
	if rows := h.rows(token, "bdm/bdm_org/own_query", `{"number":"A"}`); len(rows) != 2 || slices.Sorted(maps.Keys(rows[0]))[1] != "number" {
		t.Errorf("%v", rows)
	}
	h.must(http.MethodDelete, h.admin+"/tenants/%2Fierp/forms/openapi_apilist/rows?number=own_query", "")
	h.settings(`{"consoleUser":"x"}`)
	if r := h.call(token, "bdm/bdm_org/own_query", anyQuery); r.code(t) != "404" {
		t.Error(r.body)
	}
}

func TestGeneratedSettingsMistakes(t *testing.T) {
	h := ensured(t, "8.0.1")
	good := Generated{Form: "bdm_org", Operation: "query", Definition: Definition{URL: "/v2/x/bdm_org/y", Number: "y", OverrideEntry: new(bool)}}
	for _, spoil := range []func(*Generated){
		func(g *Generated) { g.Form = "x" }, func(g *Generated) { g.Operation = "x" }, func(g *Generated) { g.Definition.OverrideEntry = nil },
		func(g *Generated) { g.Definition.Only = []string{"x"} },
	} {
		g := good
		spoil(&g)
		text, _ := json.Marshal(map[string]any{"generated": []Generated{g}})
		if r := h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", string(text)); r.status != 400 || !strings.Contains(r.body, "generated[0]: ") {
			t.Errorf("%+v: %s", g, r.body)
		}
	}
}
