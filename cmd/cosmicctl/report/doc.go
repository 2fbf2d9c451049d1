// Package report turns plans, results and diagnostics into what people and
// machines read. It is the only home of words: everything else speaks in codes
// and arguments.
//
// # Text from outside
//
// Names, remarks and server messages are hostile until shown otherwise: [Clean]
// takes control characters and bidirectional overrides out of every one of them.
package report
