// Package journal keeps what applies did to a tenant, so that what one left behind
// can be named, finished and undone.
//
// # Words
//
// A [Store] is a folder of journals, one for each [Place]: a live tenant, whatever
// its manifests call it. A journal is an append-only file of records. A [Run] is
// one apply, put together from its records: what it was to do ([Begin]), each
// request before it was sent, what became of each object ([Outcome]), and its end.
// A run without an end was interrupted.
//
// # Guarantees
//
//   - A record is on the disk before the call that writes it returns.
//   - Each record holds the hash of the one before it: one that was edited or taken
//     out is found and named ([Fault]). Whoever can write the file can make all
//     hashes anew; they stand against accidents.
//   - A record that was cut off in the middle of its writing is dropped: nothing was
//     done because of it.
//   - A journal holds no secret: only references, and fingerprints that are of no
//     use without their key.
//   - A journal of a later format is refused and left as it is.
package journal
