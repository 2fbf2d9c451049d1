// Package policy checks valid manifests against rules of an organisation's own,
// or of the packs that are built in.
//
// # Words
//
// A policy is a folder of CUE files, or a pack, in the language that policy.cue
// defines. A [Rule] of it is about the objects of one kind, or about the tenant
// as a whole: the object is unified with what the rule requires. What conflicts,
// or is not there, is a finding, at its place in the manifest and in the words of
// the rule's author. A waiver of the manifest takes findings back for a time.
//
// # Guarantees
//
//   - A policy reads nothing but its own files: of packages it has CUE's own, and
//     nothing is embedded or run.
//   - A policy cannot hang a run or eat up the machine: CUE is given [Limits], and
//     after them the run ends with a [LimitError].
//   - It sees references to secrets, never a secret, and its findings repeat no
//     value of a manifest.
package policy
