// Package schema turns the bytes of manifests into validated resources in
// normal form, or into diagnostics with their places.
//
// # Path of the data
//
//	bytes ─text─► UTF-8 ─parse─► nodes with places ─check─► engine.Resource or engine.Diagnostic
//	parts of one tenant ─assemble─► engine.Tenant
//
// What a manifest may hold stands in kind/*.cue, one file for each kind, in the
// language that meta.cue and language.cue define; this package knows no kind by name. The
// structure of a spec is read once as a [shape]; single values are asked of CUE
// by a [checker] of each worker; what spans several fields is a [rule] of the
// kind file, and what spans a tenant is checked when its parts are joined.
//
// The other way round, an [Editor] brings a manifest to what is live: it splices the
// bytes where a [Draft] has a resource, and reads the file again.
//
// # Guarantees
//
//   - Every mistake of every file is reported in one run, at its own place:
//     line and column start at 1 and count characters.
//   - No input makes it panic or hang. A file has at most [MaxFileBytes] bytes
//     and [MaxDepth] levels; anchors, aliases, merge keys and tags are refused.
//   - An edit leaves every byte that it is not about as it was, or is not made.
//   - Nothing is resolved, run or connected to.
package schema
