package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const fullSeed = `"/ierp": {
	"accountId": "` + account + `", "accountNumber": "demo", "accountName": "演示", "tenantId": "demo", "version": "6.0.14",
	"overrideEntry": true,
	"users": ["` + person + `", {"username": "li", "phone": "138", "enable": "0"}],
	"apis": ["bill", {"number": "bill2", "name": "开票", "urlformat": "/app/sim/openApi", "version": "1"}],
	"rows": {
		"bdm_org": [{"number": "A", "epinfo": "T1"}, {"number": "B", "epinfo_number": "T1"}],
		"bdm_enterprise_baseinfo": [{"number": "T1", "name": "甲公司", "org": "O1"}],
		"bos_org": [{"number": "O1", "name": "组织"}],
		"third_app": [{"number": "` + appID + `", "syspwd": "` + secret + `", "isenhancetoken": true, "contact": "li",
			"t_open_3rdappsapis": ["bill", {"apiserviceid_number": "bill2"}], "t_open_3rdapps_agency": ["` + person + `"],
			"t_open_3rdapps_ips": [{"startip": "10.0.0.1", "policytype": 1}]}],
		"open_apiauthorize": [{"apinumber": "bill", "t_open_apiusers": ["` + person + `", "li"]}],
		"invsm_param_configuration": [{"config_type": "rim_config", "config_key": "rpa_select_syn", "config_value": "1"}]
	},
	"published": {"third_app": {"*": {"properties": {"allowallapi": "allowallapis"}}, "query": {"omitTotalCount": true}}},
	"faults": [{"kind": "429", "form": "bdm_org", "op": "save"}]
}`

func TestSeed(t *testing.T) {
	h := newServer(t)
	h.seed(fullSeed)
	token := h.token()
	app := h.rows(token, "open/third_app/query", `{"number":"`+appID+`"}`)[0]
	got := fmt.Sprint(app["allowallapis"], app["contact_name"], app["t_open_3rdappsapis"], app["t_open_3rdapps_agency"], app["t_open_3rdapps_ips"])
	for _, part := range []string{"apiserviceid_number:bill ", "apiserviceid_number:bill2", "basedataid_name:" + person, "policytype:1 startip:10.0.0.1", "iptype:1", "1li"} {
		if !strings.Contains(strings.ReplaceAll(got, "]", " "), part) {
			t.Errorf("%q is not in %s", part, got)
		}
	}
	if org := h.rows(token, "bdm/bdm_enterprise_baseinfo/query", `{}`)[0]; org["org_name"] != "组织" {
		t.Errorf("%v", org)
	}
	if got := numbers(t, h.call(token, "bdm/bdm_org/query", `{"data":{"epinfo_number":"T1"},"pageSize":9}`)); got != "A B" {
		t.Error(got)
	}
	if r := h.call(token, "bdm/bdm_org/save", saveA); r.code(t) != "429" {
		t.Errorf("the standing fault: %s", r.body)
	}
	users := h.rows(token, "base/bos_user/query", `{"number":"li"}`)
	if users[0]["username"] != "li" || users[0]["truename"] != "li" || users[0]["phone"] != "138" || users[0]["enable"] != "0" {
		t.Errorf("%v", users)
	}
}

func TestSeedLeavesTenantsAlone(t *testing.T) {
	h := newServer(t)
	h.seed(`"/a":{"accountId":"1","version":"6.0","rows":{"bdm_org":[{"number":"A"}]}}`)
	before := whole(h.s)
	h.seed(`"/a":{"accountId":"2","version":"7.0","rows":{"bdm_org":[{"number":"B"}]}}`)
	if diff := cmp.Diff(before, whole(h.s)); diff != "" {
		t.Error(diff)
	}
}

func TestSeedMistakes(t *testing.T) {
	tenant := func(more string) string {
		return `{"formatVersion":1,"tenants":{"/good":{"accountId":"1","version":"6.0"},"/z":{"accountId":"1","version":"6.0",` + more + `}}}`
	}
	tests := []struct{ name, seed, want string }{
		{"no JSON", `x`, "invalid character"},
		{"newer", `{"formatVersion":2,"tenants":[]}`, "formatVersion 2 is newer"},
		{"no version", `{"tenants":{}}`, "formatVersion is missing"},
		{"unknown member", `{"formatVersion":1,"tenant":{}}`, `unknown field "tenant"`},
		{"text behind", `{"formatVersion":1}}`, "invalid character"},
		{"unknown setting", tenant(`"colour":1`), `tenants["/z"]: json: unknown field "colour"`},
		{"no account", `{"formatVersion":1,"tenants":{"/z":{"version":"6.0"}}}`, "accountId is missing"},
		{"a spelling that there is not", `{"formatVersion":1,"tenants":{"/z":{"accountId":"1","version":"5.0","secretName":"secret"}}}`, "secretName is appSecuret or appSecret"},
		{"bad platform version", `{"formatVersion":1,"tenants":{"/z":{"accountId":"1","version":"six"}}}`, `version "six" is not numbers`},
		{"unknown form", tenant(`"rows":{"x":[]}`), `rows.x: no such form`},
		{"unknown property", tenant(`"rows":{"bdm_org":[{"number":"A"},{"colour":1}]}`), `rows.bdm_org[1]: colour: no such column`},
		{"unknown entry property", tenant(`"rows":{"third_app":[{"t_open_3rdapps_ips":[{"ip":"x"}]}]}`), `rows.third_app[0]: t_open_3rdapps_ips: [0]: ip: no such column`},
		{"unknown reference", tenant(`"rows":{"bdm_org":[{"epinfo":"x"}]}`), `rows.bdm_org[0]: epinfo: no row of bdm_enterprise_baseinfo is called "x"`},
		{"too long", tenant(`"rows":{"invsm_app_access_config":[{"code":"123456789012345678901"}]}`), `code: 长度21`},
		{"id taken", tenant(`"rows":{"bdm_org":[{"id":"5"},{"id":"5"}]}`), `rows.bdm_org[1]: id: 5 is taken`},
		{"bad id", tenant(`"rows":{"bdm_org":[{"id":"x"}]}`), `rows.bdm_org[0]: id: x is not a number above zero and up to 4611686018427387904`},
		{"id too big", tenant(`"rows":{"bdm_org":[{"id":"9223372036854775807"}]}`), `rows.bdm_org[0]: id: 9223372036854775807 is not a number`},
		{"user is a number", tenant(`"users":[1]`), `users[0]: a row is a JSON object`},
		{"published unknown form", tenant(`"published":{"x":{}}`), `published.x: no such form`},
		{"published unknown op", tenant(`"published":{"bdm_org":{"drop":{}}}`), `published.bdm_org.drop: the form has no such operation`},
		{"published enable of nothing", tenant(`"published":{"open_apiauthorize":{"enable":{}}}`), `published.open_apiauthorize.enable`},
		{"published unknown member", tenant(`"published":{"bdm_org":{"*":{"colour":1}}}`), `unknown field "colour"`},
		{"published unknown column", tenant(`"published":{"bdm_org":{"*":{"properties":{"colour":"x"}}}}`), `"colour" is no column or entry table of bdm_org`},
		{"published unknown key", tenant(`"published":{"bdm_org":{"save":{"candidateKey":["colour"]}}}`), `"colour" is no column`},
		{"published import type", tenant(`"published":{"bdm_org":{"save":{"importType":"x"}}}`), `importType "x"`},
		{"published repeat", tenant(`"published":{"bdm_org":{"save":{"repeat":"x"}}}`), `repeat "x"`},
		{"fault", tenant(`"faults":[{"kind":"x"}]`), `faults[0]: kind "x"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newServer(t)
			err := h.s.Seed([]byte(tt.seed))
			if err == nil || !strings.HasPrefix(err.Error(), "seed: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if len(h.s.all()) != 0 {
				t.Error("a seed with a mistake made a tenant")
			}
		})
	}
}

func FuzzSeed(f *testing.F) {
	f.Add([]byte(`{"formatVersion":1,"tenants":{` + fullSeed + `}}`))
	f.Add([]byte(`{"formatVersion":1,"tenants":{"":{"accountId":"1","version":"8.0.1","users":[null,"x"],"rows":{"bos_org":[null]}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := scratch(t)
		if err := s.Seed(data); err != nil {
			return
		}
		again := scratch(t)
		if _, err := again.readState(encode(s.state())); err != nil {
			t.Fatalf("a seed that was taken makes a state that is not: %v", err)
		}
	})
}

func TestEnsure(t *testing.T) {
	tests := []struct {
		name, version string
		enhanced      bool
		user, column  string
	}{
		{"UserName", "5.0.011", false, "UserName", "username"},
		{"Mobile", "6.0.14", false, "Mobile", "phone"},
		{"Email", "6.0.14", false, "Email", "email"},
		{"enhanced", "8.0.1", true, "", "username"},
		{"old flow by default", "8.0.1", false, "", "phone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newServer(t)
			change := func(want *Tenant) {
				want.Enhanced, want.UserType = tt.enhanced, tt.user
				want.Users, want.APIs = []string{"other"}, []string{"bill"}
			}
			h.ensure(tt.version, change)
			tn := h.s.tenant("/ierp")
			if tn.tables["bos_user"].first(tt.column, person) == nil || tn.tables["bos_user"].first("username", "other") == nil ||
				tn.tables["openapi_apilist"].first("number", "bill") == nil {
				t.Error("a user or an API is missing")
			}
			sequence, before := tn.lastID, whole(h.s)
			h.ensure(tt.version, change)
			if diff := cmp.Diff(before, whole(h.s)); diff != "" || tn.lastID != sequence {
				t.Errorf("a second Ensure changed something: %s", diff)
			}
		})
	}
}

func TestEnsuredClientWorks(t *testing.T) {
	for _, version := range []string{"5.0.011", "6.0.14", "8.0.1"} {
		h := ensured(t, version)
		var token string
		if h.s.tenant("/ierp").version.enhancedTokens() {
			token = h.token()
		} else {
			token = h.oldToken()
		}
		for _, a := range h.s.tenant("/ierp").published() {
			if a.op == "query" {
				h.rows(token, strings.TrimPrefix(a.url, "/v2/"), `{}`)
			}
		}
	}
}

func TestEnsureMendsWhatDoesNotFit(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("third_app", `[{"number":"`+appID+`","enable":"0","isenhancetoken":"0","syspwd":"x","name":"mine","allowip":"0","t_open_3rdapps_ips":[{"startip":"127.0.0.1"}]}]`)
	h.byHand("bos_user", `[{"number":"`+person+`","enable":"0"}]`)
	h.byHand("bdm_org", `[{"number":"A"}]`)
	h.ensure("6.0.14", nil)
	token := h.token()
	app := h.rows(token, "open/third_app/query", `{}`)[0]
	if app["name"] != "mine" || app["allowip"] != "0" || !h.saved(token) {
		t.Errorf("Ensure changed what it should not: %v", app)
	}
	h.ensure("8.0.1", func(want *Tenant) { want.AccountID = "7" })
	if r := h.call(token, "bdm/bdm_org/query", `{"data":{},"pageSize":1}`); r.code(t) != "0" {
		t.Errorf("after an upgrade: %s", r.body)
	}
	if got := h.s.tenant("/ierp").settings.AccountID; got != "7" {
		t.Error(got)
	}
}

func TestEnsureKeepsAnAPIList(t *testing.T) {
	h := ensured(t, "8.0.1")
	h.byHand("third_app", `[{"number":"`+appID+`","t_open_3rdappsapis":["bdm_org_query"]}]`)
	h.ensure("8.0.1", nil)
	token := h.token()
	h.rows(token, "bdm/bdm_org/query", `{}`)
	if r := h.call(token, "bdm/bdm_org/save", saveA); r.code(t) != "403" {
		t.Error(r.body)
	}
}

func TestEnsureOverrideEntry(t *testing.T) {
	h := ensured(t, "6.0.14")
	override := func() bool { return h.s.tenant("/ierp").settings.OverrideEntry }
	if !override() {
		t.Error("not true for a new tenant")
	}
	no := false
	h.ensure("6.0.14", func(want *Tenant) { want.OverrideEntry = &no })
	if override() {
		t.Error("not false when told so")
	}
	h.ensure("6.0.14", nil)
	if override() {
		t.Error("not left alone")
	}
}

func TestEnsureMistakes(t *testing.T) {
	for want, tenant := range map[string]Tenant{
		"AppID and User are needed": {Path: "/a", AccountID: "1", Version: "6.0"},
		`UserType "Name" is not`:    {Path: "/a", AccountID: "1", Version: "6.0", AppID: "a", User: "u", UserType: "Name"},
		"accountId is missing":      {Path: "/a", Version: "6.0", AppID: "a", User: "u"},
		`version "" is not`:         {Path: "/a", AccountID: "1", AppID: "a", User: "u"},
	} {
		h := newServer(t)
		if err := h.s.Ensure(tenant); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `tenant "/a"`) {
			t.Errorf("got %v, want %s", err, want)
		}
		if len(h.s.all()) != 0 {
			t.Error("a tenant was made")
		}
	}
}

func TestRootAndNestedPaths(t *testing.T) {
	h := newServer(t)
	for _, path := range []string{"", "/a", "/a/b/"} {
		h.ensure("6.0.14", func(want *Tenant) { want.Path, want.AccountID = path, "account"+path })
	}
	for path, want := range map[string]string{"": "account", "/a": "account/a", "/a/b": "account/a/b/", "/a/b/c": ""} {
		r := h.must(http.MethodGet, h.url+path+"/auth/getAllDatacenters.do", "")
		if got := strings.Contains(r.body, `"`+want+`"`); want != "" && !got || want == "" && r.status != 404 {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}
