package cosmic

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pace is how fast requests may go after the tenant said that they come too fast.
// No source tells at which rate a tenant says so, or for how long (facts page §2.5),
// so the rate is searched for: halved at a refusal, raised by a twentieth with each
// answer, until the configured limits alone hold again. By a share and not a step,
// because what a tenant takes may lie far below the limit.
//
// All requests through a gate share it: what one was told the others need not find
// out. Requests that were under way when it was halved are told nothing new, so one
// burst of refusals halves it once.
type pace struct {
	mu     sync.Mutex
	full   rate.Limit // at which it stops to matter
	rate   rate.Limit // 0 while it does not
	limit  *rate.Limiter
	halved time.Time // when it was last
	until  time.Time // nothing is sent before
}

const (
	slowest rate.Limit = 0.1 // one request in ten seconds
	easing  rate.Limit = 1.05
)

func newPace(l Limit) *pace {
	full := rate.Limit(defaultPerSecond)
	if l.PerSecond > 0 {
		full = rate.Limit(l.PerSecond)
	}
	return &pace{full: full, limit: rate.NewLimiter(rate.Inf, 1)}
}

// refused is told of a request that came too fast: when it was sent, and how long
// the tenant asks to wait.
func (p *pace) refused(sent, now time.Time, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := now.Add(min(after, longestPause)); until.After(p.until) {
		p.until = until
	}
	if sent.Before(p.halved) {
		return
	}
	if p.rate == 0 {
		p.rate = p.full
	}
	p.halved = now
	p.set(now, max(p.rate/2, slowest))
}

// answered is told of a request that did not.
func (p *pace) answered(sent, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rate == 0 || sent.Before(p.halved) {
		return
	}
	p.set(now, p.rate*easing)
}

func (p *pace) set(now time.Time, r rate.Limit) {
	if r >= p.full {
		p.rate = 0
		p.limit.SetLimitAt(now, rate.Inf)
		return
	}
	p.rate = r
	p.limit.SetLimitAt(now, r)
}

// reserve takes a place, and says from when on it counts.
func (p *pace) reserve(now time.Time) (*rate.Reservation, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.limit.ReserveN(now, 1)
	return taken, max(taken.DelayFrom(now), p.until.Sub(now))
}
