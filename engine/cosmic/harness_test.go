package cosmic

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"cosmicctl/engine"
)

// testClock is time that passes only by sleeping.
type testClock struct {
	mu    sync.Mutex
	time  time.Time
	slept []time.Duration
}

func newTestClock() *testClock { return &testClock{time: time.UnixMilli(1_700_000_000_000)} }

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

func (c *testClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.time = c.time.Add(d)
	c.slept = append(c.slept, d)
	return nil
}

func (c *testClock) pass(d time.Duration) { _ = c.Sleep(context.Background(), d) }

var (
	appKind   = &engine.Kind{Name: "ThirdPartyApp", App: "open", Form: "third_app"}
	secretRef = engine.SecretRef{Env: "APP_SECRET"}
)

const (
	queryPath    = "/ierp/kapi/v2/open/third_app/query"
	savePath     = "/ierp/kapi/v2/open/third_app/save"
	getTokenPath = "/ierp/kapi/oauth2/getToken"
)

// options are those of a client of the fake that knows the right secret and
// has no rate limit.
func (f *fake) options(c *testClock) Options {
	f.now = c.Now
	return Options{
		Tenant: "acme",
		Environment: engine.Environment{
			BaseURL: f.URL + "/ierp", Version: "8.0.1", AccountID: testAccount, TenantID: "demo",
			Auth: engine.Auth{AppID: f.appID, AppSecret: secretRef, User: f.user, UserType: "UserName"},
		},
		Secret: secretsOf(map[string]string{"APP_SECRET": f.secret}),
		Limit:  Limit{PerMinute: -1, PerSecond: -1},
		Now:    c.Now, Sleep: c.Sleep,
	}
}

func secretsOf(values map[string]string) func(context.Context, engine.SecretRef) (engine.Secret, error) {
	return func(_ context.Context, ref engine.SecretRef) (engine.Secret, error) {
		v, ok := values[ref.Env]
		if !ok {
			return engine.Secret{}, errors.New("not set")
		}
		return engine.NewSecret(v), nil
	}
}

// tenant makes a client of the fake; change may change its options.
func (f *fake) tenant(change ...func(*Options)) (*Tenant, *testClock) {
	f.t.Helper()
	c := newTestClock()
	o := f.options(c)
	for _, ch := range change {
		ch(&o)
	}
	return mustNew(f.t, o), c
}

func mustNew(t *testing.T, o Options) *Tenant {
	t.Helper()
	tenant, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

// mustList lists all apps.
func mustList(t *testing.T, r engine.Reader) *engine.Listing {
	t.Helper()
	l, err := r.List(t.Context(), appKind, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// listError lists all apps, which must fail, and returns the failure.
func listError(t *testing.T, r engine.Reader) *Error {
	t.Helper()
	_, err := r.List(t.Context(), appKind, nil)
	return asError(t, err)
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %v, want an *Error", err)
	}
	return e
}

func saveOne(number string) engine.Write {
	return engine.Write{Op: "save", Rows: []map[string]any{{"number": number}}}
}
