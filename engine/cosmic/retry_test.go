package cosmic

import (
	"bytes"
	"context"
	"errors"
	"math"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cosmicctl/engine"
)

const always = math.MaxInt32

// failing answers the first n requests to the query path with a fault.
func failing(n int, fault func(http.ResponseWriter)) fakeFault {
	var failed atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path != queryPath || failed.Add(1) > int64(n) {
			return false
		}
		fault(w)
		return true
	}
}

func status(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code) }
}

func says(body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.Write([]byte(body)) }
}

func breaksOff(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "1000")
	w.Write([]byte(`{"data":{"rows":[`))
	w.(http.Flusher).Flush()
	hangUp(w)
}

func TestReadsAreRepeated(t *testing.T) {
	limited := says(`{"errorCode":"429","message":"请求过于频繁","status":false}`)
	tests := []struct {
		name     string
		fault    func(http.ResponseWriter)
		attempts int
		hint     string
	}{
		{"HTTP 429", status(429), 4, "way-trap-rate-limit"},
		{"errorCode 429", limited, 4, "way-trap-rate-limit"},
		{"HTTP 502", status(502), 4, "way-trap-server"},
		{"HTTP 503", status(503), 4, "way-trap-server"},
		{"HTTP 504", status(504), 4, "way-trap-server"},
		{"HTML page of a gateway", func(w http.ResponseWriter) {
			w.WriteHeader(502)
			w.Write([]byte("<html><head><title>502 Bad Gateway</title></head></html>"))
		}, 4, "way-trap-proxy-page"},
		{"connection reset", hangUp, 4, "way-trap-host"},
		{"answer breaks off", breaksOff, 4, "way-trap-host"},
		{"HTTP 500", status(500), 1, "way-trap-server"},
		{"HTTP 400", status(400), 1, ""},
		{"HTTP 404", status(404), 1, "way-trap-unpublished"},
		{"errorCode 403", says(`{"errorCode":"403","message":"该接口需要第三方应用授权","status":false}`), 1, "way-trap-not-listed"},
		{"errorCode 500", says(`{"errorCode":"500","status":false}`), 1, "way-trap-server"},
		{"not JSON", says(`oops`), 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.fill("third_app", 1)
			f.on(failing(always, tt.fault))
			c, clock := f.tenant()
			e := listError(t, c)
			if n := len(f.sent(queryPath)); n != tt.attempts {
				t.Errorf("sent %d times: %v", n, e)
			}
			if len(clock.slept) != tt.attempts-1 || string(e.Hint()) != tt.hint {
				t.Errorf("paused %v, hint %q", clock.slept, e.Hint())
			}
			if tt.attempts > 1 {
				f.on(failing(tt.attempts-1, tt.fault))
				if l := mustList(t, c); len(l.Rows) != 1 {
					t.Error("the last attempt did not count")
				}
			}
		})
	}
}

func TestPauses(t *testing.T) {
	tests := []struct {
		name string
		rand []byte
		e    *Error
		want []time.Duration
	}{
		{"network, least", make([]byte, 99), &Error{fault: faultNetwork},
			[]time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}},
		{"no randomness", nil, &Error{fault: faultNetwork},
			[]time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}},
		{"rate limit", make([]byte, 99), &Error{Code: "429"},
			[]time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second}},
		{"as the server asks", make([]byte, 99), &Error{Status: 429, after: 30 * time.Second},
			[]time.Duration{30 * time.Second, 30 * time.Second, 30 * time.Second}},
		{"not as long as any server asks", make([]byte, 99), &Error{Status: 503, after: 18 * time.Hour},
			[]time.Duration{time.Minute, time.Minute, time.Minute}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &Tenant{random: &random{source: bytes.NewReader(tt.rand)}}
			for i, want := range tt.want {
				if got := c.pause(i+1, tt.e); got != want {
					t.Errorf("pause %d is %v, want %v", i+1, got, want)
				}
			}
		})
	}
	// The jitter adds up to a half.
	c := &Tenant{random: &random{source: bytes.NewReader([]byte{0, 0, 0, 0, 0x0f, 0xff, 0xff, 0xff})}}
	if d := c.pause(1, &Error{fault: faultNetwork}); d <= firstPause || d >= firstPause*3/2 {
		t.Errorf("paused %v", d)
	}
}

func TestRetryAfterHeader(t *testing.T) {
	f := newFake(t)
	f.on(failing(1, func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "17")
		w.WriteHeader(429)
	}))
	c, clock := f.tenant()
	mustList(t, c)
	if len(clock.slept) != 1 || clock.slept[0] < 17*time.Second || clock.slept[0] > 26*time.Second {
		t.Errorf("paused %v", clock.slept)
	}
}

// A hung server is asked twice and then given up.
func TestHungServer(t *testing.T) {
	f := newFake(t)
	release := make(chan struct{})
	defer close(release)
	f.on(func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path == queryPath {
			<-release
		}
		return false
	})
	c, _ := f.tenant(func(o *Options) { o.Timeout = 100 * time.Millisecond })
	e := listError(t, c)
	if e.Hint() != engine.WayOf(TrapTimeout) || !e.Unreachable() || !errors.Is(e, context.DeadlineExceeded) {
		t.Errorf("got %v", e)
	}
	if n := len(f.sent(queryPath)); n != afterTimeout {
		t.Errorf("sent %d times", n)
	}
}

// Headers that arrive and a body that never does are a hung server too.
func TestServerThatHangsInTheBody(t *testing.T) {
	f := newFake(t)
	release := make(chan struct{})
	defer close(release)
	f.on(failing(always, func(w http.ResponseWriter) {
		w.Write([]byte(`{"data":`))
		w.(http.Flusher).Flush()
		<-release
	}))
	c, _ := f.tenant(func(o *Options) { o.Timeout = 100 * time.Millisecond })
	if e := listError(t, c); e.Hint() != engine.WayOf(TrapTimeout) {
		t.Errorf("got %v", e)
	}
}

func TestInterruptedWhileWaitingToRepeat(t *testing.T) {
	f := newFake(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.on(failing(always, status(503)))
	c, _ := f.tenant(func(o *Options) {
		o.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	})
	_, err := c.List(ctx, appKind, nil)
	e := asError(t, err)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "HTTP 503") || e.Unreachable() || e.Form != "third_app" {
		t.Errorf("got %v", err)
	}
	if n := len(f.sent(queryPath)); n != 1 {
		t.Errorf("sent %d times", n)
	}
}
