package notify_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/notify"
)

// clock is a time that passes only while somebody sleeps.
type clock struct {
	mu    sync.Mutex
	t     time.Time
	slept []time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t, c.slept = c.t.Add(d), append(c.slept, d)
	return nil
}

// world is a vendor's server, a channel to it and a sender.
type world struct {
	t       *testing.T
	clock   *clock
	server  *httptest.Server
	vendor  vendor
	channel notify.Channel
	sender  *notify.Sender
	mu      sync.Mutex
	faults  []fault // of the next requests
	taken   []*got
	ids     []string // of all requests
}

const (
	robotSecret   = "SECcanary0123456789abcdef"
	webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
)

// kinds are the vendors, each with the path of its address.
func kinds() map[string]struct {
	vendor       vendor
	path, secret string
} {
	return map[string]struct {
		vendor       vendor
		path, secret string
	}{
		"feishu":   {feishuServer{robotSecret}, "/open-apis/bot/v2/hook/TOKEN-a1b2", robotSecret},
		"dingtalk": {dingtalkServer{robotSecret, new([]time.Time)}, "/robot/send?access_token=TOKEN-a1b2", robotSecret},
		"wecom":    {wecomServer{new([]time.Time)}, "/cgi-bin/webhook/send?key=TOKEN-a1b2", ""},
		"slack":    {slackServer{}, "/services/T0/B0/TOKEN-a1b2", ""},
		"webhook":  {webhookServer{webhookSecret}, "/hooks/TOKEN-a1b2", webhookSecret},
	}
}

func newWorld(t *testing.T, kind string) *world {
	t.Helper()
	k := kinds()[kind]
	w := &world{t: t, vendor: k.vendor, clock: &clock{t: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)}}
	w.server = httptest.NewServer(w)
	t.Cleanup(w.server.Close)
	w.channel = notify.Channel{Name: "oncall", Type: kind, URL: engine.NewSecret(w.server.URL + k.path), Secret: engine.NewSecret(k.secret)}
	w.sender = w.newSender(notify.Options{})
	return w
}

func (w *world) newSender(o notify.Options) *notify.Sender {
	w.t.Helper()
	o.Phrase, o.Now, o.Sleep, o.Rand = words, w.clock.now, w.clock.sleep, strings.NewReader("")
	s, err := notify.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids = append(w.ids, r.Header.Get("webhook-id"))
	if len(w.faults) > 0 {
		f := w.faults[0]
		w.faults = w.faults[1:]
		f(rw, r)
		return
	}
	if err != nil || r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	status, answer, taken := w.vendor.answer(r, body, w.clock.now())
	if taken != nil {
		w.taken = append(w.taken, taken)
	}
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, answer)
}

// asked are the ids of all requests so far, and received what was taken of them. The
// server may still be at a request whose connection it dropped.
func (w *world) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.ids)
}

func (w *world) received() []*got {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.taken)
}

// send sends and returns what the vendor took, nil with an error.
func (w *world) send(m notify.Message) (*got, error) {
	w.t.Helper()
	before := len(w.received())
	err := w.sender.Send(context.Background(), w.channel, m)
	taken := w.received()
	if n := len(taken) - before; (err == nil) != (n == 1) {
		w.t.Fatalf("%d messages taken, error %v", n, err)
	}
	if err != nil {
		return nil, err
	}
	return taken[before], nil
}

// words stand for the catalogue.
func words(code engine.Code, args map[string]string) string {
	switch code {
	case notify.CodeTitle:
		return "cosmicctl: " + args["counts"]
	case notify.CodeCount:
		return args["n"] + " " + args["what"]
	case notify.CodeBy:
		return "by " + args["by"]
	case notify.CodeWhen:
		return "by " + args["by"] + ", " + args["when"]
	case notify.CodeSince:
		return "since " + args["since"]
	case notify.CodeLines:
		return "… " + args["n"] + " more lines"
	case notify.CodeMore:
		return "… and " + args["n"] + " more"
	case notify.CodePage:
		return "Open the page"
	case "notice-risk-widens-access":
		return "widens access"
	}
	return string(code)
}

func message(events ...notify.Event) notify.Message {
	return notify.Message{ID: "msg_1", At: time.Date(2026, 3, 2, 9, 29, 0, 0, time.UTC), Link: "https://watch.example/?a=1&b=2", Events: events}
}

func opened() notify.Event {
	return notify.Event{Tenant: "acme", Kind: "ThirdPartyApp", Key: "ERP01", Title: "third-party app ERP01", Class: "changed", What: notify.Opened,
		Risks: []engine.Risk{engine.Widens}, Lines: []string{`allowAllIPs: wanted false, live true`}, By: "lisi", When: "2026-03-02 09:10",
		Since: time.Date(2026, 3, 2, 9, 15, 0, 0, time.UTC)}
}

func many(n int, text string) []notify.Event {
	var out []notify.Event
	for i := range n {
		e := opened()
		e.Key, e.Title, e.Risks = fmt.Sprintf("%04d", i), fmt.Sprintf("app %04d %s", i, text), []engine.Risk{engine.Routine}
		out = append(out, e)
	}
	return out
}

func types(t *testing.T) []string {
	all := notify.Types()
	for name := range kinds() {
		if !slices.Contains(all, name) || len(all) != len(kinds()) {
			t.Fatalf("types are %v, servers stand for %d", all, len(kinds()))
		}
	}
	return all
}
