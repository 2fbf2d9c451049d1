package cosmic

import (
	"context"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// clock is the time as it was passed in.
type clock struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

// gate lets requests through no faster than a limit allows.
//
// Both limits hold in any second and any minute, not just on average: the one
// by the second spaces requests evenly, the one by the minute lets a sixth of
// them through at once and spreads the rest, so that a plan of a few reads
// does not wait while a long run leaves the tenant to others. Where the tenant says
// that even that is too fast, the gate's pace slows down.
type gate struct {
	clock
	limits []*rate.Limiter
	pace   *pace
}

func newGate(c clock, l Limit) *gate { return (&gate{clock: c}).and(l) }

// and returns a gate that keeps both its limits and those of g, which the two
// share, at a pace of its own: an API may be too busy while others are not.
func (g *gate) and(l Limit) *gate {
	g = &gate{clock: g.clock, limits: slices.Clone(g.limits), pace: newPace(l)}
	if l.PerSecond > 0 {
		g.limits = append(g.limits, spread(l.PerSecond, time.Second, 1))
	}
	if l.PerMinute > 0 {
		g.limits = append(g.limits, spread(l.PerMinute, time.Minute, max(1, l.PerMinute/6)))
	}
	return g
}

// spread allows at most n requests in any period, burst of them at once.
func spread(n int, period time.Duration, burst int) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(float64(n-burst+1)/period.Seconds()), burst)
}

// wait returns when a request may be sent, or when the context ends.
func (g *gate) wait(ctx context.Context) error {
	now := g.now()
	first, delay := g.pace.reserve(now)
	taken := []*rate.Reservation{first}
	for _, l := range g.limits {
		r := l.ReserveN(now, 1)
		taken = append(taken, r)
		delay = max(delay, r.DelayFrom(now))
	}
	err := ctx.Err()
	if err == nil && delay > 0 {
		err = g.sleep(ctx, delay)
	}
	if err != nil {
		for _, r := range taken {
			r.CancelAt(now)
		}
	}
	return err
}

// told adapts the pace to an answer to a request that was sent then.
func (g *gate) told(sent time.Time, e *Error) {
	if e != nil && e.is(codeLimited) {
		g.pace.refused(sent, g.now(), e.after)
		return
	}
	g.pace.answered(sent, g.now())
}
