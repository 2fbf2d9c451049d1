package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// What all tests share: a server on a clock that stands still until it is moved, and a client that knows no more
// than how to send bytes.

const (
	account = "1355633519610561531"
	appID   = "deployer"
	secret  = "Aa1!Aa1!Aa1!Aa1!"
	person  = "zhangSan"
)

// timeZero is 2025-11-03 09:00:00 in the server's zone.
var timeZero = time.Date(2025, 11, 3, 1, 0, 0, 0, time.UTC)

type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// server is a sandbox over HTTP, with one tenant under /ierp unless a test seeds more.
type server struct {
	*testing.T
	s     *Sandbox
	clock *fakeClock
	url   string
	admin string
	nonce int
}

func newServer(t *testing.T) *server {
	t.Helper()
	return openServer(t, "")
}

func openServer(t *testing.T, state string) *server {
	t.Helper()
	clock := &fakeClock{now: timeZero}
	s, err := Open(Options{StatePath: state, Now: clock.Now, Rand: rand.NewChaCha8([32]byte{1})})
	if err != nil {
		t.Fatal(err)
	}
	tenants, admin := httptest.NewServer(s.Handler()), httptest.NewServer(s.Admin())
	t.Cleanup(func() {
		s.close()
		tenants.Close()
		admin.Close()
		_ = s.Close()
	})
	return &server{T: t, s: s, clock: clock, url: tenants.URL, admin: admin.URL}
}

// ensured is a server with a tenant of that version whose app uses the enhanced flow if the version has it.
func ensured(t *testing.T, version string) *server {
	t.Helper()
	h := newServer(t)
	h.ensure(version, nil)
	return h
}

func (h *server) ensure(version string, change func(*Tenant)) {
	h.Helper()
	v, err := parseVersion(version)
	if err != nil {
		h.Fatal(err)
	}
	want := Tenant{
		Path: "/ierp", AccountID: account, TenantID: "demo", Version: version, AppID: appID, AppSecret: secret,
		Enhanced: v.enhancedTokens(), User: person, UserType: "UserName",
	}
	if change != nil {
		change(&want)
	}
	if err := h.s.Ensure(want); err != nil {
		h.Fatal(err)
	}
}

// seed makes tenants from the inside of {"formatVersion":1,"tenants":{…}}.
func (h *server) seed(tenants string) {
	h.Helper()
	if err := h.s.Seed([]byte(`{"formatVersion":1,"tenants":{` + tenants + `}}`)); err != nil {
		h.Fatal(err)
	}
}

// response is what came back.
type response struct {
	status int
	header http.Header
	body   string
}

func (r response) object(t testing.TB) map[string]any {
	t.Helper()
	object, ok := decodeObject([]byte(r.body))
	if !ok {
		t.Fatalf("answer is no JSON object: HTTP %d %s", r.status, r.body)
	}
	return object
}

// code is the errorCode of an answer.
func (r response) code(t testing.TB) string {
	t.Helper()
	return fmt.Sprint(r.object(t)["errorCode"])
}

func (r response) message(t testing.TB) string {
	t.Helper()
	return fmt.Sprint(r.object(t)["message"])
}

// send sends a request; headers are name, value, name, value.
func (h *server) send(method, url, body string, headers ...string) (response, error) {
	h.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return response{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return response{res.StatusCode, res.Header, string(data)}, err
}

func (h *server) must(method, url, body string, headers ...string) response {
	h.Helper()
	r, err := h.send(method, url, body, headers...)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

// post sends a body to a path of /ierp.
func (h *server) post(path, body string, headers ...string) response {
	h.Helper()
	return h.must(http.MethodPost, h.url+"/ierp"+path, body, headers...)
}

// call calls an API of /ierp with a token.
func (h *server) call(token, path, body string, headers ...string) response {
	h.Helper()
	return h.post("/kapi/v2/"+path, body, append([]string{"accesstoken", token}, headers...)...)
}

// oauthBody is a getToken body with a fresh nonce; pairs override members, an empty value takes one away.
func (h *server) oauthBody(pairs ...string) string {
	h.nonce++
	in := map[string]string{
		"client_id": appID, "client_secret": secret, "username": person, "accountId": account, "language": "zh_CN",
		"nonce": fmt.Sprint("n", h.nonce), "timestamp": clock(h.clock.Now()),
	}
	for i := 0; i < len(pairs); i += 2 {
		if in[pairs[i]] = pairs[i+1]; pairs[i+1] == "" {
			delete(in, pairs[i])
		}
	}
	return string(encode(in))
}

func (h *server) token(pairs ...string) string {
	h.Helper()
	r := h.post("/kapi/oauth2/getToken", h.oauthBody(pairs...))
	data, _ := r.object(h)["data"].(map[string]any)
	value, _ := data["access_token"].(string)
	if value == "" {
		h.Fatalf("no token: %s", r.body)
	}
	return value
}

// oldToken logs in by the two-step flow.
func (h *server) oldToken() string {
	h.Helper()
	r := h.post("/api/getAppToken.do", fmt.Sprintf(`{"appId":%q,"appSecuret":%q,"tenantid":"","accountId":%q,"language":"zh_CN"}`, appID, secret, account))
	app, _ := r.object(h)["data"].(map[string]any)
	r = h.post("/api/login.do", fmt.Sprintf(`{"user":%q,"apptoken":%q,"tenantid":"","accountId":%q,"usertype":"UserName"}`, person, app["app_token"], account))
	data, _ := r.object(h)["data"].(map[string]any)
	value, _ := data["access_token"].(string)
	if value == "" {
		h.Fatalf("no token: %s", r.body)
	}
	return value
}

// rows are those of a query.
func (h *server) rows(token, path, data string) []map[string]any {
	h.Helper()
	r := h.call(token, path, `{"data":`+data+`,"pageSize":2000}`)
	var out struct {
		Data struct {
			Rows []map[string]any `json:"rows"`
		} `json:"data"`
		Status bool `json:"status"`
	}
	if err := json.NewDecoder(bytes.NewReader([]byte(r.body))).Decode(&out); err != nil || !out.Status {
		h.Fatalf("query %s: %v %s", path, err, r.body)
	}
	return out.Data.Rows
}

// byHand changes rows as a person at the console would.
func (h *server) byHand(form, rows string) {
	h.Helper()
	r := h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/forms/"+form+"/rows", rows)
	if r.status != http.StatusOK {
		h.Fatalf("rows of %s by hand: %s", form, r.body)
	}
}

// settings changes those of /ierp.
func (h *server) settings(change string) {
	h.Helper()
	if r := h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", change); r.status != http.StatusOK {
		h.Fatalf("settings: %s", r.body)
	}
}

func (h *server) fault(fault string) {
	h.Helper()
	if r := h.must(http.MethodPost, h.admin+"/faults", fault); r.status != http.StatusOK {
		h.Fatalf("fault: %s", r.body)
	}
}

// last is the newest entry of the log.
func (h *server) last() Entry {
	h.Helper()
	entries := h.s.Log()
	if len(entries) == 0 {
		h.Fatal("the log is empty")
	}
	return entries[len(entries)-1]
}
