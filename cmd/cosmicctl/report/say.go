package report

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cosmicctl/engine"
)

// Say puts a code into words. Names and values of its arguments alternate; the values
// are safe to print already, and may be text of any format.
func (w Words) Say(code engine.Code, args ...any) string {
	text, known := w[code]
	if !known {
		return string(code)
	}
	return strings.NewReplacer(argumentPairs(args)...).Replace(text)
}

func argumentPairs(args []any) []string {
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), valueOf(args[i+1]))
	}
	return pairs
}

func valueOf(v any) string {
	switch v := v.(type) {
	case int:
		return strconv.Itoa(v)
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// Error is [Words.Say] as an error. It unwraps to the argument that is one.
func (w Words) Error(code engine.Code, args ...any) error {
	e := &worded{text: w.Say(code, args...)}
	for _, a := range args {
		if err, ok := a.(error); ok {
			e.cause = err
		}
	}
	return e
}

// worded is an error in the words of the catalogue.
type worded struct {
	text  string
	cause error
}

func (e *worded) Error() string { return e.text }
func (e *worded) Unwrap() error { return e.cause }

// form is the text of a count for any number but one.
func (w Words) form(noun engine.Code) string {
	_, many, two := strings.Cut(w[noun], "|")
	if !two {
		return w[noun]
	}
	return many
}

// Count says how many there are of a noun, which is a code. A text with two forms
// divides them by "|": one, and any other number.
func (w Words) Count(n int, noun engine.Code, args ...any) string {
	args = append([]any{"n", n}, args...)
	text := w.Say(noun, args...)
	if one, many, two := strings.Cut(text, "|"); two {
		if n == 1 {
			return one
		}
		return many
	}
	return text
}

// Fault is what a command refuses, by its code: where it comes about nobody knows the
// language yet. [Words.Tell] puts it into words. It unwraps to the argument that is an
// error.
func Fault(code engine.Code, args ...any) error {
	return &fault{engine.Failure{Code: code, Args: args}}
}

// fault is a failure whose text is English where nobody puts it into words.
type fault struct{ engine.Failure }

func (f *fault) Error() string { return English().tell(f.Code, f.Args) }

// coded is an error that is put into words by a code.
type coded interface {
	error
	Coded() (engine.Code, []any)
}

// Tell puts an error into words, if it, or what it wraps, has a code. What it is wrapped
// in stays as it is.
func (w Words) Tell(err error) string {
	var c coded
	if !errors.As(err, &c) {
		return err.Error()
	}
	return strings.Replace(err.Error(), c.Error(), w.tell(c.Coded()), 1)
}

// Told is an error in words, for those that keep only its text.
func (w Words) Told(err error) error {
	if err == nil {
		return nil
	}
	return &worded{w.Tell(err), err}
}

func (w Words) tell(code engine.Code, given []any) string {
	args := make([]any, len(given))
	for i, a := range given {
		switch a := a.(type) {
		case error:
			args[i] = w.Tell(a)
		case engine.Text:
			args[i] = w.Text(a)
		case string:
			args[i] = w.argument(valueOf(given[max(0, i-1)]), a)
		default:
			args[i] = a
		}
	}
	return w.Say(code, args...)
}
