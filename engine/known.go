package engine

import "strconv"

// The live side gives no secret back, so that no comparison tells whether it has
// the wanted one. Who remembers what was written, or may ask, can tell more; what
// nobody knows is not planned, for a secret that is written anew cuts off whoever
// has the old one.

// SecretState is what is known of a secret of a live object beside the wanted one.
type SecretState string

// The states; all but the first two are reasons to write the secret.
const (
	SecretUnknown SecretState = ""
	SecretSame    SecretState = "same"
	SecretChanged SecretState = "changed"  // it is not what this tool wrote last
	SecretRefused SecretState = "refused"  // the live side does not accept it
	SecretRotated SecretState = "rotated"  // the manifest asks to write it anew
	SecretInDoubt SecretState = "in-doubt" // a run that was to write it was interrupted
)

// writes tells whether the state is a reason to write the secret.
func (s SecretState) writes() bool {
	return s == SecretChanged || s == SecretRefused || s == SecretRotated || s == SecretInDoubt
}

// knownSecret is what is known of a wanted secret.
func (b *planner) knownSecret(want, live *Resource, field string) SecretState {
	if b.opts.Known == nil {
		return SecretUnknown
	}
	return b.opts.Known(want, live, field)
}

// unknownSecret notes a secret that cannot be compared, and says so aloud where
// the manifest asks for a rotation.
func (b *planner) unknownSecret(want *Resource, field string, rotate int) {
	b.plan.NotComparable = append(b.plan.NotComparable, SecretField{want.Ref, field})
	if rotate > 0 {
		b.plan.Problems = append(b.plan.Problems, Diagnostic{Severity: Advice, Code: CodeRotationUnknown, Pos: want.Place(field),
			Path: want.Ref.String() + "." + field, Args: map[string]string{"rotate": strconv.Itoa(rotate)}})
	}
}

// rotates tells whether a change writes a secret of a live object.
func (c *Change) rotates() bool {
	if c.Action != Update {
		return false
	}
	for i := range c.Fields {
		if c.Fields[i].Secret {
			return true
		}
	}
	return false
}
