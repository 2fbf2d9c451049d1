package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// attempt is one request that is to bring a message.
type attempt struct {
	phrase
	channel *Channel
	message *Message
	key     string // the secret, or ""
	now     time.Time
	url     *url.URL
	header  http.Header
	body    []byte
}

func (a *attempt) fault(reason string) *Error { return a.channel.fault(reason) }

// write makes the body of a vendor that takes words.
func (a *attempt) write(body func(*draft) []byte) *Error {
	if a.body = a.fit(a.message, body); a.body == nil {
		return a.fault(tooLarge)
	}
	return nil
}

const tooLarge = "one event alone is more than it takes"

// most is how many bytes of an answer are read.
const most = 64 << 10

// prepare makes the request of an attempt.
func (s *Sender) prepare(p protocol, c *Channel, m *Message) (*attempt, *Error) {
	a := &attempt{phrase: s.Phrase, channel: c, message: m, now: s.Now(), header: http.Header{}}
	var e *Error
	if a.url, e = c.address(); e != nil {
		return nil, e
	}
	if a.key, e = c.key(p.secret); e != nil {
		return nil, e
	}
	return a, p.request(a)
}

// try sends a message once.
func (s *Sender) try(ctx context.Context, p protocol, c *Channel, m *Message) *Error {
	a, e := s.prepare(p, c, m)
	if e != nil {
		return e
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url.String(), bytes.NewReader(a.body))
	if err != nil {
		return a.fault(noAddress)
	}
	r.Header = a.header
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", s.Agent)
	answer, err := s.client.Do(r)
	if err != nil {
		return a.lost(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, most))
	if err != nil && answer.StatusCode < 300 {
		return a.lost(err)
	}
	return s.verdict(a, p, answer, body)
}

// lost is the failure of a request without an answer.
func (a *attempt) lost(err error) *Error {
	e := a.fault(network(err))
	e.Temporary = true
	return e
}

func (s *Sender) verdict(a *attempt, p protocol, answer *http.Response, body []byte) *Error {
	e := p.judge(a, answer.StatusCode, body)
	if e == nil {
		return nil
	}
	e.Status = answer.StatusCode
	if after := retryAfter(answer.Header.Get("Retry-After"), a.now); e.Temporary && after > 0 {
		e.After = min(after, longestHold)
	}
	return e
}

// refused is an answer that by its status alone means no, or nil. The way of HTTP:
// what is wrong with the request stays so, what is wrong with the server may pass.
func (a *attempt) refused(status int) *Error {
	var e *Error
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		return a.fault("its server redirects, which is not followed; give the address that it redirects to")
	case status == http.StatusNotFound || status == http.StatusGone:
		return a.fault("there is nothing at its address any more; make it anew and give the new address")
	case status == http.StatusTooManyRequests:
		e = a.fault("its server says that messages come too fast")
	case status == http.StatusRequestTimeout || status >= 500:
		e = a.fault("its server failed")
	default:
		return a.fault("its server refuses the message")
	}
	e.Temporary = true
	return e
}

// retryAfter reads the header of that name, seconds or a date.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 20); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// encode writes JSON with every character as itself: 企业微信 refuses \u escapes
// (https://developer.work.weixin.qq.com/document/path/90455, 40033).
func encode(v any) []byte {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // the documents of this package are maps and texts
	}
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}
