package cosmic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Error is a request that failed, or an answer that reports a failure. Its
// text is clean: it holds no secret, no token and nothing that steers a
// terminal.
type Error struct {
	Tenant  string
	Form    string // "" for a token request
	Op      string
	Status  int    // of HTTP; 0 if there was no answer
	Code    string // errorCode; "" if the answer gave none
	Message string

	fault   fault
	noWrite bool
	after   time.Duration // how long the server asks to wait; 0 if it does not
	err     error
}

// fault is in what way a request failed.
type fault int

const (
	faultAnswer      fault = iota // Cosmic says no
	faultNetwork                  // no answer, or only a part of one
	faultCertificate              // the server's certificate does not verify
	faultTimeout                  // no answer within the timeout
	faultInterrupted              // the caller's context ended
	faultUnreadable               // an answer that is not Cosmic's
	faultPage                     // an HTML page in place of an answer
	faultRedirect                 // the server sends us elsewhere
	faultLocal                    // the request could not even be made
)

func (e *Error) Error() string {
	text := fmt.Sprintf("tenant %q: %s: %s", e.Tenant, strings.TrimSpace(e.Form+" "+e.Op), e.Reason())
	if e.Code == codeRepeated {
		text += ": an identical request was received before, and its outcome is unknown"
	}
	return text
}

// Reason is what the vendor, or the network, says.
func (e *Error) Reason() string {
	var parts []string
	switch {
	case e.Code != "":
		parts = append(parts, "errorCode "+e.Code)
	case e.Status >= 300:
		parts = append(parts, "HTTP "+strconv.Itoa(e.Status))
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	return cmp.Or(strings.Join(parts, ": "), "failed without a reason")
}

func (e *Error) Unwrap() error { return e.err }

// NotSent tells whether the request surely had no effect: it was not sent, or
// Cosmic answered that it did not execute it (401, 429, and 404 for what is not
// published).
func (e *Error) NotSent() bool {
	return e.noWrite || e.is(codeUnauthorised) || e.is(codeLimited) || e.Unpublished()
}

// Unpublished tells whether Cosmic itself answered that it has no such API, or a
// disabled one (facts page §2.4). A page with 404 says that the base address is wrong,
// and 403 that the API is there.
func (e *Error) Unpublished() bool {
	return e.fault == faultAnswer && e.err == nil && e.Form != "" && e.is(codeNotFound)
}

// Answered tells whether the answer is Cosmic's own, so that the request has come
// to its end there, be it a bad one. A gateway's says nothing of that.
func (e *Error) Answered() bool { return e.fault == faultAnswer && e.err == nil && !gateway(e.Status) }

// Repeated tells whether Cosmic received the Idempotency-Key before; it executes
// nothing then, and does not replay the first answer (facts page §2.5).
func (e *Error) Repeated() bool { return e.is(codeRepeated) }

// gateway tells whether a status is that of a server in front of Cosmic.
func gateway(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

// Unreachable tells whether Cosmic itself could not be reached: the network
// failed, a gateway or a page answered in its place, or the server is down.
func (e *Error) Unreachable() bool {
	switch e.fault {
	case faultNetwork, faultCertificate, faultTimeout, faultUnreadable, faultPage, faultRedirect:
		return true
	}
	return e.Status >= http.StatusInternalServerError
}

// The vendor's error codes that the client acts on (facts page §2.4).
const (
	codeUnauthorised = "401"
	codeForbidden    = "403"
	codeNotFound     = "404"
	codeLimited      = "429"
	codeInvalid      = "603"
	codeRepeated     = "604"
	codeNoPermission = "612"
)

// is tells whether the answer has a code, be it in the body or as the HTTP
// status; clients in the wild met both (facts page §2.4).
func (e *Error) is(code string) bool {
	return e.Code == code || e.Code == "" && strconv.Itoa(e.Status) == code
}

// hasCode tells whether an error is an answer with that code.
func hasCode(err error, code string) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.is(code)
}

// interrupted makes the error of a context that ended.
func interrupted(ctx context.Context) *Error {
	return &Error{fault: faultInterrupted, Message: "interrupted: " + ctx.Err().Error(), err: ctx.Err()}
}

// local makes the error of a request that could not be made.
func local(err error) *Error {
	return &Error{fault: faultLocal, Message: err.Error(), noWrite: true, err: err}
}
