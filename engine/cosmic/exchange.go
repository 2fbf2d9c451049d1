package cosmic

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	headerToken  = "Accesstoken"
	headerKey    = "Idempotency-Key"
	headerWindow = "Idempotency-Timeout"
)

// idempotencyWindow is for how many seconds a repeated key is refused. The
// vendor contradicts itself about the default, 30 seconds or 30 minutes (facts
// page §2.5), so the client says it.
const idempotencyWindow = "1800"

// send makes one exchange. A failure is an *Error; an envelope may come beside
// it, if there was one.
func (t *Tenant) send(ctx context.Context, r *request, token string) (*envelope, *Error) {
	env, e := t.exchange(ctx, r, token)
	if e != nil {
		t.own(r, e)
	}
	return env, e
}

func (t *Tenant) exchange(ctx context.Context, r *request, token string) (*envelope, *Error) {
	body, err := r.body()
	if err == nil && len(body) > t.maxBody {
		err = fmt.Errorf("the request of %d bytes is larger than Cosmic takes, %d", len(body), t.maxBody)
	}
	if err != nil {
		return nil, unsent(ctx, err)
	}
	if err := r.gate.wait(ctx); err != nil {
		return nil, unsent(ctx, err)
	}
	start := t.clock.now()
	a, e := t.roundTrip(ctx, r, body, token)
	var env *envelope
	if e == nil {
		if env, e = a.judge(); e != nil {
			e.after = retryAfter(a.header)
		}
		r.gate.told(start, e)
	}
	t.record(ctx, r, a, env, start)
	return env, e
}

// roundTrip sends the request and reads the whole answer.
func (t *Tenant) roundTrip(ctx context.Context, r *request, body []byte, token string) (*answer, *Error) {
	limited, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	var w wire
	req, err := http.NewRequestWithContext(w.watch(limited), r.method(), r.url, bytes.NewReader(body))
	if err == nil {
		err = t.setHeaders(ctx, req, r, token)
	}
	if err != nil {
		return nil, unsent(ctx, err)
	}
	// Without this, net/http takes a request with an Idempotency-Key for one
	// that it may repeat on its own when a connection breaks.
	req.GetBody = nil

	t.requests.Add(1)
	resp, err := t.client.Do(req)
	if err != nil {
		return nil, failure(ctx, limited, err, &w)
	}
	defer resp.Body.Close()
	a := &answer{status: resp.StatusCode, header: resp.Header}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, t.maxAnswer+1))
	switch {
	case err != nil:
		return nil, failure(ctx, limited, fmt.Errorf("the answer breaks off: %w", err), &w)
	case int64(len(a.body)) > t.maxAnswer:
		return nil, &Error{fault: faultUnreadable, Status: a.status, Message: fmt.Sprintf("the answer is larger than %d bytes", t.maxAnswer)}
	}
	return a, nil
}

func (t *Tenant) setHeaders(ctx context.Context, req *http.Request, r *request, token string) error {
	c, err := t.secrets.get(ctx)
	if err != nil {
		return err
	}
	for name, v := range c.headers {
		req.Header.Set(name, v)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "cosmicctl")
	if token != "" {
		// nginx drops the other spelling, access_token (facts page §1.4).
		req.Header.Set(cmp.Or(r.token, headerToken), token)
	}
	if r.key != "" {
		req.Header.Set(headerKey, r.key)
		req.Header.Set(headerWindow, idempotencyWindow)
	}
	return nil
}

// failure says in what way no answer came.
func failure(caller, limited context.Context, err error, w *wire) *Error {
	// The text around the cause is the URL, which the reader knows.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	var e *Error
	switch {
	case caller.Err() != nil:
		e = interrupted(caller)
	case limited.Err() != nil:
		e = &Error{fault: faultTimeout, Message: "no complete answer in time", err: err}
	case untrusted:
		e = &Error{fault: faultCertificate, Message: err.Error(), err: err}
	default:
		e = &Error{fault: faultNetwork, Message: err.Error(), err: err}
	}
	e.noWrite = w.unwritten(limited.Err() != nil)
	return e
}

// unsent is the error of a request that came to nothing before it was sent, by
// itself or because the context ended.
func unsent(ctx context.Context, err error) *Error {
	if ctx.Err() == nil {
		return local(err)
	}
	e := interrupted(ctx)
	e.noWrite = true
	return e
}

func (t *Tenant) record(ctx context.Context, r *request, a *answer, env *envelope, start time.Time) {
	attrs := []slog.Attr{
		slog.String("method", r.method()),
		slog.String("path", strings.TrimPrefix(r.url, t.address.base)),
		slog.Duration("duration", t.clock.now().Sub(start)),
	}
	if a != nil {
		attrs = append(attrs, slog.Int("status", a.status))
	}
	if env != nil {
		attrs = append(attrs, slog.String("errorCode", t.censor.text(cmp.Or(env.code, "0"))))
	}
	t.log.LogAttrs(ctx, slog.LevelDebug, "cosmic request", attrs...)
}
