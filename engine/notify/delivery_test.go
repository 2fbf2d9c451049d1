package notify_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/notify"
)

// drop ends the connection without an answer.
func drop(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }

func broken(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// What may pass is tried again, what will not is said at once.
func TestFailures(t *testing.T) {
	const sleeping = 0
	tests := []struct {
		name      string
		kinds     string // "" for all
		fault     fault
		temporary bool
		reason    string
	}{
		{"failing server", "", says(500, "oops"), true, "its server failed (status 500)"},
		{"gateway", "", says(503, "<html>"), true, "its server failed (status 503)"},
		{"request timeout", "", says(408, ""), true, "its server failed (status 408)"},
		{"too fast", "", says(429, ""), true, "messages come too fast (status 429)"},
		{"dropped connection", "", drop, true, "the connection failed"},
		{"broken answer", "", broken, true, "the connection failed"},
		{"bad request", "", says(400, "?"), false, "refuses the message (status 400)"},
		{"unauthorized", "", says(401, "TOKEN-a1b2"), false, "refuses the message (status 401)"},
		{"gone", "", says(410, ""), false, "nothing at its address any more"},
		{"redirect", "", says(302, "", "Location", "https://evil.example/TOKEN-a1b2"), false, "redirects, which is not followed"},
		{"a page", "feishu dingtalk wecom", says(200, "<html>Login</html>"), false, "is not the robot"},
		{"a page", "slack", says(200, "<html>Login</html>"), false, "is not Slack"},
		{"no code", "feishu dingtalk wecom", says(200, `{"msg":"success"}`), false, "is not the robot"},
		{"empty answer", "feishu dingtalk wecom", says(200, ""), false, "is not the robot"},
		{"unknown code", "feishu", says(200, `{"code":77,"msg":"TOKEN-a1b2"}`), false, "refuses the message (code 77)"},
		{"unknown code", "dingtalk wecom", says(200, `{"errcode":77,"errmsg":"TOKEN-a1b2"}`), false, "refuses the message (code 77)"},
		{"keyword", "feishu", says(200, `{"code":19024,"msg":"Key Words Not Found"}`), false, "自定义关键词 to cosmicctl"},
		{"other machine", "feishu", says(200, `{"code":19022,"msg":"Ip Not Allowed"}`), false, "IP 白名单"},
		{"busy", "feishu", says(200, `{"code":11232,"msg":"frequency limited"}`), true, "too fast (code 11232)"},
		{"a code beside a status", "feishu", says(429, `{"code":9499,"msg":"too many request"}`), true, "(code 9499)"},
		{"security", "dingtalk", says(200, `{"errcode":310000,"errmsg":"keywords not in content"}`), false, "安全设置"},
		{"busy", "dingtalk wecom", says(200, `{"errcode":-1,"errmsg":"系统繁忙"}`), true, "busy (code -1)"},
		{"no such robot", "wecom", says(200, `{"errcode":93000,"errmsg":"invalid webhook url"}`), false, "no robot at its address"},
		{"too fast", "wecom", says(200, `{"errcode":45009,"errmsg":"api freq out of limit"}`), true, "too fast (code 45009)"},
		{"archived", "slack", says(410, "channel_is_archived"), false, "archived (code channel_is_archived)"},
		{"removed", "slack", says(404, "no_service"), false, "make it anew"},
		{"odd", "slack", says(500, "rollup_error"), true, "its server failed (status 500)"},
	}
	for _, kind := range types(t) {
		for _, tt := range tests {
			if tt.kinds != "" && !strings.Contains(tt.kinds, kind) {
				continue
			}
			t.Run(kind+" "+tt.name, func(t *testing.T) {
				once := newWorld(t, kind)
				once.faults = []fault{tt.fault}
				_, err := once.send(message(opened()))
				if (err == nil) != tt.temporary || len(once.clock.slept) == sleeping == tt.temporary {
					t.Errorf("after one failure: %v, slept %v", err, once.clock.slept)
				}
				always := newWorld(t, kind)
				for range 9 {
					always.faults = append(always.faults, tt.fault)
				}
				_, err = always.send(message(opened()))
				var e *notify.Error
				if !errors.As(err, &e) || e.Temporary != tt.temporary || !strings.Contains(err.Error(), tt.reason) {
					t.Fatalf("got %v", err)
				}
				if want := map[bool]int{true: 4, false: 1}[tt.temporary]; len(always.asked()) != want {
					t.Errorf("%d requests, want %d", len(always.asked()), want)
				}
				if kind == "webhook" {
					for _, id := range always.asked() {
						if id != "msg_1" {
							t.Errorf("sent again with the id %q", id)
						}
					}
				}
			})
		}
	}
}

func TestPausesGrow(t *testing.T) {
	w := newWorld(t, "webhook")
	w.faults = []fault{says(500, ""), says(500, ""), says(429, "", "Retry-After", "17")}
	if _, err := w.send(message(opened())); err != nil {
		t.Fatal(err)
	}
	want := []time.Duration{time.Second, 2 * time.Second, 17 * time.Second}
	for i, d := range want {
		if w.clock.slept[i] != d {
			t.Fatalf("slept %v, want %v", w.clock.slept, want)
		}
	}
}

// Who asks for a long time is not waited for, and not bothered before.
func TestALongRetryAfter(t *testing.T) {
	for name, after := range map[string]string{"seconds": "600", "date": "Mon, 02 Mar 2026 09:40:00 GMT"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "webhook")
			w.faults = []fault{says(503, "", "Retry-After", after)}
			_, err := w.send(message(opened()))
			var e *notify.Error
			if !errors.As(err, &e) || !e.Temporary || e.After != 10*time.Minute {
				t.Fatal(err)
			}
			if _, err = w.send(message(opened())); !errors.As(err, &e) || !e.Temporary || len(w.asked()) != 1 {
				t.Fatalf("%v, %d requests", err, len(w.asked()))
			}
			w.clock.t = w.clock.t.Add(10 * time.Minute)
			if _, err = w.send(message(opened())); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestASillyRetryAfter(t *testing.T) {
	w := newWorld(t, "slack")
	w.faults = []fault{says(429, "", "Retry-After", "900000")}
	_, err := w.send(message(opened()))
	var e *notify.Error
	if !errors.As(err, &e) || e.After != time.Hour {
		t.Error(err)
	}
}

// The vendors' servers count; a sender never comes too fast for them.
func TestNotTooFast(t *testing.T) {
	for _, kind := range []string{"dingtalk", "wecom"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			for range 60 {
				if _, err := w.send(message(opened())); err != nil {
					t.Fatal(err)
				}
			}
			if took := w.clock.t.Sub(newWorld(t, kind).clock.t); took < 2*time.Minute {
				t.Errorf("60 messages in %v", took)
			}
		})
	}
}

func TestChannelsHaveTheirOwnPace(t *testing.T) {
	w := newWorld(t, "wecom")
	for range 5 {
		if _, err := w.send(message(opened())); err != nil {
			t.Fatal(err)
		}
	}
	w.channel.Name = "other"
	if _, err := w.send(message(opened())); err != nil || len(w.clock.slept) > 0 {
		t.Errorf("%v, slept %v", err, w.clock.slept)
	}
}

func TestSignaturesHoldOnlyForATime(t *testing.T) {
	for _, kind := range []string{"feishu", "dingtalk", "webhook"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			late := w.clock.t.Add(-2 * time.Hour)
			s, err := notify.New(notify.Options{Phrase: words, Now: func() time.Time { return late }, Sleep: w.clock.sleep})
			if err != nil {
				t.Fatal(err)
			}
			w.sender = s
			if _, err := w.send(message(opened())); err == nil {
				t.Error("a signature of two hours ago was taken")
			}
			w = newWorld(t, kind)
			w.channel.Secret = engine.NewSecret("whsec_" + strings.Repeat("A", 32))
			if _, err := w.send(message(opened())); err == nil {
				t.Error("a signature with another secret was taken")
			}
		})
	}
}

func TestAHangingServer(t *testing.T) {
	release := make(chan struct{})
	hang := func(w http.ResponseWriter, r *http.Request) { <-release }
	slow := httptest.NewServer(http.HandlerFunc(hang))
	defer slow.Close()
	defer close(release)
	w := newWorld(t, "slack")
	w.channel.URL = engine.NewSecret(slow.URL + "/TOKEN-a1b2")
	w.sender = w.newSender(notify.Options{Timeout: 20 * time.Millisecond})
	_, err := w.send(message(opened()))
	var e *notify.Error
	if !errors.As(err, &e) || !e.Temporary || e.Reason != "no answer in time" || len(w.clock.slept) < 3 {
		t.Errorf("%v, slept %v", err, w.clock.slept)
	}
}

func TestAnInterruption(t *testing.T) {
	w := newWorld(t, "webhook")
	ctx, cancel := context.WithCancel(context.Background())
	w.faults = []fault{func(rw http.ResponseWriter, _ *http.Request) { cancel(); rw.WriteHeader(500) }}
	if err := w.sender.Send(ctx, w.channel, message(opened())); !errors.Is(err, context.Canceled) || len(w.asked()) != 1 {
		t.Errorf("%v, %d requests", err, len(w.asked()))
	}
}

// An answer without end is not read to its end.
func TestAnEndlessAnswer(t *testing.T) {
	w := newWorld(t, "feishu")
	w.faults = []fault{func(rw http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := rw.Write(make([]byte, 32<<10)); err != nil {
				return
			}
		}
	}}
	if _, err := w.send(message(opened())); err == nil || !strings.Contains(err.Error(), "is not the robot") {
		t.Error(err)
	}
}

func TestACertificateNobodyVouchesFor(t *testing.T) {
	w := newWorld(t, "slack")
	tls := httptest.NewTLSServer(w)
	defer tls.Close()
	tls.Config.ErrorLog = nil
	w.channel.URL = engine.NewSecret(strings.Replace(w.channel.URL.Reveal(), w.server.URL, tls.URL, 1))
	if _, err := w.send(message(opened())); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
	w.sender = w.newSender(notify.Options{Transport: tls.Client().Transport})
	if _, err := w.send(message(opened())); err != nil {
		t.Error(err)
	}
}

func TestWrongChannels(t *testing.T) {
	const short = "whsec_c2hvcnQ="
	tests := []struct {
		name, kind, url, secret, reason string
	}{
		{"no address", "slack", "", "", "is not one"},
		{"not an address", "slack", "TOKEN-a1b2", "", "is not one"},
		{"control character", "slack", "https://h/\x7fTOKEN-a1b2", "", "is not one"},
		{"plain http", "feishu", "http://h.example/TOKEN-a1b2", "", "must begin with https"},
		{"another scheme", "feishu", "file:///TOKEN-a1b2", "", "is not one"},
		{"looks like this machine", "feishu", "http://127.0.0.1.evil.example/TOKEN-a1b2", "", "must begin with https"},
		{"unsigned webhook", "webhook", "https://h.example/TOKEN-a1b2", "", "has no secret"},
		{"short secret", "webhook", "https://h.example/TOKEN-a1b2", short, "24 to 64 bytes"},
		{"secret that is no base64", "webhook", "https://h.example/TOKEN-a1b2", robotSecret + "!", "24 to 64 bytes"},
		{"secret of Slack", "slack", "https://h.example/TOKEN-a1b2", robotSecret, "does not sign"},
		{"secret of 企业微信", "wecom", "https://h.example/TOKEN-a1b2", robotSecret, "does not sign"},
		{"type", "email", "https://h.example/TOKEN-a1b2", "", "no such type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "slack")
			c := notify.Channel{Name: "oncall", Type: tt.kind, URL: engine.NewSecret(tt.url), Secret: engine.NewSecret(tt.secret)}
			for _, err := range []error{w.sender.Check(c), w.sender.Send(t.Context(), c, message(opened()))} {
				if err == nil || !strings.Contains(err.Error(), tt.reason) || leaks(err.Error()) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	w := newWorld(t, "webhook")
	for _, id := range []string{"", "a.b", "a\nb", strings.Repeat("a", 129)} {
		m := message(opened())
		if m.ID = id; w.sender.Send(t.Context(), w.channel, m) == nil {
			t.Errorf("the id %q was taken", id)
		}
	}
}

// leaks tells whether a text tells an address or a secret.
func leaks(s string) bool {
	for _, canary := range []string{"TOKEN", "a1b2", "SECcanary", "MfKQ9r8", "127.0.0.1", "hook/", "evil", "h.example", "://h"} {
		if strings.Contains(s, canary) {
			return true
		}
	}
	return false
}

// No error tells an address or a secret, whatever a server answers and repeats.
func TestErrorsTellNoSecret(t *testing.T) {
	seen := 0
	for _, kind := range types(t) {
		echo := `{"code":TOKEN-a1b2,"errcode":"SECcanary0123456789abcdef","msg":"TOKEN-a1b2 ` + webhookSecret + `"}`
		for _, f := range []fault{
			drop, broken, says(301, echo, "Location", "https://evil.example/TOKEN-a1b2"), says(400, echo), says(403, "TOKEN-a1b2"), says(404, echo),
			says(429, echo, "Retry-After", "TOKEN-a1b2"), says(500, echo), says(200, echo), says(200, "TOKEN-a1b2"), says(299, "no_service TOKEN-a1b2"),
			says(200, `{"code":19021,"errcode":310000,"errmsg":"TOKEN-a1b2"}`), says(200, "ok", "Content-Encoding", "gzip"),
		} {
			w := newWorld(t, kind)
			for range 4 {
				w.faults = append(w.faults, f)
			}
			if err := w.sender.Send(t.Context(), w.channel, message(opened())); err != nil {
				seen++
				if leaks(err.Error()) {
					t.Errorf("%s: %v", kind, err)
				}
			}
		}
		w := newWorld(t, kind)
		w.server.Close()
		if err := w.sender.Send(t.Context(), w.channel, message(opened())); err == nil || leaks(err.Error()) || !strings.Contains(err.Error(), "connection refused") {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if seen < 50 {
		t.Errorf("only %d errors seen", seen)
	}
}
