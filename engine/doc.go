// Package engine compares what manifests want with what is live, and makes
// exactly the changes needed. It is pure: it reads and writes through a [Reader]
// and a [Writer], and no clock, random number or file.
//
// # Words
//
// A [Kind] is everything known about one sort of object; it is data. A [Resource]
// is one object in normal form: wanted and live side are both brought to it
// before they are compared, so that the diff has no special cases (order of rows,
// 0/1 for a flag, a CIDR for a range, what is absent for what is empty).
//
// An [Observation] is what was read of the live side. A [Plan] is what would be
// done; it is inert and owns its data. A [Change] is what would be done to one
// object, a [Diagnostic] what a person must see to. A [Risk] is a class of what a
// change may do, an [AccessRow] what somebody may reach after a plan and not
// before, or the other way round.
//
// # Path of the data
//
//	live rows ─Kind.Decode─► Resource ─┐
//	                                   ├─NewPlan─► Plan ─Apply─► Result
//	manifest  ─(package schema)─► Resource ─┘
//
// # Guarantees
//
//   - An object that no manifest mentions, and a field that the manifest leaves
//     out, are never written. Only a tombstone deletes.
//   - Preset objects are never written.
//   - What was not read, or not completely, is never taken for absent: nothing
//     of that kind is created or deleted.
//   - Before a write each object is re-read, and left alone if it moved. After
//     it each is read back; a success that the live side only claims does not
//     count.
//   - A write whose answer was lost is settled by reading, never by writing again.
//   - A failure stops nothing but what depends on it, and the next run goes on
//     from there.
package engine
