package cosmic

import (
	"context"
	"errors"
	"testing"
	"time"
)

// No window of a second or a minute ever holds more requests than allowed.
func TestGateHoldsInEveryWindow(t *testing.T) {
	tests := []struct {
		name  string
		limit Limit
	}{
		{"default", Options{}.withDefaults().Limit},
		{"by the second", Limit{PerSecond: 3, PerMinute: -1}},
		{"by the minute", Limit{PerSecond: -1, PerMinute: 30}},
		{"slow", Limit{PerSecond: 1, PerMinute: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newTestClock()
			g := newGate(clock{c.Now, c.Sleep}, tt.limit)
			var at []time.Time
			for range 400 {
				if err := g.wait(t.Context()); err != nil {
					t.Fatal(err)
				}
				at = append(at, c.Now())
			}
			if n := busiest(at, time.Second); tt.limit.PerSecond > 0 && n > tt.limit.PerSecond {
				t.Errorf("%d in a second", n)
			}
			if n := busiest(at, time.Minute); tt.limit.PerMinute > 0 && n > tt.limit.PerMinute {
				t.Errorf("%d in a minute", n)
			}
			if tt.limit.PerMinute > 0 {
				return
			}
			if d := at[len(at)-1].Sub(at[0]); d > 400*time.Second/time.Duration(tt.limit.PerSecond) {
				t.Errorf("400 requests took %v", d)
			}
		})
	}
}

// busiest is the largest number of requests in any window of that length.
func busiest(at []time.Time, window time.Duration) (most int) {
	from := 0
	for i := range at {
		// A microsecond of grace, for the limiter rounds.
		for at[i].Sub(at[from]) >= window-time.Microsecond {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

func TestDefaultLimit(t *testing.T) {
	if l := (Options{}).withDefaults().Limit; l != (Limit{PerMinute: 120, PerSecond: 5}) {
		t.Errorf("got %+v", l)
	}
}

func TestClientKeepsTheLimit(t *testing.T) {
	f := newFake(t)
	c, clock := f.tenant(func(o *Options) { o.Limit = Limit{} })
	start := clock.Now()
	for range 130 {
		mustList(t, c)
	}
	if d := clock.Now().Sub(start); d < time.Minute {
		t.Errorf("131 requests in %v", d)
	}
}

func TestTokenRequestsHaveTheirOwnLimit(t *testing.T) {
	f := newFake(t)
	f.life = time.Second
	c, clock := f.tenant()
	start := clock.Now()
	for range 40 {
		mustList(t, c)
		clock.pass(time.Second)
	}
	if d := clock.Now().Sub(start); d < time.Minute {
		t.Errorf("40 token requests in %v", d)
	}
}

// A wait that the context ends gives its place back.
func TestInterruptedWait(t *testing.T) {
	c := newTestClock()
	g := newGate(clock{c.Now, c.Sleep}, Limit{PerSecond: 1})
	if err := g.wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 50 {
		if err := g.wait(ctx); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	start := c.Now()
	if err := g.wait(t.Context()); err != nil || c.Now().Sub(start) > time.Second {
		t.Errorf("waited %v, %v", c.Now().Sub(start), err)
	}
}

func TestInterruptedBeforeSending(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	mustList(t, c)
	n := c.Requests()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Writer().Write(ctx, appKind, saveOne("A"))
	if e := asError(t, err); !e.NotSent() || !errors.Is(err, context.Canceled) || c.Requests() != n {
		t.Errorf("got %v", err)
	}
}

func TestSleep(t *testing.T) {
	if err := sleep(t.Context(), time.Microsecond); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The limit by the minute is spread, not used up in one go.
func TestGateSpreadsTheMinute(t *testing.T) {
	c := newTestClock()
	g := newGate(clock{c.Now, c.Sleep}, Options{}.withDefaults().Limit)
	start := c.Now()
	took := map[int]time.Duration{}
	for n := 1; n <= 60; n++ {
		if err := g.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		took[n] = c.Now().Sub(start)
	}
	if took[20] > 4*time.Second || took[60] < 20*time.Second {
		t.Errorf("20 requests took %v, 60 took %v", took[20], took[60])
	}
}
