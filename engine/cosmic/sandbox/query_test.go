package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// orgs is a tenant with organisations A to E and the definition of bdm_org's query.
func orgs(t *testing.T, definition string) (*server, string) {
	h := newServer(t)
	h.ensure("6.0.14", nil)
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"published":{"bdm_org":{"query":`+definition+`}}}`)
	h.byHand("bdm_enterprise_baseinfo", `[{"id":"77","number":"T1","name":"甲公司"},{"id":"78","number":"T2"}]`)
	h.byHand("bdm_org", `[{"number":"A","name":"one","enable":"1","epinfo":"T1"},{"number":"B","name":"two","enable":"1","epinfo":"T2"},
		{"number":"C","name":"one","enable":"0","epinfo":"T1"},{"number":"D"},{"number":"E","name":""}]`)
	return h, h.token()
}

// numbers of the rows of a query's answer, joined.
func numbers(t *testing.T, r response) string {
	t.Helper()
	data, _ := r.object(t)["data"].(map[string]any)
	rows, is := data["rows"].([]any)
	if !is {
		t.Fatalf("no rows: %s", r.body)
	}
	var all []string
	for _, row := range rows {
		all = append(all, fmt.Sprint(row.(map[string]any)["number"]))
	}
	return strings.Join(all, " ")
}

func TestQueryFilters(t *testing.T) {
	h, token := orgs(t, `{}`)
	idB := h.rows(token, "bdm/bdm_org/query", `{"number":"B"}`)[0]["id"].(string)
	tests := []struct{ name, data, rows, echo string }{
		{"all", `{}`, "A B C D E", `[]`},
		{"equality", `{"number":"B"}`, "B", `[number = 'B']`},
		{"list", `{"number":["C","A","x"]}`, "A C", `[number in ('C', 'A', 'x')]`},
		{"two conditions", `{"name":"one","enable":"1"}`, "A", `[enable = '1', name = 'one']`},
		{"list and condition", `{"number":["A","B","C"],"name":"one"}`, "A C", `[name = 'one', number in ('A', 'B', 'C')]`},
		{"id", `{"id":"` + idB + `"}`, "B", `[id = '` + idB + `']`},
		{"id as number", `{"id":` + idB + `}`, "B", `[id = '` + idB + `']`},
		{"id and condition", `{"id":["` + idB + `"],"name":"one"}`, "", `[id in ('` + idB + `'), name = 'one']`},
		{"base data by number", `{"epinfo_number":"T1"}`, "A C", `[epinfo_number = 'T1']`},
		{"base data by id", `{"epinfo_id":["78"]}`, "B", `[epinfo_id in ('78')]`},
		{"base data by name", `{"epinfo_name":"甲公司"}`, "A C", `[epinfo_name = '甲公司']`},
		{"base data unknown", `{"epinfo_number":"T9"}`, "", `[epinfo_number = 'T9']`},
		{"base data without suffix", `{"epinfo":"77"}`, "A B C D E", `[]`},
		{"unknown property", `{"nothing":"x","number":"A"}`, "A", `[number = 'A']`},
		{"null and empty list", `{"number":null,"name":[]}`, "A B C D E", `[]`},
		{"nothing found", `{"number":"x"}`, "", `[number = 'x']`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := h.call(token, "bdm/bdm_org/query", `{"data":`+tt.data+`,"pageSize":10}`)
			if got := numbers(t, r); got != tt.rows {
				t.Errorf("rows %q, want %q", got, tt.rows)
			}
			if got := r.object(t)["data"].(map[string]any)["filter"]; got != tt.echo {
				t.Errorf("filter %q, want %q", got, tt.echo)
			}
		})
	}
}

func TestQueryPages(t *testing.T) {
	h, token := orgs(t, `{}`)
	tests := []struct{ name, page, rows, last string }{
		{"first", `"pageNo":1,"pageSize":2`, "A B", "false"},
		{"second", `"pageNo":2,"pageSize":2`, "C D", "false"},
		{"last", `"pageNo":3,"pageSize":2`, "E", "true"},
		{"beyond", `"pageNo":4,"pageSize":2`, "", "true"},
		{"pageNo is 1 by default", `"pageSize":"2"`, "A B", "false"},
		{"full", `"pageSize":5`, "A B C D E", "true"},
		{"orderBy is ignored", `"pageSize":5,"orderBy":"number desc"`, "A B C D E", "true"},
		{"top level is ignored", `"pageSize":5,"filter":{"number":"A"},"selectFields":"id"`, "A B C D E", "true"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := h.call(token, "bdm/bdm_org/query", `{"data":{},`+tt.page+`}`)
			data := r.object(t)["data"].(map[string]any)
			if got := numbers(t, r); got != tt.rows || fmt.Sprint(data["lastPage"]) != tt.last || fmt.Sprint(data["totalCount"]) != "5" {
				t.Errorf("%s, want rows %q, last page %s", r.body, tt.rows, tt.last)
			}
		})
	}
}

func TestQueryPageRefused(t *testing.T) {
	h, token := orgs(t, `{"maxPageSize":3}`)
	for _, page := range []string{`"pageSize":0`, `"pageSize":4`, `"pageSize":"x"`, `"pageSize":1,"pageNo":0`, `"pageSize":1,"pageNo":"x"`} {
		if r := h.call(token, "bdm/bdm_org/query", `{"data":{},`+page+`}`); r.code(t) != "400" {
			t.Errorf("%s: %s", page, r.body)
		}
	}
	if r := h.call(token, "open/third_app/query", `{"data":{},"pageSize":2001}`); r.code(t) != "400" {
		t.Errorf("2001: %s", r.body)
	}
}

func TestQueryByGET(t *testing.T) {
	h, token := orgs(t, `{}`)
	get := func(query string) response {
		return h.must(http.MethodGet, h.url+"/ierp/kapi/v2/bdm/bdm_org/query?"+query, "", "accesstoken", token)
	}
	if got := numbers(t, get("number=A&number=B&pageNo=1&pageSize=10")); got != "A B" {
		t.Error(got)
	}
	if r := get("number=A"); r.message(t) != "页大小pageSize不能为空。" {
		t.Error(r.body)
	}
	if r := h.must(http.MethodGet, h.url+"/ierp/kapi/v2/bdm/bdm_org/save", "", "accesstoken", token); r.code(t) != "405" {
		t.Errorf("GET save: %s", r.body)
	}
}

func TestQueryDefinitions(t *testing.T) {
	tests := []struct{ name, definition, body, want string }{
		{"renamed", `{"only":["number","name"],"properties":{"name":"title"}}`, `{"data":{"title":"two"},"pageSize":9}`,
			`[map[id:… number:B title:two]]`},
		{"renamed base data", `{"only":["number","epinfo"],"properties":{"epinfo":"ep"}}`, `{"data":{"ep_number":"T2"},"pageSize":9}`,
			`[map[ep_id:78 ep_number:T2 id:… number:B]]`},
		{"restricted", `{"only":["number"]}`, `{"data":{"number":"B","name":"one"},"pageSize":9}`, `[map[id:… number:B]]`},
		{"filters only id", `{"only":["number"],"filters":["number"]}`, `{"data":{"number":"B","id":"1"},"pageSize":9}`, `[map[id:… number:B]]`},
		{"no filters", `{"only":["number"],"filters":[]}`, `{"data":{"number":"B"},"pageSize":2}`, `[map[id:… number:A] map[id:… number:B]]`},
		{"top level", `{"only":["number","name"],"topLevel":true}`, `{"data":{},"filter":{"number":"B"},"selectFields":"number","pageSize":9}`, `[map[number:B]]`},
		{"multilang", `{"only":["number","name"],"multilang":["name"]}`, `{"data":{"number":"B"},"pageSize":9}`, `[map[id:… name:map[zh_CN:two] number:B]]`},
		{"NULL is left out, empty text not", `{"only":["number","name"]}`, `{"data":{"number":["D","E"]},"pageSize":9}`, `[map[id:… number:D] map[id:… name: number:E]]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, token := orgs(t, tt.definition)
			r := h.call(token, "bdm/bdm_org/query", tt.body)
			rows := r.object(t)["data"].(map[string]any)["rows"].([]any)
			for _, row := range rows {
				if row := row.(map[string]any); row["id"] != nil {
					row["id"] = "…"
				}
			}
			if diff := cmp.Diff(tt.want, fmt.Sprint(rows)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestQueryOmitsTotal(t *testing.T) {
	h, token := orgs(t, `{"omitTotalCount":true}`)
	if r := h.call(token, "bdm/bdm_org/query", `{"data":{},"pageSize":9}`); strings.Contains(r.body, "totalCount") {
		t.Error(r.body)
	}
}

func TestQueryElsewhere(t *testing.T) {
	h, token := orgs(t, `{"url":"/v2/isv1/other/path/query"}`)
	if got := numbers(t, h.call(token, "isv1/other/path/query", `{"data":{"number":"A"},"pageSize":9}`)); got != "A" {
		t.Error(got)
	}
	if r := h.call(token, "bdm/bdm_org/query", `{"data":{},"pageSize":9}`); r.code(t) != "404" {
		t.Error(r.body)
	}
	if row := h.rows(token, "open/openapi_apilist/query", `{"number":"bdm_org_query"}`)[0]; row["urlformat"] != "/v2/isv1/other/path/query" {
		t.Errorf("%v", row)
	}
}

func TestQueryOrderIsById(t *testing.T) {
	h, token := orgs(t, `{}`)
	h.byHand("bdm_org", `[{"id":"9","number":"Y","name":"z"},{"id":"5","number":"X","name":"z"}]`)
	for _, data := range []string{`{"name":"z"}`, `{"number":["Y","X"]}`, `{"id":["9","5"]}`} {
		if got := numbers(t, h.call(token, "bdm/bdm_org/query", `{"data":`+data+`,"pageSize":9}`)); got != "X Y" {
			t.Errorf("%s: %s", data, got)
		}
	}
	if got := numbers(t, h.call(token, "bdm/bdm_org/query", `{"data":{},"pageSize":2}`)); got != "X Y" {
		t.Error(got)
	}
}

func TestQueryUnpublished(t *testing.T) {
	h, token := orgs(t, `{"unpublished":true}`)
	if r := h.call(token, "bdm/bdm_org/query", `{"data":{},"pageSize":9}`); r.code(t) != "404" || r.message(t) != textNoAPI {
		t.Error(r.body)
	}
}

func TestQueryHidesSecrets(t *testing.T) {
	h, token := orgs(t, `{}`)
	h.byHand("third_app", `[{"number":"x","syspwd":"S3cret","jwtshakey":"S3cret","signshakey":"S3cret","securityprivatekey":"S3cret","publickey":"S3cret",
		"appsecret":"S3cret","acgw_identity":"S3cret","t_open_3rdapps_basicauth":[{"agentuserid":"`+person+`","basesigncode":"S3cret"}]}]`)
	h.byHand("invsm_app_access_config", `[{"code":"x","aespwds":"S3cret","aesvector":"S3cret"}]`)
	h.byHand("bdm_einvoice_account", `[{"number":"x","secret":"S3cret"}]`)
	h.byHand("bdm_enterprise_baseinfo", `[{"number":"x","taxpassword":"S3cret"}]`)
	for _, path := range []string{"open/third_app", "invsm/invsm_app_access_config", "bdm/bdm_einvoice_account", "bdm/bdm_enterprise_baseinfo"} {
		if r := h.call(token, path+"/query", `{"data":{},"pageSize":99}`); r.code(t) != "0" || strings.Contains(r.body, "S3cret") {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	if rows := h.rows(token, "open/third_app/query", `{"syspwd":"S3cret","number":"`+appID+`"}`); len(rows) != 1 {
		t.Error("a secret can be asked for by filter")
	}
}

func TestQueryTypes(t *testing.T) {
	h, token := orgs(t, `{}`)
	h.byHand("openapi_limit_strategy", `[{"number":"L","count":7,"t_open_rule_config_detail":[{"thirdid_number":"`+appID+`","apiid":"third_app_query","resource":"r"}]}]`)
	r := h.call(token, "open/openapi_limit_strategy/query", `{"data":{},"pageSize":9}`)
	for _, part := range []string{`"count":7`, `"statinterval":1`, `"thirdid_number":"deployer"`, `"apiid_name":"third_app_query"`, `"resource":"r"`} {
		if !strings.Contains(r.body, part) {
			t.Errorf("%s is not in %s", part, r.body)
		}
	}
	h.byHand("third_app", `[{"number":"x","culimittac":9}]`)
	if r := h.call(token, "open/third_app/query", `{"data":{"number":"x"},"pageSize":9}`); !strings.Contains(r.body, `"culimittac":"9"`) {
		t.Errorf("a long is no string: %s", r.body)
	}
}

func TestQueryByApp(t *testing.T) {
	h, token := orgs(t, `{}`)
	h.byHand("openapi_apilist", `[{"number":"mine","name":"我的","discription":"d","urlformat":"/v2/x/y","httpmethod":"1","appid":"sim"}]`)
	r := h.must(http.MethodGet, h.url+"/ierp/kapi/v2/open/openapi_apilist/queryByApp?appid_number=sim&pageNo=1&pageSize=20", "", "accesstoken", token)
	sameBytes(t, `{"data":{"filter":"[appid_number = 'sim']","lastPage":true,"pageNo":1,"pageSize":20,"rows":[{"discription":{"zh_CN":"d"},"httpmethod":"1","name":{"zh_CN":"我的"},"number":"mine","urlformat":"/v2/x/y"}],"totalCount":1},"errorCode":"0","message":null,"status":true}`, r.body)
}
