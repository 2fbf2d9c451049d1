package watch_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cosmicctl/engine/watch"
)

// What is told is what changed, not what is.
func TestChangesAreTold(t *testing.T) {
	w := newWorld(t, "east", "west")
	w.after(time.Hour)
	expect(t, "clean", w.ear.heard(), []string{})
	w.set("east", clean(drift("App", "ERP", "http://a")))
	w.after(2 * time.Hour)
	w.set("east", clean(drift("App", "ERP", "http://b")))
	w.set("west", unreadable())
	w.after(2 * time.Hour)
	w.set("east", clean())
	w.set("west", clean())
	w.after(2 * time.Hour)
	expect(t, "all", w.ear.heard(), []string{"opened east changed App/ERP", "opened west unreadable", "changed east changed App/ERP",
		"closed west unreadable", "closed east changed App/ERP"})
}

// Who saved an object last, and where the manifest asks for it, is not what drifted.
func TestWhatDoesNotCount(t *testing.T) {
	w := newWorld(t, "east")
	f := drift("App", "ERP", "http://a")
	w.set("east", clean(f))
	w.after(time.Hour)
	f.By, f.When, f.File, f.Line, f.Note = "王五", "2026-11-25", "u.yaml", 8, "seen at 10:04"
	w.set("east", clean(f))
	w.after(time.Hour)
	expect(t, "told", w.ear.heard(), []string{"opened east changed App/ERP"})
	ids := w.ids()
	got, _ := w.finding(ids["east|changed App/ERP"])
	expect(t, "shown", got.Finding, f)
}

// What could not be read closes nothing; what nothing asks for any more does.
func TestUnreadClosesNothing(t *testing.T) {
	w := newWorld(t, "east")
	w.set("east", clean(drift("App", "A", "x"), drift("Grant", "G", "x")))
	w.after(time.Hour)
	half := clean(drift("App", "B", "x"))
	half.Kinds[0].Read = watch.Incomplete
	half.Kinds[1].Read = watch.NotRead
	w.ear.forget()
	w.set("east", half)
	w.after(time.Hour)
	expect(t, "incomplete", w.ear.heard(), []string{"opened east changed App/B", "opened east unreadable App/", "closed east changed Grant/G"})
	w.ear.forget()
	w.set("east", unreadable())
	w.after(time.Hour)
	expect(t, "unreadable", w.ear.heard(), []string{"opened east unreadable"})
	if ids := w.ids(); len(ids) != 4 {
		t.Errorf("%v", ids)
	}
}

// A tenant is what is live, whatever the manifest calls it.
func TestTenantsComeAndGo(t *testing.T) {
	w := newWorld(t, "east", "west")
	w.set("east", clean(drift("App", "A", "x")))
	w.set("orient", clean(drift("App", "A", "x")))
	w.after(time.Hour)
	west := w.targets[1]
	w.do(func() {
		w.targets = []watch.Target{{Name: "orient", Live: w.targets[0].Live}}
	})
	w.after(time.Hour)
	if ids := w.ids(); len(ids) != 1 || ids["orient|changed App/A"] == "" {
		t.Errorf("%v", ids)
	}
	w.do(func() { w.targets = append(w.targets, west) })
	w.after(time.Hour)
	expect(t, "told", w.ear.heard(), []string{"opened east changed App/A", "unwatched west", "watched west"})
	n := len(w.looked["west"])
	w.do(func() { w.targets, w.err = nil, errors.New("t.yaml:3: no such field") })
	w.after(time.Hour)
	if len(w.looked["west"]) <= n || w.Health().Manifests == nil || !w.Health().Ready() {
		t.Error("broken manifests ended the watch")
	}
	w.do(func() {
		w.targets, w.err = []watch.Target{{Name: "a", Live: "x"}, {Name: "b", Live: "x"}}, nil
	})
	w.after(time.Hour)
	if err := w.Health().Manifests; err == nil || !strings.Contains(err.Error(), "a and b are one live tenant") {
		t.Errorf("%v", err)
	}
}

// What is acknowledged is silent until its time, or until it changes, even if it goes
// away and comes back.
func TestAcknowledge(t *testing.T) {
	w := newWorld(t, "east")
	w.set("east", clean(drift("App", "A", "x"), drift("App", "B", "x")))
	w.after(time.Hour)
	ids := w.ids()
	ack := watch.Ack{By: "李四", Reason: "planned", At: w.clock.Now(), Until: w.clock.Now().Add(5 * time.Hour)}
	for _, id := range ids {
		if err := w.store.Acknowledge(t.Context(), id, ack); err != nil {
			t.Fatal(err)
		}
	}
	w.ear.forget()
	w.set("east", clean())
	w.after(time.Hour)
	w.set("east", clean(drift("App", "A", "x"), drift("App", "B", "y")))
	w.after(time.Hour)
	expect(t, "back, one of them changed", w.ear.heard(), []string{"opened east changed App/B"})
	w.after(4 * time.Hour)
	expect(t, "told", w.ear.heard(), []string{"opened east changed App/B", "expired east changed App/A"})
}

func TestAcknowledgeRefuses(t *testing.T) {
	w := newWorld(t, "east")
	w.set("east", clean(drift("App", "A", "x")))
	w.after(time.Hour)
	id, now := w.ids()["east|changed App/A"], w.clock.Now()
	day := 24 * time.Hour
	for _, c := range []struct {
		code, id string
		ack      watch.Ack
	}{
		{"by-missing", id, watch.Ack{By: " ", Reason: "r", At: now, Until: now.Add(day)}},
		{"reason-missing", id, watch.Ack{By: "b", Reason: "\n", At: now, Until: now.Add(day)}},
		{"until-missing", id, watch.Ack{By: "b", Reason: "r", At: now}},
		{"until-past", id, watch.Ack{By: "b", Reason: "r", At: now, Until: now}},
		{"until-late", id, watch.Ack{By: "b", Reason: "r", At: now, Until: now.Add(watch.LongestAck + time.Second)}},
		{"unknown", "0123", watch.Ack{By: "b", Reason: "r", At: now, Until: now.Add(day)}},
	} {
		err := w.store.Acknowledge(t.Context(), c.id, c.ack)
		var e *watch.AckError
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s: %v", c.code, err)
		}
	}
	w.set("east", clean())
	w.after(time.Hour)
	err := w.store.Acknowledge(t.Context(), id, watch.Ack{By: "b", Reason: "r", At: now, Until: now.Add(day)})
	if e := (*watch.AckError)(nil); !errors.As(err, &e) || e.Code != "closed" {
		t.Errorf("closed: %v", err)
	}
}

// Messages are grouped, keep their distance, and come again after a failure.
func TestMessages(t *testing.T) {
	w := newWorld(t, "east", "west")
	other := &ear{}
	w.store.Close()
	w.store = openStore(t, w.file)
	o := options(t, w.store, w.side, w.clock, w.ear)
	o.Channels = []watch.Channel{{Name: "slow", Notifier: w.ear, Gap: 2 * time.Hour}, {Name: "other", Notifier: other}}
	var err error
	if w.Watch, err = watch.New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	w.after(time.Hour)
	for i := range 12 {
		w.set("east", clean(drift("App", "A", fmt.Sprint(i))))
		w.after(30 * time.Minute)
	}
	if n := len(w.ear.messages); n < 3 || n > 4 {
		t.Errorf("%d messages in six hours with two between them", n)
	}
	w.after(3 * time.Hour)
	w.ear.fail(errRefused)
	w.set("west", clean(drift("App", "A", "x"), drift("App", "B", "x")))
	w.after(12 * time.Hour)
	before := len(w.ear.heard())
	w.ear.fail(nil)
	w.after(3 * time.Hour)
	expect(t, "after the failure", w.ear.heard()[before:], []string{"opened west changed App/A", "opened west changed App/B"})
	expect(t, "all of it, once", len(w.ear.heard()), 14)
	expect(t, "the other channel", other.heard(), w.ear.heard())
	other.fail(errRefused)
	tried := other.tries
	w.set("west", clean())
	w.after(12 * time.Hour)
	if n := other.tries - tried; n < 10 || n > 25 {
		t.Errorf("a message that is refused was tried %d times in twelve hours", n)
	}
}

// A week of looks, as they come: each tenant at its place in each interval, one that
// hangs delays nobody, and what drifts is told once.
func TestWeek(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSide(time.Now, "a", "b", "c", "hangs")
		var e ear
		store := openStore(t, filepath.Join(t.TempDir(), "watch.db"))
		defer store.Close()
		o := options(t, store, s, clock{}, &e)
		o.Schedule, _ = watch.Every(time.Hour)
		o.AtOnce, o.Reload = 1, time.Hour
		end := make(chan struct{})
		s.before = func(_ context.Context, t watch.Target) {
			if t.Name == "hangs" {
				<-end // whatever its context says
			}
		}
		w, err := watch.New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 7*24*time.Hour)
		defer stop()
		go func() {
			time.Sleep(3 * 24 * time.Hour)
			s.set("b", clean(drift("App", "A", "x")))
			time.Sleep(24 * time.Hour)
			s.set("b", clean())
		}()
		w.Run(ctx)
		for _, name := range []string{"a", "b", "c"} {
			at := s.looked[name]
			if n := len(at); n < 7*24 || n > 7*24+1 {
				t.Errorf("%s was looked at %d times", name, n)
			}
			for i := 2; i < len(at); i++ {
				if d := at[i].Sub(at[i-1]); d < 59*time.Minute || d > 61*time.Minute {
					t.Errorf("%s: %s between two looks", name, d)
				}
			}
		}
		expect(t, "looks that hang", len(s.looked["hangs"]), 1)
		expect(t, "told", e.heard(), []string{"opened hangs unreadable", "opened b changed App/A", "closed b changed App/A"})
		close(end)
	})
}

// A watch that ends waits for what is being told, and does not record looks that its
// end cut off.
func TestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSide(time.Now, "a", "b")
		s.set("a", clean(drift("App", "A", "x")))
		store := openStore(t, filepath.Join(t.TempDir(), "watch.db"))
		defer store.Close()
		var e ear
		o := options(t, store, s, clock{}, &e)
		o.Channels[0].Notifier = slow{&e}
		s.before = func(ctx context.Context, t watch.Target) {
			if t.Name == "b" {
				<-ctx.Done()
				s.set("b", unreadable())
			}
		}
		w, err := watch.New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		w.Run(ctx)
		expect(t, "told", e.heard(), []string{"opened a changed App/A"})
		if n, err := store.Rows(t.Context(), "look"); n != 1 || err != nil {
			t.Errorf("%d looks were recorded: %v", n, err)
		}
		next, err := watch.New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		s.before = nil
		next.Step(t.Context())
		expect(t, "told by the next", e.heard(), []string{"opened a changed App/A", "opened b unreadable"})
	})
}

// slow is a channel that takes its time.
type slow struct{ *ear }

func (s slow) Notify(ctx context.Context, m watch.Message) error {
	select {
	case <-time.After(5 * time.Second):
		return s.ear.Notify(ctx, m)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// What was due while no watch ran is done once.
func TestMissedLooks(t *testing.T) {
	w := newWorld(t, "a", "b")
	w.after(3 * time.Hour)
	n := len(w.looked["a"])
	w.clock.move(50 * time.Hour)
	w.reload()
	w.Step(t.Context())
	w.Step(t.Context())
	expect(t, "looks after a pause", len(w.looked["a"]), n+1)
	w.reload()
	w.Step(t.Context())
	expect(t, "looks after a restart", len(w.looked["a"]), n+1)
	if !w.Health().Ready() {
		t.Errorf("%+v", w.Health())
	}
}

func TestReadiness(t *testing.T) {
	w := newWorld(t, "a", "b")
	if h := w.Health(); h.Ready() || h.Waiting != 2 || !h.Stalled {
		t.Errorf("before the first round: %+v", h)
	}
	w.after(time.Minute)
	if h := w.Health(); !h.Ready() {
		t.Errorf("after it: %+v", h)
	}
	w.clock.move(5 * time.Minute)
	if h := w.Health(); h.Ready() || !h.Stalled {
		t.Errorf("stalled: %+v", h)
	}
}

// What ended long ago is forgotten; what is open is not.
func TestRetention(t *testing.T) {
	w := newWorld(t, "a", "b")
	w.set("a", clean(drift("App", "A", "x")))
	w.set("b", clean(drift("App", "B", "x")))
	w.after(time.Hour)
	w.set("b", clean())
	every, _ := watch.Every(24 * time.Hour)
	w.store.Close()
	w.store = openStore(t, w.file)
	o := options(t, w.store, w.side, w.clock, w.ear)
	o.Schedule, o.Reload = every, 24*time.Hour
	var err error
	if w.Watch, err = watch.New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	w.after(250 * 24 * time.Hour)
	for table, want := range map[string]int{"finding": 1, "event": 0, "history": 1, "look": 400} {
		if n, err := w.store.Rows(t.Context(), table); n != want || err != nil {
			t.Errorf("%s: %d rows, want %d: %v", table, n, want, err)
		}
	}
	expect(t, "still open", len(w.ids()), 1)
}
