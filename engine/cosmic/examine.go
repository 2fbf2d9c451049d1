package cosmic

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cosmicctl/engine"
)

// The server refuses a login whose time is further off than this (facts page §1.3).
const (
	mostAhead     = 5 * time.Minute
	worthAWarning = time.Minute
)

// Examine looks at what stands between the client and a tenant's API, from its
// address to the login, and ends where nothing further can be told. It asks for one
// token at most: a refused login is not tried again.
func (t *Tenant) Examine(ctx context.Context, x *Explorer) []engine.Check {
	site, trials := x.Explore(ctx, []string{t.address.base})
	if site == nil {
		e := trials[0].Err
		return []engine.Check{{Name: engine.TopicAddress, Result: engine.Missed, Evidence: e.Reason(),
			Finding: engine.Diagnostic{Code: e.Trap(), Args: map[string]string{"base": t.address.base}}}}
	}
	checks := []engine.Check{
		{Name: engine.TopicAddress, Result: engine.Passed, Evidence: t.address.base},
		t.centre(site), t.skew(site), t.rightFlow(site),
	}
	if slices.ContainsFunc(checks, func(c engine.Check) bool { return c.Result == engine.Missed && c.Name == engine.TopicDataCentre }) {
		return checks // a login there would count against the app
	}
	return append(checks, t.loggedIn(ctx))
}

// centre tells whether the data centre is one of those that the console offers.
func (t *Tenant) centre(s *Site) engine.Check {
	c := engine.Check{Name: engine.TopicDataCentre, Result: engine.Passed}
	at := slices.IndexFunc(s.DataCentres, func(d DataCentre) bool { return d.ID == t.env.AccountID })
	switch {
	case s.Unlisted != nil:
		c.Result, c.Finding.Code, c.Evidence = engine.Untold, TrapUnlisted, reasonOf(s.Unlisted)
	case at < 0:
		c.Result, c.Finding.Code = engine.Missed, TrapDataCentre
		c.Finding.Args = map[string]string{"n": strconv.Itoa(len(s.DataCentres)), "id": Mask(t.env.AccountID)}
	default:
		c.Evidence = s.DataCentres[at].Name
	}
	return c
}

// reasonOf is what an error says, without the request that met it.
func reasonOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason()
	}
	return err.Error()
}

// skew tells whether the clocks agree. Only a login of the enhanced flow carries a time.
func (t *Tenant) skew(s *Site) engine.Check {
	c := engine.Check{Name: engine.TopicClock, Result: engine.Passed, Evidence: s.Ahead.String()}
	off := s.Ahead.Abs()
	switch {
	case !s.Dated:
		c.Result, c.Finding.Code, c.Evidence = engine.Untold, TrapUndated, ""
	case off > mostAhead && t.env.Enhanced():
		c.Result, c.Finding.Code = engine.Missed, TrapClock
	case off > worthAWarning:
		c.Result, c.Finding.Code = engine.Warned, TrapClock
	}
	return c
}

// rightFlow tells whether the environment's version and flow are those that the
// tenant answers to.
func (t *Tenant) rightFlow(s *Site) engine.Check {
	before := t.env.Version.Compare(engine.EnhancedTokenSince) < 0
	c := engine.Check{Name: engine.TopicFlow, Result: engine.Passed, Finding: engine.Diagnostic{Args: map[string]string{
		"version": string(t.env.Version), "since": string(engine.EnhancedTokenSince)}}}
	switch {
	case s.Enhanced == No && t.env.Enhanced():
		c.Result, c.Finding.Code = engine.Missed, TrapNoEnhanced
	case s.Enhanced == No && !before:
		c.Result, c.Finding.Code = engine.Warned, TrapNoEnhanced
	case s.Enhanced == Yes && before:
		c.Result, c.Finding.Code = engine.Warned, TrapVersion
	case s.Enhanced == Yes && !t.env.Enhanced():
		c.Result, c.Finding.Code = engine.Warned, TrapFlow
	}
	return c
}

// loggedIn tells whether there is a token to be had.
func (t *Tenant) loggedIn(ctx context.Context) engine.Check {
	c := engine.Check{Name: engine.TopicLogin, Result: engine.Passed, Finding: engine.Diagnostic{Args: map[string]string{
		"app": t.env.Auth.AppID, "user": t.env.Auth.User, "userType": t.env.Auth.UserType, "spelling": t.secretName}}}
	_, err := t.tokens.get(ctx)
	if err == nil {
		return c
	}
	c.Result, c.Finding.Code, c.Evidence = engine.Missed, TrapLogin, reasonOf(err)
	if e, ok := errors.AsType[*Error](err); ok && e.Trap() != "" {
		c.Finding.Code = e.Trap()
	}
	return c
}

// ExamineHeader asks for one row of a kind that could be read, with the token in the
// header that most clients use. A server in front that drops it does not trouble this
// client, and stops the others.
func (t *Tenant) ExamineHeader(ctx context.Context, k *engine.Kind) engine.Check {
	c := engine.Check{Name: engine.TopicHeader, Result: engine.Passed}
	address, err := t.address.operation(k, "query")
	tok, noToken := t.tokens.get(ctx)
	if err = errors.Join(err, noToken); err != nil {
		c.Result, c.Evidence = engine.Untold, err.Error()
		return c
	}
	r := &request{form: k.Form, op: "query", gate: t.gate, url: address, token: "access_token",
		body: func() ([]byte, error) { return newQuery(nil, 1, 1) }}
	_, err = t.attempt(ctx, r, tok.value)
	switch {
	case hasCode(err, codeUnauthorised):
		c.Result, c.Finding.Code, c.Evidence = engine.Warned, TrapUnderscore, reasonOf(err)
	case err != nil:
		c.Result, c.Evidence = engine.Untold, reasonOf(err)
	}
	return c
}

// Refine looks again at calls that were refused after a login that was not: a token
// that the tenant holds for valid did not arrive, and a page where only logins pass is
// that of a gateway which asks for more.
func (t *Tenant) Refine(ctx context.Context, checks []engine.Check) []engine.Check {
	lives := sync.OnceValue(func() bool { return t.tokenLives(ctx) })
	for i := range checks {
		switch c := &checks[i]; {
		case c.Finding.Code == TrapToken && lives():
			c.Finding.Code = TrapTokenDropped
		case c.Finding.Code == TrapPage && !t.identified():
			c.Finding.Code = TrapIdentity
		}
	}
	return checks
}

// identified tells whether the environment gives the header that the gateways of some
// hosts ask for (facts page §1.4, §10).
func (t *Tenant) identified() bool {
	for name := range t.env.Headers {
		if strings.EqualFold(name, engine.IdentityHeader) {
			return true
		}
	}
	return false
}

// tokenLives asks the tenant whether the token is valid, which it can say of an
// enhanced one (facts page §1.3). Where a valid token is refused it did not arrive.
func (t *Tenant) tokenLives(ctx context.Context) bool {
	tok, err := t.tokens.get(ctx)
	if err != nil || !t.env.Enhanced() {
		return false
	}
	r := &request{op: "verifyToken", gate: t.tokenGate, url: t.address.base + "/kapi/oauth2/verifyToken", body: func() ([]byte, error) {
		nonce, err := t.random.unique()
		if err != nil {
			return nil, err
		}
		return json.Marshal(map[string]string{"client_id": t.env.Auth.AppID, "token_type_hint": "access_token", "token": tok.value,
			"accountId": t.env.AccountID, "nonce": nonce, "timestamp": strconv.FormatInt(t.clock.now().UnixMilli(), 10)})
	}}
	env, err := t.attempt(ctx, r, "")
	if err != nil {
		return false
	}
	active, _ := flag(object(env.data)["active"])
	return active
}
