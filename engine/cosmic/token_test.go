package cosmic

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cosmicctl/engine"
)

// A plan reads several kinds at once and acquires one token for all of them.
func TestOneTokenForManyReaders(t *testing.T) {
	f := newFake(t)
	var resolved atomic.Int32
	c, _ := f.tenant(func(o *Options) {
		inner := o.Secret
		o.Secret = func(ctx context.Context, ref engine.SecretRef) (engine.Secret, error) {
			resolved.Add(1)
			return inner(ctx, ref)
		}
	})
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if _, err := c.List(t.Context(), appKind, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(f.sent(getTokenPath)); n != 1 {
		t.Errorf("%d token requests", n)
	}
	if n := resolved.Load(); n != 1 {
		t.Errorf("resolved the secret %d times", n)
	}
}

func TestTokenIsRenewedBeforeItExpires(t *testing.T) {
	for _, number := range []bool{false, true} {
		f := newFake(t)
		f.lifeNumber = number
		c, clock := f.tenant()
		mustList(t, c)
		clock.pass(2*time.Hour - 6*time.Minute)
		mustList(t, c)
		if n := len(f.sent(getTokenPath)); n != 1 {
			t.Fatalf("%d token requests before the margin", n)
		}
		clock.pass(2 * time.Minute)
		mustList(t, c)
		if n := len(f.sent(getTokenPath)); n != 2 {
			t.Errorf("%d token requests within the margin", n)
		}
		if n := len(f.sent(queryPath)); n != 3 {
			t.Errorf("%d queries, so one was refused", n)
		}
	}
}

func TestOldTokenIsRenewedBeforeItExpires(t *testing.T) {
	f := newFake(t)
	f.enhanced = false
	c, clock := f.tenant(oldFlow)
	mustList(t, c)
	clock.pass(2*time.Hour - 4*time.Minute)
	mustList(t, c)
	if n, q := len(f.sent("/ierp/api/login.do")), len(f.sent(queryPath)); n != 2 || q != 2 {
		t.Errorf("%d logins, %d queries", n, q)
	}
}

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	httpStatus := func(f *fake) {
		f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
			f.mu.Lock()
			defer f.mu.Unlock()
			_, ok := f.tokens[r.Header.Get("accesstoken")]
			if ok || !strings.HasPrefix(r.URL.Path, "/ierp/kapi/v2/") {
				return false
			}
			w.WriteHeader(http.StatusUnauthorized)
			return true
		})
	}
	tests := []struct {
		name  string
		quirk func(*fake)
		do    func(context.Context, *Tenant) error
	}{
		{"errorCode on a read", func(*fake) {}, func(ctx context.Context, c *Tenant) error {
			_, err := c.List(ctx, appKind, nil)
			return err
		}},
		{"HTTP status on a read", httpStatus, func(ctx context.Context, c *Tenant) error {
			_, err := c.List(ctx, appKind, nil)
			return err
		}},
		{"errorCode on a write", func(*fake) {}, func(ctx context.Context, c *Tenant) error {
			_, err := c.Writer().Write(ctx, appKind, saveOne("ERP01"))
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			tt.quirk(f)
			c, _ := f.tenant()
			mustList(t, c)
			for range 2 {
				f.revoke()
				before := len(f.paths())
				if err := tt.do(t.Context(), c); err != nil {
					t.Fatal(err)
				}
				if n := len(f.paths()) - before; n != 3 {
					t.Errorf("%d requests, want refused, token, repeated", n)
				}
			}
		})
	}
}

// A server that refuses every token costs one renewal, not one for each call.
func TestRenewalInVainIsNotRepeated(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path == getTokenPath {
			return false
		}
		w.Write([]byte(`{"errorCode":"401","message":"未经授权的访问","status":false}`))
		return true
	})
	for range 5 {
		e := listError(t, c)
		if e.Code != "401" || e.Hint() != engine.WayOf(TrapToken) || e.Unreachable() || !e.NotSent() {
			t.Errorf("got %v, hint %s", e, e.Hint())
		}
	}
	if n := len(f.sent(getTokenPath)); n != 2 {
		t.Errorf("%d token requests", n)
	}
}

func TestRefusedSecretIsNeverSentAgain(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Options)
		quirk  func(*fake)
		text   string
	}{
		{"enhanced", func(*Options) {}, func(f *fake) { f.secret = "another-Secret-1" }, "不正确的第三方应用编码client_id或client_secret"},
		{"old", oldFlow, func(f *fake) { f.enhanced, f.secret = false, "another-Secret-1" }, "不正确的第三方appId或appSecuret!"},
		{"user unknown to the old flow", oldFlow, func(f *fake) { f.enhanced, f.user = false, "liSi" }, "用户不存在"},
		{"user is not an agent", func(*Options) {}, func(f *fake) { f.user = "liSi" }, "第三方应用（client_id）的代理用户为空或userName不在代理用户中。"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			c, clock := f.tenant(tt.change)
			tt.quirk(f)
			first := listError(t, c)
			n := c.Requests()
			for range 5 {
				clock.pass(time.Hour)
				listError(t, c)
				_, err := c.Writer().Write(t.Context(), appKind, saveOne("ERP01"))
				if e := asError(t, err); !e.NotSent() {
					t.Errorf("a write without a token counts as sent: %v", e)
				}
			}
			if c.Requests() != n {
				t.Errorf("%d requests after the refusal", c.Requests()-n)
			}
			if !strings.Contains(first.Error(), tt.text) || !RefusedLogin(first.Hint()) || first.Unreachable() {
				t.Errorf("got %v, hint %s", first, first.Hint())
			}
			if len(clock.slept) != 5 {
				t.Errorf("waited %v", clock.slept)
			}
		})
	}
}

// A server that is down refuses nothing: the next call tries again.
func TestFailedLoginIsTriedAgain(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	down := true
	f.on(func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		if down {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return down
	})
	if e := listError(t, c); !e.Unreachable() || e.Status != 503 {
		t.Errorf("got %v", e)
	}
	if n := len(f.sent(getTokenPath)); n != attempts {
		t.Errorf("%d attempts", n)
	}
	nonces := map[any]bool{}
	for _, s := range f.sent(getTokenPath) {
		nonces[s.Body["nonce"]] = true
	}
	if len(nonces) != attempts {
		t.Errorf("%d nonces in %d attempts", len(nonces), attempts)
	}
	f.on(nil)
	down = false
	mustList(t, c)
}

// The one who gives up takes nobody else down.
func TestCancelledLeaderLeavesOthersAlone(t *testing.T) {
	f := newFake(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	f.on(func(_ http.ResponseWriter, r *http.Request, n int) bool {
		if n == 1 {
			close(arrived)
			<-release
		}
		return false
	})
	c, _ := f.tenant()
	ctx, cancel := context.WithCancel(t.Context())
	leader, follower := make(chan error), make(chan error)
	go func() { _, err := c.List(ctx, appKind, nil); leader <- err }()
	<-arrived
	go func() { _, err := c.List(t.Context(), appKind, nil); follower <- err }()
	time.Sleep(20 * time.Millisecond) // let it join; if it does not, the test still holds
	cancel()
	if err := <-leader; !errors.Is(err, context.Canceled) {
		t.Errorf("the leader got %v", err)
	}
	if err := <-follower; err != nil {
		t.Errorf("the follower got %v", err)
	}
	close(release)
}

func TestFollowerMayGiveUp(t *testing.T) {
	f := newFake(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	f.on(func(_ http.ResponseWriter, r *http.Request, n int) bool {
		if n == 1 {
			close(arrived)
			<-release
		}
		return false
	})
	c, _ := f.tenant()
	leader := make(chan error)
	go func() { _, err := c.List(t.Context(), appKind, nil); leader <- err }()
	<-arrived
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.List(ctx, appKind, nil)
	if e := asError(t, err); !errors.Is(e, context.Canceled) || e.Tenant != "acme" || e.Unreachable() || !e.NotSent() {
		t.Errorf("got %v", e)
	}
	close(release)
	if err := <-leader; err != nil {
		t.Error(err)
	}
}

func TestSecretThatCannotBeResolved(t *testing.T) {
	f := newFake(t)
	calls := 0
	c, _ := f.tenant(func(o *Options) {
		o.Secret = func(context.Context, engine.SecretRef) (engine.Secret, error) {
			calls++
			return engine.Secret{}, errors.New("vault is sealed")
		}
	})
	listError(t, c)
	e := listError(t, c)
	if !strings.Contains(e.Error(), "resolve secret {env: APP_SECRET}: vault is sealed") || e.Unreachable() || !e.NotSent() {
		t.Errorf("got %v", e)
	}
	if calls != 1 || c.Requests() != 0 {
		t.Errorf("%d calls, %d requests", calls, c.Requests())
	}
}

// Requests that were under way with the old token, and are refused one after
// the other, share one renewal.
func TestLateRefusalsShareTheRenewal(t *testing.T) {
	clock := newTestClock()
	acquired := 0
	ts := &tokens{now: clock.Now, acquire: func(context.Context) (*token, error) {
		acquired++
		return &token{expires: clock.Now().Add(time.Hour)}, nil
	}}
	old, _ := ts.get(t.Context())
	for range 3 {
		if !ts.drop(old) {
			t.Error("a late refusal gives up")
		}
		if tok, err := ts.get(t.Context()); err != nil || tok == old {
			t.Errorf("got %v, %v", tok, err)
		}
	}
	if acquired != 2 {
		t.Errorf("acquired %d tokens", acquired)
	}
}

// A login that is only limited is no refusal.
func TestLimitedLoginIsTriedAgain(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	f.on(func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.Write([]byte(`{"errorCode":"429","message":"限流","status":false}`))
		return true
	})
	if e := listError(t, c); e.Hint() != engine.WayOf(TrapRate) {
		t.Errorf("got %v", e)
	}
	f.on(nil)
	mustList(t, c)
}

// An API that refuses tokens which others accept is asked twice, no more.
func TestOneRepeatEvenIfOthersAccept(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant()
	other := &engine.Kind{App: "open", Form: "other"}
	f.on(func(w http.ResponseWriter, r *http.Request, n int) bool {
		if r.URL.Path != queryPath || n > 30 {
			return false
		}
		if _, err := c.List(t.Context(), other, nil); err != nil {
			t.Error(err)
		}
		w.Write([]byte(`{"errorCode":"401","status":false}`))
		return true
	})
	listError(t, c)
	if n := len(f.sent(queryPath)); n != 2 {
		t.Errorf("sent %d times", n)
	}
}

func TestInterruptedSecretIsResolvedAgain(t *testing.T) {
	f := newFake(t)
	ctx, cancel := context.WithCancel(t.Context())
	c, _ := f.tenant(func(o *Options) {
		inner := o.Secret
		o.Secret = func(sctx context.Context, ref engine.SecretRef) (engine.Secret, error) {
			if sctx == ctx {
				cancel()
				return engine.Secret{}, ctx.Err()
			}
			return inner(sctx, ref)
		}
	})
	_, err := c.List(ctx, appKind, nil)
	if e := asError(t, err); e.fault != faultInterrupted || !e.NotSent() || e.Unreachable() {
		t.Errorf("got %v", err)
	}
	mustList(t, c)
}
