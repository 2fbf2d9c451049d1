package cosmic

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"

	"cosmicctl/engine"
)

func TestTLS(t *testing.T) {
	f := unstartedFake(t)
	f.Server = httptest.NewUnstartedServer(f)
	f.Config.ErrorLog = nullLog()
	f.StartTLS()
	t.Cleanup(f.Close)
	pool := x509.NewCertPool()
	pool.AddCert(f.Certificate())

	c, _ := f.tenant(func(o *Options) { o.RootCAs = pool })
	mustList(t, c)

	c, clock := f.tenant()
	_, err := write(t, c, saveOne("A"))
	if e := asError(t, err); e.Hint() != engine.WayOf(TrapCertificate) || !e.Unreachable() || !e.NotSent() {
		t.Errorf("got %v", e)
	}
	if len(clock.slept) != 0 {
		t.Error("tried a certificate again")
	}

	c, _ = f.tenant(func(o *Options) { o.RootCAs = pool }, baseURL(strings.Replace(f.URL, "127.0.0.1", "localhost", 1)+"/ierp"))
	if e := listError(t, c); e.Hint() != engine.WayOf(TrapCertificate) {
		t.Errorf("a certificate for another name gave %v", e)
	}
}

// A secret never goes to where a server points.
func TestRedirectsAreRefused(t *testing.T) {
	other := newFake(t)
	tests := []struct {
		name, location, want string
		code                 int
	}{
		{"to another host", other.URL + "/ierp/login?access_token=x", "the server redirects to " + other.URL + ", which is not followed", 307},
		{"as a GET", other.URL + "/", "the server redirects to " + other.URL + ", which is not followed", 302},
		{"on the same host", "/login.html", "the server redirects, which is not followed", 308},
		{"nowhere", "", "the server redirects, which is not followed", 301},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.on(func(w http.ResponseWriter, _ *http.Request, _ int) bool {
				if tt.location != "" {
					w.Header().Set("Location", tt.location)
				}
				w.WriteHeader(tt.code)
				return true
			})
			c, _ := f.tenant()
			e := listError(t, c)
			if e.Message != tt.want || e.Hint() != engine.WayOf(TrapRedirect) || !e.Unreachable() {
				t.Errorf("got %v", e)
			}
			if len(f.paths()) != 1 || len(other.paths()) != 0 {
				t.Errorf("requests %v, %v", f.paths(), other.paths())
			}
		})
	}
}

func TestPagesInPlaceOfAnswers(t *testing.T) {
	tests := []struct {
		name string
		code int
		kind string
		body string
		want string
		hint engine.Code
	}{
		{"wrong context path", 404, "text/html;charset=utf-8", "<html><head><title>404 Not Found</title></head></html>",
			"HTTP 404: the answer is an HTML page titled 404 Not Found", engine.WayOf(TrapContext)},
		{"gateway", 500, "text/html", "<HTML><TITLE>\n Bad\nGateway </TITLE>", "HTTP 500: the answer is an HTML page titled Bad Gateway", engine.WayOf(TrapPage)},
		{"login page", 200, "", "\n<!doctype html><p>登录", "the answer is an HTML page", engine.WayOf(TrapPage)},
		{"no page and no JSON", 404, "text/plain", "404 page not found", "HTTP 404: Not Found", engine.WayOf(TrapUnpublished)},
		{"JSON of something else", 404, "application/json", `{"status":404,"error":"Not Found","path":"/x"}`, "HTTP 404: Not Found", engine.WayOf(TrapUnpublished)},
		{"envelope with an HTTP status", 403, "application/json", `{"errorCode":"403","message":"IP","status":false}`, "errorCode 403: IP", engine.WayOf(TrapAddress)},
		{"HTTP status against a success", 500, "application/json", `{"errorCode":"0","status":true}`, "HTTP 500", engine.WayOf(TrapServer)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.on(failing(always, func(w http.ResponseWriter) {
				w.Header().Set("Content-Type", tt.kind)
				w.WriteHeader(tt.code)
				w.Write([]byte(tt.body))
			}))
			c, _ := f.tenant()
			e := listError(t, c)
			if got := strings.TrimPrefix(e.Error(), `tenant "acme": third_app query: `); got != tt.want || e.Hint() != tt.hint {
				t.Errorf("got %q, hint %q", got, e.Hint())
			}
			if page := tt.hint == engine.WayOf(TrapPage) || tt.hint == engine.WayOf(TrapContext); (page || tt.code >= 500) != e.Unreachable() {
				t.Errorf("unreachable: %v", e.Unreachable())
			}
		})
	}
}

func TestAnswerTooLarge(t *testing.T) {
	f := newFake(t)
	f.fill("third_app", 100)
	c, _ := f.tenant()
	if c.maxAnswer != 64<<20 {
		t.Errorf("%d bytes are allowed", c.maxAnswer)
	}
	c.maxAnswer = 2000
	e := listError(t, c)
	if e.Message != "the answer is larger than 2000 bytes" || !e.Unreachable() {
		t.Errorf("got %v", e)
	}
	if n := len(f.sent(queryPath)); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	f := unstartedFake(t)
	f.Server = httptest.NewUnstartedServer(f)
	var connections atomic.Int32
	f.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	f.Start()
	t.Cleanup(f.Close)
	c, _ := f.tenant()
	for range 5 {
		mustList(t, c)
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// brokenConn is a connection that the other side has left.
type brokenConn struct{ net.Conn }

func (brokenConn) Write([]byte) (int, error) { return 0, net.ErrClosed }

func TestWire(t *testing.T) {
	plain, _ := net.Pipe()
	tests := []struct {
		name        string
		conn        net.Conn
		write       string
		interrupted bool
		want        bool
	}{
		{"no connection", nil, "", false, true},
		{"no connection in time", nil, "", true, true},
		{"broken before the first byte", &countedConn{Conn: brokenConn{plain}}, "x", false, true},
		{"nothing written, but interrupted", &countedConn{Conn: brokenConn{plain}}, "x", true, false},
		{"written", &countedConn{Conn: swallow{plain}}, "x", false, false},
		{"nothing written below TLS", tls.Client(&countedConn{Conn: brokenConn{plain}}, &tls.Config{}), "", false, true},
		{"unknown connection", plain, "", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var w wire
			ctx := w.watch(t.Context())
			if tt.conn != nil {
				traceOf(ctx).GotConn(gotConn(tt.conn))
			}
			if tt.write != "" {
				tt.conn.Write([]byte(tt.write))
			}
			if got := w.unwritten(tt.interrupted); got != tt.want {
				t.Errorf("unwritten: %v", got)
			}
		})
	}
}

// swallow takes everything.
type swallow struct{ net.Conn }

func (swallow) Write(b []byte) (int, error) { return len(b), nil }

func traceOf(ctx context.Context) *httptrace.ClientTrace { return httptrace.ContextClientTrace(ctx) }

func gotConn(c net.Conn) httptrace.GotConnInfo { return httptrace.GotConnInfo{Conn: c} }

// A write on a kept connection whose every byte fails is sent again, over a
// new connection and with its key.
func TestWriteOnBrokenConnectionIsRepeated(t *testing.T) {
	f := newFake(t)
	c, clock := f.tenant()
	breaking := &breakingTransport{}
	breaking.wrap(c.client.Transport.(*http.Transport))
	mustList(t, c)
	breaking.broken = true
	got, err := write(t, c, saveOne("A"))
	if err != nil || !got[0].OK {
		t.Fatalf("got %v, %v", got, err)
	}
	if n := len(f.sent(savePath)); n != 1 || len(clock.slept) != 1 {
		t.Errorf("arrived %d times after %d pauses", n, len(clock.slept))
	}
}

// breakingTransport lets the first connection fail on demand.
type breakingTransport struct{ broken, used bool }

func (b *breakingTransport) wrap(t *http.Transport) {
	dial := t.DialContext
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil || b.used {
			return c, err
		}
		b.used = true
		counted := c.(*countedConn)
		counted.Conn = &switchedConn{Conn: counted.Conn, broken: &b.broken}
		return counted, nil
	}
}

type switchedConn struct {
	net.Conn
	broken *bool
}

func (c *switchedConn) Write(b []byte) (int, error) {
	if *c.broken {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}
