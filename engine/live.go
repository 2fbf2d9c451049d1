package engine

import (
	"context"
	"errors"
)

// Reader reads live objects as raw rows; it cannot write.
type Reader interface {
	// List returns the rows of a kind that the filter lets through. A live side
	// may ignore filters, so callers check the rows against what they asked for.
	List(ctx context.Context, k *Kind, filter Filter) (*Listing, error)
}

// Writer changes live objects.
type Writer interface {
	// Write sends one request. The outcomes are in the order of the rows or
	// ids. An error means that the request failed as a whole; unless
	// [NotSent] holds of it, the write may have taken effect all the same.
	Write(ctx context.Context, k *Kind, w Write) ([]Outcome, error)
}

// Filter asks for rows whose properties have one of the values given; an empty
// filter asks for all.
type Filter map[string][]string

// Listing is what was read.
type Listing struct {
	Rows []map[string]any // values as JSON gives them, numbers as json.Number
	// Doubt says why the listing may be incomplete; "" if it is complete.
	Doubt string
}

// Write is one request to a form.
type Write struct {
	Op string // "save", "delete", "enable", …
	// Key is what the live side refuses to execute a second time; "" leaves it
	// to the writer.
	Key string
	// Rows are what a save sends; IDs are what any other operation is about.
	Rows []map[string]any
	IDs  []string
}

// Outcome is what the live side said of one row.
type Outcome struct {
	OK      bool
	ID      string
	Message string
}

// NotSent tells whether an error says that a request surely did not arrive.
func NotSent(err error) bool {
	var e interface{ NotSent() bool }
	return errors.As(err, &e) && e.NotSent()
}

// Answered tells whether an error is what the live side itself said, so that the
// request has come to its end there.
func Answered(err error) bool {
	var e interface{ Answered() bool }
	return errors.As(err, &e) && e.Answered()
}

// Repeated tells whether an error says that the key of a request was received
// before. What became of the earlier request it does not say.
func Repeated(err error) bool {
	var e interface{ Repeated() bool }
	return errors.As(err, &e) && e.Repeated()
}
