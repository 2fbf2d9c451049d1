package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestGetTokenRefuses(t *testing.T) {
	tests := []struct {
		name, version string
		byHand        string // change of the app
		pairs         []string
		code, message string
	}{
		{"no client", "6.0.1", "", []string{"client_id", ""}, "603", "client_id为空"},
		{"no secret", "6.0.1", "", []string{"client_secret", ""}, "603", "client_secret为空"},
		{"no user", "6.0.1", "", []string{"username", ""}, "603", "username为空"},
		{"no nonce", "6.0.1", "", []string{"nonce", ""}, "603", "nonce为空"},
		{"no timestamp", "6.0.1", "", []string{"timestamp", ""}, "603", "timestamp为空"},
		{"no account", "6.0.1", "", []string{"accountId", ""}, "603", "accountId为空"},
		{"wrong account", "6.0.1", "", []string{"accountId", "7"}, "603", textWrongAccount},
		{"wrong secret", "6.0.1", "", []string{"client_secret", "x"}, "401", "第三方应用（client_id）或AccessToken密钥（client_secret）不正确, 第 1 次密钥验证失败"},
		{"unknown app", "6.0.1", "", []string{"client_id", "xxx"}, "401", "第三方应用client_id：xxx在系统中不存在或未启用"},
		{"disabled app", "6.0.1", `{"enable":"0"}`, nil, "401", "第三方应用client_id：deployer在系统中不存在或未启用"},
		{"unknown user", "6.0.1", "", []string{"username", "nobody"}, "603", "username：用户无效或不可用"},
		{"not an agent", "6.0.1", `{"isagencyuser":"1"}`, nil, "603", "第三方应用（client_id）的代理用户为空或userName不在代理用户中。"},
		{"not enhanced", "6.0.1", `{"isenhancetoken":"0"}`, nil, "401", textNotEnhanced},
		{"not there before 6.0.1", "6.0.0", "", nil, "401", "未经授权的访问"},
		{"late", "6.0.1", "", []string{"timestamp", "2025-11-03 08:54:59"}, "603", textTimestamp},
		{"early", "6.0.1", "", []string{"timestamp", "2025-11-03 09:05:01"}, "603", textTimestamp},
		{"clock of UTC", "6.0.1", "", []string{"timestamp", "2025-11-03 01:00:00"}, "603", textTimestamp},
		{"no time", "6.0.1", "", []string{"timestamp", "yesterday"}, "603", textTimestampForm},
		{"Z before 7.0.13", "7.0.12", "", []string{"timestamp", "2025-11-03T01:00:00.000Z"}, "603", textTimestampForm},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newServer(t)
			h.ensure(tt.version, func(want *Tenant) { want.Enhanced = true })
			if tt.byHand != "" {
				h.byHand("third_app", `[{"number":"`+appID+`",`+tt.byHand[1:]+`]`)
			}
			r := h.post("/kapi/oauth2/getToken", h.oauthBody(tt.pairs...))
			if r.code(t) != tt.code || r.message(t) != tt.message {
				t.Errorf("got %s, want %s %s", r.body, tt.code, tt.message)
			}
		})
	}
}

func TestGetTokenTimestamps(t *testing.T) {
	tests := []struct{ name, version, timestamp string }{
		{"server's wall clock", "6.0.1", "2025-11-03 09:00:00"},
		{"five minutes late", "6.0.1", "2025-11-03 08:55:00"},
		{"five minutes early", "6.0.1", "2025-11-03 09:05:00"},
		{"milliseconds", "6.0.1", fmt.Sprint(timeZero.UnixMilli())},
		{"UTC", "7.0.13", "2025-11-03T01:00:00.009Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { ensured(t, tt.version).token("timestamp", tt.timestamp) })
	}
}

func TestGetTokenAccountInHeader(t *testing.T) {
	h := ensured(t, "6.0.1")
	if r := h.post("/kapi/oauth2/getToken", h.oauthBody("accountId", ""), "accountId", account); r.code(t) != "0" {
		t.Error(r.body)
	}
}

func TestIDTokenOnlyWithJWT(t *testing.T) {
	h := ensured(t, "6.0.1")
	if r := h.post("/kapi/oauth2/getToken", h.oauthBody()); strings.Contains(r.body, "id_token") {
		t.Error(r.body)
	}
}

func TestGetTokenWantsPost(t *testing.T) {
	h := ensured(t, "6.0.1")
	if r := h.must(http.MethodGet, h.url+"/ierp/kapi/oauth2/getToken", ""); r.code(t) != "405" {
		t.Error(r.body)
	}
}

func TestNonceOnce(t *testing.T) {
	h := ensured(t, "6.0.1")
	h.token("nonce", "1")
	r := h.post("/kapi/oauth2/getToken", h.oauthBody("nonce", "1"))
	if r.code(t) != "603" || r.message(t) != "本次参数nonce:1已经调用过了，不需要重复调用。" {
		t.Error(r.body)
	}
}

func TestFiveStrikes(t *testing.T) {
	h := ensured(t, "6.0.1")
	try := func(secret string) response {
		return h.post("/kapi/oauth2/getToken", h.oauthBody("client_secret", secret))
	}
	for n := 1; n <= 4; n++ {
		if r := try("wrong"); r.message(t) != fmt.Sprintf(textStrike, n) {
			t.Fatalf("strike %d: %s", n, r.body)
		}
	}
	h.post("/kapi/oauth2/getToken", h.oauthBody("client_id", "nobody"))
	if r := try("wrong"); r.message(t) != textLocked {
		t.Fatalf("strike 5: %s", r.body)
	}
	if r := try(secret); r.code(t) != "401" || r.message(t) != textLocked {
		t.Errorf("locked: %s", r.body)
	}
	h.clock.advance(179 * time.Second)
	if r := try(secret); r.message(t) != textLocked {
		t.Errorf("after 179 s: %s", r.body)
	}
	h.clock.advance(time.Second)
	if r := try("wrong"); r.message(t) != fmt.Sprintf(textStrike, 1) {
		t.Errorf("after 180 s: %s", r.body)
	}
	if r := try(secret); r.code(t) != "0" {
		t.Errorf("after 180 s: %s", r.body)
	}
}

func TestSuccessClearsStrikes(t *testing.T) {
	h := ensured(t, "6.0.1")
	for range 3 {
		for range 4 {
			h.post("/kapi/oauth2/getToken", h.oauthBody("client_secret", "wrong"))
		}
		h.token()
		h.clock.advance(time.Minute)
	}
}

func TestThirtyTokensAMinute(t *testing.T) {
	h := ensured(t, "6.0.1")
	for range 30 {
		h.token()
	}
	h.clock.advance(59 * time.Second)
	if r := h.post("/kapi/oauth2/getToken", h.oauthBody()); r.code(t) != "429" {
		t.Errorf("the 31st: %s", r.body)
	}
	h.clock.advance(time.Second)
	h.token()
}

func TestAgentUser(t *testing.T) {
	h := ensured(t, "6.0.1")
	h.byHand("third_app", `[{"number":"`+appID+`","isagencyuser":"1","t_open_3rdapps_agency":["`+person+`"]}]`)
	h.token()
}

func TestTokenLivesTwoHours(t *testing.T) {
	h := ensured(t, "6.0.1")
	token := h.token()
	h.clock.advance(2*time.Hour - time.Millisecond)
	h.rows(token, "open/third_app/query", `{}`)
	h.clock.advance(time.Millisecond)
	if r := h.call(token, "open/third_app/query", `{}`); r.code(t) != "401" {
		t.Error(r.body)
	}
}

func TestWithdraw(t *testing.T) {
	h := ensured(t, "6.0.1")
	token := h.token()
	about := func(secret, token, hint string) string {
		h.nonce++
		return fmt.Sprintf(`{"client_id":%q,"client_secret":%q,"token_type_hint":%q,"token":%q,"accountId":%q,"nonce":"w%d","timestamp":%q}`,
			appID, secret, hint, token, account, h.nonce, clock(h.clock.Now()))
	}
	tests := []struct{ name, body, code, message string }{
		{"wrong secret", about("x", token, "access_token"), "401", "不正确的第三方应用编码client_id或client_secret"},
		{"unknown hint", about(secret, token, "x"), "603", textTokenType},
		{"unknown token", about(secret, "x", "access_token"), "611", "AccessToken verify failed"},
		{"token of another kind", about(secret, token, "id_token"), "611", "AccessToken verify failed"},
		{"right", about(secret, token, "access_token"), "0", "true"},
		{"again", about(secret, token, "access_token"), "611", "AccessToken verify failed"},
	}
	for _, tt := range tests {
		if r := h.post("/kapi/oauth2/withdrawToken", tt.body); r.code(t) != tt.code || r.message(t) != tt.message {
			t.Errorf("%s: %s", tt.name, r.body)
		}
	}
	if r := h.call(token, "open/third_app/query", `{}`); r.code(t) != "401" {
		t.Errorf("a withdrawn token still works: %s", r.body)
	}
}
