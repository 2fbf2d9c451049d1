package sandbox

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The vendor's documented answers, byte for byte. Where an example holds something drawn at random, the drawn text is put
// into the example before the comparison.

// sameBytes compares an answer with an example whose « » stand for random text of that shape.
func sameBytes(t *testing.T, example, got string) {
	t.Helper()
	pattern := regexp.MustCompile(`«[^»]*»`)
	parts := pattern.Split(example, -1)
	shapes := pattern.FindAllString(example, -1)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	var full strings.Builder
	for i, part := range parts {
		full.WriteString(part)
		if i < len(shapes) {
			full.WriteString(strings.Trim(shapes[i], "«»"))
		}
	}
	if !regexp.MustCompile("^" + full.String() + "$").MatchString(got) {
		t.Errorf("not the documented answer:\n%s", cmp.Diff(example, got))
	}
}

const uuidShape = `«[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}»`

func TestVendorOldLogin(t *testing.T) {
	h := ensured(t, "5.0.011")
	h.clock.now = time.UnixMilli(1708414721911).Add(-2 * time.Hour)
	r := h.post("/api/getAppToken.do", `{"appId":"`+appID+`","appSecret":"`+secret+`","tenantid":"","accountId":"`+account+`","language":"zh_CN"}`)
	sameBytes(t, `{"data":{"app_token":"`+uuidShape+`","success":true,"error_desc":"","expire_time":1708414721911,"error_code":"0"},"state":"success","status":true}`, r.body)
	token := regexp.MustCompile(`"app_token":"([^"]*)"`).FindStringSubmatch(r.body)[1]

	h.clock.now = time.UnixMilli(1708414785680).Add(-2 * time.Hour)
	h.byHand("bos_user", `[{"number":"`+person+`","phone":"13800000000"}]`)
	r = h.post("/api/login.do", `{"user":"13800000000","apptoken":"`+token+`","tenantid":"","accountId":"`+account+`","usertype":"Mobile"}`)
	sameBytes(t, `{"data":{"access_token":"`+account+`_«[\w-]+»","success":true,"error_desc":"","expire_time":1708414785680,"error_code":"0"},"state":"success","status":true}`, r.body)
	if got := r.header.Get("Content-Type"); got != mediaJSON {
		t.Errorf("Content-Type %q", got)
	}
}

func TestVendorEnhancedToken(t *testing.T) {
	h := ensured(t, "6.0.1")
	h.byHand("third_app", `[{"number":"`+appID+`","isjwtauth":true}]`)
	h.clock.now = time.Date(2023, 9, 8, 11, 47, 0, 0, zone)
	r := h.post("/kapi/oauth2/getToken", `{"client_id":"`+appID+`","client_secret":"`+secret+`","username":"zhangSan","accountId":"1355633519610561531","language":"zh_CN","nonce":"123","timestamp":"2023-09-08 11:47:00"}`)
	sameBytes(t, `{"data":{"access_token":"OPENAPIAUTH_«[A-Za-z0-9+/]+=*»","token_type":"Bearer","refresh_token":"`+uuidShape+`","scope":"API","expires_in":"7200000","id_token":"OPENAPIAUTH_«[A-Za-z0-9+/]+=*»","id_token_expires_in":"7200000","language":"zh_CN"},"errorCode":"0","message":"","status":true}`, r.body)
	token := regexp.MustCompile(`"access_token":"([^"]*)"`).FindStringSubmatch(r.body)[1]

	h.clock.advance(66_960 * time.Millisecond)
	about := func(nonce, more string) string {
		return fmt.Sprintf(`{"client_id":%q,"token_type_hint":"access_token","token":%q,"accountId":%q,"nonce":%q,"timestamp":%q%s}`,
			appID, token, account, nonce, clock(h.clock.Now()), more)
	}
	r = h.post("/kapi/oauth2/verifyToken", about("v1", ""))
	sameBytes(t, `{"data":{"expires_in":"7133040","active":true,"scope":"API"},"errorCode":"0","message":"","status":true}`, r.body)

	r = h.post("/kapi/oauth2/withdrawToken", about("w1", `,"client_secret":"`+secret+`"`))
	sameBytes(t, `{"data":true,"errorCode":"0","message":"true","status":true}`, r.body)

	r = h.post("/kapi/oauth2/verifyToken", about("v2", ""))
	sameBytes(t, `{"data":null,"errorCode":"612","message":"AccessToken verify failed","status":false}`, r.body)
}

func TestVendorQuery(t *testing.T) {
	h := newServer(t)
	h.ensure("6.0.14", nil)
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"published":{"bdm_org":{"query":{"only":["number"]}}}}`)
	h.byHand("bdm_org", `[{"id":"968563370657601536","number":"CQJC","name":"x"},{"number":"other"}]`)
	r := h.call(h.token(), "bdm/bdm_org/query", `{"data":{"number":"CQJC"},"pageNo":1,"pageSize":10}`)
	sameBytes(t, `{"data":{"filter":"[number = 'CQJC']","lastPage":true,"pageNo":1,"pageSize":10,"rows":[{"id":"968563370657601536","number":"CQJC"}],"totalCount":1},"errorCode":"0","message":null,"status":true}`, r.body)
}

func TestVendorSave(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("bdm_org", `[{"id":"1698490236113273856","number":"Sup-001012"}]`)
	r := h.call(h.token(), "bdm/bdm_org/save", `{"data":[{"number":"Sup-001012","name":"new"}]}`)
	sameBytes(t, `{"data":{"failCount":"0","result":[{"billIndex":0,"billStatus":true,"errors":[],"id":"1698490236113273856","keys":{"number":"Sup-001012"},"number":"Sup-001012","type":"Update"}],"successCount":"1"},"errorCode":"0","message":null,"status":true}`, r.body)
}

func TestVendorDataCentres(t *testing.T) {
	h := newServer(t)
	h.seed(`"/ierp":{"accountId":"1","accountNumber":"demo","accountName":"演示","version":"6.0"}`)
	want := `[{"accountId":"1","accountNumber":"demo","accountName":"演示"}]`
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		sameBytes(t, want, h.must(method, h.url+"/ierp/auth/getAllDatacenters.do", `{"client_id":"x"}`).body)
	}
}

func TestVendorErrors(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	failed := func(code, message string) string {
		return fmt.Sprintf(`{"data":null,"errorCode":%q,"message":%q,"status":false}`, code, message)
	}
	tests := []struct{ name, token, path, body, want string }{
		{"no token", "", "open/third_app/query", `{}`, failed("401", "未经授权的访问")},
		{"no token, no API", "", "open/nothing/query", `{}`, failed("401", "未经授权的访问")},
		{"no API", token, "open/nothing/query", `{}`, failed("404", "Cannot found OpenAPI(or disabled)")},
		{"another app's segment", token, "base/third_app/query", `{}`, failed("404", "Cannot found OpenAPI(or disabled)")},
		{"no data", token, "open/third_app/query", `{"pageSize":10}`, failed("400", "请求参数没有 data 数据。")},
		{"data is a list", token, "open/third_app/query", `{"data":[],"pageSize":10}`, failed("400", "请求参数没有 data 数据。")},
		{"pageSize in data", token, "open/third_app/query", `{"data":{"pageSize":10}}`, failed("400", "页大小pageSize不能为空。")},
		{"save without data", token, "open/third_app/save", `{}`, failed("400", "请求参数没有 data 数据。")},
		{"not JSON", token, "open/third_app/save", `{`, failed("400", "请求参数错误")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := h.call(tt.token, tt.path, tt.body)
			if r.status != http.StatusOK {
				t.Errorf("HTTP %d", r.status)
			}
			sameBytes(t, tt.want, r.body)
		})
	}
}

func TestVendorMissingContext(t *testing.T) {
	h := ensured(t, "6.0.14")
	for _, path := range []string{"/wrong/kapi/oauth2/getToken", "/kapi/oauth2/getToken", "/ierp/index.html", "/ierp/api/other.do"} {
		r := h.must(http.MethodPost, h.url+path, `{}`)
		if r.status != http.StatusNotFound || !strings.Contains(r.body, "<h1>404 Not Found</h1>") || r.header.Get("Content-Type") != mediaHTML {
			t.Errorf("%s: HTTP %d %s", path, r.status, r.body)
		}
	}
}
