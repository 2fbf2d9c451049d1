package schema

import (
	"slices"

	"cosmicctl/engine"
)

// A claim is that a tenant says something of an object: a part of it, with what its
// bases say of the object, or bases alone.
type claim struct {
	declared
	pos    engine.Position
	pieces []*piece
	object *object // bases alone
}

// claims are those of one part.
func (p *part) claims() []claim {
	out := make([]claim, 0, len(p.declared)+len(p.inherited))
	for _, d := range p.declared {
		out = append(out, claim{declared: d, pos: d.pos(p)})
		if o := p.union.object(d.ref()); o != nil {
			out[len(out)-1].pieces = o.pieces
		}
	}
	for _, o := range p.inherited {
		out = append(out, claim{declared: o.declared, pos: o.place(), pieces: o.pieces, object: o})
	}
	return out
}

// holds tells whether a claim says all that another one does.
func (c *claim) holds(o *claim) bool {
	return o.object != nil && !slices.ContainsFunc(o.pieces, func(p *piece) bool { return !slices.Contains(c.pieces, p) })
}

// sameKeys returns what the parts say of objects, and reports those of which two
// parts say something. A base that several parts name counts once.
func sameKeys(parts []*part) ([]claim, []engine.Diagnostic) {
	var diags []engine.Diagnostic
	var out []claim
	at := map[engine.Ref]int{}
	for _, p := range parts {
		for _, c := range p.claims() {
			ref := c.ref()
			if c.sec.kind.Only {
				ref.Key = ""
			}
			i, twice := at[ref]
			switch {
			case !twice:
				at[ref] = len(out)
				out = append(out, c)
			case out[i].holds(&c):
			case c.holds(&out[i]):
				out[i] = c
			default:
				diags = append(diags, c.twice(out[i].pos))
			}
		}
	}
	return out, diags
}

// twice reports a claim of an object of which another part says something, first there.
func (c *claim) twice(first engine.Position) engine.Diagnostic {
	d := engine.Diagnostic{Severity: engine.Error, Code: CodeSameKey, Pos: c.pos, Path: c.path(), Args: map[string]string{"key": c.key, "first": first.String()}}
	if k := c.sec.kind; k.Only {
		d.Code, d.Args = CodeOnlyOne, map[string]string{"section": k.Section, "first": first.String()}
	}
	return d
}

// unmet gives the advice that needs the whole tenant: a key that no object of
// another section has.
func (s *Schema) unmet(claims []claim) []engine.Diagnostic {
	present := map[engine.Ref]bool{}
	for _, c := range claims {
		present[c.ref()] = !c.absent
	}
	var diags []engine.Diagnostic
	for _, c := range claims {
		if c.absent {
			continue
		}
		for _, e := range c.sec.expects {
			if !present[engine.Ref{Kind: e.Kind, Key: c.key}] {
				diags = append(diags, engine.Diagnostic{Severity: engine.Advice, Code: e.Code, Pos: c.pos,
					Path: c.path(), Text: &e.Text, Args: map[string]string{"value": c.key}})
			}
		}
	}
	return diags
}
