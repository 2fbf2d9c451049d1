package cosmic

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

const htmlNotFound = "<html><head><title>404 Not Found</title></head><body></body></html>"

// front puts a handler before the fake: what it leaves alone outside of the fake's
// context is an HTML page, as servers give it (facts page §1.1).
func front(f *fake, h func(w http.ResponseWriter, r *http.Request) bool) {
	f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if h != nil && h(w, r) {
			return true
		}
		if strings.HasPrefix(r.URL.Path, "/ierp/") {
			return false
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(htmlNotFound))
		return true
	})
}

func explore(t *testing.T, bases ...string) (*Site, []Trial) {
	t.Helper()
	x := NewExplorer(nil, 5*time.Second, nil)
	defer x.Close()
	return x.Explore(t.Context(), bases)
}

func answering(path, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == path {
			_, _ = w.Write([]byte(body))
		}
		return r.URL.Path == path
	}
}

func TestExploreFindsTheContext(t *testing.T) {
	f := newFake(t)
	front(f, nil)
	site, trials := explore(t, f.URL+"/demo", f.URL+"/ierp", f.URL+"/never")
	if site == nil || site.Base != f.URL+"/ierp" || site.Enhanced != Yes || site.TwoSteps != Yes {
		t.Fatalf("%+v, %+v", site, trials)
	}
	if len(trials) != 1 || trials[0].Err.Hint() != engine.WayOf(TrapContext) {
		t.Errorf("%+v", trials)
	}
	if len(f.requests) < 4 {
		t.Fatalf("%d requests", len(f.requests))
	}
	for _, r := range f.requests {
		if len(r.Body) > 0 || strings.HasPrefix(r.Path, "/never") {
			t.Errorf("sent %s %v", r.Path, r.Body)
		}
	}
}

// What a flow answers to a request without an app.
func TestExploreTellsTheFlows(t *testing.T) {
	tests := []struct {
		name, body string
		status     int
		want       Answers
	}{
		{"a missing client_id", `{"errorCode":"603","message":"client_id为空","status":false}`, 200, Yes},
		{"a wrong client_id", `{"errorCode":"401","message":"不正确的第三方应用编码client_id或client_secret","status":false}`, 200, Yes},
		{"as HTTP status", `{"errorCode":"400","message":"请求参数错误","status":false}`, 400, Yes},
		{"any path without a token", `{"errorCode":"401","message":"未经授权的访问","status":false}`, 401, No},
		{"not found", `{"errorCode":"404","message":"Cannot found OpenAPI(or disabled)","status":false}`, 200, No},
		{"an HTML page", htmlNotFound, 404, No},
		{"too many requests", `{"errorCode":"429","message":"too many","status":false}`, 429, Unclear},
		{"an error", `{"errorCode":"500","message":"oops","status":false}`, 500, Unclear},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			front(f, func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != getTokenPath {
					return false
				}
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
				return true
			})
			site, trials := explore(t, f.URL+"/ierp")
			if site == nil {
				t.Fatalf("%v", trials[0].Err)
			}
			if site.Enhanced != tt.want {
				t.Errorf("%v, want %v", site.Enhanced, tt.want)
			}
		})
	}
}

// What answers in place of Cosmic is told by what it is.
func TestExploreNamesWhatIsInTheWay(t *testing.T) {
	page := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	tests := []struct {
		name, want string
		h          http.HandlerFunc
	}{
		{"a login page", "the answer is an HTML page titled 统一登录", page(200, "<title>统一登录</title>")},
		{"a gateway", "Bad Gateway", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }},
		{"a redirect", "redirects to https://sso.example.com/login, which", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://sso.example.com/login;jsessionid=s3cret?ticket=s3cret", http.StatusFound)
		}},
		{"a redirect on the host", "/console/, which is not followed", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/console/")
			w.WriteHeader(http.StatusFound)
		}},
		{"another API", "the answer is not one of the Cosmic OpenAPI", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"hello":1}`)) }},
		{"no JSON", "the answer is not JSON", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`hello`)) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := httptest.NewServer(tt.h)
			defer s.Close()
			site, trials := explore(t, s.URL, s.URL+"/ierp")
			if site != nil || len(trials) != 2 {
				t.Fatalf("%+v, %+v", site, trials)
			}
			if e := trials[0].Err; !strings.Contains(e.Message, tt.want) || strings.Contains(e.Message, "s3cret") {
				t.Errorf("%s", e.Message)
			}
		})
	}
}

// A host that does not answer is tried once, whatever its contexts may be.
func TestExploreStopsAtTheHost(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	site, trials := explore(t, s.URL, s.URL+"/ierp")
	if site != nil || len(trials) != 1 || trials[0].Err.Hint() != engine.WayOf(TrapHost) {
		t.Errorf("%+v, %+v", site, trials)
	}
}

func TestExploreListsDataCentres(t *testing.T) {
	const row = `{"accountId":"1355633519610561531","accountNumber":"demo","accountName":"演示账套"}`
	one := []DataCentre{{"1355633519610561531", "demo", "演示账套"}}
	tests := []struct {
		name, body string
		want       []DataCentre
	}{
		{"bare", "[" + row + "]", one},
		{"in data", `{"data":[` + row + `]}`, one},
		{"in datacenters", `{"datacenters":[` + row + `],"status":true}`, one},
		{"a number", `[{"accountId":1355633519610561531,"accountNumber":"demo","accountName":"演示账套"}]`, one},
		{"twice the same", "[" + row + "," + row + "]", one},
		{"without an ID", `[{"accountName":"x"},7,null]`, nil},
		{"steering a terminal", `[{"accountId":"1","accountName":"a\u001b[2Jb\nc"}]`, []DataCentre{{"1", "", "ab c"}}},
		{"none", "[]", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			front(f, answering("/ierp"+pathDataCentres, tt.body))
			site, _ := explore(t, f.URL+"/ierp")
			if site.Unlisted != nil {
				t.Fatal(site.Unlisted)
			}
			if d := cmp.Diff(tt.want, site.DataCentres); d != "" {
				t.Error(d)
			}
		})
	}
}

// Where POST is refused the list is asked for by GET.
func TestExploreListsByGet(t *testing.T) {
	f := newFake(t)
	front(f, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/ierp"+pathDataCentres {
			return false
		}
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return true
		}
		_, _ = w.Write([]byte(`[{"accountId":"7"}]`))
		return true
	})
	site, _ := explore(t, f.URL+"/ierp")
	if len(site.DataCentres) != 1 || site.Unlisted != nil {
		t.Errorf("%+v", site)
	}
}

func TestExploreWithoutAList(t *testing.T) {
	for _, body := range []string{`{"errorCode":"401","message":"未经授权的访问","status":false}`, htmlNotFound, `{"hello":1}`} {
		f := newFake(t)
		front(f, answering("/ierp"+pathDataCentres, body))
		site, _ := explore(t, f.URL+"/ierp")
		if site == nil || len(site.DataCentres) != 0 || site.Unlisted == nil {
			t.Errorf("%s: %+v", body, site)
		}
	}
}
