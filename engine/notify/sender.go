package notify

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"cosmicctl/engine"

	"golang.org/x/time/rate"
)

// Options say how messages are sent. Phrase is needed, every other zero value is a
// useful one.
type Options struct {
	// Phrase puts a code into words, and returns the code itself for one that it
	// does not know.
	Phrase func(code engine.Code, args map[string]string) string
	// Transport carries the requests.
	Transport http.RoundTripper
	// Timeout is for one request; zero is 15 seconds.
	Timeout time.Duration
	Now     func() time.Time
	Sleep   func(context.Context, time.Duration) error
	Rand    io.Reader
	// Agent names this program to a server.
	Agent string
}

const (
	attempts = 4
	// The first pause; each further one is twice as long.
	firstPause = time.Second
	// longestPause is how long Send waits to repeat; who asks for more is not
	// waited for, but not bothered before either.
	longestPause = time.Minute
	// longestHold is how long a server can ask not to be sent anything.
	longestHold = time.Hour
)

// Sender sends messages, to each channel no faster than its vendor allows. It may
// be used by many goroutines.
type Sender struct {
	Options
	client    *http.Client
	protocols map[string]protocol
	mu        sync.Mutex
	lanes     map[string]*lane
}

// lane is how fast a channel may be used.
type lane struct {
	limit *rate.Limiter
	until time.Time // nothing is sent before
}

// protocol is what is known of one type of channel.
type protocol struct {
	perMinute, burst int
	secret           need
	// request makes the request of one attempt: signatures hold for a time only.
	request func(a *attempt) *Error
	// judge says whether an answer means that the message was taken.
	judge func(a *attempt, status int, body []byte) *Error
}

func protocols() map[string]protocol {
	return map[string]protocol{
		"webhook":  {60, 10, always, webhookRequest, webhookVerdict},
		"feishu":   {100, 3, maybe, feishuRequest, feishuVerdict},
		"dingtalk": {20, 5, maybe, dingtalkRequest, dingtalkVerdict},
		"wecom":    {20, 5, never, wecomRequest, wecomVerdict},
		"slack":    {60, 1, never, slackRequest, slackVerdict},
	}
}

// New makes a sender.
func New(o Options) (*Sender, error) {
	if o.Phrase == nil {
		return nil, errors.New("no words for messages are given")
	}
	if o.Transport == nil {
		o.Transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: 15 * time.Second,
			IdleConnTimeout:     30 * time.Second,
		}
	}
	if o.Timeout == 0 {
		o.Timeout = 15 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Agent == "" {
		o.Agent = "cosmicctl"
	}
	client := &http.Client{
		Transport:     o.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Sender{Options: o, client: client, protocols: protocols(), lanes: map[string]*lane{}}, nil
}

// Check tells what is wrong with a channel, without sending anything.
func (s *Sender) Check(c Channel) error {
	p, known := s.protocols[c.Type]
	if !known {
		return c.fault(noType)
	}
	if _, e := s.prepare(p, &c, &Message{ID: "check", Events: []Event{{What: Opened}}}); e != nil {
		return e
	}
	return nil
}

const noType = "there is no such type of channel"

// Send sends a message to a channel, again after a passing failure, and returns
// when it was taken or is given up. The error is an [*Error], or the context's.
func (s *Sender) Send(ctx context.Context, c Channel, m Message) error {
	p, known := s.protocols[c.Type]
	switch {
	case !known:
		return c.fault(noType)
	case !validID(m.ID):
		return c.fault("the id of the message is not one of letters, digits, - and _")
	case len(m.Events) == 0:
		return nil
	}
	for n := 1; ; n++ {
		if err := s.turn(ctx, &c, p); err != nil {
			return err
		}
		e := s.try(ctx, p, &c, &m)
		if e == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("channel %s (%s): %w", c.Name, c.Type, ctx.Err())
		}
		s.hold(&c, e)
		if !e.Temporary || n == attempts || e.After > longestPause {
			return e
		}
		if err := s.Sleep(ctx, s.pause(n, e)); err != nil {
			return fmt.Errorf("%w, while waiting to repeat after: %w", err, e)
		}
	}
}

// lane is a channel's own; the caller holds the lock.
func (s *Sender) lane(c *Channel, p protocol) *lane {
	l := s.lanes[c.Name]
	if l == nil {
		// At most perMinute in any minute, burst of them at once.
		l = &lane{limit: rate.NewLimiter(rate.Limit(float64(p.perMinute-p.burst+1)/60), p.burst)}
		s.lanes[c.Name] = l
	}
	return l
}

// turn returns when a channel may be used.
func (s *Sender) turn(ctx context.Context, c *Channel, p protocol) error {
	now := s.Now()
	s.mu.Lock()
	l := s.lane(c, p)
	held := l.until.Sub(now)
	if held > longestPause {
		s.mu.Unlock()
		e := c.fault("its server asked not to be sent anything for a time")
		e.Temporary, e.After = true, held
		return e
	}
	r := l.limit.ReserveN(now, 1)
	s.mu.Unlock()
	delay := max(r.DelayFrom(now), held)
	if delay <= 0 {
		return nil
	}
	if err := s.Sleep(ctx, delay); err != nil {
		r.CancelAt(now)
		return fmt.Errorf("channel %s (%s): %w", c.Name, c.Type, err)
	}
	return nil
}

// hold remembers for how long a channel asks to be left alone.
func (s *Sender) hold(c *Channel, e *Error) {
	if e.After <= 0 {
		return
	}
	until := s.Now().Add(e.After)
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.lanes[c.Name]; l != nil && until.After(l.until) {
		l.until = until
	}
}

// pause is how long to wait after the n-th attempt: longer each time, and different
// for each sender, so that many do not come back at once.
func (s *Sender) pause(n int, e *Error) time.Duration {
	d := min(firstPause<<(n-1), longestPause)
	if e.After > 0 {
		d = e.After
	}
	var b [8]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return d
	}
	return d + time.Duration(binary.BigEndian.Uint64(b[:])%uint64(d/2+1))
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
