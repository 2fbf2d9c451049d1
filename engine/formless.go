package engine

// CodeFormless says that no form of a kind is known.
const CodeFormless Code = "no-form"

// Formless tells that no form of the kind is known, so that a person alone reads and
// writes its objects: what a manifest says of them is checked, and is a step by hand.
func (k *Kind) Formless() bool { return k.Form == "" }

// formlessError is why nothing of such a kind is read.
type formlessError struct{ kind *Kind }

func (e formlessError) Error() string { return "no form of " + e.kind.Title.EN + " is known" }

// Unpublished, as for a form that the tenant publishes nothing of: a person can do it.
func (e formlessError) Unpublished() bool { return true }
