package cosmic

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// answer is what came back over HTTP.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// judge tells an envelope that reports success from everything else. The body
// comes first, as Cosmic reports failures with HTTP 200 too; the HTTP status
// decides when the body says nothing, or says success all the same.
func (a *answer) judge() (*envelope, *Error) {
	if a.status >= 300 && a.status < 400 {
		return nil, a.redirected()
	}
	env, err := decodeEnvelope(a.body)
	switch {
	case err == nil && env.ok && a.status < 300:
		return env, nil
	case err == nil:
		return env, &Error{Status: a.status, Code: env.code, Message: env.message}
	case a.page():
		return nil, &Error{fault: faultPage, Status: a.status, Message: "the answer is an HTML page" + a.title(), err: err}
	case a.status >= 400:
		return nil, &Error{Status: a.status, Message: http.StatusText(a.status), err: err}
	}
	return nil, &Error{fault: faultUnreadable, Status: a.status, Message: err.Error(), err: err}
}

// redirected names where the server points to, without path and query: they
// may hold anything.
func (a *answer) redirected() *Error {
	e := &Error{fault: faultRedirect, Status: a.status, Message: "the server redirects, which is not followed"}
	if u, err := url.Parse(a.header.Get("Location")); err == nil && u.Host != "" {
		e.Message = "the server redirects to " + u.Scheme + "://" + u.Host + ", which is not followed"
	}
	return e
}

func (a *answer) page() bool {
	if t, _, err := mime.ParseMediaType(a.header.Get("Content-Type")); err == nil && t == "text/html" {
		return true
	}
	return bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<"))
}

var title = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

func (a *answer) title() string {
	m := title.FindSubmatch(a.body)
	if m == nil {
		return ""
	}
	return " titled " + strings.TrimSpace(string(m[1]))
}
