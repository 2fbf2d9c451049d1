package cosmic

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

func write(t *testing.T, c *Tenant, w engine.Write) ([]engine.Outcome, error) {
	t.Helper()
	return c.Writer().Write(t.Context(), appKind, w)
}

func TestSaveAndDelete(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	got, err := write(t, c, engine.Write{Op: "save", Rows: []map[string]any{{"number": "A"}, {"number": "B"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := []engine.Outcome{{OK: true, ID: "968563370657600001"}, {OK: true, ID: "968563370657600002"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got, err = write(t, c, engine.Write{Op: "delete", IDs: []string{"968563370657600002", "7"}})
	if err != nil {
		t.Fatal(err)
	}
	want = []engine.Outcome{{OK: true, ID: "968563370657600002"}, {ID: "7", Message: "failed without a reason"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if l := mustList(t, c); len(l.Rows) != 1 || l.Rows[0]["number"] != "A" {
		t.Errorf("left %v", l.Rows)
	}
}

func TestMixedFailureHasOutcomes(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	got, err := write(t, c, engine.Write{Op: "save", Rows: []map[string]any{{"name": "no number"}, {"number": "B"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := []engine.Outcome{{Message: "number为空"}, {OK: true, ID: "968563370657600001"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestWriteBody(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	tests := []struct {
		name  string
		write engine.Write
		want  string
	}{
		{"rows", engine.Write{Op: "save", Rows: []map[string]any{{"id": "9007199254740993", "name": "a<b", "count": int64(9007199254740993)}}},
			`{"data":[{"count":9007199254740993,"id":"9007199254740993","name":"a<b"}]}`},
		{"ids", engine.Write{Op: "enable", IDs: []string{"1", "2"}}, `{"data":{"id":["1","2"]}}`},
		{"secrets", engine.Write{Op: "save", Rows: []map[string]any{{
			"syspwd": engine.NewSecret("New-Secret-1!"), "entry": []map[string]any{{"k": engine.NewSecret("Row-Secret")}},
			"list": []any{engine.NewSecret("List-Secret"), 1},
		}}}, `{"data":[{"entry":[{"k":"Row-Secret"}],"list":["List-Secret",1],"syspwd":"New-Secret-1!"}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.writeBody(tt.write)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, strings.TrimSpace(string(got))); d != "" {
				t.Error(d)
			}
		})
	}
	if got := c.censor.text("bad: New-Secret-1! and Row-Secret"); got != "bad: (secret) and (secret)" {
		t.Errorf("a written secret shows: %s", got)
	}
}

func TestWritesThatAreNeverSent(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	c.maxBody = 300
	tests := []struct {
		name string
		kind *engine.Kind
		rows []map[string]any
	}{
		{"unresolved secret", appKind, []map[string]any{{"syspwd": engine.SecretRef{Env: "X"}}}},
		{"unresolved secret in a row", appKind, []map[string]any{{"entry": []any{map[string]any{"k": &engine.SecretRef{Env: "X"}}}}}},
		{"not JSON", appKind, []map[string]any{{"f": func() {}}}},
		{"too large", appKind, []map[string]any{{"f": strings.Repeat("x", 300)}}},
		{"path", &engine.Kind{App: "..", Form: "f"}, []map[string]any{{"f": "x"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.Writer().Write(t.Context(), tt.kind, engine.Write{Op: "save", Rows: tt.rows})
			e := asError(t, err)
			if !engine.NotSent(err) || e.Unreachable() || e.Tenant != "acme" || e.Op != "save" {
				t.Errorf("got %v", err)
			}
		})
	}
	if n := len(f.sent(savePath)); n != 0 {
		t.Errorf("sent %d", n)
	}
	if got, err := write(t, c, engine.Write{Op: "save"}); got != nil || err != nil {
		t.Errorf("nothing to write gave %v, %v", got, err)
	}
}

func TestEveryWriteHasItsOwnKey(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	keys := map[string]bool{}
	for range 3 {
		if _, err := write(t, c, saveOne("A")); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range f.sent(savePath) {
		keys[s.Header.Get("Idempotency-Key")] = true
		if s.Header.Get("Idempotency-Timeout") != "1800" {
			t.Error("no window")
		}
	}
	if len(keys) != 3 || keys[""] {
		t.Errorf("keys %v", keys)
	}
}

// A write whose connection breaks after it was sent is not sent again; with
// its Idempotency-Key net/http would do so on its own on a kept connection.
func TestSentWriteIsNotRepeated(t *testing.T) {
	f := newFake(t)
	c, clock := f.tenant()
	mustList(t, c)
	f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path != savePath {
			return false
		}
		hangUp(w)
		return true
	})
	_, err := write(t, c, saveOne("A"))
	e := asError(t, err)
	if engine.NotSent(err) || !e.Unreachable() || e.Hint() != engine.WayOf(TrapHost) {
		t.Errorf("got %v", err)
	}
	if n := len(f.sent(savePath)); n != 1 || len(clock.slept) != 0 {
		t.Errorf("arrived %d times", n)
	}
}

func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
}

func TestWriteAnsweredByGatewayIsNotRepeated(t *testing.T) {
	for _, status := range []int{500, 502, 503, 504} {
		f := newFake(t)
		c, _ := f.tenant()
		f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
			if r.URL.Path == savePath {
				w.WriteHeader(status)
			}
			return r.URL.Path == savePath
		})
		_, err := write(t, c, saveOne("A"))
		if e := asError(t, err); e.NotSent() || !e.Unreachable() || e.Status != status {
			t.Errorf("got %v", e)
		}
		if n := len(f.sent(savePath)); n != 1 {
			t.Errorf("HTTP %d: arrived %d times", status, n)
		}
	}
}

// A rate limit says that the write was not executed, so it is sent again, as
// the same write.
func TestLimitedWriteKeepsItsKey(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	n := 0
	f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path != savePath {
			return false
		}
		if n++; n > 2 {
			return false
		}
		w.Write([]byte(`{"errorCode":"429","message":"限流","status":false}`))
		return true
	})
	if _, err := write(t, c, saveOne("A")); err != nil {
		t.Fatal(err)
	}
	sent := f.sent(savePath)
	if len(sent) != 3 || sent[0].Header.Get("Idempotency-Key") != sent[2].Header.Get("Idempotency-Key") {
		t.Errorf("sent %d times", len(sent))
	}
}

func TestWriteThatIsLimitedForGoodHadNoEffect(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path == savePath {
			w.Write([]byte(`{"errorCode":"429","message":"限流","status":false}`))
		}
		return r.URL.Path == savePath
	})
	_, err := write(t, c, saveOne("A"))
	if e := asError(t, err); !e.NotSent() || e.Unreachable() || e.Hint() != engine.WayOf(TrapRate) {
		t.Errorf("got %v", e)
	}
	if n := len(f.sent(savePath)); n != attempts {
		t.Errorf("sent %d times", n)
	}
}

func TestRepeatedKeyIsOfUnknownOutcome(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		f.mu.Lock()
		f.keys[r.Header.Get("Idempotency-Key")] = true
		f.mu.Unlock()
		return false
	})
	_, err := write(t, c, saveOne("A"))
	e := asError(t, err)
	if e.NotSent() || e.Hint() != HintRepeated || !strings.Contains(e.Error(), "an identical request was received before, and its outcome is unknown") {
		t.Errorf("got %v", e)
	}
	if n := len(f.sent(savePath)); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

// A write that finds nobody listening is tried again, and said to be unsent.
func TestUnsentWriteIsRepeated(t *testing.T) {
	f := newFake(t)
	c, clock := f.tenant()
	mustList(t, c)
	c.client.CloseIdleConnections()
	f.Listener.Close()
	_, err := write(t, c, saveOne("A"))
	if e := asError(t, err); !e.NotSent() || !e.Unreachable() || e.Hint() != engine.WayOf(TrapHost) {
		t.Errorf("got %v", e)
	}
	if len(clock.slept) != attempts-1 {
		t.Errorf("paused %v", clock.slept)
	}
}

// When a write is cut off under way nobody knows whether it arrived.
func TestCancelledWriteCountsAsSent(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	f.on(func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path != savePath {
			return false
		}
		cancel()
		<-release
		return true
	})
	_, err := c.Writer().Write(ctx, appKind, saveOne("A"))
	if e := asError(t, err); e.NotSent() || e.Unreachable() || !strings.Contains(e.Error(), "context canceled") {
		t.Errorf("got %v", e)
	}
}

func TestUnansweredWriteCountsAsSent(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant(func(o *Options) { o.Timeout = 100 * time.Millisecond })
	mustList(t, c)
	release := make(chan struct{})
	defer close(release)
	f.on(func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		<-release
		return true
	})
	_, err := write(t, c, saveOne("A"))
	if e := asError(t, err); e.NotSent() || !e.Unreachable() || e.Hint() != engine.WayOf(TrapTimeout) {
		t.Errorf("got %v", e)
	}
	if n := len(f.sent(savePath)); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

// Only Cosmic's own 404 says that an API is not published, and that the call had no
// effect; a page with 404 is a wrong address, and 403 an API that is there.
func TestUnpublished(t *testing.T) {
	tests := []struct {
		name, contentType, body string
		status                  int
		want                    bool
	}{
		{"in the body", "application/json", `{"data":null,"errorCode":"404","message":"Cannot found OpenAPI(or disabled)","status":false}`, 200, true},
		{"as HTTP too", "application/json", `{"data":null,"errorCode":"404","message":"Cannot found OpenAPI(or disabled)","status":false}`, 404, true},
		{"as HTTP only", "application/json", `{"message":"Cannot found OpenAPI(or disabled)","status":false}`, 404, true},
		{"a page", "text/html", "<html><title>404 Not Found</title></html>", 404, false},
		{"a gateway", "text/plain", "404 page not found", 404, false},
		{"forbidden", "application/json", `{"errorCode":"403","message":"该接口需要第三方应用授权","status":false}`, 200, false},
		{"a row that is not there", "application/json", `{"errorCode":"602","message":"not found","status":false}`, 200, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			c, _ := f.tenant()
			f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
				if r.URL.Path == savePath {
					w.Header().Set("Content-Type", tt.contentType)
					w.WriteHeader(tt.status)
					w.Write([]byte(tt.body))
				}
				return r.URL.Path == savePath
			})
			_, err := write(t, c, saveOne("A"))
			if engine.Unpublished(err) != tt.want || engine.NotSent(err) != tt.want {
				t.Errorf("unpublished %t, without effect %t, want %t: %v", engine.Unpublished(err), engine.NotSent(err), tt.want, err)
			}
		})
	}
}

// A token request that is not there tells nothing of the form that it was for.
func TestTokenThatIsNotThereIsNoUnpublishedForm(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	f.on(func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.Write([]byte(`{"errorCode":"404","message":"Cannot found OpenAPI(or disabled)","status":false}`))
		return true
	})
	if _, err := write(t, c, saveOne("A")); err == nil || engine.Unpublished(err) {
		t.Errorf("got %v", err)
	}
}
