package main

import (
	"errors"
	"slices"

	"cosmicctl/engine"
)

// exitCode is a promise to scripts; README and `cosmicctl help exit-codes` hold
// the same table.
type exitCode int

const (
	exitClean       exitCode = 0   // clean, or done
	exitError       exitCode = 1   // anything else that failed
	exitDiffers     exitCode = 2   // there are changes
	exitInvalid     exitCode = 3   // invalid input
	exitUnreachable exitCode = 4   // live side unreachable or incompletely read
	exitRefused     exitCode = 5   // a guard or a "no": nothing was written
	exitStale       exitCode = 6   // the live side moved since the plan
	exitPartial     exitCode = 7   // some writes are done, some are not
	exitInterrupt   exitCode = 130 // SIGINT
	exitTerminated  exitCode = 143 // SIGTERM
)

// precedence orders the codes for a run to which several apply.
func precedence() []exitCode {
	return []exitCode{exitInterrupt, exitTerminated, exitError, exitPartial, exitStale, exitRefused,
		exitUnreachable, exitInvalid, exitDiffers, exitClean}
}

// worst returns the code that wins.
func worst(codes ...exitCode) exitCode {
	for _, c := range precedence() {
		if slices.Contains(codes, c) {
			return c
		}
	}
	return exitClean
}

// codedError carries a code to the top.
type codedError struct {
	code exitCode
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

func coded(code exitCode, err error) error { return &codedError{code, err} }

// codeOf is the exit code of an error.
func codeOf(err error) exitCode {
	var c *codedError
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &c):
		return c.code
	}
	return exitError
}

// codeOfDiagnostic is the exit code that a diagnostic asks for.
func codeOfDiagnostic(d engine.Diagnostic) exitCode {
	if d.Severity == engine.Advice {
		return exitClean
	}
	switch d.Class {
	case engine.ClassRefused:
		return exitRefused
	case engine.ClassUnreadable:
		return exitUnreachable
	case engine.ClassFailed:
		return exitError
	case engine.ClassStale:
		return exitStale
	}
	return exitInvalid
}

func codeOfDiagnostics(diags []engine.Diagnostic) exitCode {
	code := exitClean
	for _, d := range diags {
		code = worst(code, codeOfDiagnostic(d))
	}
	return code
}

// codeOfResult is the exit code of an apply of one tenant.
func codeOfResult(r *engine.Result) exitCode {
	written, undone := 0, 0
	for _, c := range r.Changes {
		if tookEffect(c) {
			written++
		}
		if c.Status != engine.Done && c.Status != engine.LeftByHand { // see byHand
			undone++
		}
	}
	switch {
	case undone == 0:
		return exitClean
	case written > 0:
		return exitPartial
	case r.Count(engine.Stale, "") > 0:
		return exitStale
	}
	return exitError
}

// tookEffect tells whether a change left something on the tenant: done, or
// written and not as wanted.
func tookEffect(c engine.ChangeResult) bool {
	switch c.Status {
	case engine.Done:
		return true
	case engine.LeftByHand:
		return c.Tried
	case engine.Failed:
		return c.Why == nil || c.Why.Code != engine.CodeRefusedRow && c.Why.Code != engine.CodeRequest
	}
	return false
}
