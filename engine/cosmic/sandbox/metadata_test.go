package sandbox

import (
	"net/http"
	"strings"
	"testing"
)

const (
	operationsPath = "/v2/open/openapi/getEntityOperations"
	fieldsPath     = "/v2/devportal/ai-meta/getEntityFields"
	otherFields    = "/v2/mdl/meta-query/getEntityFields"
)

// meta asks with GET.
func (h *server) meta(token, path string) response {
	h.Helper()
	return h.must(http.MethodGet, h.url+"/ierp/kapi"+path, "", "accesstoken", token)
}

func TestEntityOperations(t *testing.T) {
	h := ensured(t, "8.0.1")
	token := h.token()
	ask := func(body string) response { return h.post("/kapi"+operationsPath, body, "accesstoken", token) }
	sameBytes(t, `{"data":[{"number":"query","name":"query"},{"number":"save","name":"save"},{"number":"delete","name":"delete"},`+
		`{"number":"submit","name":"submit"},{"number":"audit","name":"audit"}],"errorCode":"0","message":null,"status":true}`,
		ask(`{"formNumber":"open_apiauthorize"}`).body)
	if r := ask(`{"formNumber":"openapi_apilist"}`); strings.Contains(r.body, opQueryByApp) || !strings.Contains(r.body, `"enable"`) {
		t.Error(r.body)
	}
	for body, code := range map[string]string{`{}`: "400", `{"formNumber":"nothing"}`: "602", `{"formNumber":"bos_org"}`: "602", `x`: "400"} {
		if r := ask(body); r.code(t) != code {
			t.Errorf("%s: %s", body, r.body)
		}
	}
	if r := h.meta(token, operationsPath+"?formNumber=third_app"); r.code(t) != "405" {
		t.Error(r.body)
	}
	if e := h.last(); e.Op != "getEntityOperations" {
		t.Errorf("%+v", e)
	}
}

func TestEntityFields(t *testing.T) {
	h := ensured(t, "8.0.1")
	h.settings(`{"published":{"third_app":{"*":{"only":["number"],"properties":{"number":"sysnumber","t_open_3rdapps_ips":"ipentry","t_open_3rdapps_ips.startip":"from","t_open_3rdapps_agency":"agents"}}}}}`)
	token := h.token()
	r := h.meta(token, fieldsPath+"?formNumber=third_app")
	for _, row := range []string{
		`{"data":[{"number":"id","name":"id","type":"bigint","entry":""},`,
		`{"number":"sysnumber","name":"系统编码","type":"text","entry":""}`,
		`{"number":"syspwd","name":"AccessToken认证密钥","type":"text","entry":""}`,
		`{"number":"creatorid","name":"创建人","type":"basedata","entry":""}`,
		`{"number":"ipentry","name":"IP白名单分录","type":"entry","entry":""},{"number":"policytype","name":"IP策略","type":"text","entry":"ipentry"}`,
		`{"number":"from","name":"起始IP","type":"text","entry":"ipentry"}`,
		`{"number":"apiserviceid","name":"API编码","type":"basedata","entry":"t_open_3rdappsapis"}`,
		`{"number":"agents","name":"代理用户","type":"mulbasedata","entry":""}`,
	} {
		if !strings.Contains(r.body, row) {
			t.Errorf("%s is not in %s", row, r.body)
		}
	}
	for query, code := range map[string]string{"": "400", "?formNumber=x": "602"} {
		if r := h.meta(token, fieldsPath+query); r.code(t) != code {
			t.Error(r.body)
		}
	}
	sameBytes(t, `{"data":[{"number":"id","name":"id","type":"bigint","entry":""},{"number":"apinumber","name":"API操作码","type":"text","entry":""},`+
		`{"number":"t_open_apiusers","name":"授权用户","type":"mulbasedata","entry":""}],"errorCode":"0","message":null,"status":true}`,
		h.meta(token, fieldsPath+"?formNumber=open_apiauthorize").body)
}

func TestEntityTypeAndForms(t *testing.T) {
	h := ensured(t, "8.0.1")
	token := h.token()
	sameBytes(t, `{"data":{"number":"third_app","name":"第三方应用","type":"basedata","app":"open"},"errorCode":"0","message":null,"status":true}`,
		h.meta(token, "/v2/devportal/ai-meta/getEntityType?entityId=third_app").body)
	sameBytes(t, `{"data":{"number":"open_apiauthorize","name":"用户授权","type":"bill","app":"open"},"errorCode":"0","message":null,"status":true}`,
		h.meta(token, "/v2/devportal/ai-meta/getEntityType?entityId=open_apiauthorize").body)
	forms := "/v2/devportal/ai-meta/queryFormsByApp?"
	sameBytes(t, `{"data":[{"number":"bdm_einvoice_account","name":"电子发票服务平台信息","app":"bdm"},{"number":"bdm_enterprise_baseinfo","name":"企业基础信息","app":"bdm"},`+
		`{"number":"bdm_org","name":"企业管理","app":"bdm"}],"errorCode":"0","message":null,"status":true}`, h.meta(token, forms+"appNumber=bdm").body)
	for query, n := range map[string]int{"appNumber=bdm&keyword=org": 1, "appNumber=bdm&keyword=%E4%BC%81%E4%B8%9A": 2, "appNumber=base&keyword=": 1, "appNumber=x": 0} {
		if r := h.meta(token, forms+query); r.code(t) != "0" || strings.Count(r.body, `"app":`) != n {
			t.Errorf("%s: %s", query, r.body)
		}
	}
	if r := h.meta(token, forms); r.code(t) != "400" {
		t.Error(r.body)
	}
}

func TestVendorAPIsOfAVersion(t *testing.T) {
	tests := []struct {
		name, version, settings, path, code string
	}{
		{"V8", "8.0.1", `{}`, fieldsPath, "0"},
		{"before V8", "7.0.13", `{}`, fieldsPath, "404"},
		{"before V8 if asked for", "6.0.14", `{"vendorApis":["getEntityFields"]}`, fieldsPath, "0"},
		{"V8 if told not to", "8.0.1", `{"vendorApis":[]}`, fieldsPath, "404"},
		{"the other way", "8.0.1", `{}`, otherFields, "404"},
		{"the other way if asked for", "8.0.1", `{"vendorApis":["metaQuery"]}`, otherFields, "403"},
		{"with an isv", "6.0.14", `{"vendorApis":["metaQuery"],"isv":"kdtest"}`, "/v2/kdtest/mdl/meta-query/getEntityFields", "0"},
		{"without the isv", "6.0.14", `{"vendorApis":["metaQuery"],"isv":"kdtest"}`, otherFields, "404"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := ensured(t, tt.version)
			h.settings(tt.settings)
			if r := h.meta(h.token(), tt.path+"?formNumber=third_app"); r.code(t) != tt.code {
				t.Error(r.body)
			}
		})
	}
}

// TestMetadataAccess: metadata is an API like any other, with a row of its own.
func TestMetadataAccess(t *testing.T) {
	h := ensured(t, "8.0.1")
	token := h.token()
	if r := h.meta("", fieldsPath+"?formNumber=third_app"); r.code(t) != "401" {
		t.Error(r.body)
	}
	h.byHand("third_app", `[{"number":"`+appID+`","t_open_3rdappsapis":["getEntityType"]}]`)
	if r := h.meta(token, fieldsPath+"?formNumber=third_app"); r.message(t) != "该第三方应用-deployer没有此接口访问权限" {
		t.Error(r.body)
	}
	if r := h.meta(token, "/v2/devportal/ai-meta/getEntityType?entityId=third_app"); r.code(t) != "0" {
		t.Error(r.body)
	}
	h.byHand("openapi_apilist", `[{"number":"getEntityType","enable":"0"}]`)
	if r := h.meta(token, "/v2/devportal/ai-meta/getEntityType?entityId=third_app"); r.code(t) != "404" {
		t.Error(r.body)
	}
	for settings, want := range map[string]string{`{"vendorApis":["x"]}`: `no API called \"x\"`, `{"isv":"a/b"}`: "more than one segment"} {
		if r := h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", settings); !strings.Contains(r.body, want) {
			t.Error(r.body)
		}
	}
}
