package sandbox

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"
)

func appTokenBody(pairs ...string) string {
	in := map[string]string{"appId": appID, "appSecuret": secret, "tenantid": "demo", "accountId": account, "language": ""}
	for i := 0; i < len(pairs); i += 2 {
		in[pairs[i]] = pairs[i+1]
	}
	return string(encode(in))
}

func TestGetAppToken(t *testing.T) {
	tests := []struct {
		name, version string
		enhanced      bool
		body, want    string // want is the message, "" for success
	}{
		{"appSecuret", "5.0.011", false, appTokenBody(), ""},
		{"appSecret", "5.0.011", false, appTokenBody("appSecuret", "", "appSecret", secret), ""},
		{"no tenant", "5.0.011", false, appTokenBody("tenantid", ""), ""},
		{"flag off on 8.0", "8.0.1", false, appTokenBody(), ""},
		{"flag without meaning on 5.0", "5.0.011", true, appTokenBody(), ""},
		{"another tenant", "5.0.011", false, appTokenBody("tenantid", "x"), textLoginParameter},
		{"another account", "5.0.011", false, appTokenBody("accountId", "1"), textLoginParameter},
		{"wrong secret", "6.0.1", false, appTokenBody("appSecuret", "x"), "第三方应用ID或应用密钥不正确。"},
		{"wrong app", "6.0.1", false, appTokenBody("appId", "x"), "第三方应用ID或应用密钥不正确。"},
		{"wrong secret on 5.0", "5.0.011", false, appTokenBody("appSecuret", "x"), "不正确的第三方appId或appSecuret!"},
		{"enhanced", "6.0.1", true, appTokenBody(), textEnhancedOnly},
		{"no JSON", "6.0.1", false, "appId=x", textLoginParameter},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newServer(t)
			h.ensure(tt.version, func(want *Tenant) { want.Enhanced = tt.enhanced })
			r := h.post("/api/getAppToken.do", tt.body)
			if tt.want == "" {
				if r.object(t)["state"] != "success" {
					t.Error(r.body)
				}
				return
			}
			want := fmt.Sprintf(`{"state":"error","status":false,"errorCode":"login.loginBizException","errorMsg":%q,"message":%q}`, tt.want, tt.want)
			if r.status != http.StatusOK || r.body != want {
				t.Errorf("HTTP %d %s, want %s", r.status, r.body, want)
			}
		})
	}
}

// A tenant that takes one spelling hears nothing under the other, and says what it says of a wrong secret.
func TestOneSpellingOfTheSecret(t *testing.T) {
	h := ensured(t, "5.0.011")
	for _, name := range []string{"appSecret", "appSecuret"} {
		h.settings(`{"secretName":"` + name + `"}`)
		for _, sent := range []string{"appSecret", "appSecuret"} {
			r := h.post("/api/getAppToken.do", appTokenBody("appSecuret", "", sent, secret))
			if fine := r.object(t)["state"] == "success"; fine != (sent == name) || !fine && r.message(t) != textWrongAppOld {
				t.Errorf("%s where %s is taken: %s", sent, name, r.body)
			}
		}
	}
}

func TestNoSecretIsNoWayIn(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("third_app", `[{"number":"`+appID+`","isenhancetoken":"0","syspwd":null}]`)
	if r := h.post("/api/getAppToken.do", appTokenBody("appSecuret", "")); r.message(t) != textWrongApp {
		t.Error(r.body)
	}
}

func TestAccessTokenIsNoAppToken(t *testing.T) {
	h := ensured(t, "5.0.011")
	r := h.post("/api/login.do", fmt.Sprintf(`{"user":%q,"apptoken":%q,"accountId":%q,"usertype":"UserName"}`, person, h.oldToken(), account))
	if r.message(t) != textLoginParameter {
		t.Error(r.body)
	}
}

func TestOldLoginMindsAgents(t *testing.T) {
	h := ensured(t, "5.0.011")
	h.byHand("third_app", `[{"number":"`+appID+`","isagencyuser":"1","t_open_3rdapps_agency":["`+person+`"]}]`)
	h.oldToken()
	h.byHand("third_app", `[{"number":"`+appID+`","t_open_3rdapps_agency":[]}]`)
	appToken := regexp.MustCompile(`"app_token":"([^"]*)"`).FindStringSubmatch(h.post("/api/getAppToken.do", appTokenBody()).body)[1]
	r := h.post("/api/login.do", fmt.Sprintf(`{"user":%q,"apptoken":%q,"accountId":%q,"usertype":"UserName"}`, person, appToken, account))
	if r.message(t) != textNotAgent {
		t.Error(r.body)
	}
}

func TestDisabledAppGetsNoAppToken(t *testing.T) {
	h := ensured(t, "5.0.011")
	h.byHand("third_app", `[{"number":"`+appID+`","enable":false}]`)
	if r := h.post("/api/getAppToken.do", appTokenBody()); r.message(t) != textWrongAppOld {
		t.Error(r.body)
	}
}

func TestLogin(t *testing.T) {
	h := ensured(t, "5.0.011")
	h.byHand("bos_user", `[{"number":"u1","username":"li","phone":"138","email":"li@example.com"},{"number":"u2","username":"off","enable":"0"},{"number":"u3","username":"locked","islocked":"1"}]`)
	appToken := regexp.MustCompile(`"app_token":"([^"]*)"`).FindStringSubmatch(h.post("/api/getAppToken.do", appTokenBody()).body)[1]
	body := func(user, kind string) string {
		return fmt.Sprintf(`{"user":%q,"apptoken":%q,"tenantid":"","accountId":%q,"usertype":%q}`, user, appToken, account, kind)
	}
	tests := []struct{ name, body, state string }{
		{"by name", body("li", "UserName"), "success"},
		{"by phone", body("138", "Mobile"), "success"},
		{"by mail", body("li@example.com", "Email"), "success"},
		{"phone is the default", body("138", ""), "success"},
		{"a name is no phone", body("li", "Mobile"), "error"},
		{"unknown type", body("li", "Number"), "error"},
		{"disabled", body("off", "UserName"), "error"},
		{"locked", body("locked", "UserName"), "error"},
		{"username for user", `{"username":"li","apptoken":"` + appToken + `","accountId":"` + account + `","usertype":"UserName"}`, "error"},
		{"no app token", `{"user":"li","accountId":"` + account + `","usertype":"UserName"}`, "error"},
	}
	for _, tt := range tests {
		r := h.post("/api/login.do", tt.body)
		if r.object(t)["state"] != tt.state || tt.state == "error" && r.message(t) != textLoginParameter {
			t.Errorf("%s: %s", tt.name, r.body)
		}
	}
	if r := h.must(http.MethodGet, h.url+"/ierp/api/login.do", ""); r.message(t) != "非法操作。" {
		t.Errorf("GET: %s", r.body)
	}
}

func TestLoginRepeatedFailures(t *testing.T) {
	h := ensured(t, "5.0.011")
	for n := 1; n <= 6; n++ {
		want := textLoginParameter
		if n >= 5 {
			want = textLoginRepeated
		}
		if r := h.post("/api/login.do", `{"user":"nobody"}`); r.message(t) != want {
			t.Errorf("failure %d: %s", n, r.body)
		}
	}
}

func TestOldTokens(t *testing.T) {
	h := ensured(t, "5.0.011")
	token := h.oldToken()
	body := `{"data":{},"pageSize":1}`
	in := func(path string, headers ...string) string { return h.post(path, body, headers...).code(t) }
	query := "/kapi/v2/open/third_app/query"
	for name, code := range map[string]string{
		"accesstoken":  in(query, "accesstoken", token),
		"access_token": in(query, "access_token", token),
		"AccessToken":  in(query, "AccessToken", token),
		"URL":          in(query + "?access_token=" + token),
	} {
		if code != "0" {
			t.Errorf("%s: %s", name, code)
		}
	}
	if code := in(query, "Authorization", "Bearer "+token); code != "401" {
		t.Errorf("bearer: %s", code)
	}
	h.clock.advance(time.Second)
	h.post("/api/logout.do", `{"access_token":"`+token+`"}`)
	if code := in(query, "accesstoken", token); code != "401" {
		t.Errorf("after logout: %s", code)
	}
}

func TestEnhancedTokenOnlyInHeader(t *testing.T) {
	h := ensured(t, "6.0.1")
	token := h.token()
	if code := h.post("/kapi/v2/open/third_app/query", `{"data":{},"pageSize":1}`, "access_token", token).code(t); code != "0" {
		t.Errorf("header: %s", code)
	}
	escaped := regexp.MustCompile(`\+`).ReplaceAllString(token, "%2B")
	if code := h.post("/kapi/v2/open/third_app/query?access_token="+escaped, `{"data":{},"pageSize":1}`).code(t); code != "401" {
		t.Errorf("URL: %s", code)
	}
}

func TestAppTokenIsNoAccessToken(t *testing.T) {
	h := ensured(t, "5.0.011")
	appToken := regexp.MustCompile(`"app_token":"([^"]*)"`).FindStringSubmatch(h.post("/api/getAppToken.do", appTokenBody()).body)[1]
	if code := h.call(appToken, "open/third_app/query", `{}`).code(t); code != "401" {
		t.Error(code)
	}
}
