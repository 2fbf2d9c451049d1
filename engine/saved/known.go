package saved

import (
	"fmt"

	"cosmicctl/engine"
)

// known refuses a plan over kinds and fields that this program does not have:
// whoever works with a plan takes them for granted.
func (p *Plan) known(kinds engine.Catalog) error {
	for _, d := range []engine.Digest{p.Manifests, p.Digest} {
		if !d.Valid() {
			return unknown(string(d))
		}
	}
	for _, t := range p.Tenants {
		for _, c := range t.Plan.Changes() {
			if err := knownChange(kinds, &c); err != nil {
				return err
			}
		}
		for i := range t.Plan.ByHand {
			if err := knownStep(kinds, &t.Plan.ByHand[i]); err != nil {
				return err
			}
		}
		for _, r := range t.Plan.Unmanaged {
			if kinds.Kind(r.Kind) == nil {
				return unknown(r.Kind)
			}
		}
		for _, s := range t.Plan.NotComparable {
			if k := kinds.Kind(s.Ref.Kind); k == nil || k.Field(s.Field) == nil {
				return unknown(s.Ref.Kind + "." + s.Field)
			}
		}
		for _, row := range t.Plan.Access {
			if kinds.Kind(row.Kind) == nil {
				return unknown(row.Kind)
			}
		}
	}
	return nil
}

func knownChange(kinds engine.Catalog, c *engine.Change) error {
	k := kinds.Kind(c.Ref.Kind)
	if k == nil {
		return unknown(c.Ref.Kind)
	}
	switch c.Action {
	case engine.Create, engine.Update, engine.Delete:
	default:
		return unknown(string(c.Action))
	}
	if len(c.Risks) == 0 {
		return unknown("a change without a risk")
	}
	for _, r := range c.Risks {
		if r.Rank() < 0 {
			return unknown(string(r))
		}
	}
	for _, f := range c.Fields {
		if k.Field(f.Field) == nil {
			return unknown(c.Ref.Kind + "." + f.Field)
		}
	}
	return nil
}

func knownStep(kinds engine.Catalog, h *engine.ByHand) error {
	k := kinds.Kind(h.Ref.Kind)
	if k == nil {
		return unknown(h.Ref.Kind)
	}
	switch h.Action {
	case engine.Ensure, engine.EnsureGone, engine.Create, engine.Update, engine.Delete:
	default:
		return unknown(string(h.Action))
	}
	for _, r := range h.Risks {
		if r.Rank() < 0 {
			return unknown(string(r))
		}
	}
	for _, f := range h.Fields {
		if k.Field(f.Field) == nil {
			return unknown(h.Ref.Kind + "." + f.Field)
		}
	}
	return nil
}

func unknown(what string) error {
	return engine.Fail("plan-unknown-name", "error", ErrUnknown, "name", fmt.Sprintf("%.80q", what))
}
