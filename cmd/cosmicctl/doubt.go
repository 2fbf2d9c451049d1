package main

import (
	"context"
	"time"

	"cosmicctl/engine"
)

// keyHolds is for how long a key is surely refused a second time: the client asks
// for 30 minutes, which is heard from V6.0.12 on; before that the vendor names 30
// seconds, and 30 minutes (facts page §2.5).
func keyHolds(v engine.Version) time.Duration {
	if v.Compare("6.0.12") < 0 {
		return 25 * time.Second
	}
	return 25 * time.Minute
}

// doubts are the keys of lost requests to create what a plan creates, as long as
// they may still take effect, and how to wait for them. Where a key may be
// forgotten before its request came to its end, the end is waited for here.
func (k *keeper) doubts(ctx context.Context, p *planned) (keys map[engine.Ref]string, wait func(context.Context) bool) {
	creates := map[engine.Ref]bool{}
	for _, c := range p.plan.Changes() {
		creates[c.Ref] = c.Action == engine.Create
	}
	keys = map[engine.Ref]string{}
	var until time.Time
	for ref, d := range k.history[p.tenant.Name].InDoubt() {
		now, end := k.store.Now(), d.At.Add(k.settle)
		switch {
		case !creates[ref] || !now.Before(end):
		case now.Sub(d.At) > keyHolds(p.tenant.Environment.Version):
			pause(ctx, end.Sub(now))
		default:
			keys[ref] = d.Key
			until = latest(until, end)
		}
	}
	return keys, func(ctx context.Context) bool {
		pause(ctx, min(time.Second, k.settle/10))
		return ctx.Err() == nil && k.store.Now().Before(until)
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
