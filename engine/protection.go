package engine

import "strings"

// Protection names objects that no apply changes or deletes: one as Kind/key, or
// with a * at its end all that begin so.
type Protection struct {
	Object string
	At     Position
}

// Covers tells whether an object is one of them.
func (p Protection) Covers(r Ref) bool {
	if start, many := strings.CutSuffix(p.Object, "*"); many {
		return strings.HasPrefix(r.String(), start)
	}
	return r.String() == p.Object
}

// protection is why a manifest forbids a change of an object, or nil. Where no
// record stands for something, a new one is a change too.
func (b *planner) protection(k *Kind, c *Change) *Protection {
	if k.before(c) == nil {
		return nil
	}
	return b.tenant.protection(c.Ref)
}

func (t *Tenant) protection(r Ref) *Protection {
	for i := range t.Protect {
		if t.Protect[i].Covers(r) {
			return &t.Protect[i]
		}
	}
	return nil
}
