package sandbox

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestProfiles: one seed holds the tenants an integration is tried on: three versions, each with its APIs published, with none,
// and behind a proxy that drops headers.
func TestProfiles(t *testing.T) {
	seed, err := os.ReadFile("testdata/profiles.json")
	if err != nil {
		t.Fatal(err)
	}
	h := newServer(t)
	if err := h.s.Seed(seed); err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"5.0", "6.0.14", "8.0.1"} {
		for _, kind := range []string{"published", "unpublished", "proxied"} {
			path := "/" + strings.ReplaceAll(version, ".", "") + "-" + kind
			t.Run(path, func(t *testing.T) { h.profile(t, path, version, kind) })
		}
	}
}

func (h *server) profile(t *testing.T, path, version, kind string) {
	at := h.url + path
	of := h.s.tenant(path).settings.AccountID
	token := h.profileToken(t, at, of, version)
	query := func(header, api, body string) string {
		return h.must(http.MethodPost, at+"/kapi"+api, body, header, token).code(t)
	}
	want := map[string]string{"published": "0", "unpublished": "404", "proxied": "0"}[kind]
	if code := query("accesstoken", "/v2/open/third_app/query", anyQuery); code != want {
		t.Errorf("query: %s, want %s", code, want)
	}
	if code := query("access_token", "/v2/open/third_app/query", anyQuery); (code == "401") != (kind == "proxied") {
		t.Errorf("access_token: %s", code)
	}
	ask := `{"requestId":"1714981252080746","businessSystemCode":"ERP01","interfaceCode":"ALLE.INVOICE.QUERY","data":"` + sealedAsk("Example-Key-0001") + `"}`
	if code := query("accesstoken", gatewayPath, ask); code != "0" {
		t.Errorf("gateway: %s", code)
	}
	if code := query("accesstoken", operationsPath, `{"formNumber":"third_app"}`); (code == "0") != (version == "8.0.1") {
		t.Errorf("metadata: %s", code)
	}
	blocked := kind == "proxied" && version != "8.0.1"
	if r := h.must(http.MethodGet, at+"/auth/getAllDatacenters.do", ""); (r.status == http.StatusForbidden) != blocked {
		t.Errorf("data centres: HTTP %d", r.status)
	}
	if r := h.must(http.MethodGet, at+"/getUserLanguage.do", ""); !strings.Contains(r.body, `"userId":"`+of+"_") {
		t.Error(r.body)
	}
}

// profileToken logs in by the flow of the version.
func (h *server) profileToken(t *testing.T, at, of, version string) string {
	if version != "5.0" {
		body := h.oauthBody("client_id", "cosmicctl", "client_secret", "Example-Secret-01", "username", "ops", "accountId", of)
		return h.dataOf(t, at+"/kapi/oauth2/getToken", body, "access_token")
	}
	app := h.dataOf(t, at+"/api/getAppToken.do", fmt.Sprintf(`{"appId":"cosmicctl","appSecuret":"Example-Secret-01","accountId":%q}`, of), "app_token")
	return h.dataOf(t, at+"/api/login.do", fmt.Sprintf(`{"user":"ops","usertype":"UserName","apptoken":%q,"accountId":%q}`, app, of), "access_token")
}

func (h *server) dataOf(t *testing.T, url, body, name string) string {
	r := h.must(http.MethodPost, url, body)
	data, _ := r.object(t)["data"].(map[string]any)
	value, _ := data[name].(string)
	if value == "" {
		t.Fatalf("no %s: %s", name, r.body)
	}
	return value
}
