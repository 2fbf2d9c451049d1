package cosmic

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

func oldFlow(o *Options) { o.Environment.Auth.Flow = engine.FlowLogin }

func TestTokenFlows(t *testing.T) {
	tests := []struct {
		name     string
		enhanced bool
		change   func(*Options)
		want     []string
	}{
		{"enhanced", true, func(*Options) {}, []string{getTokenPath, queryPath}},
		{"old by version", false, func(o *Options) { o.Environment.Version = "5.0" },
			[]string{"/ierp/api/getAppToken.do", "/ierp/api/login.do", queryPath}},
		{"old by flow", false, oldFlow, []string{"/ierp/api/getAppToken.do", "/ierp/api/login.do", queryPath}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.enhanced = tt.enhanced
			f.fill("third_app", 1)
			c, _ := f.tenant(tt.change)
			if l := mustList(t, c); len(l.Rows) != 1 || l.Doubt != "" {
				t.Errorf("got %+v", l)
			}
			if d := cmp.Diff(tt.want, f.paths()); d != "" {
				t.Error(d)
			}
			if c.Requests() != int64(len(tt.want)) {
				t.Errorf("counted %d requests", c.Requests())
			}
		})
	}
}

func TestTokenRequestOfEachFlow(t *testing.T) {
	f := newFake(t)
	c, clock := f.tenant()
	mustList(t, c)
	body := f.sent(getTokenPath)[0].Body
	if nonce := text(body["nonce"]); len(nonce) != 32 {
		t.Errorf("nonce %q", nonce)
	}
	delete(body, "nonce")
	want := map[string]any{
		"client_id": "cosmicctl", "client_secret": testSecret, "username": "zhangSan", "accountId": testAccount,
		"language": "zh_CN", "timestamp": "1700000000000",
	}
	if d := cmp.Diff(want, body); d != "" {
		t.Error(d)
	}
	_ = clock

	f = newFake(t)
	f.enhanced = false
	c, _ = f.tenant(oldFlow)
	mustList(t, c)
	want = map[string]any{"appId": "cosmicctl", "appSecuret": testSecret, "tenantid": "demo", "accountId": testAccount, "language": "zh_CN"}
	if d := cmp.Diff(want, f.sent("/ierp/api/getAppToken.do")[0].Body); d != "" {
		t.Error(d)
	}
	want = map[string]any{"user": "zhangSan", "apptoken": testAccount + "_token1", "tenantid": "demo", "accountId": testAccount, "usertype": "UserName"}
	if d := cmp.Diff(want, f.sent("/ierp/api/login.do")[0].Body); d != "" {
		t.Error(d)
	}
}

func TestSecretNameOfOldFlow(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant(oldFlow, func(o *Options) { o.SecretName = "appSecret" })
	listError(t, c)
	if b := f.sent("/ierp/api/getAppToken.do")[0].Body; b["appSecret"] != testSecret || b["appSecuret"] != nil {
		t.Errorf("sent %v", b)
	}
}

func TestLifeOfToken(t *testing.T) {
	now := time.UnixMilli(1708414721911)
	tests := []struct {
		name string
		data map[string]any
		want time.Duration
	}{
		{"vendor's expires_in", map[string]any{"expires_in": "7199977"}, 7199977 * time.Millisecond},
		{"vendor's expire_time", map[string]any{"expire_time": "1708414785680"}, 63769 * time.Millisecond},
		{"nothing said", nil, unknownLife},
		{"past by this clock", map[string]any{"expire_time": "1708414721910"}, unknownLife},
		{"absurd", map[string]any{"expires_in": "9223372036854775807"}, 365 * 24 * time.Hour},
		{"not a number", map[string]any{"expires_in": "soon"}, unknownLife},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := life(tt.data, now); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestReadToken(t *testing.T) {
	tests := []struct {
		name, data string
		want       string // the token, or else the error
	}{
		{"old flow", `{"access_token":"t","success":true,"error_code":"0"}`, "t"},
		{"enhanced", `{"access_token":"t"}`, "t"},
		{"flag as text", `{"access_token":"t","success":"true"}`, "t"},
		{"token beside a code", `{"access_token":"t","success":true,"error_code":"7","error_desc":"x"}`, "7: x"},
		{"token beside a failure", `{"access_token":"t","success":false,"error_code":"0","error_desc":"x"}`, ": x"},
		{"success without a token", `{"success":true,"error_code":"0"}`, ": "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := decodeObject([]byte(tt.data))
			if err != nil {
				t.Fatal(err)
			}
			tok, e := readToken(m, "access_token", time.Time{})
			got := ""
			if e != nil {
				got = e.Code + ": " + e.Message
			} else {
				got = tok.value
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
