package cosmic

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

// The example answers of the vendor, word for word (facts page §1.2, §1.3,
// §2.2, §2.3, §2.4).
const (
	vendorAppToken  = `{"data":{"app_token":"e42bf075-…","success":true,"error_desc":"","expire_time":1708414721911,"error_code":"0"},"state":"success","status":true}`
	vendorLogin     = `{"data":{"access_token":"<accountId>_<random>","success":true,"error_desc":"","expire_time":1708414785680,"error_code":"0"},"state":"success","status":true}`
	vendorGetToken  = `{"data":{"access_token":"OPENAPIAUTH_<base64>","token_type":"Bearer","refresh_token":"<uuid>","scope":"API","expires_in":"7199977","id_token":"OPENAPIAUTH_…","id_token_expires_in":"7199977","language":"zh_CN"},"errorCode":"0","message":"","status":true}`
	vendorQuery     = `{"data":{"filter":"[number = 'CQJC']","lastPage":true,"pageNo":1,"pageSize":10,"rows":[{"id":"968563370657601536","number":"KDC"}],"totalCount":1},"errorCode":"0","message":null,"status":true}`
	vendorSave      = `{"data":{"failCount":"0","result":[{"billIndex":0,"billStatus":true,"errors":[],"id":"1698490236113273856","keys":{"number":"Sup-001012"},"number":"Sup-001012","type":"Update"}],"successCount":"1"},"errorCode":"0","message":null,"status":true}`
	vendorSave1     = `{"data":{"success":true,"billCount":1,"successPkIds":[123],"billNos":{"123":"…"},"validateResult":{"validateErrors":[],"success":true,"message":"","errorPkIds":[],"errorDataIndexs":[]},"allErrorOrValidateInfo":[],"allErrorInfo":[]},"success":true,"errorCode":"success","message":null}`
	vendorQuery1    = `{"success":"true","data":{"count":1,"header":[{"name":"n","caption":"c","type":"t"}],"rows":[["…"]]}}`
	vendorForbidden = `{"success": false, "errorCode": "403", "message": "该第三方应用没有此接口访问权限"}`
)

// vendor answers every API with the vendor's example.
func vendor(f *fake) fakeFault {
	return func(w http.ResponseWriter, r *http.Request, _ int) bool {
		examples := map[string]string{
			"/ierp/api/getAppToken.do": vendorAppToken, "/ierp/api/login.do": vendorLogin,
			getTokenPath: vendorGetToken, queryPath: vendorQuery, savePath: vendorSave,
			"/ierp/kapi/v2/open/third_app/forbid": vendorForbidden,
		}
		body, ok := examples[r.URL.Path]
		if ok {
			w.Write([]byte(body))
		}
		return ok
	}
}

func TestVendorsExamples(t *testing.T) {
	f := newFake(t)
	f.on(vendor(f))
	c, _ := f.tenant()
	l := mustList(t, c)
	want := &engine.Listing{Rows: []map[string]any{{"id": "968563370657601536", "number": "KDC"}}}
	if d := cmp.Diff(want, l); d != "" {
		t.Error(d)
	}
	got, err := write(t, c, saveOne("Sup-001012"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]engine.Outcome{{OK: true, ID: "1698490236113273856"}}, got); d != "" {
		t.Error(d)
	}
	_, err = write(t, c, engine.Write{Op: "forbid", IDs: []string{"1"}})
	if e := asError(t, err); e.Error() != `tenant "acme": third_app forbid: errorCode 403: 该第三方应用没有此接口访问权限` || e.Hint() != engine.WayOf(TrapNotListed) {
		t.Errorf("got %v", e)
	}
	if got := f.sent(queryPath)[0].Header.Get("accesstoken"); got != "OPENAPIAUTH_<base64>" {
		t.Errorf("token %q", got)
	}
}

func TestVendorsExamplesOfTheOldFlow(t *testing.T) {
	f := newFake(t)
	f.on(vendor(f))
	c, clock := f.tenant(oldFlow)
	clock.time = time.UnixMilli(1708414721911 - 7_200_000)
	mustList(t, c)
	clock.pass(time.Hour)
	mustList(t, c)
	if n := len(f.sent("/ierp/api/login.do")); n != 1 {
		t.Errorf("%d logins", n)
	}
	if got := f.sent(queryPath)[0].Header.Get("accesstoken"); got != "<accountId>_<random>" {
		t.Errorf("token %q", got)
	}
}

// Refusals of a login in the vendor's and in the field's words.
func TestVendorsLoginRefusals(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"wrong secret", `{"errorCode":"401","message":"不正确的第三方应用编码client_id或client_secret","status":false}`,
			`tenant "acme": getToken: errorCode 401: 不正确的第三方应用编码client_id或client_secret`},
		{"nonce", `{"errorCode":"603","message":"本次参数nonce:1已经调用过了，不需要重复调用。","status":false}`,
			`tenant "acme": getToken: errorCode 603: 本次参数nonce:1已经调用过了，不需要重复调用。`},
		{"no code", `{"message":"第三方应用client_id：xxx在系统中不存在或未启用","status":false}`,
			`tenant "acme": getToken: 第三方应用client_id：xxx在系统中不存在或未启用`},
		{"older text", `{"state":"error","errorCode":"login.loginBizException","errorMsg":"不正确的第三方appId或appSecuret!"}`,
			`tenant "acme": getToken: errorCode login.loginBizException: 不正确的第三方appId或appSecuret!`},
		{"no token", `{"data":{},"errorCode":"0","status":true}`, `tenant "acme": getToken: the answer holds no access_token`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.on(func(w http.ResponseWriter, _ *http.Request, _ int) bool {
				w.Write([]byte(tt.body))
				return true
			})
			c, _ := f.tenant()
			if e := listError(t, c); e.Error() != tt.want {
				t.Errorf("got %v", e)
			}
		})
	}
}

// A token that the vendor's documentation shows inside a message is struck
// out, also when it is quoted for JSON or for a URL.
func TestTokensInMessages(t *testing.T) {
	token := "OPENAPIAUTH_" + base64.StdEncoding.EncodeToString([]byte("a+b/c?>~\xff\xfe"))
	f := newFake(t)
	f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path == getTokenPath {
			w.Write([]byte(`{"data":{"access_token":"` + token + `"},"errorCode":"0","status":true}`))
			return true
		}
		w.Write([]byte(`{"errorCode":"500","message":"bad ` + token + ` of ` + testSecret + `","status":false}`))
		return true
	})
	c, _ := f.tenant()
	if e := listError(t, c); e.Message != "bad (secret) of (secret)" {
		t.Errorf("got %v", e)
	}
}
