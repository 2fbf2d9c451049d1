package watch

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

// Web is how the page is served.
type Web struct {
	// Token lets its owner acknowledge; without one nobody may. It has 16
	// characters or more.
	Token string
	// Hosts are the names that the page may be asked for by; none means any.
	// A page on the loopback address needs them, lest a stranger's name lead there.
	Hosts []string
	// Words are those of the page; needed.
	Words Words
	// Zone is that of the times that are shown; nil means UTC.
	Zone *time.Location
	// Random makes sessions.
	Random io.Reader
}

// LoopbackHosts are the names of a page on the loopback address.
func LoopbackHosts() []string { return []string{"localhost", "127.0.0.1", "::1"} }

// ShortestToken is the least length of a token.
const ShortestToken = 16

//go:embed page
var pageFiles embed.FS

// site is the page of a watch, with its API.
type site struct {
	*Watch
	web      Web
	pages    *template.Template
	sessions sessions
	tries    *rate.Limiter // of tokens
}

// Handler serves the page, the API, the metrics and the health of a watch. All of it
// only reads, but for acknowledging, which needs the token.
func (w *Watch) Handler(web Web) (http.Handler, error) {
	if web.Token != "" && len(web.Token) < ShortestToken {
		return nil, errors.New("the token of the page is too short: it needs 16 characters")
	}
	if web.Token != "" && web.Random == nil {
		return nil, errors.New("a page with a token needs random numbers")
	}
	if web.Words == nil {
		return nil, errors.New("a page needs words")
	}
	if web.Zone == nil {
		web.Zone = time.UTC
	}
	s := &site{Watch: w, web: web, sessions: sessions{byID: map[string]*session{}}, tries: rate.NewLimiter(rate.Every(5*time.Second), 5)}
	pages, err := template.New("").Funcs(s.functions(time.Time{})).ParseFS(pageFiles, "page/*.html")
	if err != nil {
		return nil, err
	}
	s.pages = pages
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.overview)
	mux.HandleFunc("GET /findings", s.findingsPage)
	mux.HandleFunc("GET /findings/{id}", s.findingPage)
	mux.HandleFunc("GET /tenants/{id}", s.tenantPage)
	mux.HandleFunc("POST /findings/{id}/ack", s.acknowledge)
	mux.HandleFunc("POST /session", s.signIn)
	mux.HandleFunc("POST /session/end", s.signOut)
	mux.HandleFunc("GET /api/v1/tenants", s.apiTenants)
	mux.HandleFunc("GET /api/v1/findings", s.apiFindings)
	mux.HandleFunc("GET /api/v1/findings/{id}", s.apiFinding)
	mux.HandleFunc("POST /api/v1/findings/{id}/ack", s.apiAcknowledge)
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", w.metrics.handler())
	mux.HandleFunc("GET /style.css", file("page/style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /icon.svg", file("page/icon.svg", "image/svg+xml"))
	return s.guard(http.NewCrossOriginProtection().Handler(mux)), nil
}

// policy lets a browser load nothing but the style and the icon, and send forms
// only to where they came from.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// longestBody is how much of a request is read.
const longestBody = 64 << 10

// guard refuses other names than the page's, and says to browsers what the page may do.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if len(s.web.Hosts) > 0 && !slices.Contains(s.web.Hosts, hostOf(r.Host)) {
			http.Error(w, s.say("other-name"), http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, longestBody)
		next.ServeHTTP(w, r)
	})
}

// hostOf is a host without its port.
func hostOf(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		return host[1 : n-1]
	}
	return host
}

func file(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		data, err := pageFiles.ReadFile(name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-cache")
		w.Write(data)
	}
}

// show sends a page, or nothing of it.
func (s *site) show(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	t, err := s.pages.Clone()
	if err == nil {
		err = t.Funcs(s.functions(s.Clock.Now())).ExecuteTemplate(&b, name, data)
	}
	if err != nil {
		s.Log.Error("a page cannot be shown", "page", name, "error", err)
		http.Error(w, s.say("not-shown-at-all"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// healthz says that the process answers, readyz whether what it shows can be relied on.
func (s *site) healthz(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }

func (s *site) readyz(w http.ResponseWriter, _ *http.Request) {
	h := s.Health()
	if h.Ready() {
		io.WriteString(w, "ready\n")
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	for _, reason := range s.reasons(h) {
		io.WriteString(w, reason+"\n")
	}
}

// reasons are what is wrong with the watch, in words.
func (s *site) reasons(h Health) []string {
	var out []string
	if h.Stalled {
		out = append(out, s.say("stalled"))
	}
	if h.Store != nil {
		out = append(out, s.say("store-failed", "error", s.tell(h.Store)))
	}
	if h.Manifests != nil {
		out = append(out, s.say("manifests-failed", "error", s.tell(h.Manifests)))
	}
	if h.Waiting > 0 {
		out = append(out, s.say("first-round", "tenants", s.count(h.Waiting, "n-tenants")))
	}
	return out
}
