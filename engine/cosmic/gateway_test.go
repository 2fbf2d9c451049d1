package cosmic

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"cosmicctl/engine"
)

const gatewayPath = "/ierp" + pathGateway

// askGateway asks a gateway that answers like this, with a codec of that password.
func askGateway(t *testing.T, password string, status int, body string) (GatewayAnswer, *fake) {
	t.Helper()
	f := newFake(t)
	f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path != gatewayPath {
			return false
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
		return true
	})
	c, _ := f.tenant(func(o *Options) { o.OneLogin = true })
	return c.QueryGateway(t.Context(), "ERP01", codec(t, password)), f
}

func gatewayRefusal(code, message string) string {
	b, _ := json.Marshal(map[string]any{"errorCode": code, "message": message, "success": false, "status": false})
	return string(b)
}

func TestGatewayAnswers(t *testing.T) {
	const plain = "eyJhIjoxfQ==" // {"a":1}
	tests := []struct {
		name, password string
		status         int
		body           string
		stage          Stage
		want           engine.Code
	}{
		{"data in base64", "", 200, `{"errorCode":"0","success":true,"data":"` + plain + `"}`, Through, DataProven},
		{"data in AES", vectorPassword, 200, `{"errorCode":"0","success":true,"data":"` + vectorText + `"}`, Through, DataProven},
		{"no data in base64", "", 200, `{"errorCode":"0","success":true}`, Through, DataProven},
		{"no data in AES", vectorPassword, 200, `{"errorCode":"0","success":true,"data":""}`, Through, DataUnproven},
		{"no such invoice", "", 200, gatewayRefusal("1001", "流水号不存在"), Through, DataProven},
		{"another key", "another", 200, `{"errorCode":"0","success":true,"data":"` + vectorText + `"}`, AtData, DataOtherKey},
		{"base64 in place of AES", vectorPassword, 200, `{"errorCode":"0","success":true,"data":"` + plain + `"}`, AtData, DataNotEncrypted},
		{"AES in place of base64", "", 200, `{"errorCode":"0","success":true,"data":"` + vectorText + `"}`, AtData, DataEncrypted},
		{"a bare object", "", 200, `{"errorCode":"0","success":true,"data":{"a":1}}`, AtData, DataUnreadable},
		{"no base64", "", 200, `{"errorCode":"0","success":true,"data":"{}"}`, AtData, DataUnreadable},
		{"the gateway cannot decrypt", "", 200, gatewayRefusal("9999", "数据解密失败"), AtData, DataNotRead},
		{"the gateway cannot parse", "", 200, gatewayRefusal("9999", "data is not valid JSON"), AtData, DataNotRead},
		{"an unknown code", "", 200, gatewayRefusal("4", "未知业务系统编码"), AtSystem, SystemUnknown},
		{"an unknown code by its number", "", 200, gatewayRefusal("4", "unknown"), AtSystem, SystemUnknown},
		{"an unknown code by its text", "", 200, gatewayRefusal("9999", "未知业务系统编码"), AtSystem, SystemUnknown},
		{"a disabled code", "", 200, gatewayRefusal("9999", "业务系统已禁用"), AtSystem, SystemOff},
		{"no right to the API", "", 200, `{"success": false, "errorCode": "403", "message": "该第三方应用没有此接口访问权限"}`, AtGateway, GatewayAPIList},
		{"as HTTP status", "", 403, gatewayRefusal("403", "该接口需要第三方应用授权"), AtGateway, GatewayAPIList},
		{"another address", "", 200, gatewayRefusal("403", "IP地址不在白名单中"), AtGateway, GatewayAddress},
		{"another user", "", 200, gatewayRefusal("403", "用户没有此接口的权限"), AtGateway, GatewayUser},
		{"another user, worded as for an app", "", 200, gatewayRefusal("403", "当前用户没有此接口访问权限"), AtGateway, GatewayUser},
		{"forbidden", "", 200, gatewayRefusal("403", "不允许"), AtGateway, GatewayForbidden},
		{"outside of its time", "", 200, gatewayRefusal("403", "当前第三方应用不在启用时间范围内"), AtGateway, GatewayClosed},
		{"blocked", "", 200, gatewayRefusal("403", "该接口运行时应用-sim已被禁止访问"), AtGateway, GatewayClosed},
		{"no token", "", 200, gatewayRefusal("401", "未经授权的访问"), AtGateway, GatewayUnauthorised},
		{"not published", "", 200, gatewayRefusal("404", "Cannot found OpenAPI(or disabled)"), AtGateway, GatewayUnpublished},
		{"repeated", "", 200, gatewayRefusal("10127", "流水号重复"), AtData, GatewayRepeated},
		{"anything else", "", 200, gatewayRefusal("9999", "系统繁忙"), AtGateway, GatewayFailed},
		{"a page", "", 200, "<html></html>", AtGateway, GatewayFailed},
		{"a page that forbids", "", 403, "<html></html>", AtGateway, GatewayIdentity},
		{"a gateway in front", "", 502, "", AtGateway, GatewayFailed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := askGateway(t, tt.password, tt.status, tt.body)
			if got.Stage != tt.stage || got.Code != tt.want {
				t.Errorf("%+v", got)
			}
			if failed := got.Stage != Through && !strings.HasPrefix(string(got.Code), "data-"); failed && got.Err == nil {
				t.Error("no evidence")
			}
		})
	}
}

// What is asked is what the facts page §5.1 says of a request.
func TestGatewayRequest(t *testing.T) {
	_, f := askGateway(t, vectorPassword, 200, `{"errorCode":"0","success":true}`)
	sent := f.sent(gatewayPath)
	if len(sent) != 1 {
		t.Fatalf("%d requests", len(sent))
	}
	body := sent[0].Body
	if id := text(body["requestId"]); len(id) != 16 || strings.Trim(id, "0123456789") != "" {
		t.Errorf("requestId %q", id)
	}
	if body["businessSystemCode"] != "ERP01" || body["interfaceCode"] != "ALLE.INVOICE.QUERY" || len(body) != 4 {
		t.Errorf("%v", body)
	}
	plain, err := codec(t, vectorPassword).Decode(text(body["data"]))
	if err != nil || !strings.Contains(string(plain), "cosmicctl-verify-") {
		t.Errorf("%s, %v", plain, err)
	}
	if sent[0].Header.Get("accesstoken") == "" || strings.Contains(sent[0].URI, "?") {
		t.Errorf("%s %v", sent[0].URI, sent[0].Header)
	}
}

// A token request whose answer is lost may have counted; one that was refused for
// its rate did not.
func TestOneLogin(t *testing.T) {
	tests := []struct {
		name string
		want int
		h    func(w http.ResponseWriter)
	}{
		{"the answer is lost", 1, func(http.ResponseWriter) { panic(http.ErrAbortHandler) }},
		{"a gateway in front", 1, func(w http.ResponseWriter) { w.WriteHeader(502) }},
		{"too many requests", attempts, func(w http.ResponseWriter) { _, _ = w.Write([]byte(gatewayRefusal("429", "请求过多"))) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.on(func(w http.ResponseWriter, _ *http.Request, _ int) bool {
				tt.h(w)
				return true
			})
			c, _ := f.tenant(func(o *Options) { o.OneLogin = true })
			if err := c.Login(t.Context()); err == nil {
				t.Fatal("no error")
			}
			if n := len(f.sent(getTokenPath)); n != tt.want {
				t.Errorf("%d requests, want %d", n, tt.want)
			}
		})
	}
}

// The environment may give the gateway's path.
func TestGatewayPath(t *testing.T) {
	a := address{base: "https://host/ierp", overrides: map[string]map[string]string{"sim": {"openApi": "/kapi/app/other/openApi"}}}
	if got := a.gateway(); got != "https://host/ierp/kapi/app/other/openApi" {
		t.Error(got)
	}
	if got := (address{base: "https://host"}).gateway(); got != "https://host/kapi/app/sim/openApi" {
		t.Error(got)
	}
}
