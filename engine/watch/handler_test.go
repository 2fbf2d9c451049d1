package watch_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/watch"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

const token = "a-token-of-some-length"

// browser is a client of a page that keeps its cookie, as one does.
type browser struct {
	t      testing.TB
	h      http.Handler
	cookie *http.Cookie
	header http.Header
}

func newBrowser(t testing.TB, w *watch.Watch, web watch.Web) *browser {
	t.Helper()
	web.Random = rand.Reader
	if web.Words == nil {
		web.Words = report.English()
	}
	h, err := w.Handler(web)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, h: h, header: http.Header{}}
}

func (b *browser) do(r *http.Request) *httptest.ResponseRecorder {
	b.t.Helper()
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	for k, v := range b.header {
		r.Header[k] = v
	}
	rec := httptest.NewRecorder()
	b.h.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		b.cookie = c
	}
	return rec
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, path, nil))
}

func (b *browser) post(path string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// drifted is a world with one finding.
func drifted(t testing.TB) (w *world, id string) {
	t.Helper()
	w = newWorld(t, "east")
	w.set("east", clean(drift("App", "ERP", "http://evil")))
	w.after(time.Hour)
	return w, w.ids()["east|changed App/ERP"]
}

func (w *world) acknowledged(id string) bool {
	f, _ := w.finding(id)
	return f.Ack != nil
}

// Without a token the page only reads, and shows no form that would write.
func TestNoToken(t *testing.T) {
	w, id := drifted(t)
	b := newBrowser(t, w.Watch, watch.Web{})
	if page := b.get("/findings/" + id).Body.String(); strings.Contains(page, `method="post"`) || !strings.Contains(page, "http://evil") {
		t.Error(page)
	}
	for _, given := range []string{"", "x", token} {
		if got := b.post("/session", url.Values{"token": {given}, "finding": {id}}); b.cookie != nil {
			t.Errorf("the token %q was taken: %d", given, got.Code)
		}
		r := httptest.NewRequest(http.MethodPost, "/api/v1/findings/"+id+"/ack", strings.NewReader(`{"by":"x","reason":"y","until":"2026-11-03T00:00:00Z"}`))
		r.Header.Set("Authorization", "Bearer "+given)
		if got := b.do(r); got.Code != http.StatusUnauthorized {
			t.Errorf("the API took the token %q: %d", given, got.Code)
		}
	}
	if w.acknowledged(id) {
		t.Error("it is acknowledged")
	}
	if _, err := w.Handler(watch.Web{Token: "short"}); err == nil {
		t.Error("a short token was taken")
	}
}

var csrfField = regexp.MustCompile(`name="csrf" value="([0-9a-f]+)"`)

// signedIn is a browser whose user typed the token, and what its forms prove.
func signedIn(t *testing.T, w *world, id string) (*browser, string) {
	t.Helper()
	b := newBrowser(t, w.Watch, watch.Web{Token: token})
	got := b.post("/session", url.Values{"token": {token}, "finding": {id}})
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/findings/"+id+"#acknowledge" || b.cookie == nil {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	if c := b.cookie; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("%+v", c)
	}
	csrf := csrfField.FindStringSubmatch(b.get("/findings/" + id).Body.String())
	if csrf == nil {
		t.Fatal("no form")
	}
	return b, csrf[1]
}

func TestAcknowledgeByForm(t *testing.T) {
	w, id := drifted(t)
	b, csrf := signedIn(t, w, id)
	form := url.Values{"csrf": {csrf}, "by": {"李四"}, "reason": {"<b>planned</b>"}, "until": {"2026-11-09"}}
	change := func(k, v string) url.Values {
		out := url.Values{}
		for name, values := range form {
			out[name] = values
		}
		out.Set(k, v)
		return out
	}
	for _, c := range []struct {
		name string
		form url.Values
		code int
	}{
		{"no proof", change("csrf", ""), http.StatusForbidden},
		{"another's proof", change("csrf", strings.Repeat("0", len(csrf))), http.StatusForbidden},
		{"no reason", change("reason", " "), http.StatusUnprocessableEntity},
		{"no end", change("until", ""), http.StatusUnprocessableEntity},
		{"too late an end", change("until", "2029-01-01"), http.StatusUnprocessableEntity},
		{"too long", change("reason", strings.Repeat("x", 100<<10)), http.StatusForbidden},
	} {
		if got := b.post("/findings/"+id+"/ack", c.form); got.Code != c.code || w.acknowledged(id) {
			t.Errorf("%s: %d", c.name, got.Code)
		}
	}
	cookie := b.cookie
	b.cookie = nil
	if got := b.post("/findings/"+id+"/ack", form); got.Code != http.StatusForbidden || w.acknowledged(id) {
		t.Errorf("without a session: %d", got.Code)
	}
	b.cookie = cookie
	for _, from := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example.com"}}} {
		b.header = from
		if got := b.post("/findings/"+id+"/ack", form); got.Code != http.StatusForbidden || w.acknowledged(id) {
			t.Errorf("%v: %d", from, got.Code)
		}
	}
	b.header = http.Header{"Sec-Fetch-Site": {"same-origin"}}
	if got := b.post("/findings/"+id+"/ack", form); got.Code != http.StatusSeeOther {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	f, history := w.finding(id)
	if f.Ack == nil || f.Ack.By != "李四" || !f.Ack.Until.Equal(time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)) || history[0].What != watch.WasAcknowledged {
		t.Errorf("%+v, %+v", f.Ack, history[0])
	}
	if page := b.get("/findings/" + id).Body.String(); !strings.Contains(page, "&lt;b&gt;planned") || strings.Contains(page, "<b>planned") {
		t.Error("the reason is not shown as it is")
	}
	b.post("/session/end", url.Values{"csrf": {csrf}})
	b.cookie = cookie
	if got := b.post("/findings/"+id+"/ack", form); got.Code != http.StatusForbidden {
		t.Errorf("after the session ended: %d", got.Code)
	}
}

func TestSessionsEnd(t *testing.T) {
	w, id := drifted(t)
	b, csrf := signedIn(t, w, id)
	w.clock.move(13 * time.Hour)
	form := url.Values{"csrf": {csrf}, "by": {"x"}, "reason": {"y"}, "until": {"2026-11-09"}}
	if got := b.post("/findings/"+id+"/ack", form); got.Code != http.StatusForbidden {
		t.Errorf("%d", got.Code)
	}
}

// Who guesses is slowed down, and led nowhere else.
func TestGuesses(t *testing.T) {
	w, id := drifted(t)
	b := newBrowser(t, w.Watch, watch.Web{Token: token})
	for range 5 {
		got := b.post("/session", url.Values{"token": {token + "x"}, "finding": {"//evil.example.com/" + id}})
		if to := got.Header().Get("Location"); b.cookie != nil || !strings.HasPrefix(to, "/findings/") || strings.Contains(to, "evil.") {
			t.Fatalf("%d %s", got.Code, to)
		}
	}
	if b.post("/session", url.Values{"token": {token}}); b.cookie != nil {
		t.Error("the token was taken right after five guesses")
	}
	w.clock.move(time.Minute)
	if b.post("/session", url.Values{"token": {token}}); b.cookie == nil {
		t.Error("the token was not taken a minute later")
	}
}

func TestAcknowledgeByAPI(t *testing.T) {
	w, id := drifted(t)
	b := newBrowser(t, w.Watch, watch.Web{Token: token})
	post := func(path, given, body string) (int, string) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", given)
		rec := b.do(r)
		var got struct {
			FormatVersion int
			Error         struct{ Code string }
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || got.FormatVersion != 1 {
			t.Errorf("%s: %v", rec.Body, err)
		}
		w.clock.move(5 * time.Second)
		return rec.Code, got.Error.Code
	}
	const good = `{"by": "li", "reason": "planned", "until": "2026-11-09T00:00:00Z"}`
	path := "/api/v1/findings/" + id + "/ack"
	for _, c := range []struct {
		name, path, given, body string
		status                  int
		code                    string
	}{
		{"no token", path, "", good, 401, "token"},
		{"wrong token", path, "Bearer " + token + "x", good, 401, "token"},
		{"another scheme", path, "Basic " + token, good, 401, "token"},
		{"no JSON", path, "Bearer " + token, "by=li", 400, "body"},
		{"unknown field", path, "Bearer " + token, `{"who": "li"}`, 400, "body"},
		{"no reason", path, "Bearer " + token, `{"by": "li", "until": "2026-11-09T00:00:00Z"}`, 422, "reason-missing"},
		{"no finding", "/api/v1/findings/00/ack", "Bearer " + token, good, 404, "unknown"},
	} {
		if status, code := post(c.path, c.given, c.body); status != c.status || code != c.code || w.acknowledged(id) {
			t.Errorf("%s: %d %s", c.name, status, code)
		}
	}
	if status, _ := post(path, "Bearer "+token, good); status != 200 || !w.acknowledged(id) {
		t.Errorf("%d", status)
	}
}

// A page on the loopback address answers to no stranger's name.
func TestHosts(t *testing.T) {
	w, _ := drifted(t)
	b := newBrowser(t, w.Watch, watch.Web{Hosts: watch.LoopbackHosts()})
	for host, want := range map[string]int{"localhost:8080": 200, "127.0.0.1": 200, "[::1]:8080": 200, "[::1]": 200,
		"evil.example.com:8080": 421, "localhost.evil.example.com": 421, "": 421, "127.0.0.1.nip.io": 421} {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/tenants", nil)
		r.Host = host
		if got := b.do(r); got.Code != want {
			t.Errorf("%q: %d, want %d", host, got.Code, want)
		}
	}
}

func TestBadRequests(t *testing.T) {
	w, id := drifted(t)
	b := newBrowser(t, w.Watch, watch.Web{Token: token})
	for path, want := range map[string]int{"/nothing": 404, "/findings/zz": 404, "/tenants/zz": 404, "/findings?state=odd": 400, "/findings?after=-1": 400,
		"/api/v1/findings?limit=0": 400, "/api/v1/findings?sort=odd": 400, "/api/v1/findings/zz": 404, "/?page=99999999999999999999": 200, "/?page=-1&state=odd&label=%00": 200,
		"/findings/" + id + "?problem=%3Cb%3E": 200, "/findings?kind=%27%20OR%201=1--": 200} {
		got := b.get(path)
		if got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
		if csp := got.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none';") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: the policy is %q", path, csp)
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPost} {
		if got := b.do(httptest.NewRequest(method, "/api/v1/tenants", nil)); got.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, got.Code)
		}
	}
}

// What the store cannot say is said to be unknown, not to be clean.
func TestBrokenStore(t *testing.T) {
	w, _ := drifted(t)
	b := newBrowser(t, w.Watch, watch.Web{})
	w.store.Close()
	for path, want := range map[string]int{"/": 503, "/findings": 503, "/api/v1/tenants": 503, "/api/v1/findings": 503, "/healthz": 200} {
		if got := b.get(path); got.Code != want || strings.Contains(got.Body.String(), "clean") {
			t.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
	}
	if got := b.get("/metrics"); strings.Contains(got.Body.String(), "cosmicctl_tenants{") || !strings.Contains(got.Body.String(), "cosmicctl_build_info") {
		t.Error(got.Body)
	}
	w.clock.move(20 * time.Minute)
	w.Step(t.Context())
	if got := b.get("/readyz"); got.Code != 503 || !strings.Contains(got.Body.String(), "database failed") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

func TestMetrics(t *testing.T) {
	w := demo(t)
	text := w.get("/metrics")
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
	for _, want := range []string{
		`cosmicctl_build_info{goversion="go`,
		`cosmicctl_tenants{state="unreadable"} 2`,
		`cosmicctl_tenants{state="drifted"} 4`,
		`cosmicctl_tenants{state="clean"} 6`,
		`cosmicctl_drifted_objects{acknowledged="false",class="changed",kind="Parameter"} 2`,
		`cosmicctl_drifted_objects{acknowledged="false",class="new",kind="ThirdPartyApp"} 1`,
		`cosmicctl_unreadable{acknowledged="false"} 2`,
		`cosmicctl_tenant_open_findings{tenant="集团总部"} 3`,
		`cosmicctl_tenant_last_success_timestamp_seconds{tenant="sandbox"} 1.7`,
		`cosmicctl_notifications_pending{channel="ops"} 0`,
		`cosmicctl_notifications_failed_total{channel="ops"} 0`,
		`cosmicctl_errors_total{what="store"} 0`,
		`cosmicctl_look_duration_seconds_bucket{le="1"} `,
		`cosmicctl_looks_total{read="unreadable"} `,
		"cosmicctl_requests_total ",
		"cosmicctl_oldest_finding_age_seconds ",
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("no %s", want)
		}
	}
	w.set("集团总部", watch.Look{Kinds: []watch.KindLook{{Kind: "App", Read: watch.Complete}}, Findings: []watch.Finding{
		{Kind: "\xff\"}\nup 1", Key: "\xff", Class: "\xff", Risks: []engine.Risk{"odd"}}}})
	w.after(20 * time.Minute)
	if text := w.get("/metrics"); strings.Contains(text, "\nup 1") {
		t.Error("a name from outside is a metric")
	}
}

// A thousand tenants are a page at a time, the worst first, and filters reach all.
func TestThousandTenants(t *testing.T) {
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprintf("tenant-%04d", i))
	}
	w := newWorld(t, names...)
	for i := range w.targets {
		w.targets[i].Labels = map[string]string{"env": []string{"prod", "test"}[i%2]}
	}
	w.set("tenant-0777", clean(drift("App", "ERP", "x")))
	w.set("tenant-0500", unreadable())
	w.reload()
	w.after(time.Minute)
	b := newBrowser(t, w.Watch, watch.Web{})
	rows := regexp.MustCompile(`<a href="/tenants/[0-9a-f]+">(tenant-\d+)</a>`)
	shown := func(path string) []string {
		t.Helper()
		var out []string
		for _, m := range rows.FindAllStringSubmatch(b.get(path).Body.String(), -1) {
			out = append(out, m[1])
		}
		return out
	}
	first := shown("/")
	if len(first) != 100 || first[0] != "tenant-0777" || first[1] != "tenant-0500" || first[2] != "tenant-0000" {
		t.Errorf("%d rows: %q…", len(first), first[:min(3, len(first))])
	}
	if last := shown("/?page=10"); len(last) != 100 || last[99] != "tenant-0999" {
		t.Errorf("%d rows on the last page", len(last))
	}
	expect(t, "by state", shown("/?state=drifted"), []string{"tenant-0777"})
	expect(t, "by state and label", shown("/?state=drifted&label=env%3Dprod"), nil)
	expect(t, "by name", shown("/?q=-0500"), []string{"tenant-0500"})
	if size := b.get("/").Body.Len(); size > 300<<10 {
		t.Errorf("a page of %d bytes", size)
	}
}

func BenchmarkThousandTenants(b *testing.B) {
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprintf("tenant-%04d", i))
	}
	w := newWorld(b, names...)
	w.after(time.Minute)
	page := newBrowser(b, w.Watch, watch.Web{})
	for _, path := range []string{"/", "/api/v1/tenants", "/metrics"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				if got := page.get(path); got.Code != http.StatusOK {
					b.Fatal(got.Code)
				}
			}
		})
	}
}
