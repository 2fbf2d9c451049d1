// Command cosmicctl keeps Kingdee Cosmic tenants as code.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signalContext()
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	if s := stop(); s != nil {
		code = worst(code, signalled(s))
	}
	os.Exit(int(code))
}

// signalContext is done at the first signal, with the exit code as its cause;
// stop tells which one came.
func signalContext() (context.Context, func() os.Signal) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	got := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s := <-signals
		got <- s
		signal.Stop(signals) // a second one ends the process at once
		cancel(coded(signalled(s), context.Canceled))
	}()
	return ctx, func() os.Signal {
		select {
		case s := <-got:
			return s
		default:
			return nil
		}
	}
}

func signalled(s os.Signal) exitCode {
	if s == os.Interrupt {
		return exitInterrupt
	}
	return exitTerminated
}
