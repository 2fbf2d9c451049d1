package cosmic

import (
	"testing"
	"unicode/utf8"
)

func TestEnvelope(t *testing.T) {
	tests := []struct {
		name, body string
		ok         bool
		code, text string
	}{
		{"v2", `{"data":{},"errorCode":"0","message":null,"status":true}`, true, "", ""},
		{"nulls left out", `{"data":{},"errorCode":"0","status":true}`, true, "", ""},
		{"empty code", `{"errorCode":"","status":true}`, true, "", ""},
		{"code as a number", `{"errorCode":0,"status":true}`, true, "", ""},
		{"status as text", `{"errorCode":"0","status":"true"}`, true, "", ""},
		{"code alone", `{"errorCode":"0"}`, true, "", ""},
		{"status alone", `{"status":true}`, true, "", ""},
		{"API 1.0", `{"data":{},"success":true,"errorCode":"success","message":null}`, true, "", ""},
		{"API 1.0, flag as text", `{"success":"true","data":{"count":1}}`, true, "", ""},
		{"token", `{"data":{},"state":"success","status":true}`, true, "", ""},
		{"byte order mark", "\ufeff" + `{"status":true}`, true, "", ""},

		{"refused", `{"errorCode":"401","message":"未经授权的访问","status":false}`, false, "401", "未经授权的访问"},
		{"refused, code as a number", `{"errorCode":401,"status":false}`, false, "401", ""},
		{"status true, yet a code", `{"errorCode":"603","message":"m","status":true}`, false, "603", "m"},
		{"code 0, yet status false", `{"errorCode":"0","message":"m","status":false}`, false, "", "m"},
		{"flags contradict", `{"success":true,"status":false}`, false, "", ""},
		{"API 1.0 refused", `{"success": false, "errorCode": "403", "message": "该第三方应用没有此接口访问权限"}`, false, "403", "该第三方应用没有此接口访问权限"},
		{"API 1.0 failed", `{"success":"false","errorCode":"fail","message":"x","stack":""}`, false, "fail", "x"},
		{"login refused", `{"state":"error","errorCode":"login.loginBizException","errorMsg":"不正确的第三方appId或appSecuret!"}`, false, "login.loginBizException", "不正确的第三方appId或appSecuret!"},
		{"lower case", `{"errorcode":"1","description_cn":"坏","description":"bad","status":false}`, false, "1", "坏"},
		{"message of several languages", `{"errorCode":"603","message":{"zh_CN":"坏"},"status":false}`, false, "603", `{"zh_CN":"坏"}`},
		{"null beside another spelling", `{"errorCode":null,"error_code":"7","message":null,"errorMsg":"坏","status":false}`, false, "7", "坏"},
		{"business code", `{"errorCode":"third.100001","status":false}`, false, "third.100001", ""},
		{"code alone, refused", `{"errorCode":"429"}`, false, "429", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := decodeEnvelope([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if e.ok != tt.ok || e.code != tt.code || e.message != tt.text {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestNoEnvelope(t *testing.T) {
	for _, body := range []string{
		``, `null`, `true`, `[]`, `{}`, `"0"`, `{"data":{}}`, `{"status":404,"error":"Not Found"}`,
		`{"status":true`, `{"status":true} trailing`, `{"status":true}{"status":true}`, `<html></html>`, `{"status":NaN}`,
		`{"pagination":{"total":1},"data":[]}`,
	} {
		if e, err := decodeEnvelope([]byte(body)); err == nil {
			t.Errorf("%q was taken for %+v", body, e)
		}
	}
}

// FuzzAnswer throws anything at everything that reads answers. Whatever comes,
// an answer is either a success or an error with a text fit to be shown.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		vendorQuery, vendorSave, vendorGetToken, vendorAppToken, vendorLogin, vendorSave1, vendorQuery1, vendorForbidden,
		`{"status":true,"data":{"result":[{"billIndex":-1,"errors":[[["x"]]]},null,{"billIndex":9999999999}]}}`,
		`{"status":true,"data":{"rows":[{}],"totalCount":-1,"pageSize":-7,"lastPage":"no"}}`,
		`{"errorCode":{"a":[1]},"message":["\u001b[31m"],"status":"maybe","state":false}`,
		"<html><title>404 Not Found</title>", "\ufeff{}", "\xff\xfe", "",
	} {
		f.Add(200, body)
		f.Add(404, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		tenant := &Tenant{name: "acme", censor: &censor{}}
		a := &answer{status: status, body: []byte(body)}
		env, e := a.judge()
		if (e == nil) != (env != nil && env.ok && status < 300) {
			t.Fatalf("HTTP %d %q: envelope %+v, error %v", status, body, env, e)
		}
		if e != nil {
			e = tenant.own(&request{form: "f", op: "query"}, e)
			shown(t, e.Error())
			_ = e.Hint()
		}
		if env != nil {
			fuzzData(t, tenant, env, e)
		}
	})
}

func fuzzData(t *testing.T, tenant *Tenant, env *envelope, e *Error) {
	if p, err := readPage(env.data); err == nil {
		r := &reading{asked: 10, seen: map[string]bool{}, total: -1}
		for no := 1; !r.done && no <= maxPages; no++ {
			r.add(p, no)
		}
		if !r.done {
			t.Fatal("reading without an end")
		}
	}
	var err error
	if e != nil {
		err = e
	}
	out, ok := tenant.outcomes(env, err, saveOne("A"))
	if ok && len(out) != 1 {
		t.Fatalf("%d outcomes of one row", len(out))
	}
	for _, o := range out {
		shown(t, o.Message)
	}
	_, _ = readToken(object(env.data), "access_token", newTestClock().Now())
}

func shown(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || len([]rune(s)) > 3*maxText {
		t.Fatalf("not fit to be shown: %q", s)
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0 {
			t.Fatalf("control character in %q", s)
		}
	}
}
