package engine

// Cause says why a change is planned, seen from the manifests of a base.
type Cause string

// The causes; the zero value is unknown, because no base was given.
const (
	ByBranch Cause = "branch"   // the manifest differs from the base's
	ByDrift  Cause = "drift"    // the base wants it too, and the live side moved
	ByBoth   Cause = "conflict" // the manifest differs from the base's, and the live side from both
)
