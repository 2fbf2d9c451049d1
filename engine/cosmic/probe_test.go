package cosmic

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

const (
	probedSecret = "Pr0bed-secret-of-an-app"
	appTokenPath = "/ierp/api/getAppToken.do"
)

// says makes a fake answer token requests for an app, and nothing else, in a way
// of its own.
func (f *fake) says(app string, status int, body string) {
	f.on(func(w http.ResponseWriter, _ *http.Request, n int) bool {
		f.mu.Lock()
		b := f.requests[n-1].Body
		f.mu.Unlock()
		if b["client_id"] != app && b["appId"] != app {
			return false
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
		return true
	})
}

func TestProbe(t *testing.T) {
	enhanced := func(code, message string) string {
		return `{"status": false, "errorCode": "` + code + `", "message": "` + message + `"}`
	}
	tests := []struct {
		name   string
		old    bool
		status int
		body   string
		want   engine.SecretState
	}{
		{"accepted", false, 200, `{"data":{"access_token":"OPENAPIAUTH_x","expires_in":"7199977"},"errorCode":"0","status":true}`, engine.SecretSame},
		{"wrong", false, 200, enhanced("401", "不正确的第三方应用编码client_id或client_secret"), engine.SecretRefused},
		{"wrong for the third time", false, 200, enhanced("401", "第三方应用（client_id）或AccessToken密钥（client_secret）不正确, 第 3 次密钥验证失败"), engine.SecretRefused},
		{"wrong as an HTTP status", false, 401, enhanced("401", "不正确的第三方应用编码client_id或client_secret"), engine.SecretRefused},
		{"locked", false, 200, enhanced("401", "不正确的第三方应用编码client_id或client_secret，访问错误已连续5次，该账号登录已锁定，请在180秒后再试。"), engine.SecretUnknown},
		{"off or not there", false, 200, enhanced("", "第三方应用client_id：A在系统中不存在或未启用"), engine.SecretUnknown},
		{"the user is not one of its agents", false, 200, enhanced("603", "第三方应用（client_id）的代理用户为空或userName不在代理用户中。"), engine.SecretUnknown},
		{"another account", false, 200, enhanced("603", "accountId不正确"), engine.SecretUnknown},
		{"a gateway's 401", false, 401, `Unauthorized`, engine.SecretUnknown},
		{"busy", false, 200, enhanced("429", "too many"), engine.SecretUnknown},
		{"a page", false, 404, `<html>404</html>`, engine.SecretUnknown},
		{"down", false, 503, enhanced("503", "client_secret不正确"), engine.SecretUnknown},
		{"no token", false, 200, `{"data":{},"errorCode":"0","status":true}`, engine.SecretUnknown},
		{"accepted in the old flow", true, 200, `{"data":{"app_token":"x","success":true,"error_code":"0","expire_time":1},"state":"success","status":true}`, engine.SecretSame},
		{"wrong in the old flow", true, 200, `{"state":"error","errorCode":"login.loginBizException","errorMsg":"不正确的第三方appId或appSecuret!"}`, engine.SecretRefused},
		{"wrong in the old flow, in newer words", true, 200, `{"data":{"success":false,"error_code":"1","error_desc":"第三方应用ID或应用密钥不正确。"},"state":"success","status":true}`, engine.SecretRefused},
		{"not in the old flow", true, 200, `{"data":{"success":false,"error_code":"1","error_desc":"只能使用增强型Token"},"state":"success","status":true}`, engine.SecretUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.says("A", tt.status, tt.body)
			c, clock := f.tenant()
			login := engine.Login{App: "A", Secret: engine.NewSecret(probedSecret), Enhanced: !tt.old}
			if got := c.Probe(t.Context(), login); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if again := c.Probe(t.Context(), login); again != engine.SecretUnknown {
				t.Errorf("asked again: %q", again)
			}
			login.Written = true
			if got := c.Probe(t.Context(), login); got != tt.want {
				t.Errorf("after a write: got %q, want %q", got, tt.want)
			}
			path := map[bool]string{false: getTokenPath, true: appTokenPath}[tt.old]
			if d := cmp.Diff([]string{path, path}, f.paths()); d != "" || len(clock.slept) > 0 {
				t.Errorf("not one request each, or a pause: %s%v", d, clock.slept)
			}
			if text := c.censor.text("x " + probedSecret + " x"); strings.Contains(text, probedSecret) {
				t.Error("a message may show the secret")
			}
		})
	}
}

func TestProbeSaysWhoAsks(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	c.Probe(t.Context(), engine.Login{App: "A", Secret: engine.NewSecret(probedSecret), Enhanced: true})
	c.Probe(t.Context(), engine.Login{App: "B", Secret: engine.NewSecret(probedSecret)})
	b := f.sent(getTokenPath)[0].Body
	if b["client_id"] != "A" || b["client_secret"] != probedSecret || b["username"] != "zhangSan" || b["accountId"] != testAccount || b["nonce"] == "" {
		t.Errorf("sent %v", b)
	}
	b = f.sent(appTokenPath)[0].Body
	if b["appId"] != "B" || b["appSecuret"] != probedSecret || b["accountId"] != testAccount {
		t.Errorf("sent %v", b)
	}
}

// A request that fails on the way is not repeated either: the server may have
// counted it.
func TestProbeIsNeverRepeated(t *testing.T) {
	f := newFake(t)
	f.on(func(http.ResponseWriter, *http.Request, int) bool { panic(http.ErrAbortHandler) })
	c, _ := f.tenant()
	if got := c.Probe(t.Context(), engine.Login{App: "A", Secret: engine.NewSecret(probedSecret), Enhanced: true}); got != engine.SecretUnknown {
		t.Errorf("got %q", got)
	}
	if n := len(f.paths()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// Goroutines that ask about one app at the same time send one request.
func TestProbeOnceAtATime(t *testing.T) {
	f := newFake(t)
	f.says("A", 200, `{"status": false, "errorCode": "401", "message": "client_secret不正确"}`)
	c, _ := f.tenant()
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			c.Probe(t.Context(), engine.Login{App: "A", Secret: engine.NewSecret(probedSecret), Enhanced: true})
		})
	}
	wg.Wait()
	if n := len(f.paths()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// A wrong secret of the client's own app would lock the client out.
func TestProbeOfTheOwnApp(t *testing.T) {
	tests := []struct {
		name   string
		secret string
		fault  error
		want   engine.SecretState
	}{
		{"the same", testSecret, nil, engine.SecretSame},
		{"another", probedSecret, nil, engine.SecretRefused},
		{"none", "", nil, engine.SecretUnknown},
		{"the client has none itself", testSecret, errors.New("not set"), engine.SecretUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			c, _ := f.tenant(func(o *Options) {
				if tt.fault != nil {
					o.Secret = secretsOf(nil)
				}
			})
			if got := c.Probe(t.Context(), engine.Login{App: "cosmicctl", Secret: engine.NewSecret(tt.secret), Enhanced: true}); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, s := range f.sent(getTokenPath) {
				if s.Body["client_secret"] != testSecret {
					t.Error("the other secret was sent")
				}
			}
		})
	}
}
