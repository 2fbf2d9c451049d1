package cosmic

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// token is an access token; its marks are guarded by the tokens it belongs to.
type token struct {
	value   string
	expires time.Time
	// renewal marks a token acquired because Cosmic refused the one before;
	// proven, one that Cosmic has accepted.
	renewal, proven bool
}

// tokens keeps the one token that all requests share.
//
// Only one acquisition runs at a time, as token requests are few (facts page
// §1.3). This is not x/sync/singleflight because of who may cancel: there, a
// caller that gives up either takes the others down or leaves a request behind
// that nobody waits for. Here the acquisition runs on the context of the
// caller that started it, and if that ends, a waiting one starts anew.
type tokens struct {
	now     func() time.Time
	acquire func(context.Context) (*token, error)

	mu       sync.Mutex
	current  *token
	renewing bool
	refused  error
	flight   *flight
}

type flight struct {
	done  chan struct{}
	token *token
	err   error
}

// get returns a token that is not about to expire. Once a login was refused,
// that is the answer for good: a further try would count against the user.
func (ts *tokens) get(ctx context.Context) (*token, error) {
	for {
		f, leader, tok, err := ts.join()
		if tok != nil || err != nil {
			return tok, err
		}
		if leader {
			tok, err := ts.acquire(ctx)
			ts.land(f, tok, err)
			return tok, err
		}
		select {
		case <-ctx.Done():
			return nil, interrupted(ctx)
		case <-f.done:
		}
		if e, ok := errors.AsType[*Error](f.err); ok && e.fault == faultInterrupted {
			continue
		}
		return f.token, f.err
	}
}

// join returns the token or the refusal at hand, or else the flight to wait
// for or, as its leader, to fly.
func (ts *tokens) join() (f *flight, leader bool, tok *token, err error) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	switch {
	case ts.refused != nil:
		return nil, false, nil, ts.refused
	case ts.current != nil && ts.now().Before(ts.current.expires):
		return nil, false, ts.current, nil
	case ts.flight != nil:
		return ts.flight, false, nil, nil
	}
	ts.flight = &flight{done: make(chan struct{})}
	return ts.flight, true, nil, nil
}

func (ts *tokens) land(f *flight, tok *token, err error) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	f.token, f.err = tok, err
	ts.flight = nil
	if err == nil {
		tok.renewal, ts.renewing = ts.renewing, false
		ts.current = tok
	}
	if e, ok := errors.AsType[*Error](err); ok && e.refusal() {
		ts.refused = err
	}
	close(f.done)
}

// drop takes a token that Cosmic refused out of use and tells whether to try
// with another. It does not when the refused one is itself fresh and never was
// accepted: then it is not the token that is wrong, and every further call
// would cost a token request in vain.
func (ts *tokens) drop(tok *token) bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.current != tok {
		return true
	}
	if tok.renewal && !tok.proven {
		return false
	}
	ts.current, ts.renewing = nil, true
	return true
}

// prove notes that Cosmic accepted a token.
func (ts *tokens) prove(tok *token) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	tok.proven = true
}

// refusal tells whether a failed login must not be tried again: Cosmic itself
// said no, and not only for now.
func (e *Error) refusal() bool {
	return e.fault == faultAnswer && e.Status < http.StatusInternalServerError &&
		!e.is(codeLimited) && e.Code != "500" && e.Code != "999"
}
