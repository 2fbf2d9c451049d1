package cosmic

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"time"

	"cosmicctl/engine"
)

// Options say which tenant to talk to, and how. Tenant, Environment and Secret
// are needed; every other zero value is a useful one.
type Options struct {
	Tenant      string // its name, for errors
	Environment engine.Environment
	// Secret resolves the secrets that the environment refers to. It is called
	// once for each of them, not before the first request needs them.
	Secret func(context.Context, engine.SecretRef) (engine.Secret, error)
	Limit  Limit
	// RootCAs replaces the system's certificate authorities.
	RootCAs *x509.CertPool
	// Timeout is for one request; zero is 50 seconds, within which a call
	// should finish (facts page §2.5).
	Timeout time.Duration
	// PageSize is how many rows a query asks for; zero is 1000, half of what
	// the vendor allows by default (facts page §2.5).
	PageSize int
	// SecretName is the property that carries the app's secret in the old flow;
	// empty is "appSecuret" as Cosmic spells it. Some tenants want "appSecret"
	// (facts page §1.2).
	SecretName string

	// OneLogin sends no request for a token a second time that may have arrived:
	// should its secret be wrong, it counts as a failed login.
	OneLogin bool

	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
	Rand  io.Reader
	// Log gets one debug line a request: method, path, status, errorCode and
	// duration, never bodies, headers, secrets or tokens.
	Log *slog.Logger
}

// Limit is how many requests may be sent. Zero is the default, less than zero
// is no limit.
type Limit struct {
	PerMinute int
	PerSecond int
}

// The default limit leaves room for the live invoicing that shares the
// account's 600 requests a minute (facts page §2.5).
const (
	defaultPerMinute = 120
	defaultPerSecond = 5

	defaultTimeout    = 50 * time.Second
	defaultPageSize   = 1000
	defaultSecretName = "appSecuret"
)

func (o Options) withDefaults() Options {
	o.Limit.PerMinute = orElse(o.Limit.PerMinute, defaultPerMinute)
	o.Limit.PerSecond = orElse(o.Limit.PerSecond, defaultPerSecond)
	o.Timeout = orElse(o.Timeout, defaultTimeout)
	o.PageSize = orElse(o.PageSize, defaultPageSize)
	o.SecretName = orElse(o.SecretName, defaultSecretName)
	o.Rand = orElse[io.Reader](o.Rand, rand.Reader)
	o.Log = orElse(o.Log, slog.New(slog.DiscardHandler))
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return o
}

func orElse[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

func (o Options) check() error {
	switch {
	case o.Secret == nil:
		return errors.New("no way to resolve secrets is given")
	case o.Timeout < 0:
		return errors.New("the timeout is negative")
	case o.PageSize < 0:
		return errors.New("the page size is negative")
	}
	return nil
}

// sleep waits for d or until the context ends, whichever is first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
