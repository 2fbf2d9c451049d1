package cosmic

import (
	"testing"
	"time"

	"golang.org/x/time/rate"

	"pgregory.net/rapid"
)

func TestPace(t *testing.T) {
	at := time.Unix(1000, 0)
	p := newPace(Limit{PerSecond: 8})
	rates := func(want rate.Limit, what string) {
		t.Helper()
		if p.rate != want {
			t.Errorf("%s: %v a second, want %v", what, p.rate, want)
		}
	}
	p.answered(at, at)
	rates(0, "as long as nothing is refused")
	p.refused(at, at, 0)
	rates(4, "a refusal")
	p.refused(at.Add(-time.Second), at, 0)
	rates(4, "one that was under way")
	p.refused(at, at, 0)
	rates(2, "another")
	p.answered(at.Add(-time.Second), at)
	rates(2, "an answer that was under way")
	p.answered(at, at)
	rates(2*easing, "an answer")
	for range 100 {
		p.refused(at, at, 0)
	}
	rates(slowest, "refusals without end")
	for range 100 {
		p.answered(at, at)
	}
	rates(0, "answers without refusals")
	if newPace(Limit{PerSecond: -1}).full != defaultPerSecond {
		t.Error("without a limit there is nothing to come back to")
	}
}

// Nothing is sent before the time that the tenant asked for, by any request.
func TestPaceKeepsRetryAfter(t *testing.T) {
	c := newTestClock()
	g := newGate(clock{c.Now, c.Sleep}, Limit{PerSecond: -1, PerMinute: -1})
	start := c.Now()
	g.told(start, &Error{Code: codeLimited, after: 20 * time.Second})
	if err := g.wait(t.Context()); err != nil || c.Now().Sub(start) < 20*time.Second {
		t.Errorf("sent after %v, %v", c.Now().Sub(start), err)
	}
	g.told(c.Now(), &Error{Code: codeLimited, after: time.Hour})
	start = c.Now()
	if err := g.wait(t.Context()); err != nil || c.Now().Sub(start) > longestPause+10*time.Second {
		t.Errorf("sent after %v, %v", c.Now().Sub(start), err)
	}
}

// Against a tenant that lets so many requests a second through, whatever their
// number, all get through, at no less than a third of what it takes.
func TestPaceFindsTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newTestClock()
		g := newGate(clock{c.Now, c.Sleep}, Limit{PerSecond: 20, PerMinute: -1})
		takes := rapid.Float64Range(0.5, 20).Draw(t, "takes")
		tenant := rate.NewLimiter(rate.Limit(takes), max(1, int(takes)))
		start, done, refused := c.Now(), 0, 0
		for done < 300 {
			if err := g.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if tenant.AllowN(c.Now(), 1) {
				done++
				g.told(c.Now(), nil)
				continue
			}
			refused++
			g.told(c.Now(), &Error{Code: codeLimited})
		}
		if took := c.Now().Sub(start).Seconds(); took > 3*300/takes+10 {
			t.Errorf("%v a second: 300 took %v s, with %d refusals", takes, took, refused)
		}
		if refused > 100 {
			t.Errorf("%v a second: %d refusals", takes, refused)
		}
	})
}
