package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rowErrors lists what a save said about its rows, "ok" for a row that went well.
func rowErrors(t *testing.T, r response) []string {
	t.Helper()
	data, _ := r.object(t)["data"].(map[string]any)
	results, _ := data["result"].([]any)
	var all []string
	for _, one := range results {
		res := one.(map[string]any)
		if res["billStatus"] == true {
			all = append(all, "ok")
			continue
		}
		messages := res["errors"].([]any)[0].(map[string]any)["rowMsg"].([]any)
		all = append(all, fmt.Sprint(messages...))
	}
	return all
}

func TestSaveAddsAndUpdates(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	r := h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A","name":"one"},{"number":"B","name":"two"}]}`)
	for _, part := range []string{`"failCount":"0"`, `"successCount":"2"`, `"type":"add"`, `"billIndex":1`} {
		if !strings.Contains(r.body, part) {
			t.Errorf("%s is not in %s", part, r.body)
		}
	}
	h.clock.advance(1e9)
	r = h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A","parent":"B"}]}`)
	if !strings.Contains(r.body, `"type":"Update"`) {
		t.Error(r.body)
	}
	row := h.rows(token, "bdm/bdm_org/query", `{"number":"A"}`)[0]
	if row["name"] != "one" || row["parent"] != "B" || row["modifytime"] != "2025-11-03 09:00:01" || row["modifierid_number"] != person {
		t.Errorf("%v", row)
	}
	id := row["id"].(string)
	h.call(token, "bdm/bdm_org/save", `{"data":[{"id":"`+id+`","number":"A2"}]}`)
	if row := h.rows(token, "bdm/bdm_org/query", `{"id":"`+id+`"}`)[0]; row["number"] != "A2" {
		t.Errorf("by id: %v", row)
	}
}

func TestSaveDropsWithoutAWord(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	r := h.call(token, "open/third_app/save", `{"data":[{"number":"x","nothing":1,"fname":"n","status":"C","apptype":"1","is_preset":"1",
		"creatorid_number":"nobody","createtime":"2001-01-01 00:00:00","modifytime":"2001-01-01 00:00:00","modifierid_id":"1","masterid":"5"}]}`)
	if r.code(t) != "0" {
		t.Fatal(r.body)
	}
	h.call(token, "open/third_app/save", `{"data":[{"number":"x","createtime":"2001-01-01 00:00:00"}]}`)
	row := h.rows(token, "open/third_app/query", `{"number":"x"}`)[0]
	want := map[string]any{"status": "A", "apptype": "0", "is_preset": "0", "masterid": "0", "createtime": "2025-11-03 09:00:00",
		"modifytime": "2025-11-03 09:00:00", "creatorid_number": person, "modifierid_number": person, "nothing": nil, "fname": nil, "name": nil}
	for name, value := range want {
		if row[name] != value {
			t.Errorf("%s is %v, want %v", name, row[name], value)
		}
	}
}

func TestSaveDefaults(t *testing.T) {
	tests := []struct{ version, allowAll, enhanced string }{
		{"5.0.011", "1", "0"}, {"6.0.0", "1", "0"}, {"6.0.1", "1", "1"}, {"8.0.0", "1", "1"}, {"8.0.1", "0", "1"},
	}
	for _, tt := range tests {
		t.Run(tt.version, func(t *testing.T) {
			h := newServer(t)
			h.ensure(tt.version, func(want *Tenant) { want.Enhanced = false })
			token := h.oldToken()
			h.call(token, "open/third_app/save", `{"data":[{"number":"x"}]}`)
			row := h.rows(token, "open/third_app/query", `{"number":"x"}`)[0]
			want := map[string]any{"allowallapi": tt.allowAll, "isenhancetoken": tt.enhanced, "allowip": "1", "enable": "1", "srctype": "1"}
			for name, value := range want {
				if row[name] != value {
					t.Errorf("%s is %v, want %v", name, row[name], value)
				}
			}
		})
	}
}

func TestSaveStartsUnsubmitted(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.call(token, "open/openapi_limit_strategy/save", `{"data":[{"number":"x"}]}`)
	if row := h.rows(token, "open/openapi_limit_strategy/query", `{}`)[0]; row["status"] != "A" {
		t.Errorf("%v", row)
	}
}

func TestSaveRowErrors(t *testing.T) {
	long := strings.Repeat("字", 21)
	tests := []struct{ name, path, item, want string }{
		{"no key", "open/third_app", `{"name":"x"}`, "候选键number的值不能为空"},
		{"empty key", "open/third_app", `{"number":""}`, "候选键number的值不能为空"},
		{"half a key", "invsm/invsm_param_configuration", `{"config_type":"t"}`, "候选键config_key的值不能为空"},
		{"no object", "open/third_app", `"x"`, "数据不是对象"},
		{"unknown id", "open/third_app", `{"id":"5","number":"x"}`, "id为5的数据不存在"},
		{"too long", "invsm/invsm_app_access_config", `{"code":"` + long + `"}`, "code：长度21超过最大长度20"},
		{"long enough", "invsm/invsm_app_access_config", `{"code":"` + long[3:] + `"}`, "ok"},
		{"flag too long", "open/third_app", `{"number":"x","allowip":"true"}`, "allowip：长度4超过最大长度1"},
		{"flag is no boolean", "open/third_app", `{"number":"x","allowip":true}`, "allowip: the value is not a text or a number"},
		{"flag as number", "open/third_app", `{"number":"x","allowip":0}`, "ok"},
		{"not one of the values", "invsm/invsm_app_access_config", `{"code":"x","encryptiontype":"2"}`, "encryptiontype：“2”不在取值范围内"},
		{"no number", "open/openapi_limit_strategy", `{"number":"x","count":"many"}`, "count：“many”不是整数"},
		{"too big a number", "open/openapi_limit_strategy", `{"number":"x","count":3000000000}`, "count：“3000000000”不是整数"},
		{"no time", "open/third_app", `{"number":"x","laststoptime":"soon"}`, "laststoptime：“soon”不是日期时间（yyyy-MM-dd HH:mm:ss）"},
		{"unknown user", "open/third_app", `{"number":"x","contact_number":"nobody"}`, "contact_number：基础资料“nobody”不存在"},
		{"unknown user by id", "open/third_app", `{"number":"x","contact_id":"9"}`, "contact_id：基础资料“9”不存在"},
		{"unknown API", "open/third_app", `{"number":"x","t_open_3rdappsapis":[{"apiserviceid_number":"nothing"}]}`, "t_open_3rdappsapis[0].apiserviceid_number：基础资料“nothing”不存在"},
		{"entries are no list", "open/third_app", `{"number":"x","t_open_3rdappsapis":{}}`, "t_open_3rdappsapis：数据不是数组"},
		{"line is no object", "open/third_app", `{"number":"x","t_open_3rdappsapis":["third_app_query"]}`, "t_open_3rdappsapis[0].数据不是对象"},
		{"short secret", "open/third_app", `{"number":"x","syspwd":"Aa1!Aa1!Aa1!Aa1"}`, rowSecret},
		{"secret without capital", "open/third_app", `{"number":"x","syspwd":"aa1!aa1!aa1!aa1!"}`, rowSecret},
		{"underscore is not special", "open/third_app", `{"number":"x","syspwd":"Aa1_Aa1_Aa1_Aa1_"}`, rowSecret},
		{"secret too long", "open/third_app", `{"number":"x","syspwd":"` + strings.Repeat("Aa1!x", 10) + `!"}`, rowSecret},
		{"good secret", "open/third_app", `{"number":"x","syspwd":"` + strings.Repeat("Aa1!x", 10) + `"}`, "ok"},
	}
	h := ensured(t, "6.0.14")
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"limits":{"perSecond":-1}}`)
	token := h.token()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := h.call(token, tt.path+"/save", `{"data":[`+tt.item+`]}`)
			if diff := cmp.Diff([]string{tt.want}, rowErrors(t, r)); diff != "" {
				t.Error(diff, r.body)
			}
			if h.last().Effect != (tt.want == "ok") {
				t.Errorf("log: %+v", h.last())
			}
		})
	}
}

func TestSavePartialFailure(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	r := h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A"},{"name":"x"},{"number":"C"}]}`)
	sameBytes(t, `{"data":{"failCount":"1","result":[`+
		`{"billIndex":0,"billStatus":true,"errors":[],"id":"«\d+»","keys":{"number":"A"},"number":"A","type":"add"},`+
		`{"billIndex":1,"billStatus":false,"errors":[{"rowMsg":["候选键number的值不能为空"]}],"keys":{"number":""},"type":"add"},`+
		`{"billIndex":2,"billStatus":true,"errors":[],"id":"«\d+»","keys":{"number":"C"},"number":"C","type":"add"}],`+
		`"successCount":"2"},"errorCode":"611","message":"操作失败","status":false}`, r.body)
	if rows := h.rows(token, "bdm/bdm_org/query", `{}`); len(rows) != 2 {
		t.Errorf("%v", rows)
	}
	if e := h.s.Log()[1]; !e.Effect || len(e.IDs) != 2 || cmp.Diff([]string{"A", "C"}, e.Keys) != "" {
		t.Errorf("log: %+v", e)
	}
}

func TestSaveEntries(t *testing.T) {
	ips := func(list ...string) string {
		var lines []string
		for _, ip := range list {
			lines = append(lines, fmt.Sprintf(`{"startip":%q,"endip":%q}`, ip, ip))
		}
		return `"t_open_3rdapps_ips":[` + strings.Join(lines, ",") + `]`
	}
	tests := []struct {
		name     string
		override bool
		second   string
		want     []string
	}{
		{"merged", false, ips("2", "3"), []string{"1", "2", "3"}},
		{"nothing is removed", false, ips(), []string{"1", "2"}},
		{"replaced", true, ips("2", "3"), []string{"2", "3"}},
		{"emptied", true, ips(), nil},
		{"not spoken of", true, `"name":"x"`, []string{"1", "2"}},
		{"null", true, `"t_open_3rdapps_ips":null`, []string{"1", "2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newServer(t)
			h.ensure("6.0.14", func(want *Tenant) { want.OverrideEntry = &tt.override })
			token := h.token()
			h.call(token, "open/third_app/save", `{"data":[{"number":"x",`+ips("1", "2")+`}]}`)
			if r := h.call(token, "open/third_app/save", `{"data":[{"number":"x",`+tt.second+`}]}`); r.code(t) != "0" {
				t.Fatal(r.body)
			}
			var got []string
			for _, line := range h.rows(token, "open/third_app/query", `{"number":"x"}`)[0]["t_open_3rdapps_ips"].([]any) {
				line := line.(map[string]any)
				if line["policytype"] != "0" || line["iptype"] != "1" {
					t.Errorf("defaults are missing: %v", line)
				}
				got = append(got, line["startip"].(string))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSaveOverrideEntryDefaultsToFalse(t *testing.T) {
	h := newServer(t)
	h.seed(`"/ierp":{"accountId":"` + account + `","version":"6.0.14","users":["` + person + `"],"rows":{"third_app":[{"number":"` + appID + `","syspwd":"` + secret + `"}]}}`)
	token := h.token()
	h.call(token, "open/open_apiauthorize/save", `{"data":[{"apinumber":"x","t_open_apiusers":[{"basedataid_number":"`+person+`"}]}]}`)
	h.call(token, "open/open_apiauthorize/save", `{"data":[{"apinumber":"x","t_open_apiusers":[]}]}`)
	if users := h.rows(token, "open/open_apiauthorize/query", `{}`)[0]["t_open_apiusers"].([]any); len(users) != 1 {
		t.Errorf("%v", users)
	}
}

func TestSaveClears(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.call(token, "open/third_app/save", `{"data":[{"number":"x","name":"n","discription":"d","contact_number":"`+person+`","laststoptime":"2030-01-01 00:00:00"}]}`)
	h.call(token, "open/third_app/save", `{"data":[{"number":"x","name":"","discription":null,"contact_number":"","laststoptime":""}]}`)
	row := h.rows(token, "open/third_app/query", `{"number":"x"}`)[0]
	want := map[string]any{"name": "", "discription": nil, "contact_number": nil, "contact_id": nil, "laststoptime": nil}
	for name, value := range want {
		if row[name] != value {
			t.Errorf("%s is %v, want %v", name, row[name], value)
		}
	}
}

func TestSaveTwins(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	if r := h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A"},{"number":"A"}]}`); r.code(t) != "0" {
		t.Fatal(r.body)
	}
	rows := h.rows(token, "bdm/bdm_org/query", `{"number":"A"}`)
	if len(rows) != 2 {
		t.Fatalf("one call made %d rows of one key, want 2", len(rows))
	}
	r := h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A"}]}`)
	if diff := cmp.Diff([]string{"候选键A匹配到2条数据"}, rowErrors(t, r)); diff != "" {
		t.Error(diff)
	}
	h.call(token, "bdm/bdm_org/delete", `{"data":{"id":["`+rows[1]["id"].(string)+`"]}}`)
	if r := h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A"}]}`); !strings.Contains(r.body, `"type":"Update"`) {
		t.Error(r.body)
	}
}

func TestSaveAllowAll(t *testing.T) {
	tests := []struct{ name, version, was, sent, want string }{
		{"turned on before 8.0.1", "8.0.0", "0", `"allowallapi":"1"`, "ok"},
		{"turned on", "8.0.1", "0", `"allowallapi":"1"`, rowAllowAll},
		{"left on", "8.0.1", "1", `"allowallapi":"1"`, "ok"},
		{"left alone", "8.0.1", "1", `"name":"x"`, "ok"},
		{"turned off", "8.0.1", "1", `"allowallapi":"0"`, "ok"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := ensured(t, tt.version)
			h.byHand("third_app", `[{"number":"x","allowallapi":"`+tt.was+`"}]`)
			r := h.call(h.token(), "open/third_app/save", `{"data":[{"number":"x",`+tt.sent+`}]}`)
			if diff := cmp.Diff([]string{tt.want}, rowErrors(t, r)); diff != "" {
				t.Error(diff)
			}
		})
	}
	h := ensured(t, "8.0.1")
	r := h.call(h.token(), "open/third_app/save", `{"data":[{"number":"new","allowallapi":"1"}]}`)
	if diff := cmp.Diff([]string{rowAllowAll}, rowErrors(t, r)); diff != "" {
		t.Error(diff)
	}
}

func TestSaveNeedsDisable(t *testing.T) {
	for version, want := range map[string]string{"5.0.004": "ok", "5.0.005": rowDisableFirst, "5.0.019": rowDisableFirst, "5.0.020": "ok"} {
		t.Run(version, func(t *testing.T) {
			h := ensured(t, version)
			token := h.oldToken()
			if r := h.call(token, "open/third_app/save", `{"data":[{"number":"x"}]}`); r.code(t) != "0" {
				t.Fatal(r.body)
			}
			r := h.call(token, "open/third_app/save", `{"data":[{"number":"x","name":"n","enable":"0"}]}`)
			if diff := cmp.Diff([]string{want}, rowErrors(t, r)); diff != "" {
				t.Error(diff)
			}
			h.call(token, "open/third_app/disable", `{"data":{"number":["x"]}}`)
			if r := h.call(token, "open/third_app/save", `{"data":[{"number":"x","name":"n"}]}`); r.code(t) != "0" {
				t.Errorf("disabled: %s", r.body)
			}
		})
	}
}

func TestSaveDefinitions(t *testing.T) {
	tests := []struct{ name, definition, items, want, row string }{
		{"renamed", `{"properties":{"allowip":"anyip","t_open_3rdapps_ips":"ips","t_open_3rdapps_ips.startip":"from"}}`,
			`{"number":"x","anyip":"0","allowip":"1","ips":[{"from":"1.1.1.1"}]}`, "ok", "0 1"},
		{"restricted", `{"only":["number"]}`, `{"number":"x","allowip":"0","t_open_3rdapps_ips":[{"startip":"1.1.1.1"}]}`, "ok", "1 0"},
		{"the key need not be listed", `{"only":["allowip"]}`, `{"number":"x","allowip":"0"}`, "ok", "0 0"},
		{"another key", `{"candidateKey":["name"]}`, `{"number":"x","allowip":"0"}`, "候选键name的值不能为空", ""},
		{"new only", `{"importType":"new"}`, `{"number":"deployer"}`, rowExists, ""},
		{"override only", `{"importType":"override"}`, `{"number":"x"}`, rowAbsent, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := ensured(t, "6.0.14")
			h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"published":{"third_app":{"save":`+tt.definition+`}}}`)
			token := h.token()
			r := h.call(token, "open/third_app/save", `{"data":[`+tt.items+`]}`)
			if diff := cmp.Diff([]string{tt.want}, rowErrors(t, r)); diff != "" {
				t.Fatal(diff)
			}
			if rows := h.rows(token, "open/third_app/query", `{"number":"x"}`); tt.row != "" {
				if got := fmt.Sprintln(rows[0]["allowip"], len(rows[0]["t_open_3rdapps_ips"].([]any))); got != tt.row+"\n" {
					t.Errorf("row is %s, want %s", got, tt.row)
				}
			}
		})
	}
}

func TestSaveMultiOps(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"published":{"third_app":{"save":{"multiOps":"save,submit,audit"}}}}`)
	token := h.token()
	h.call(token, "open/third_app/save", `{"data":[{"number":"x"}]}`)
	if row := h.rows(token, "open/third_app/query", `{"number":"x"}`)[0]; row["status"] != "C" {
		t.Errorf("%v", row["status"])
	}
}

func TestSaveTooMuch(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"limits":{"batchRows":3}}`)
	token := h.token()
	line := `{"startip":"1.1.1.1"}`
	for body, want := range map[string]string{
		`{"data":[{"number":"a"},{"number":"b"},{"number":"c"}]}`:                                 "0",
		`{"data":[{"number":"a"},{"number":"b"},{"number":"c"},{"number":"d"}]}`:                  "603",
		`{"data":[{"number":"a","t_open_3rdapps_ips":[` + line + `,` + line + `]}]}`:              "0",
		`{"data":[{"number":"a","t_open_3rdapps_ips":[` + line + `,` + line + `,` + line + `]}]}`: "603",
		`{"data":[{"number":"a","discription":"` + strings.Repeat("x", 20<<20) + `"}]}`:           "603",
	} {
		if r := h.call(token, "open/third_app/save", body); r.code(t) != want {
			t.Errorf("%.60s: %.200s, want %s", body, r.body, want)
		}
	}
}

func TestSaveMediaType(t *testing.T) {
	h := ensured(t, "6.0.14")
	if r := h.call(h.token(), "open/third_app/save", `{"data":[]}`, "Content-Type", "text/plain"); r.code(t) != "415" {
		t.Error(r.body)
	}
}
