package sandbox

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

const deleteX = `{"data":{"number":"x"}}`

// deleter is a tenant with an app called x, and the token of another.
func deleter(t *testing.T, version, state string) (*server, string) {
	h := openServer(t, state)
	h.ensure(version, nil)
	h.settings(`{"limits":{"perSecond":-1}}`)
	h.byHand("third_app", `[{"number":"x","syspwd":"`+secret+`","isenhancetoken":true}]`)
	return h, h.token()
}

func TestRecycleBin(t *testing.T) {
	h, token := deleter(t, "8.0.11", "")
	of := h.token("client_id", "x")
	if r := h.call(token, "open/third_app/delete", deleteX); r.code(t) != "0" {
		t.Fatal(r.body)
	}
	if rows := h.rows(token, "open/third_app/query", `{"number":"x"}`); len(rows) != 0 {
		t.Errorf("%v", rows)
	}
	if r := h.post("/kapi/oauth2/getToken", h.oauthBody("client_id", "x")); r.message(t) != "第三方应用client_id：x在系统中不存在或未启用" {
		t.Error(r.body)
	}
	if r := h.call(of, "open/third_app/query", anyQuery); r.code(t) != "403" {
		t.Errorf("a deleted app calls: %s", r.body)
	}
	if r := h.rowsByHand(http.MethodGet, "third_app/rows?recycled&number=x", ""); strings.Count(r.body, `"number":"x"`) != 1 {
		t.Error(r.body)
	}
	if r := h.rowsByHand(http.MethodGet, "third_app/rows?number=x", ""); strings.TrimSpace(r.body) != `{"rows":[]}` {
		t.Error(r.body)
	}
	again := `{"data":[{"number":"x","syspwd":"` + secret + `"}]}`
	if r := h.call(token, "open/third_app/save", again); !strings.Contains(r.body, rowRecycled) {
		t.Error(r.body)
	}
	h.settings(`{"reuseDeletedKeys":true}`)
	if r := h.call(token, "open/third_app/save", again); r.code(t) != "0" {
		t.Error(r.body)
	}
	h.settings(`{"reuseDeletedKeys":false}`)
	if r := h.call(token, "open/third_app/save", again); r.code(t) != "0" {
		t.Errorf("an update is no new number: %s", r.body)
	}
}

func TestRecycleBinIsEmptied(t *testing.T) {
	h, token := deleter(t, "8.0.11", "")
	if r := h.rowsByHand(http.MethodDelete, "third_app/rows?number=x", ""); !strings.Contains(r.body, `{"ids":["`) {
		t.Error(r.body)
	}
	if r := h.rowsByHand(http.MethodDelete, "third_app/rows?recycled", ""); r.status != 400 || !strings.Contains(r.body, "or ?all") {
		t.Error(r.body)
	}
	if r := h.rowsByHand(http.MethodDelete, "third_app/rows?recycled&all", ""); !strings.Contains(r.body, `{"ids":["`) {
		t.Error(r.body)
	}
	if r := h.rowsByHand(http.MethodGet, "third_app/rows?recycled", ""); strings.TrimSpace(r.body) != `{"rows":[]}` {
		t.Error(r.body)
	}
	if r := h.call(token, "open/third_app/save", `{"data":[{"number":"x","syspwd":"`+secret+`"}]}`); r.code(t) != "0" {
		t.Error(r.body)
	}
	if r := h.rowsByHand(http.MethodGet, "bdm_org/rows?recycled", ""); r.status != 400 || !strings.Contains(r.body, "bdm_org has no recycle bin") {
		t.Error(r.body)
	}
}

func TestNoRecycleBinBefore(t *testing.T) {
	h, token := deleter(t, "8.0.10", "")
	h.call(token, "open/third_app/delete", deleteX)
	if r := h.rowsByHand(http.MethodGet, "third_app/rows?recycled", ""); strings.TrimSpace(r.body) != `{"rows":[]}` {
		t.Error(r.body)
	}
	if r := h.call(token, "open/third_app/save", `{"data":[{"number":"x","syspwd":"`+secret+`"}]}`); r.code(t) != "0" {
		t.Error(r.body)
	}
}

// TestDeletedAPI is not callable, not listed, and does not come back by a change of settings or a restart.
func TestDeletedAPI(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	h, token := deleter(t, "8.0.11", state)
	h.call(token, "open/openapi_apilist/delete", `{"data":{"number":["bdm_org_query","own_query"]}}`)
	gone := func() {
		t.Helper()
		if r := h.call(token, "bdm/bdm_org/query", anyQuery); r.code(t) != "404" {
			t.Error(r.body)
		}
		if r := h.meta(token, "/v2/open/openapi_apilist/queryByApp?pageSize=2000"); strings.Contains(r.body, "bdm_org_query") {
			t.Error("the deleted API is listed")
		}
	}
	gone()
	h.settings(`{"consoleUser":"x"}`)
	gone()
	if err := h.s.Close(); err != nil {
		t.Fatal(err)
	}
	h = openServer(t, state)
	gone()
	r := h.generate(token, definition("query", map[string]any{"number": "bdm_org_query"}))
	if !strings.Contains(r.body, rowRecycled) {
		t.Error(r.body)
	}
	if r := h.must(http.MethodGet, h.admin+"/tenants", ""); !strings.Contains(r.body, `"openapi_apilist/recycled":1`) {
		t.Error(r.body)
	}
}
