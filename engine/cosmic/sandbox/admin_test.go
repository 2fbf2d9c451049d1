package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func (h *server) rowsByHand(method, rest, body string) response {
	h.Helper()
	return h.must(method, h.admin+"/tenants/%2Fierp/forms/"+rest, body)
}

func TestRowsByHand(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("bos_user", `[{"number":"li","username":"li","truename":"李"}]`)
	h.byHand("third_app", `{"by":"li","rows":[{"id":"5","number":"x","syspwd":"S3cret","apptype":"1","contact":"li","t_open_3rdapps_agency":["li"]}]}`)
	r := h.rowsByHand(http.MethodGet, "third_app/rows?number=x", "")
	for _, part := range []string{`"id":"5"`, `"syspwd":"S3cret"`, `"apptype":"1"`, `"modifierid_name":"李"`, `"contact_number":"li"`, `"basedataid_number":"li"`, `"createtime":"2025-11-03 09:00:00"`} {
		if !strings.Contains(r.body, part) {
			t.Errorf("%s is not in %s", part, r.body)
		}
	}
	h.byHand("third_app", `[{"number":"x","name":"n","enable":null}]`)
	token := h.token()
	row := h.rows(token, "open/third_app/query", `{"number":"x"}`)[0]
	if row["id"] != "5" || row["name"] != "n" || row["enable"] != nil || row["modifierid_number"] != "administrator" || row["creatorid_number"] != "li" {
		t.Errorf("%v", row)
	}
	h.byHand("third_app", `{"new":true,"rows":[{"number":"x"}]}`)
	if rows := h.rows(token, "open/third_app/query", `{"number":"x"}`); len(rows) != 2 {
		t.Errorf("%d rows of one key", len(rows))
	}
	if r := h.rowsByHand(http.MethodDelete, "third_app/rows?id=5&number=x", ""); strings.TrimSpace(r.body) != `{"ids":["5"]}` {
		t.Error(r.body)
	}
	if r := h.rowsByHand(http.MethodDelete, "bdm_org/rows?all", ""); strings.TrimSpace(r.body) != `{"ids":[]}` {
		t.Error(r.body)
	}
}

func TestBareFormsAreOnlyReferredTo(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("bos_org", `[{"number":"O1","name":"组织"}]`)
	h.byHand("bdm_enterprise_baseinfo", `[{"number":"T1","org":"O1"}]`)
	token := h.token()
	if row := h.rows(token, "bdm/bdm_enterprise_baseinfo/query", `{"org_number":"O1"}`); len(row) != 1 || row[0]["org_name"] != "组织" {
		t.Errorf("%v", row)
	}
	if r := h.call(token, "open/bos_org/query", `{"data":{},"pageSize":1}`); r.code(t) != "404" {
		t.Error(r.body)
	}
}

func TestAdminMistakes(t *testing.T) {
	h := ensured(t, "6.0.14")
	tests := []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"unknown tenant", "GET", "/tenants/%2Fx/forms/bdm_org/rows", "", 404, `tenant \"/x\" does not exist`},
		{"unknown form", "GET", "/tenants/%2Fierp/forms/x/rows", "", 404, `form \"x\" is not in the dictionary`},
		{"unknown column", "GET", "/tenants/%2Fierp/forms/bdm_org/rows?colour=1", "", 400, "colour: no such column"},
		{"unknown property", "PUT", "/tenants/%2Fierp/forms/bdm_org/rows", `[{"number":"A","colour":1}]`, 400, "rows[0]: colour: no such column"},
		{"unknown reference", "PUT", "/tenants/%2Fierp/forms/bdm_org/rows", `[{"number":"A","epinfo":"x"}]`, 400, "rows[0]: epinfo: no row of"},
		{"unknown member", "PUT", "/tenants/%2Fierp/forms/bdm_org/rows", `{"row":[]}`, 400, `unknown field \"row\"`},
		{"unknown person", "PUT", "/tenants/%2Fierp/forms/bdm_org/rows", `{"by":"x","rows":[]}`, 400, `by: no user is called \"x\"`},
		{"delete all by accident", "DELETE", "/tenants/%2Fierp/forms/bdm_org/rows", "", 400, "or ?all"},
		{"bad settings", "PUT", "/tenants/%2Fierp/settings", `{"version":"x"}`, 400, "is not numbers"},
		{"bad seed", "POST", "/seed", `{}`, 400, "formatVersion is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := h.must(tt.method, h.admin+tt.path, tt.body)
			if r.status != tt.status || !strings.Contains(r.body, tt.want) || !strings.HasPrefix(r.body, `{"error":`) {
				t.Errorf("HTTP %d %s", r.status, r.body)
			}
		})
	}
	if rows := h.rows(h.token(), "bdm/bdm_org/query", `{}`); len(rows) != 0 {
		t.Errorf("a refused row is there: %v", rows)
	}
}

func TestAdminTenants(t *testing.T) {
	h := newServer(t)
	r := h.must(http.MethodPost, h.admin+"/seed", `{"formatVersion":1,"tenants":{"":{"accountId":"1","version":"6.0","rows":{"bdm_org":[{"number":"A"},{"number":"B"}]}}}}`)
	if r.status != 200 || !strings.Contains(r.body, `{"tenants":[{"path":"","settings":{"accountId":"1","version":"6.0"},"rows":{"bdm_org":2,"openapi_apilist":`) {
		t.Error(r.body)
	}
	if r := h.must(http.MethodPut, h.admin+"/tenants/-/settings", `{"version":"8.0.1"}`); !strings.Contains(r.body, `"version":"8.0.1"`) {
		t.Error(r.body)
	}
	if r := h.must(http.MethodGet, h.admin+"/tenants", ""); !strings.Contains(r.body, `"version":"8.0.1"`) {
		t.Error(r.body)
	}
}

func TestLog(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.clock.advance(1e9)
	h.call(token, "bdm/bdm_org/save", saveA, "Idempotency-Key", "k1")
	id := h.rows(token, "bdm/bdm_org/query", `{}`)[0]["id"].(string)
	got := h.s.Log()[1]
	want := Entry{
		Sequence: 2, Time: timeZero.Add(1e9), Tenant: "/ierp", Method: "POST", Path: "/ierp/kapi/v2/bdm/bdm_org/save",
		Form: "bdm_org", Op: "save", App: appID, User: person, Status: 200, ErrorCode: "0", IDs: []string{id}, Keys: []string{"A"},
		IdempotencyKey: "k1", Effect: true, Body: []byte(saveA),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	h.post("/nowhere", "")
	h.must(http.MethodGet, h.url+"/x", "")
	for query, n := range map[string]int{"": 5, "?op=save": 1, "?form=bdm_org": 2, "?tenant=/ierp": 4, "?tenant=": 1, "?op=getToken&tenant=ierp": 1, "?form=x": 0} {
		if r := h.must(http.MethodGet, h.admin+"/log"+query, ""); strings.Count(r.body, `"sequence"`) != n {
			t.Errorf("%s: want %d entries: %s", query, n, r.body)
		}
	}
	h.must(http.MethodDelete, h.admin+"/log", "")
	if r := h.must(http.MethodGet, h.admin+"/log", ""); strings.TrimSpace(r.body) != `{"entries":[]}` {
		t.Error(r.body)
	}
	h.post("/nowhere", "")
	if h.last().Sequence != 6 {
		t.Errorf("the count began anew: %d", h.last().Sequence)
	}
}

func TestLogHoldsNoSecrets(t *testing.T) {
	h := newServer(t)
	h.ensure("6.0.14", nil)
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"published":{"third_app":{"save":{"properties":{"syspwd":"pw"}}}}}`)
	token := h.token()
	h.call(token, "open/third_app/save", `{"data":[{"number":"x","pw":"Hidden","syspwd":"Hidden","t_open_3rdapps_basicauth":[{"basesigncode":"Hidden"}]}]}`)
	h.call(token, "invsm/invsm_app_access_config/save", `{"data":[{"code":"x","aespwds":"Hidden","aesvector":"Hidden"}]}`)
	h.call(token, "bdm/bdm_einvoice_account/save", `{"data":[{"number":"x","secret":"Hidden"}]}`)
	h.post("/api/getAppToken.do", `{"appId":"x","appSecuret":"Hidden","appSecret":"Hidden"}`)
	h.post("/api/login.do", `{"user":"x","apptoken":"Hidden","password":"Hidden"}`)
	h.post("/api/logout.do", `{"access_token":"Hidden"}`)
	h.post("/api/logout.do", `Hidden`)
	h.post("/kapi/oauth2/withdrawToken", `{"client_secret":"Hidden","token":"Hidden"}`)
	all := string(encode(h.s.Log()))
	for _, hidden := range []string{"Hidden", secret, token} {
		if strings.Contains(all, hidden) {
			t.Errorf("%s is in the log: %s", hidden, all)
		}
	}
	if !strings.Contains(all, `"number":"x","pw":"***"`) {
		t.Errorf("the rest of a body is not in the log: %s", all)
	}
}

func TestLogOfLongBodies(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.call(h.token(), "bdm/bdm_org/save", `{"data":[{"number":"`+strings.Repeat("x", maxLogged)+`"}]}`)
	if got := string(h.last().Body); got != `"65560 bytes"` {
		t.Error(got)
	}
}

// nosy looks at the log at the moment its caller would see the answer.
type nosy struct {
	http.ResponseWriter
	s    *Sandbox
	seen int
}

func (n *nosy) WriteHeader(int) { n.seen = len(n.s.Log()) }

func TestLogIsAheadOfTheAnswer(t *testing.T) {
	h := ensured(t, "6.0.14")
	w := &nosy{ResponseWriter: httptest.NewRecorder(), s: h.s}
	h.s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ierp/auth/getAllDatacenters.do", nil))
	if w.seen != 1 {
		t.Errorf("%d entries while the answer went out", w.seen)
	}
}

func TestLogShowsWhatHangs(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.fault(`{"kind":"hang","op":"save","when":"after"}`)
	h.s.options.Sleep = func(context.Context, time.Duration) {
		if e := h.last(); e.Op != "save" || !e.Effect || !e.Cut {
			t.Errorf("%+v", e)
		}
	}
	if r, err := h.sendSave(token); err == nil {
		t.Errorf("answered: %s", r.body)
	}
}

func TestLogIsBounded(t *testing.T) {
	var l requestLog
	for range maxEntries + 1 {
		l.add(Entry{})
	}
	list := l.list()
	if len(list) != maxEntries*9/10+1 || list[len(list)-1].Sequence != maxEntries+1 {
		t.Errorf("%d entries, last %d", len(list), list[len(list)-1].Sequence)
	}
}
