package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const twoCentres = `"/ierp":{"accountId":"` + account + `","accountNumber":"demo","accountName":"演示","version":"%s",
	"dataCentres":[{"accountId":"7","accountNumber":"test","accountName":"测试"}],
	"users":["` + person + `"],"rows":{"third_app":[{"number":"` + appID + `","syspwd":"` + secret + `","isenhancetoken":%t}]}}`

func TestSeveralDataCentres(t *testing.T) {
	h := newServer(t)
	h.seed(fmt.Sprintf(twoCentres, "6.0.14", true))
	sameBytes(t, `[{"accountId":"7","accountNumber":"test","accountName":"测试"},{"accountId":"`+account+`","accountNumber":"demo","accountName":"演示"}]`,
		h.must(http.MethodGet, h.url+"/ierp/auth/getAllDatacenters.do", "").body)
	h.token()
	for id, want := range map[string]string{"7": fmt.Sprintf(textNoClient, appID), "8": textWrongAccount} {
		if r := h.post("/kapi/oauth2/getToken", h.oauthBody("accountId", id)); r.message(t) != want {
			t.Errorf("%s: %s", id, r.body)
		}
	}
}

func TestSeveralDataCentresOldFlow(t *testing.T) {
	h := newServer(t)
	h.seed(fmt.Sprintf(twoCentres, "5.0", false))
	app := func(id string) response {
		return h.post("/api/getAppToken.do", fmt.Sprintf(`{"appId":%q,"appSecret":%q,"accountId":%q}`, appID, secret, id))
	}
	h.oldToken()
	if r := app("7"); r.message(t) != textWrongAppOld {
		t.Error(r.body)
	}
	if r := app("8"); r.message(t) != textLoginParameter {
		t.Error(r.body)
	}
	token := app(account).object(t)["data"].(map[string]any)["app_token"]
	r := h.post("/api/login.do", fmt.Sprintf(`{"user":%q,"usertype":"UserName","apptoken":%q,"accountId":"7"}`, person, token))
	if r.message(t) != textLoginParameter {
		t.Error(r.body)
	}
}

func TestUserLanguage(t *testing.T) {
	h := ensured(t, "7.0")
	ask := func() {
		t.Helper()
		for _, path := range []string{"/getUserLanguage.do", "/api/login/getUserLanguage.do"} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				r := h.must(method, h.url+"/ierp"+path, "")
				want := `{"language":"English"}`
				if user := h.s.tenant("/ierp").tables["bos_user"].first("username", h.s.tenant("/ierp").settings.ConsoleUser); user != nil {
					want = `{"language":"English","userId":"` + account + `_` + formatID(user.id) + `"}`
				}
				sameBytes(t, want, r.body)
			}
		}
	}
	ask()
	h.settings(`{"consoleUser":"` + person + `"}`)
	ask()
	if r := h.must(http.MethodGet, h.url+"/ierp/getUserLanguage.do", ""); !strings.Contains(r.body, `"userId":"`+account+`_1700000000000000`) {
		t.Error(r.body)
	}
	if r := h.must(http.MethodPut, h.url+"/ierp/getUserLanguage.do", ""); r.message(t) != textIllegal {
		t.Error(r.body)
	}
}

func TestDataCentreMistakes(t *testing.T) {
	h := newServer(t)
	for _, list := range []string{`[{}]`, `[{"accountId":"1"}]`, `[{"accountId":"2"},{"accountId":"2"}]`} {
		err := h.s.Seed([]byte(`{"formatVersion":1,"tenants":{"":{"accountId":"1","version":"6.0","dataCentres":` + list + `}}}`))
		if err == nil || !strings.Contains(err.Error(), "is empty or listed twice") {
			t.Errorf("%s: %v", list, err)
		}
	}
}
