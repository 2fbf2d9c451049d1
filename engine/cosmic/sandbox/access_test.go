package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// guarded is a tenant with apps and users to be let in or kept out; the caller acts as deployer.
func guarded(t *testing.T, version string) (*server, string) {
	h := newServer(t)
	h.ensure(version, func(want *Tenant) { want.Users = []string{"other"} })
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"trustForwarded":true,"limits":{"perSecond":-1}}`)
	return h, h.token()
}

func TestAPIList(t *testing.T) {
	tests := []struct{ name, version, app, code string }{
		{"all", "6.0.14", `{"allowallapi":"1"}`, "0"},
		{"none", "6.0.14", `{"allowallapi":"0"}`, "403"},
		{"another", "6.0.14", `{"allowallapi":"0","t_open_3rdappsapis":["third_app_save"]}`, "403"},
		{"listed", "6.0.14", `{"allowallapi":"0","t_open_3rdappsapis":["third_app_save","third_app_query"]}`, "0"},
		{"all is withdrawn", "8.0.1", `{"allowallapi":"1","t_open_3rdappsapis":[]}`, "403"},
		{"listed beside all", "8.0.1", `{"allowallapi":"1","t_open_3rdappsapis":["third_app_query"]}`, "0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, token := guarded(t, tt.version)
			h.byHand("third_app", `[{"number":"`+appID+`",`+tt.app[1:]+`]`)
			r := h.call(token, "open/third_app/query", `{"data":{},"pageSize":1}`)
			if r.code(t) != tt.code || tt.code == "403" && r.message(t) != "该第三方应用-deployer没有此接口访问权限" {
				t.Error(r.body)
			}
		})
	}
}

func TestKeepAllowAll(t *testing.T) {
	h, token := guarded(t, "8.0.1")
	h.byHand("third_app", `[{"number":"`+appID+`","allowallapi":"1","t_open_3rdappsapis":[]}]`)
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"keepAllowAll":true}`)
	h.rows(token, "open/third_app/query", `{}`)
}

func TestIPRanges(t *testing.T) {
	white := func(from, to string) string {
		return fmt.Sprintf(`{"policytype":"0","startip":%q,"endip":%q}`, from, to)
	}
	black := func(from, to string) string {
		return fmt.Sprintf(`{"policytype":"1","startip":%q,"endip":%q}`, from, to)
	}
	tests := []struct {
		name, allow string
		ranges      []string
		from, code  string
	}{
		{"all", "1", nil, "9.9.9.9", "0"},
		{"all, whatever the list says", "1", []string{black("9.9.9.9", "9.9.9.9")}, "9.9.9.9", "0"},
		{"none", "0", nil, "9.9.9.9", "403"},
		{"first of a range", "0", []string{white("10.0.0.9", "10.0.0.20")}, "10.0.0.9", "0"},
		{"last of a range", "0", []string{white("10.0.0.9", "10.0.0.20")}, "10.0.0.20", "0"},
		{"before a range", "0", []string{white("10.0.0.9", "10.0.0.20")}, "10.0.0.8", "403"},
		{"numbers, not text", "0", []string{white("10.0.0.9", "10.0.0.20")}, "10.0.0.100", "403"},
		{"single address", "0", []string{white("10.0.0.9", "")}, "10.0.0.9", "0"},
		{"black within white", "0", []string{white("10.0.0.0", "10.0.0.255"), black("10.0.0.7", "10.0.0.7")}, "10.0.0.7", "403"},
		{"black before white", "0", []string{black("10.0.0.7", "10.0.0.7"), white("10.0.0.0", "10.0.0.255")}, "10.0.0.7", "403"},
		{"only black", "0", []string{black("10.0.0.7", "10.0.0.7")}, "10.0.0.8", "403"},
		{"IPv6", "0", []string{white("2001:db8::1", "2001:db8::ff")}, "2001:db8::f", "0"},
		{"IPv6 is not IPv4", "0", []string{white("::", "ffff::")}, "10.0.0.1", "403"},
		{"IPv4 to IPv6 is no range", "0", []string{white("10.0.0.1", "::1")}, "10.0.0.2", "403"},
		{"no address", "0", []string{white("0.0.0.0", "255.255.255.255")}, "unknown", "403"},
		{"zone", "0", []string{white("fe80::1", "fe80::1")}, "fe80::1%eth0", "0"},
		{"mapped", "0", []string{white("10.0.0.1", "10.0.0.2")}, "::ffff:10.0.0.1", "0"},
		{"CIDR is no range", "0", []string{white("10.0.0.0/8", "")}, "10.0.0.0", "403"},
		{"first of a chain", "0", []string{white("10.0.0.1", "")}, "10.0.0.1, 9.9.9.9", "0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, token := guarded(t, "6.0.14")
			h.byHand("third_app", fmt.Sprintf(`[{"number":%q,"allowip":%q,"t_open_3rdapps_ips":[%s]}]`, appID, tt.allow, strings.Join(tt.ranges, ",")))
			r := h.call(token, "open/third_app/query", `{"data":{},"pageSize":1}`, "X-Forwarded-For", tt.from)
			if r.code(t) != tt.code {
				t.Error(r.body)
			}
		})
	}
}

func TestForwardedIsNotTrusted(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("third_app", `[{"number":"`+appID+`","allowip":"0","t_open_3rdapps_ips":[{"startip":"127.0.0.1"}]}]`)
	r := h.call(h.token(), "open/third_app/query", `{"data":{},"pageSize":1}`, "X-Forwarded-For", "9.9.9.9")
	if r.code(t) != "0" {
		t.Error(r.body)
	}
}

func TestUserAuthorisation(t *testing.T) {
	tests := []struct{ name, rows, code string }{
		{"nobody authorised is everybody", `[{"apinumber":"third_app_query","t_open_apiusers":[]}]`, "0"},
		{"authorised", `[{"apinumber":"third_app_query","t_open_apiusers":["` + person + `","other"]}]`, "0"},
		{"locked out by the first other user", `[{"apinumber":"third_app_query","t_open_apiusers":["other"]}]`, "403"},
		{"another API", `[{"apinumber":"third_app_save","t_open_apiusers":["other"]}]`, "0"},
		{"by one row of two", `[{"id":"5","apinumber":"third_app_query","t_open_apiusers":["other"]},{"id":"6","apinumber":"third_app_query","t_open_apiusers":["` + person + `"]}]`, "0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, token := guarded(t, "6.0.14")
			h.byHand("open_apiauthorize", tt.rows)
			if r := h.call(token, "open/third_app/query", `{"data":{},"pageSize":1}`); r.code(t) != tt.code {
				t.Error(r.body)
			}
		})
	}
}

func TestAppLosesItsRights(t *testing.T) {
	tests := []struct{ name, app, code, message string }{
		{"disabled", `{"enable":"0"}`, "403", "该接口需要第三方应用授权"},
		{"not yet", `{"lastenabletime":"2025-11-03 09:00:01"}`, "403", "当前第三方应用不在启用时间范围内"},
		{"no longer", `{"laststoptime":"2025-11-03 09:00:00"}`, "403", "当前第三方应用不在启用时间范围内"},
		{"in time", `{"lastenabletime":"2025-11-03 09:00:00","laststoptime":"2025-11-03 09:00:01"}`, "0", "<nil>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, token := guarded(t, "6.0.14")
			h.byHand("third_app", `[{"number":"`+appID+`",`+tt.app[1:]+`]`)
			if r := h.call(token, "open/third_app/query", `{"data":{},"pageSize":1}`); r.code(t) != tt.code || r.message(t) != tt.message {
				t.Error(r.body)
			}
		})
	}
}

func TestUserLosesHisRights(t *testing.T) {
	for _, change := range []string{`"enable":"0"`, `"isforbidden":"1"`, `"islocked":true`} {
		h, token := guarded(t, "6.0.14")
		h.byHand("bos_user", `[{"number":"`+person+`",`+change+`}]`)
		if r := h.call(token, "open/third_app/query", `{}`); r.code(t) != "401" {
			t.Errorf("%s: %s", change, r.body)
		}
	}
}

func TestDisabledAPI(t *testing.T) {
	h, token := guarded(t, "6.0.14")
	h.call(token, "open/openapi_apilist/disable", `{"data":{"number":"third_app_query"}}`)
	if r := h.call(token, "open/third_app/query", `{}`); r.code(t) != "404" {
		t.Errorf("disabled: %s", r.body)
	}
	h.call(token, "open/openapi_apilist/enable", `{"data":{"number":"third_app_query"}}`)
	h.rows(token, "open/third_app/query", `{}`)
	h.call(token, "open/openapi_apilist/delete", `{"data":{"number":"third_app_query"}}`)
	if r := h.call(token, "open/third_app/query", `{}`); r.code(t) != "404" {
		t.Errorf("deleted: %s", r.body)
	}
}

// TestOrder breaks everything at once and mends it from the front: each time the next check answers.
func TestOrder(t *testing.T) {
	h, token := guarded(t, "6.0.14")
	h.must(http.MethodDelete, h.admin+"/tenants/%2Fierp/forms/openapi_apilist/rows?number=third_app_save", "")
	h.byHand("third_app", `[{"number":"`+appID+`","enable":"0","allowallapi":"0","allowip":"0"}]`)
	h.byHand("open_apiauthorize", `[{"apinumber":"third_app_save","t_open_apiusers":["other"]}]`)
	steps := []struct {
		name, code, message string
		mend                func()
	}{
		{"token", "401", textUnauthorised, func() {}},
		{"API", "404", textNoAPI, func() {
			h.byHand("openapi_apilist", `[{"number":"third_app_save","operation":"save"}]`)
		}},
		{"app", "403", textNeedsApp, func() { h.byHand("third_app", `[{"number":"`+appID+`","enable":"1"}]`) }},
		{"list", "403", "该第三方应用-deployer没有此接口访问权限", func() { h.byHand("third_app", `[{"number":"`+appID+`","allowallapi":"1"}]`) }},
		{"IP", "403", fmt.Sprintf(textIPRefused, "127.0.0.1"), func() { h.byHand("third_app", `[{"number":"`+appID+`","allowip":"1"}]`) }},
		{"user", "403", textUserRefused, func() { h.byHand("open_apiauthorize", `[{"apinumber":"third_app_save","t_open_apiusers":[]}]`) }},
		{"idempotency", "604", textRepeated, func() { h.s.tenant("/ierp").repeats.keys = nil; h.s.tenant("/ierp").repeats = newRepeats() }},
		{"body", "400", textNoData, func() {}},
	}
	h.s.tenant("/ierp").repeats.claim("spent", h.clock.Now(), h.clock.Now().Add(1e9))
	for i, step := range steps {
		bearer := token
		if i == 0 {
			bearer = "x"
		}
		r := h.call(bearer, "open/third_app/save", `{}`, "Idempotency-Key", "spent")
		if r.code(t) != step.code || r.message(t) != step.message {
			t.Errorf("%s: %s, want %s %s", step.name, r.body, step.code, step.message)
		}
		step.mend()
	}
}

func TestCustomServices(t *testing.T) {
	h, token := guarded(t, "6.0.14")
	h.byHand("openapi_apilist", `[{"number":"bill","urlformat":"/app/rim/message","apiservicetype":"2"},{"number":"two","urlformat":"/kapi/v2/sim/two"}]`)
	sameBytes(t, `{"success":true,"errorCode":"0","message":""}`, h.post("/kapi/app/rim/message", `{}`, "accesstoken", token).body)
	sameBytes(t, `{"data":null,"errorCode":"0","message":null,"status":true}`, h.call(token, "sim/two", `{}`).body)
	h.byHand("third_app", `[{"number":"`+appID+`","allowallapi":"0","t_open_3rdappsapis":["two"]}]`)
	sameBytes(t, `{"success":false,"errorCode":"403","message":"该第三方应用-deployer没有此接口访问权限"}`, h.post("/kapi/app/rim/message", `{}`, "accesstoken", token).body)
	if r := h.call(token, "sim/two", `{}`); r.code(t) != "0" {
		t.Error(r.body)
	}
}
