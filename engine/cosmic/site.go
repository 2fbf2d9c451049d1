package cosmic

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Site is what answers at a base address before anybody logs in.
type Site struct {
	Base string
	// Enhanced and TwoSteps tell which token flows answer (facts page §1.2, §1.3).
	Enhanced, TwoSteps Answers
	// DataCentres are those that the console offers; Unlisted says why there are none.
	DataCentres []DataCentre
	Unlisted    error
	// Ahead is how far the server's clock, in the Date of its answers, is ahead of
	// this machine's; Dated says that it told. Seconds are as exact as it gets.
	Ahead time.Duration
	Dated bool
}

// Answers tells whether an API is there.
type Answers int

// An API is there, is not, or gave an answer that does not tell.
const (
	Unclear Answers = iota
	Yes
	No
)

// A Trial is a base address at which no Cosmic answers.
type Trial struct {
	Base string
	Err  *Error
}

// An Explorer looks for Cosmic behind addresses of its console. It sends no secret,
// names no app and follows no redirect, so that no attempt to log in is spent.
type Explorer struct {
	client  *http.Client
	timeout time.Duration
	now     func() time.Time
	censor  censor
}

// NewExplorer makes an explorer. A timeout of zero is 15 seconds; a nil now is the
// machine's clock.
func NewExplorer(roots *x509.CertPool, timeout time.Duration, now func() time.Time) *Explorer {
	if now == nil {
		now = time.Now
	}
	return &Explorer{client: newClient(roots), timeout: cmp.Or(timeout, 15*time.Second), now: now}
}

// Explore tries base addresses until Cosmic answers at one of them. If it answers at
// none, the site is nil and the trials tell how each failed.
func (x *Explorer) Explore(ctx context.Context, bases []string) (*Site, []Trial) {
	var trials []Trial
	for _, base := range bases {
		site, e := x.visit(ctx, base)
		if site != nil {
			return site, trials
		}
		trials = append(trials, Trial{base, e})
		if e.Status == 0 {
			break // the host itself is at fault
		}
	}
	return nil, trials
}

// visit asks for a token of either flow, in nobody's name. That either answers, even
// with a refusal, shows that the base is right.
func (x *Explorer) visit(ctx context.Context, base string) (*Site, *Error) {
	s := &Site{Base: base}
	var first *Error
	right := false
	for _, flow := range []struct {
		path string
		is   *Answers
	}{{pathGetToken, &s.Enhanced}, {pathGetAppToken, &s.TwoSteps}} {
		a, env, e := x.ask(ctx, http.MethodPost, base+flow.path)
		s.date(a, x.now())
		*flow.is = there(env, e)
		right = right || *flow.is == Yes || *flow.is == Unclear && e.Answered()
		if first == nil {
			first = e
		}
		if e != nil && e.Status == 0 {
			break // nothing answers at all
		}
	}
	if !right {
		return nil, first
	}
	s.DataCentres, s.Unlisted = x.dataCentres(ctx, base)
	return s, nil
}

// there tells from an answer to a token request without an app whether the flow is
// there. Without a token Cosmic says 未经授权 of any path, there or not (facts page
// §2.4); a refusal of the flow's own names what it misses (§1.3).
func there(env *envelope, e *Error) Answers {
	switch {
	case e == nil:
		return Yes
	case e.is(codeNotFound), env == nil && (e.fault == faultPage || e.fault == faultRedirect):
		return No
	case env == nil, e.is(codeLimited), gateway(e.Status), e.is("500"), e.is("999"):
		return Unclear
	case strings.Contains(e.Message, "未经授权"), e.is(codeForbidden):
		return No
	}
	return Yes
}

// ask sends an empty request and reads an envelope.
func (x *Explorer) ask(ctx context.Context, method, address string) (*answer, *envelope, *Error) {
	a, e := x.send(ctx, method, address)
	if e != nil {
		return nil, nil, e
	}
	env, e := a.judge()
	if e != nil {
		x.lead(e, a, address)
		e.Message, e.Code = x.censor.text(e.Message), x.censor.text(e.Code)
	}
	return a, env, e
}

// date reads the server's clock from an answer that just came.
func (s *Site) date(a *answer, now time.Time) {
	if a == nil {
		return
	}
	if at, err := http.ParseTime(a.header.Get("Date")); err == nil {
		s.Ahead, s.Dated = at.Sub(now.Truncate(time.Second)), true
	}
}

// lead makes the error of a redirect say where it leads: an address without what may
// be secret in it.
func (x *Explorer) lead(e *Error, a *answer, from string) {
	if e.fault != faultRedirect {
		return
	}
	at, err := url.Parse(from)
	if err != nil {
		return
	}
	to, err := at.Parse(a.header.Get("Location"))
	if err != nil || to.Host == "" {
		return
	}
	path, _, _ := strings.Cut(to.EscapedPath(), ";")
	e.Message = fmt.Sprintf("the server redirects to %s://%s%s, which is not followed", to.Scheme, to.Host, path)
}

func (x *Explorer) send(ctx context.Context, method, address string) (*answer, *Error) {
	limited, cancel := context.WithTimeout(ctx, x.timeout)
	defer cancel()
	var w wire
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("{}")
	}
	req, err := http.NewRequestWithContext(w.watch(limited), method, address, body)
	if err != nil {
		return nil, local(err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "cosmicctl")
	resp, err := x.client.Do(req)
	if err != nil {
		return nil, failure(ctx, limited, err, &w)
	}
	defer resp.Body.Close()
	const most = 4 << 20
	a := &answer{status: resp.StatusCode, header: resp.Header}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch {
	case err != nil:
		return nil, failure(ctx, limited, fmt.Errorf("the answer breaks off: %w", err), &w)
	case len(a.body) > most:
		return nil, &Error{fault: faultUnreadable, Status: a.status, Message: fmt.Sprintf("the answer is larger than %d bytes", most)}
	}
	return a, nil
}

// Close closes the connections that wait for a next request.
func (x *Explorer) Close() { x.client.CloseIdleConnections() }

// decodeAny reads one JSON value, its numbers as they were sent.
func decodeAny(body []byte) (any, error) {
	d := json.NewDecoder(strings.NewReader(strings.TrimPrefix(string(body), "\ufeff")))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() {
		return nil, errNotJSON
	}
	return v, nil
}
