package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
)

// Error says why a message was not sent. Nothing in it is from outside but a status
// and a code: an answer may repeat the address or the secret.
type Error struct {
	Channel, Type string
	Reason        string
	Status        int    // of HTTP, 0 without an answer
	Code          string // with which the vendor answered, if it is one
	// Temporary tells that the same message may be taken later, After how much
	// later at the soonest.
	Temporary bool
	After     time.Duration
}

func (e *Error) Error() string {
	s := fmt.Sprintf("channel %s (%s): %s", e.Channel, e.Type, e.Reason)
	switch {
	case e.Code != "":
		s += " (code " + e.Code + ")"
	case e.Status != 0:
		s += fmt.Sprintf(" (status %d)", e.Status)
	}
	if e.After > 0 {
		s += fmt.Sprintf("; not before %s from now", e.After)
	}
	return s
}

// network says what kept a request from being answered. The errors of net/http
// name the address, so only their sort is told.
func network(err error) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		number      syscall.Errno
		timeout     interface{ Timeout() bool }
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.As(err, &dns):
		return "the host of its address is not known"
	case errors.As(err, &certificate), errors.As(err, &authority):
		return "the certificate of its server cannot be verified"
	case errors.As(err, &number):
		return "the connection failed: " + number.Error()
	}
	return "the connection failed"
}
