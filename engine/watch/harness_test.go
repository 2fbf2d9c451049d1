package watch_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/watch"

	"github.com/google/go-cmp/cmp"
)

// clock is the machine's, which is simulated in a bubble of synctest.
type clock struct{}

func (clock) Now() time.Time                         { return time.Now() }
func (clock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// steady is a clock that a test moves.
type steady struct {
	mu  sync.Mutex
	now time.Time
}

func (s *steady) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *steady) move(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// After of a clock that a test moves never comes: a step does not wait for it.
func (s *steady) After(time.Duration) <-chan time.Time { return make(chan time.Time) }

// side is the live side of tenants: what a look at each finds.
type side struct {
	mu      sync.Mutex
	targets []watch.Target
	err     error
	tenants map[string]watch.Look
	looked  map[string][]time.Time
	before  func(ctx context.Context, t watch.Target) // what a look does before it returns
	now     func() time.Time
}

func newSide(now func() time.Time, names ...string) *side {
	s := &side{tenants: map[string]watch.Look{}, looked: map[string][]time.Time{}, now: now}
	for _, n := range names {
		s.targets = append(s.targets, target(n))
		s.tenants[n] = clean()
	}
	return s
}

func target(name string) watch.Target {
	return watch.Target{Name: name, Live: "https://" + name + ".example.com · 1001", Labels: map[string]string{"env": "prod"}}
}

func (s *side) Targets(context.Context) ([]watch.Target, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.targets, s.err
}

func (s *side) Look(ctx context.Context, t watch.Target) watch.Look {
	s.mu.Lock()
	s.looked[t.Name] = append(s.looked[t.Name], s.now())
	before, l := s.before, s.tenants[t.Name]
	s.mu.Unlock()
	if before != nil {
		before(ctx, t)
	}
	return l
}

func (s *side) set(name string, l watch.Look) { s.do(func() { s.tenants[name] = l }) }

func (s *side) do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func titles() map[string]engine.Text {
	return map[string]engine.Text{"App": {EN: "app", ZH: "第三方应用"}, "Grant": {EN: "authorisation", ZH: "API 授权"}}
}

// clean is a look that reads everything, and finds what is given.
func clean(findings ...watch.Finding) watch.Look {
	return watch.Look{Requests: 2, Findings: findings, Kinds: []watch.KindLook{
		{Kind: "App", Title: titles()["App"], Objects: 3, Read: watch.Complete}, {Kind: "Grant", Title: titles()["Grant"], Objects: 2, Read: watch.Complete}}}
}

func unreadable() watch.Look { return watch.Look{Requests: 1, Err: "connection refused"} }

func drift(kind, key, live string) watch.Finding {
	return watch.Finding{Kind: kind, Title: titles()[kind], Key: key, Class: watch.Changed, Risks: []engine.Risk{engine.Redirects},
		Lines: []watch.Line{{Field: "callbacks[0]", Wanted: "https://erp.example.com", Live: live}}, By: "李四", When: "2026-11-24 10:00", File: "t.yaml", Line: 7}
}

// ear is a channel that keeps what it is told.
type ear struct {
	mu       sync.Mutex
	messages []watch.Message
	tries    int
	err      error
}

func (e *ear) Notify(_ context.Context, m watch.Message) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tries++
	if e.err != nil {
		return e.err
	}
	e.messages = append(e.messages, m)
	return nil
}

// heard is what was told so far, in words.
func (e *ear) heard() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := []string{}
	for _, m := range e.messages {
		for _, ev := range m.Events {
			line := string(ev.What) + " " + ev.Tenant
			if ev.Finding != nil {
				line += " " + string(ev.Finding.Class)
				if ev.Finding.Kind != "" {
					line += " " + ev.Finding.Kind + "/" + ev.Finding.Key
				}
			}
			out = append(out, line)
		}
	}
	return out
}

func (e *ear) fail(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.err = err
}

func (e *ear) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.messages = nil
}

var errRefused = errors.New("503 Service Unavailable")

func openStore(t testing.TB, file string) *watch.Store {
	t.Helper()
	s, err := watch.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func options(t testing.TB, s *watch.Store, l watch.Looker, c watch.Clock, e *ear) watch.Options {
	t.Helper()
	every, err := watch.Every(15 * time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return watch.Options{Store: s, Looker: l, Schedule: every, Clock: c, Random: func() float64 { return 0.5 }, Log: slog.New(slog.DiscardHandler),
		Channels: []watch.Channel{{Name: "ops", Notifier: e}}, Jitter: 10 * time.Second, Version: "test"}
}

// world is a watch on a side, with a clock that a test moves.
type world struct {
	t testing.TB
	*watch.Watch
	*side
	ear   *ear
	store *watch.Store
	clock *steady
	file  string
}

func newWorld(t testing.TB, names ...string) *world {
	t.Helper()
	w := &world{t: t, ear: &ear{}, clock: &steady{now: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)}, file: filepath.Join(t.TempDir(), "watch.db")}
	w.side = newSide(w.clock.Now, names...)
	w.open()
	t.Cleanup(func() { w.store.Close() })
	return w
}

func (w *world) open() {
	w.t.Helper()
	w.store = openStore(w.t, w.file)
	var err error
	if w.Watch, err = watch.New(w.t.Context(), options(w.t, w.store, w.side, w.clock, w.ear)); err != nil {
		w.t.Fatal(err)
	}
}

// reload begins anew with the targets as they now are.
func (w *world) reload() {
	w.t.Helper()
	if err := w.store.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
}

// after lets time go by, doing what is due on the way.
func (w *world) after(d time.Duration) {
	w.t.Helper()
	end := w.clock.Now().Add(d)
	for {
		next := w.Step(w.t.Context())
		if next.After(end) {
			w.clock.move(end.Sub(w.clock.Now()))
			return
		}
		w.clock.move(next.Sub(w.clock.Now()))
	}
}

func expect[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", what, diff)
	}
}

// get asks the page for something.
func (w *world) get(path string) string {
	w.t.Helper()
	h, err := w.Handler(watch.Web{Words: report.English()})
	if err != nil {
		w.t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	body, err := io.ReadAll(rec.Body)
	if err != nil || rec.Code != http.StatusOK {
		w.t.Fatalf("%s: %d %v %s", path, rec.Code, err, body)
	}
	return string(body)
}

// found are the open findings by the API: their ids, and whether they are acknowledged.
func (w *world) found() (map[string]string, map[string]bool) {
	w.t.Helper()
	var got struct{ Findings []watch.FindingView }
	if err := json.Unmarshal([]byte(w.get("/api/v1/findings")), &got); err != nil {
		w.t.Fatal(err)
	}
	ids, open := map[string]string{}, map[string]bool{}
	for _, f := range got.Findings {
		name := f.Tenant + "|" + string(f.Class)
		if f.Kind != "" {
			name += " " + f.Kind + "/" + f.Key
		}
		ids[name], open[name] = f.ID, f.Ack != nil
	}
	return ids, open
}

func (w *world) ids() map[string]string { ids, _ := w.found(); return ids }

// finding asks the API for one finding.
func (w *world) finding(id string) (watch.FindingView, []watch.Entry) {
	w.t.Helper()
	var got struct {
		Finding watch.FindingView
		History []watch.Entry
	}
	if err := json.Unmarshal([]byte(w.get("/api/v1/findings/"+id)), &got); err != nil {
		w.t.Fatal(err)
	}
	return got.Finding, got.History
}
