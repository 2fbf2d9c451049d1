package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// invoicing is a tenant with a gateway and business systems of each sort.
func invoicing(t *testing.T) (*server, string) {
	h := newServer(t)
	h.ensure("6.0.14", func(want *Tenant) { want.APIs = []string{"sim_openApi"} })
	h.byHand("invsm_app_access_config", `[
		{"code":"PLAIN","encryptiontype":"1","isvalid":"1"},
		{"code":"AES","encryptiontype":"0","aespwds":"`+vectorPassword+`","isvalid":"1"},
		{"code":"KEYLESS","encryptiontype":"0","isvalid":"1"},
		{"code":"SCHEMELESS","isvalid":"1"},
		{"code":"OFF","encryptiontype":"1","isvalid":"0"},
		{"code":"NEITHER","encryptiontype":"1"}]`)
	return h, h.token()
}

var (
	plainQuery = base64.StdEncoding.EncodeToString([]byte(`{"serialNo":"0"}`))
	sealedAsk  = func(password string) string {
		wire, _ := codec{sealed: true, password: password}.encode([]byte(`{"serialNo":"0"}`), make([]byte, ivSize))
		return wire
	}
)

func (h *server) gateway(token, code, interfaceCode, data string) response {
	h.Helper()
	h.nonce++
	id := fmt.Sprintf("%013d%03d", h.clock.Now().UnixMilli(), h.nonce)
	return h.post("/kapi/app/sim/openApi",
		fmt.Sprintf(`{"requestId":%q,"businessSystemCode":%q,"interfaceCode":%q,"data":%q}`, id, code, interfaceCode, data), "accesstoken", token)
}

func failedAt(code, message string) string {
	return fmt.Sprintf(`{"message":%q,"errorCode":%q,"success":false,"status":false}`, message, code)
}

func TestGatewayFindsNothing(t *testing.T) {
	h, token := invoicing(t)
	for _, query := range []string{"ALLE.INVOICE.QUERY", "BILL.INVOICE.QUERY", "ALLE.BATCH.QUERY"} {
		sameBytes(t, `{"message":"未查询到数据","errorCode":"0","success":true,"status":true,"data":"W10="}`,
			h.gateway(token, "PLAIN", query, plainQuery).body)
	}
	if e := h.last(); e.Op != "openApi" || e.ErrorCode != "0" || e.Effect {
		t.Errorf("%+v", e)
	}
	var seen []string
	for range 2 {
		var out gatewayAnswer
		r := h.gateway(token, "AES", "ALLE.INVOICE.QUERY", sealedAsk(vectorPassword))
		if err := json.Unmarshal([]byte(r.body), &out); err != nil || !out.Success || !out.Status || out.ErrorCode != "0" {
			t.Fatal(r.body)
		}
		plain, err := codec{sealed: true, password: vectorPassword}.decode(out.Data)
		if err != nil || string(plain) != "[]" {
			t.Errorf("%q %v", plain, err)
		}
		seen = append(seen, out.Data)
	}
	if seen[0] == seen[1] {
		t.Error("an IV was used twice")
	}
}

func TestGatewayRefuses(t *testing.T) {
	h, token := invoicing(t)
	tests := []struct{ name, code, interfaceCode, data, want string }{
		{"unknown code", "X", "ALLE.INVOICE.QUERY", plainQuery, failedAt("4", "未知业务系统编码")},
		{"no code", "", "ALLE.INVOICE.QUERY", plainQuery, failedAt("4", "未知业务系统编码")},
		{"disabled code", "OFF", "ALLE.INVOICE.QUERY", plainQuery, failedAt("9999", textCodeDisabled)},
		{"neither on nor off", "NEITHER", "ALLE.INVOICE.QUERY", plainQuery, failedAt("9999", textCodeDisabled)},
		{"unknown interface", "PLAIN", "ALLE.INVOICE.LIST", plainQuery, failedAt("9999", textUnknownInterface)},
		{"wrong key", "AES", "ALLE.INVOICE.QUERY", sealedAsk("another"), failedAt("9999", textDataUnreadable)},
		{"base64 for AES", "AES", "ALLE.INVOICE.QUERY", plainQuery, failedAt("9999", textDataUnreadable)},
		{"AES for base64", "PLAIN", "ALLE.INVOICE.QUERY", sealedAsk(vectorPassword), failedAt("9999", textDataUnreadable)},
		{"row without a key", "KEYLESS", "ALLE.INVOICE.QUERY", sealedAsk(vectorPassword), failedAt("9999", textDataUnreadable)},
		{"row without a scheme", "SCHEMELESS", "ALLE.INVOICE.QUERY", plainQuery, failedAt("9999", textDataUnreadable)},
		{"no data", "PLAIN", "ALLE.INVOICE.QUERY", "", failedAt("9999", textDataUnreadable)},
		{"no JSON", "PLAIN", "ALLE.INVOICE.QUERY", "aGVsbG8=", failedAt("9999", textDataUnreadable)},
		{"asks nothing", "PLAIN", "ALLE.INVOICE.QUERY", "e30=", failedAt("9999", textNothingAsked)},
		{"asks an empty text", "PLAIN", "ALLE.INVOICE.QUERY", base64.StdEncoding.EncodeToString([]byte(`{"serialNo":"","list":[],"more":[{"serialNo":null}]}`)), failedAt("9999", textNothingAsked)},
		{"would issue an invoice", "PLAIN", "ALLE.INVOICE.OPEN", plainQuery, failedAt("9999", textNotDone)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sameBytes(t, tt.want, h.gateway(token, tt.code, tt.interfaceCode, tt.data).body)
		})
	}
}

func TestGatewayEnvelope(t *testing.T) {
	h, token := invoicing(t)
	body := func(id, data string) string {
		return `{"requestId":` + id + `,"businessSystemCode":"PLAIN","interfaceCode":"ALLE.INVOICE.QUERY","data":` + data + `}`
	}
	encoded := `"` + plainQuery + `"`
	tests := []struct{ name, body, code, message string }{
		{"13 digits", body(`"1714981252080"`, encoded), "9999", textRequestID},
		{"a number", body(`1714981252080746`, encoded), "9999", textRequestID},
		{"letters", body(`"17149812520807ab"`, encoded), "9999", textRequestID},
		{"data as an object", body(`"1714981252080746"`, `{"serialNo":"0"}`), "9999", textDataUnreadable},
		{"sent again", body(`"1714981252080746"`, encoded), "9999", textRequestRepeated},
		{"not JSON", `x`, "400", textBadRequest},
		{"sent anew", body(`"1714981252080747"`, encoded), "0", textNothingFound},
	}
	for _, tt := range tests {
		if r := h.post("/kapi/app/sim/openApi", tt.body, "accesstoken", token); r.code(t) != tt.code || r.message(t) != tt.message {
			t.Errorf("%s: %s", tt.name, r.body)
		}
	}
	for media, code := range map[string]string{"text/plain": "415", "application/json; charset=utf-8": "9999"} {
		if r := h.post("/kapi/app/sim/openApi", `{}`, "accesstoken", token, "Content-Type", media); r.code(t) != code {
			t.Errorf("%s: %s", media, r.body)
		}
	}
	r := h.must(http.MethodGet, h.url+"/ierp/kapi/app/sim/openApi", "", "accesstoken", token)
	sameBytes(t, `{"success":false,"errorCode":"405","message":"不支持的请求方式"}`, r.body)
}

// TestGatewayAccess: whoever may not call it learns nothing of a code.
func TestGatewayAccess(t *testing.T) {
	h, token := invoicing(t)
	steps := []struct{ name, token, want, breaks, mends string }{
		{"token", "x", `{"success":false,"errorCode":"401","message":"未经授权的访问"}`, "", ""},
		{"API", token, `{"success":false,"errorCode":"404","message":"Cannot found OpenAPI(or disabled)"}`,
			`openapi_apilist [{"number":"sim_openApi","enable":"0"}]`, `openapi_apilist [{"number":"sim_openApi","enable":"1"}]`},
		{"list", token, `{"success":false,"errorCode":"403","message":"该第三方应用-deployer没有此接口访问权限"}`,
			`third_app [{"number":"deployer","allowallapi":"0"}]`, `third_app [{"number":"deployer","t_open_3rdappsapis":["sim_openApi"]}]`},
		{"IP", token, `{"success":false,"errorCode":"403","message":"IP：127.0.0.1不在允许访问范围内"}`,
			`third_app [{"number":"deployer","allowip":"0"}]`, `third_app [{"number":"deployer","allowip":"1"}]`},
		{"user", token, `{"success":false,"errorCode":"403","message":"当前用户没有此接口访问权限"}`,
			`bos_user [{"number":"other","username":"other"}] open_apiauthorize [{"apinumber":"sim_openApi","t_open_apiusers":["other"]}]`,
			`open_apiauthorize [{"apinumber":"sim_openApi","t_open_apiusers":["` + person + `"]}]`},
	}
	put := func(change string) {
		words := strings.Fields(change)
		for i := 0; i+1 < len(words); i += 2 {
			h.byHand(words[i], words[i+1])
		}
	}
	for _, step := range steps {
		put(step.breaks)
		sameBytes(t, step.want, h.gateway(step.token, "X", "ALLE.INVOICE.QUERY", plainQuery).body)
		put(step.mends)
	}
	if r := h.gateway(token, "X", "ALLE.INVOICE.QUERY", plainQuery); r.code(t) != "4" {
		t.Error(r.body)
	}
}
