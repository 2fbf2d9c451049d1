package cosmic

import (
	"context"
	"errors"
	"net/http"
)

// request is one request to the tenant, before it has a token.
type request struct {
	form, op string
	url      string
	// body makes the body; it is called for each attempt, because a token
	// request must not carry the same nonce twice.
	body func() ([]byte, error)
	// key is the Idempotency-Key of a write, "" for anything else.
	key string
	// token is the header that carries the token, if not the one that always arrives.
	token string
	// once says that the request is repeated only if it surely did not arrive.
	once bool
	// asks says that it is a GET, as some of the vendor's own APIs want it.
	asks bool
	gate *gate
}

func (r *request) method() string {
	if r.asks {
		return http.MethodGet
	}
	return http.MethodPost
}

// call sends a request with a token. If Cosmic refuses the token, it is renewed
// and the request is repeated, once: a request with a refused token was not
// executed, not even a write.
func (t *Tenant) call(ctx context.Context, r *request) (*envelope, error) {
	for renewed := false; ; renewed = true {
		tok, err := t.tokens.get(ctx)
		if err != nil {
			return nil, t.withoutToken(r, err)
		}
		env, err := t.attempt(ctx, r, tok.value)
		if !hasCode(err, codeUnauthorised) {
			if env != nil {
				t.tokens.prove(tok)
			}
			return env, err
		}
		if renewed || !t.tokens.drop(tok) {
			return env, err
		}
	}
}

// withoutToken makes the error of a request that got no token: it was not sent,
// or was sent before and refused for its token.
func (t *Tenant) withoutToken(r *request, err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	c := *e
	c.noWrite = true
	if c.Op == "" {
		return t.own(r, &c)
	}
	return &c
}

// own makes an error one of this tenant and request, fit to be shown.
func (t *Tenant) own(r *request, e *Error) *Error {
	e.Tenant, e.Form, e.Op = t.name, r.form, r.op
	e.Message, e.Code = t.censor.text(e.Message), t.censor.text(e.Code)
	return e
}
