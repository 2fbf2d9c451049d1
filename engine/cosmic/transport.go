package cosmic

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// newClient makes a client that keeps connections, verifies certificates and
// follows no redirect. The API is all POST, and a redirect would either turn
// that into a GET or carry a token somewhere else.
func newClient(roots *x509.CertPool) *http.Client {
	dialer := &net.Dialer{Timeout: 15 * time.Second}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				c, err := dialer.DialContext(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				return &countedConn{Conn: c}, nil
			},
			TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: 15 * time.Second,
			MaxIdleConnsPerHost: 4,
			// Shorter than servers keep theirs, so that a write seldom meets a
			// connection that the server is just closing.
			IdleConnTimeout: 30 * time.Second,
		},
	}
}

// countedConn counts the bytes that were handed to the network.
type countedConn struct {
	net.Conn
	written atomic.Int64
}

func (c *countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n))
	return n, err
}

// wire watches one request and tells whether any of it was written.
//
// Whether a failed write may be repeated hangs on this, so it errs to one
// side: a request counts as unwritten if it never got a connection, or if its
// connection took no byte since. The kinds of errors are no help here: a
// "connection reset" may come before the first byte or after the last.
type wire struct {
	got    atomic.Bool
	conn   *countedConn
	before int64
}

func (w *wire) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			if w.conn = counted(info.Conn); w.conn != nil {
				w.before = w.conn.written.Load()
			}
			w.got.Store(true)
		},
	})
}

// counted finds the counting connection below layers of TLS.
func counted(c net.Conn) *countedConn {
	for {
		switch inner := c.(type) {
		case *countedConn:
			return inner
		case interface{ NetConn() net.Conn }:
			c = inner.NetConn()
		default:
			return nil
		}
	}
}

// unwritten tells whether surely nothing was written. After an interruption
// the writing may still be about to start, so then only a request without a
// connection counts.
func (w *wire) unwritten(interrupted bool) bool {
	if !w.got.Load() {
		return true
	}
	return !interrupted && w.conn != nil && w.conn.written.Load() == w.before
}
