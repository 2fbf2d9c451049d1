package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

func TestIdempotency(t *testing.T) {
	tests := []struct {
		name, version, settings, timeout string
		pass                             time.Duration
		code                             string
	}{
		{"at once", "6.0.14", `{}`, "", 0, "604"},
		{"within half an hour", "6.0.14", `{}`, "", 30*time.Minute - time.Second, "604"},
		{"after half an hour", "6.0.14", `{}`, "", 30 * time.Minute, "0"},
		{"within its timeout", "6.0.12", `{}`, "7200", 90 * time.Minute, "604"},
		{"after its timeout", "6.0.12", `{}`, "10", 10 * time.Second, "0"},
		{"timeout not known before 6.0.12", "6.0.11", `{}`, "10", 10 * time.Second, "604"},
		{"the tenant's window", "6.0.14", `{"idempotencySeconds":30}`, "", 30 * time.Second, "0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := ensured(t, tt.version)
			h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", tt.settings)
			token := h.token()
			headers := []string{"Idempotency-Key", "k"}
			if tt.timeout != "" {
				headers = append(headers, "Idempotency-Timeout", tt.timeout)
			}
			save := func(number string) response {
				return h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"`+number+`"}]}`, headers...)
			}
			if r := save("A"); r.code(t) != "0" {
				t.Fatal(r.body)
			}
			h.clock.advance(tt.pass)
			if tt.pass > time.Hour {
				token = h.token()
			}
			r := save("B")
			if r.code(t) != tt.code {
				t.Errorf("%s, want %s", r.body, tt.code)
			}
			wantRows := 1
			if tt.code == "0" {
				wantRows = 2
			}
			if rows := h.rows(token, "bdm/bdm_org/query", `{}`); len(rows) != wantRows {
				t.Errorf("%d rows", len(rows))
			}
		})
	}
}

func TestIdempotencyTimeoutBounds(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	for timeout, want := range map[string]string{"7776000": "0", "7776001": "400", "0": "400", "-1": "400", "soon": "400"} {
		r := h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A"}]}`, "Idempotency-Key", timeout, "Idempotency-Timeout", timeout)
		if r.code(t) != want {
			t.Errorf("%s: %s", timeout, r.body)
		}
	}
}

func TestIdempotencyIsForAllWrites(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("third_app", `[{"number":"x"}]`)
	token := h.token()
	for _, op := range []string{"disable", "enable", "submit", "audit", "delete"} {
		key := []string{"Idempotency-Key", op}
		h.call(token, "open/third_app/"+op, `{"data":{"number":"x"}}`, key...)
		if r := h.call(token, "open/third_app/"+op, `{"data":{"number":"x"}}`, key...); r.code(t) != "604" {
			t.Errorf("%s: %s", op, r.body)
		}
	}
	for range 2 {
		if r := h.call(token, "open/third_app/query", `{"data":{},"pageSize":1}`, "Idempotency-Key", "q"); r.code(t) != "0" {
			t.Errorf("a query is no write: %s", r.body)
		}
	}
}

// TestTwinRunning holds a first save back after it was let in, and sends a second.
func TestTwinRunning(t *testing.T) {
	h, waiting, release := held(t)
	token := h.token()
	h.fault(`{"kind":"latency","ms":1,"when":"between","op":"save","times":1}`)
	var first response
	var done sync.WaitGroup
	done.Go(func() {
		first, _ = h.send(http.MethodPost, h.url+"/ierp/kapi/v2/bdm/bdm_org/save", `{"data":[{"number":"A"}]}`, "accesstoken", token, "Content-Type", "application/json")
	})
	<-waiting
	if r := h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A"}]}`); r.code(t) != "604" {
		t.Errorf("the same body: %s", r.body)
	}
	if r := h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A","name":"x"}]}`); r.code(t) != "0" {
		t.Errorf("another body: %s", r.body)
	}
	close(release)
	done.Wait()
	if first.code(t) != "0" {
		t.Errorf("the first: %s", first.body)
	}
	if rows := h.rows(token, "bdm/bdm_org/query", `{"number":"A"}`); len(rows) != 2 {
		t.Errorf("two parallel creates made %d rows, want 2", len(rows))
	}
}

// held is a server whose latency faults announce themselves and wait to be released.
func held(t *testing.T) (h *server, waiting, release chan struct{}) {
	h = ensured(t, "6.0.14")
	waiting, release = make(chan struct{}, 10), make(chan struct{})
	h.s.options.Sleep = func(ctx context.Context, _ time.Duration) {
		waiting <- struct{}{}
		select {
		case <-ctx.Done():
		case <-release:
		}
	}
	return h, waiting, release
}

func TestRepeatedBodyWhereTheAPISaysSo(t *testing.T) {
	for version, window := range map[string]time.Duration{"5.0.018": 10 * time.Second, "5.0.020": 30 * time.Second} {
		h := ensured(t, version)
		h.byHand("openapi_apilist", `[{"number":"bdm_org_save","check_repeat_req":"1"}]`)
		token := h.oldToken()
		save := func() string { return h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A"}]}`).code(t) }
		got := fmt.Sprint(save(), save())
		h.clock.advance(window - time.Millisecond)
		got += save()
		h.clock.advance(time.Millisecond)
		if got += save(); got != "0 6046040" && got != "06046040" {
			t.Errorf("%s: %s", version, got)
		}
	}
}

func TestRates(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	query := func() string { return h.call(token, "open/third_app/query", `{"data":{},"pageSize":1}`).code(t) }
	for n := range 30 {
		if code := query(); code != "0" {
			t.Fatalf("call %d of a second: %s", n+1, code)
		}
	}
	if code := query(); code != "429" {
		t.Fatalf("call 31 of a second: %s", code)
	}
	for range 19 {
		h.clock.advance(time.Second)
		for range 30 {
			query()
		}
	}
	h.clock.advance(40 * time.Second)
	if code := query(); code != "429" {
		t.Errorf("call 601 of a minute: %s", code)
	}
	h.clock.advance(time.Second)
	if code := query(); code != "0" {
		t.Errorf("after a minute: %s", code)
	}
}

func TestRatesOfTwoApps(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("third_app", `[{"number":"two","syspwd":"`+secret+`"}]`)
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"limits":{"perMinute":3,"perSecond":2,"tokensPerMinute":1}}`)
	tokens := []string{h.token(), h.token("client_id", "two")}
	if r := h.post("/kapi/oauth2/getToken", h.oauthBody()); r.code(t) != "429" {
		t.Errorf("getToken is counted for each app: %s", r.body)
	}
	var codes []string
	for _, i := range []int{0, 0, 0, 1, 1} {
		codes = append(codes, h.call(tokens[i], "open/third_app/query", `{"data":{},"pageSize":1}`).code(t))
	}
	if got := fmt.Sprint(codes); got != "[0 0 429 0 429]" {
		t.Errorf("the second is counted for each app, the minute for the account: %s", got)
	}
}

func TestOwnRateOfAnApp(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("third_app", `[{"number":"`+appID+`","culimittac":2}]`)
	token := h.token()
	var codes []string
	for range 3 {
		r := h.call(token, "open/third_app/query", `{"data":{},"pageSize":1}`)
		if r.status != http.StatusOK {
			t.Errorf("HTTP %d", r.status)
		}
		codes = append(codes, r.code(t))
	}
	if got := fmt.Sprint(codes); got != "[0 0 429]" {
		t.Error(got)
	}
}
