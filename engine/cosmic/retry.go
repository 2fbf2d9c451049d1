package cosmic

import (
	"context"
	"encoding/binary"
	"net/http"
	"strconv"
	"time"
)

const (
	attempts = 4
	// afterTimeout is how often a request that got no answer in time is sent:
	// each attempt takes as long as the timeout.
	afterTimeout = 2

	// The first pause; each further one is twice as long. A rate limit counts by
	// the minute, so it gets more time than a broken connection.
	firstPause        = 500 * time.Millisecond
	firstLimitedPause = 5 * time.Second
	longestPause      = time.Minute
)

// attempt sends a request until it succeeds, cannot be repeated or was tried
// often enough.
func (t *Tenant) attempt(ctx context.Context, r *request, token string) (*envelope, error) {
	for n := 1; ; n++ {
		env, e := t.send(ctx, r, token)
		if e == nil {
			return env, nil
		}
		if n >= e.attempts(r.key != "" || r.once) {
			return env, e
		}
		if err := t.clock.sleep(ctx, t.pause(n, e)); err != nil {
			// What is waited for here surely had no effect, or is a read.
			stop := unsent(ctx, err)
			stop.Message += ", while waiting to repeat after: " + e.Reason()
			return nil, t.own(r, stop)
		}
	}
}

// attempts is how often a request that fails like this may be sent in all. A
// write, or what must arrive only once, may be sent again only if it surely had no
// effect.
func (e *Error) attempts(write bool) int {
	switch {
	case e.is(codeLimited):
		return attempts
	case write && !e.noWrite:
		return 1
	case e.fault == faultNetwork:
		return attempts
	case e.fault == faultTimeout:
		return afterTimeout
	case gateway(e.Status):
		return attempts
	}
	return 1
}

// pause is how long to wait after the n-th attempt: longer each time, and
// different for each client, so that many do not come back at once.
func (t *Tenant) pause(n int, e *Error) time.Duration {
	d := firstPause
	if e.is(codeLimited) {
		d = firstLimitedPause
	}
	d = min(d<<(n-1), longestPause)
	if e.after > 0 {
		d = min(e.after, longestPause)
	}
	return d + t.jitter(d/2)
}

// jitter is a random share of d. Without randomness it is none at all: a pause
// is no reason to fail.
func (t *Tenant) jitter(d time.Duration) time.Duration {
	b, err := t.random.bytes(8)
	if err != nil || d <= 0 {
		return 0
	}
	return time.Duration(binary.BigEndian.Uint64(b) % uint64(d))
}

// retryAfter reads the header of that name. No source says that Cosmic sends
// it (facts page §8), but gateways in front of it may.
func retryAfter(h http.Header) time.Duration {
	s, err := strconv.ParseUint(h.Get("Retry-After"), 10, 16)
	if err != nil {
		return 0
	}
	return time.Duration(s) * time.Second
}
