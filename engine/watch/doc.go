// Package watch looks at tenants on a schedule and keeps what it found.
//
// # Words
//
// A [Target] is a tenant to look at, a [Look] what one look found, and a [Finding]
// one departure of the live side from its manifest. A [Watch] takes looks as its
// [Schedule] asks, records each in a [Store], and tells [Channel]s what changed. Its
// page, API and metrics ([Watch.Handler]) show what the store holds.
//
// A finding is the same one as long as the live tenant, kind, key and class are the
// same, whatever the manifest calls the tenant; while its content stays too (risks
// and lines, not who saved it last) it only continues. That a tenant or a kind could
// not be read is a finding as well, of the class [Unreadable].
//
// # Guarantees
//
//   - A look is one transaction: its findings, their history, and the events to tell.
//     A kill at any moment loses none and repeats none.
//   - Nothing is closed by not being read: the findings of a tenant or kind that
//     could not be read wholly stay as they are, with the time they were last seen.
//   - An event is told at least once to each channel, or until it is older than what
//     is kept. A message is marked as sent after its channel took it: after a kill
//     in between, the same message comes again, with the same id and content.
//   - What is acknowledged is not told until the acknowledgement ends or the content
//     changes. Each has an end.
//   - A tenant is never looked at twice at once, and one that does not answer delays
//     no other. A look that was due while no watch ran happens once.
//   - The store is one watch's at a time, and one of a later version is refused.
package watch
