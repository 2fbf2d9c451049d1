package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const anyQuery = `{"data":{},"pageSize":1}`

func TestProxyDropsHeaders(t *testing.T) {
	tests := []struct{ name, proxy, header, code string }{
		{"none", `{}`, "access_token", "0"},
		{"underscores", `{"dropsUnderscores":true}`, "access_token", "401"},
		{"underscores only", `{"dropsUnderscores":true}`, "accesstoken", "0"},
		{"by name", `{"drops":["AccessToken"]}`, "accesstoken", "401"},
		{"by name only", `{"drops":["accesstoken"]}`, "access_token", "0"},
		{"both", `{"dropsUnderscores":true,"drops":["accesstoken"]}`, "accesstoken", "401"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := ensured(t, "6.0.14")
			token := h.token()
			h.settings(`{"proxy":` + tt.proxy + `}`)
			r := h.post("/kapi/v2/open/third_app/query", anyQuery, tt.header, token)
			if r.code(t) != tt.code || tt.code == "401" && r.message(t) != "未经授权的访问" {
				t.Error(r.body)
			}
		})
	}
}

func TestProxyDropsIdempotencyKey(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.settings(`{"proxy":{"drops":["idempotency-key"]}}`)
	for range 2 {
		if r := h.call(token, "bdm/bdm_org/save", saveA, "Idempotency-Key", "k"); r.code(t) != "0" {
			t.Error(r.body)
		}
	}
}

func TestProxyPages(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.settings(`{"proxy":{"pages":[{"path":"/auth/getAllDatacenters.do","page":"403"},{"path":"/kapi/app/","page":"502"},
		{"path":"/kapi/v2/bdm/","page":"login"},{"path":"/api/","page":"404"}]}}`)
	for path, want := range map[string]string{
		"/auth/getAllDatacenters.do": "403 Forbidden", "/kapi/app/sim/openApi": "502 Bad Gateway",
		"/kapi/v2/bdm/bdm_org/query": "200 OK", "/api/login.do": "404 Not Found",
	} {
		r := h.post(path, `{}`)
		if fmt.Sprint(r.status, " ", http.StatusText(r.status)) != want || r.header.Get("Content-Type") != mediaHTML || !strings.HasPrefix(strings.TrimPrefix(r.body, "<!DOCTYPE html>\r\n"), "<html>") {
			t.Errorf("%s: HTTP %d %s", path, r.status, r.body)
		}
		if e := h.last(); e.Status != r.status || e.Tenant != "/ierp" {
			t.Errorf("%+v", e)
		}
	}
	h.rows(h.token(), "open/third_app/query", `{}`)
}

// A token request that arrives twice brings its nonce twice.
func TestProxyRepeats(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.settings(`{"proxy":{"repeats":["/kapi/oauth2/getToken"]}}`)
	if r := h.post("/kapi/oauth2/getToken", h.oauthBody()); r.code(t) != "603" || !strings.Contains(r.body, "已经调用过了") {
		t.Error(r.body)
	}
	h.settings(`{"proxy":{"repeats":[]}}`)
	h.rows(h.token(), "open/third_app/query", `{}`)
}

func TestGatewayIdentity(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.settings(`{"acgwIdentity":"djF8YWI="}`)
	token := h.token()
	for _, headers := range [][]string{nil, {"x-acgw-identity", "djF8YWI"}} {
		if r := h.call(token, "open/third_app/query", anyQuery, headers...); r.status != http.StatusForbidden || r.header.Get("Content-Type") != mediaHTML {
			t.Errorf("HTTP %d %s", r.status, r.body)
		}
	}
	if r := h.call(token, "open/third_app/query", anyQuery, "X-Acgw-Identity", "djF8YWI="); r.code(t) != "0" {
		t.Error(r.body)
	}
	h.settings(`{"acgwOfApps":{"` + appID + `":"djF8Y2Q="}}`)
	if r := h.call(token, "open/third_app/query", anyQuery, "X-Acgw-Identity", "djF8YWI="); r.status != http.StatusForbidden {
		t.Errorf("another app's identity: HTTP %d %s", r.status, r.body)
	}
	if r := h.call(token, "open/third_app/query", anyQuery, "X-Acgw-Identity", "djF8Y2Q="); r.code(t) != "0" {
		t.Error(r.body)
	}
}

func TestBlockedApps(t *testing.T) {
	h, token := guarded(t, "6.0.14")
	h.settings(`{"blockedApps":["sim","open","own"]}`)
	h.byHand("openapi_apilist", `[{"number":"a","urlformat":"/app/sim/openApi","apiservicetype":"2"},{"number":"b","urlformat":"/app/rim/x","apiservicetype":"2"},
		{"number":"c","urlformat":"/app/rim/y","appid":"own"}]`)
	blocked := func(app string) string {
		return `{"success":false,"errorCode":"403","message":"该接口运行时应用-` + app + `已被禁止访问"}`
	}
	sameBytes(t, blocked("sim"), h.post("/kapi/app/sim/openApi", `{}`, "accesstoken", token).body)
	sameBytes(t, blocked("own"), h.post("/kapi/app/rim/y", `{}`, "accesstoken", token).body)
	sameBytes(t, `{"success":true,"errorCode":"0","message":""}`, h.post("/kapi/app/rim/x", `{}`, "accesstoken", token).body)
	sameBytes(t, `{"data":null,"errorCode":"403","message":"该接口运行时应用-open已被禁止访问","status":false}`, h.call(token, "open/third_app/query", anyQuery).body)
	h.rows(token, "bdm/bdm_org/query", `{}`)
}

func TestClockOff(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.settings(`{"clockSeconds":301}`)
	r := h.post("/kapi/oauth2/getToken", h.oauthBody())
	if r.message(t) != textTimestamp {
		t.Error(r.body)
	}
	if got, want := r.header.Get("Date"), timeZero.Add(301*time.Second).Format(http.TimeFormat); got != want {
		t.Errorf("Date %s, want %s", got, want)
	}
	r = h.post("/kapi/oauth2/getToken", h.oauthBody("timestamp", clock(timeZero.Add(301*time.Second))))
	data, _ := r.object(t)["data"].(map[string]any)
	if data["expires_in"] != "7200000" {
		t.Fatal(r.body)
	}
	token := data["access_token"].(string)
	h.call(token, "bdm/bdm_org/save", saveA)
	if row := h.rows(token, "bdm/bdm_org/query", `{}`)[0]; row["modifytime"] != clock(timeZero.Add(301*time.Second)) {
		t.Errorf("%v", row)
	}
	h.clock.advance(tokenLife)
	if r := h.call(token, "bdm/bdm_org/query", anyQuery); r.code(t) != "401" {
		t.Error(r.body)
	}
}

func TestProxyMistakes(t *testing.T) {
	h := ensured(t, "6.0.14")
	for proxy, want := range map[string]string{
		`{"pages":[{"path":"/","page":"500"}]}`:   `proxy.pages[0]: page \"500\" is none of`,
		`{"pages":[{"path":"x","page":"login"}]}`: "does not begin with /",
		`{"repeats":["kapi"]}`:                    "a path begins with /",
		`{"drops":[""]}`:                          "a header has a name",
	} {
		r := h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"proxy":`+proxy+`}`)
		if r.status != http.StatusBadRequest || !strings.Contains(r.body, want) {
			t.Errorf("%s: %s", proxy, r.body)
		}
	}
}
