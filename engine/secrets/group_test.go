//go:build unix

package secrets_test

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"
)

// A command that hangs ends with all that it started.
func TestExecKilledWithItsChildren(t *testing.T) {
	bell, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer bell.Close()
	ctx, cancel := context.WithCancel(t.Context())
	rings := make(chan net.Conn, 2)
	go func() {
		for range 2 { // the command, and its child
			c, err := bell.Accept()
			if err != nil {
				break
			}
			rings <- c
		}
		close(rings)
		cancel()
	}()
	r := &secrets.Resolver{AllowExec: true}
	_, err = r.Resolve(ctx, engine.SecretRef{Exec: run("breed", bell.Addr().String())})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	ended := 0
	for c := range rings {
		// The end of a process closes its connection.
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			ended++
		}
		c.Close()
	}
	if ended != 2 {
		t.Errorf("%d processes rang and ended, want 2", ended)
	}
}
