package cosmic

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cosmicctl/engine"
)

// Tenant is the reading side of a live tenant.
type Tenant struct {
	name     string
	env      engine.Environment
	address  address
	pageSize int
	timeout  time.Duration
	// secretName is the property of the app's secret in the old flow.
	secretName string
	oneLogin   bool
	// maxAnswer bounds the size of an answer, maxBody that of a request.
	maxAnswer int64
	maxBody   int

	client    *http.Client
	gate      *gate
	tokenGate *gate
	tokens    *tokens
	probes    probes
	secrets   *credentials
	censor    *censor
	clock     clock
	random    *random
	log       *slog.Logger
	requests  atomic.Int64
}

var _ engine.Reader = (*Tenant)(nil)

const (
	maxAnswer = 64 << 20
	// maxBody is the vendor's limit on V6, the lowest there is (facts page §2.5).
	maxBody = 20 << 20
	// tokensPerMinute is the vendor's limit on token requests (facts page §1.3).
	tokensPerMinute = 30
)

// New checks the options. It sends nothing and resolves no secret.
func New(o Options) (*Tenant, error) {
	o = o.withDefaults()
	addr, err := newAddress(&o.Environment)
	if err == nil {
		err = o.check()
	}
	if err == nil {
		err = checkHeaders(o.Environment.Headers)
	}
	if err != nil {
		return nil, fmt.Errorf("tenant %q: %w", o.Tenant, err)
	}
	c := clock{now: o.Now, sleep: o.Sleep}
	all := newGate(c, o.Limit)
	t := &Tenant{
		name: o.Tenant, env: o.Environment, address: addr,
		pageSize: o.PageSize, timeout: o.Timeout, secretName: o.SecretName, oneLogin: o.OneLogin, maxAnswer: maxAnswer, maxBody: maxBody,
		client:    newClient(o.RootCAs),
		gate:      all,
		tokenGate: all.and(Limit{PerMinute: tokensPerMinute}),
		censor:    &censor{},
		clock:     c, random: &random{source: o.Rand}, log: o.Log,
	}
	t.secrets = &credentials{env: &t.env, resolve: o.Secret, censor: t.censor}
	t.tokens = &tokens{now: o.Now, acquire: t.flow()}
	return t, nil
}

// Requests returns how many requests were sent so far, token requests and
// repeats included.
func (t *Tenant) Requests() int64 { return t.requests.Load() }

// Rest closes the connections that wait for a next request. The tenant can be used
// on, with the token that it has.
func (t *Tenant) Rest() { t.client.CloseIdleConnections() }

// random shares one source of randomness between goroutines.
type random struct {
	mu     sync.Mutex
	source io.Reader
}

func (r *random) bytes(n int) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := make([]byte, n)
	_, err := io.ReadFull(r.source, b)
	return b, err
}

// unique returns a text that was not used before: a nonce or an Idempotency-Key.
func (r *random) unique() (string, error) {
	b, err := r.bytes(16)
	if err != nil {
		return "", fmt.Errorf("draw a random number: %w", err)
	}
	return fmt.Sprintf("%x", b), nil
}

// Path is the address of an operation on a kind as the tenant's list of APIs writes it
// (facts page §3.6).
func (t *Tenant) Path(k *engine.Kind, op string) string {
	url, err := t.address.operation(k, op)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.TrimPrefix(url, t.address.base), "/kapi")
}

// Calls tells whether an address, as the tenant's list of APIs writes it, is an
// operation on a kind that this client may call.
func (t *Tenant) Calls(k *engine.Kind, path string) bool { return t.address.calls(k, path) }
