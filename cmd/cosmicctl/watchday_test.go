package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/watch"
	"cosmicctl/schema"
)

// dayClock is moved by the test.
type dayClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *dayClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *dayClock) to(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at
}

// After never comes: a step waits for what it began.
func (*dayClock) After(time.Duration) <-chan time.Time { return make(chan time.Time) }

// dayWatch is a watch over a fleet with a clock that steps.
type dayWatch struct {
	*watch.Watch
	f       *fleet
	clock   *dayClock
	session *session
	store   *watch.Store
	handler http.Handler
	lives   int
}

const dayToken = "a-token-of-the-day"

// live begins the watch, the first time or after a kill: then with what a disk would
// hold that lost its process.
func (w *dayWatch) live(t *testing.T) {
	t.Helper()
	file := w.f.path(fmt.Sprintf("watch%d.db", w.lives))
	if w.lives > 0 {
		for _, part := range []string{"", "-wal"} {
			data, err := os.ReadFile(w.f.path(fmt.Sprintf("watch%d.db", w.lives-1)) + part)
			if err == nil {
				err = os.WriteFile(file+part, data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	w.lives++
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	a := &app{out: &bytes.Buffer{}, err: &bytes.Buffer{}, words: report.English(), schema: kinds, client: unhurried()}
	flags := watchFlags{config: w.f.path("watch.yaml"), gap: 40 * time.Minute}
	flags.baseline = w.f.path("baseline.json")
	flags.connectFlags = connectFlags{perMinute: -1, perSecond: -1, tenants: 4, logLevel: "error"}
	if w.session, err = a.open(t.Context(), []string{w.f.path("m")}, flags.connectFlags); err != nil {
		t.Fatal(err)
	}
	look, err := newLookout(w.session, []string{w.f.path("m")}, flags.baseline, w.clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	channels, err := w.session.channels(t.Context(), flags, "http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	if w.store, err = watch.Open(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	every, err := watch.Every(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	w.Watch, err = watch.New(t.Context(), watch.Options{Store: w.store, Looker: look, Schedule: every, Clock: w.clock, Random: w.f.draw.Float64,
		Log: slog.New(slog.DiscardHandler), Channels: channels, AtOnce: 4, Version: "day"})
	if err != nil {
		t.Fatal(err)
	}
	if w.handler, err = w.Handler(watch.Web{Words: report.English(), Token: dayToken, Random: bytes.NewReader(make([]byte, 1<<16))}); err != nil {
		t.Fatal(err)
	}
}

func (w *dayWatch) do(r *http.Request) (int, string) {
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

// goOn lets time go by, and does what is due.
func (w *dayWatch) goOn(ctx context.Context, d time.Duration) {
	for end := w.clock.Now().Add(d); ctx.Err() == nil; {
		next := w.Step(ctx)
		if next.After(end) {
			w.clock.to(end)
			return
		}
		w.clock.to(next)
	}
}

// acknowledge acknowledges one of the findings that are open, for some hours.
func (w *dayWatch) acknowledge(t *testing.T, s shown) bool {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(s.open)) {
		if s.open[name] {
			continue
		}
		body, err := json.Marshal(map[string]any{"by": "li", "reason": "planned", "until": w.clock.Now().Add(time.Duration(1+w.f.draw.IntN(4)) * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "http://localhost/api/v1/findings/"+s.ids[name]+"/ack", bytes.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+dayToken)
		if status, text := w.do(r); status != http.StatusOK {
			t.Fatalf("%s: %d %s", name, status, text)
		}
		return true
	}
	return false
}

// A day of a fleet: it drifts, fails and comes back, people acknowledge, the watch is
// killed in the middle of looks, and its channel refuses for a while. At all times
// findings, page, metrics and messages agree with what the tenants hold.
func TestWatchDay(t *testing.T) {
	f := newFleet(t, 20, 20261102)
	w := &dayWatch{f: f, clock: &dayClock{now: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)}}
	w.live(t)
	get := reading(t, w.do)
	kills, acknowledged, seen, stake := 0, 0, 0, 0
	for hour := range 24 {
		for range 6 {
			f.drift(t)
		}
		if hour < 22 {
			f.fail(t)
		} else {
			f.recover(t)
		}
		f.hook.refuse(hour%6 == 3)
		before := showing(t, get)
		ctx, kill := context.WithCancel(t.Context())
		if slices.Contains([]int{4, 9, 15}, hour) {
			f.strikeIn(5+f.draw.IntN(20), kill)
		}
		w.goOn(ctx, time.Hour)
		if ctx.Err() != nil {
			kills++
			w.live(t)
			w.goOn(t.Context(), time.Hour)
		}
		kill()
		stake += f.kept(t, fmt.Sprintf("hour %d", hour), before, showing(t, get))
		if hour%4 == 3 || hour == 23 { // all is told, and everybody was looked at since the last change
			f.hook.refuse(false)
			w.goOn(t.Context(), 2*time.Hour)
			s := f.check(t, fmt.Sprintf("hour %d", hour), get)
			seen += len(s.open)
			if w.acknowledge(t, s) {
				acknowledged++
			}
		}
	}
	if kills != 3 || acknowledged < 3 || seen < 50 || stake < 20 || f.hook.refused == 0 {
		t.Errorf("too little happened: %d kills, %d acknowledged, %d findings seen, %d of what could not be read, %d messages refused", kills, acknowledged, seen, stake, f.hook.refused)
	}
	f.steady(t, func() { w.goOn(t.Context(), time.Hour) })
	t.Logf("a day: %d changes, %d requests, %d kills, %d acknowledged, %d findings at seven looks, %d messages, %d refused",
		f.drifts, f.requests, kills, acknowledged, seen, len(f.hook.messages), f.hook.refused)
}

// steady holds a round where nothing happens to its price: one request for each kind
// of each tenant, and none for a token.
func (f *fleet) steady(t *testing.T, round func()) {
	t.Helper()
	f.ask(t, http.MethodDelete, "/log", "")
	round()
	var log struct {
		Entries []struct{ Tenant, Form, Op string }
	}
	fromText(t, string(f.ask(t, http.MethodGet, "/log", "")), &log)
	got := map[string]int{}
	for _, e := range log.Entries {
		got[e.Form+" "+e.Op]++
	}
	if len(got) != 2 || got["third_app query"] != len(f.tenants) || got["invsm_app_access_config query"] != len(f.tenants) {
		t.Errorf("a steady round of %d tenants asked %v", len(f.tenants), got)
	}
}
