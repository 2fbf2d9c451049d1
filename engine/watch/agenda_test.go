package watch

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func utc(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		panic(err)
	}
	return t
}

// Tenants spread over an interval, each at a place of its own, and a look that is
// early or late does not move it.
func TestEverySpreads(t *testing.T) {
	s, err := Every(15 * time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	tenth := map[int]int{}
	for i := range 1000 {
		name := fmt.Sprint("tenant-", i)
		first := s.Next(name, utc("2026-11-02 08:00:00"))
		for range 100 {
			late := time.Duration(rand.Int64N(int64(7 * time.Minute)))
			next := s.Next(name, first.Add(late))
			if got := next.Sub(first); got != 15*time.Minute {
				t.Fatalf("%s: %s after a look that was %s late", name, got, late)
			}
			first = next
		}
		if got := s.Next(name, first.Add(-time.Minute)).Sub(first); got != 15*time.Minute {
			t.Fatalf("%s: %s after its time, for a look that was a minute early", name, got)
		}
		tenth[int(first.Sub(first.Truncate(15*time.Minute))/(90*time.Second))]++
	}
	for i := range 10 {
		if tenth[i] < 60 || tenth[i] > 140 {
			t.Errorf("%d of 1000 tenants in tenth %d of the interval", tenth[i], i)
		}
	}
	if _, err := Every(time.Millisecond); err == nil {
		t.Error("every millisecond")
	}
}

func TestCron(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, expression string
		zone             *time.Location
		last             string
		want             []string
	}{
		{"working hours of another zone", "*/30 9-10 * * 1-5", shanghai, "2026-11-27 02:10:00", []string{"2026-11-27 02:30:00", "2026-11-30 01:00:00"}},
		{"a word", "@daily", shanghai, "2026-11-27 02:10:00", []string{"2026-11-27 16:00:00", "2026-11-28 16:00:00"}},
		{"an hour that is left out", "30 2 * * *", berlin, "2026-03-28 12:00:00", []string{"2026-03-29 01:30:00", "2026-03-30 00:30:00"}},
	} {
		s, err := Cron(c.expression, c.zone)
		if err != nil {
			t.Fatal(err)
		}
		last, got := utc(c.last), []string{}
		for range c.want {
			last = s.Next("x", last)
			got = append(got, last.UTC().Format("2006-01-02 15:04:05"))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	for _, wrong := range []string{"", "* * * *", "61 * * * *", "*/0 * * * *", "0 0 31 2 *", "@reboot", "* * * * * *", "hourly"} {
		if s, err := Cron(wrong, time.UTC); err == nil {
			t.Errorf("%q was taken: %v", wrong, s)
		}
	}
}

func newAgenda(t *testing.T, names ...string) (*agenda, []Target) {
	t.Helper()
	s, err := Every(10 * time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	a := &agenda{schedule: s, jitter: func() time.Duration { return 3 * time.Second }}
	var targets []Target
	for _, n := range names {
		targets = append(targets, Target{Name: n, Live: n})
	}
	return a, targets
}

func names(targets []Target) string {
	out := ""
	for _, t := range targets {
		out += t.Name
	}
	return out
}

func TestAgenda(t *testing.T) {
	now := utc("2026-11-02 08:00:00")
	a, targets := newAgenda(t, "a", "b", "c", "d")
	last := map[string]time.Time{targets[3].ID(): now.Add(-time.Minute), targets[2].ID(): now.Add(-48 * time.Hour)}
	a.set(targets, last, now)
	if got := names(a.take(now, 2)); got != "ca" {
		t.Errorf("first: %s, want the one that waits longest", got)
	}
	if got := names(a.take(now, 5)); got != "b" {
		t.Errorf("then: %s, want none twice, and not the one that was just looked at", got)
	}
	a.looked(targets[0], now, now.Add(time.Minute))
	if got := names(a.take(now.Add(time.Hour), 5)); got != "d" {
		t.Errorf("an hour later: %s, want none that is still being looked at", got)
	}
	a.release(targets[0])
	if got := names(a.take(now.Add(time.Hour), 5)); got != "a" {
		t.Errorf("released: %s", got)
	}
	a.set(targets[:1], nil, now)
	if _, some := a.next(); some {
		t.Error("one that is being looked at is due")
	}
	a.looked(targets[0], now, now.Add(3*time.Hour))
	a.release(targets[0])
	if due, _ := a.next(); !due.After(now.Add(3 * time.Hour)) {
		t.Errorf("a look that took hours is followed at once, at %s", due)
	}
	a.looked(targets[2], now, now) // gone meanwhile
	a.release(targets[2])
}

// A clock that was set back does not keep a tenant from being looked at.
func TestAgendaOfTheFuture(t *testing.T) {
	now := utc("2026-11-02 08:00:00")
	a, targets := newAgenda(t, "a")
	a.set(targets, map[string]time.Time{targets[0].ID(): now.Add(1000 * time.Hour)}, now)
	if due, _ := a.next(); due.After(now) {
		t.Errorf("due at %s", due)
	}
}
