package engine

import (
	"fmt"
	"strings"
)

// A Failure is an error that says what it is by a code and arguments, as a [Diagnostic]
// does, so that a person reads it in their own language: the words stand in the
// catalogue of messages. It unwraps to the argument that is an error.
type Failure struct {
	Code Code
	Args []any // names and values alternate
}

// Fail returns a failure.
func Fail(code Code, args ...any) *Failure { return &Failure{code, args} }

// Error is the code and its arguments, for who has no catalogue.
func (f *Failure) Error() string {
	var args []string
	for i := 0; i+1 < len(f.Args); i += 2 {
		args = append(args, fmt.Sprintf("%v: %v", f.Args[i], f.Args[i+1]))
	}
	if len(args) == 0 {
		return string(f.Code)
	}
	return string(f.Code) + " (" + strings.Join(args, ", ") + ")"
}

func (f *Failure) Unwrap() error {
	for _, a := range f.Args {
		if err, ok := a.(error); ok {
			return err
		}
	}
	return nil
}

// Coded is what the failure is to be put into words by.
func (f *Failure) Coded() (Code, []any) { return f.Code, f.Args }
