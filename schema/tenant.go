package schema

import (
	"maps"
	"slices"

	"cosmicctl/engine"
)

// assemble joins the parts of each tenant and checks what spans them.
func (s *Schema) assemble(parts []*part, o Options, out *Result) {
	byName := map[string][]*part{}
	for _, p := range parts {
		if p.name == "" {
			out.Diagnostics = append(out.Diagnostics, p.diags...)
			out.Stray = out.Stray || failed(p.diags)
			continue
		}
		byName[p.name] = append(byName[p.name], p)
	}
	out.Names = slices.Sorted(maps.Keys(byName))
	live := map[string]declaredAt{}
	for _, name := range out.Names {
		t, diags := s.tenant(byName[name])
		chosen := o.Choice.Means(name, t.Labels) || t.vague && o.Choice.Named(name)
		twin := sameTenant(t, chosen, live)
		out.Diagnostics = append(out.Diagnostics, twin...)
		if !chosen {
			out.Unchosen++
			continue
		}
		out.Diagnostics = append(out.Diagnostics, diags...)
		if t.whole && len(twin) == 0 && !failed(diags) {
			out.Tenants = append(out.Tenants, t.Declared)
		}
		out.Diagnostics = append(out.Diagnostics, expired(withBases(byName[name]), o.Today)...)
	}
}

// joined is a tenant as its parts make it. It is whole if it has an environment,
// and vague if labels of it may be missing.
type joined struct {
	engine.Declared
	whole, vague bool
}

// tenant joins the parts of one tenant.
func (s *Schema) tenant(parts []*part) (*joined, []engine.Diagnostic) {
	home, diags := environmentPart(parts)
	t := &joined{}
	t.Name, t.Labels, t.At = parts[0].name, map[string]string{}, map[string]engine.Position{}
	for _, p := range parts {
		diags = append(diags, p.diags...)
		t.Resources = append(t.Resources, p.resources)
		t.vague = t.vague || p.vague
		if p.union != nil {
			diags = append(diags, p.union.diags...)
		}
	}
	all := withBases(parts)
	twice := joinLabels(&t.Tenant, all)
	t.vague = t.vague || len(twice) > 0
	diags = append(diags, twice...)
	for _, p := range all {
		t.Waivers = append(t.Waivers, p.waivers...)
		t.Protect = append(t.Protect, p.protect...)
	}
	claims, twice := sameKeys(parts)
	for _, c := range claims {
		if c.object != nil {
			diags = append(diags, c.object.lacking(t.Name)...)
			if c.object.resource != nil {
				t.Resources = append(t.Resources, c.object.resource)
			}
		}
	}
	if home != nil && home.env != nil {
		t.Environment, t.Origin, t.whole = *home.env, home.envPos, true
		maps.Copy(t.At, home.at)
	}
	diags = holding(diags, t.Environment.Version)
	diags = append(diags, twice...)
	diags = append(diags, sameWaivers(all)...)
	return t, append(diags, s.unmet(claims)...)
}

// withBases are the parts of a tenant after those of its bases, each once.
func withBases(parts []*part) []*part {
	var all []*part
	for _, p := range parts {
		if p.union == nil {
			continue
		}
		for _, b := range p.union.parts {
			if !slices.Contains(all, b) {
				all = append(all, b)
			}
		}
	}
	return append(all, parts...)
}

// declaredAt is a tenant and where its environment stands.
type declaredAt struct {
	name   string
	pos    engine.Position
	chosen bool
}

// sameTenant reports a second manifest of a live tenant: two plans for one state
// would undo each other, and each hides from the other what is managed. It does so
// if one of the two is chosen.
func sameTenant(t *joined, chosen bool, live map[string]declaredAt) []engine.Diagnostic {
	if !t.whole {
		return nil
	}
	id := t.Environment.LiveID()
	first, twice := live[id]
	if !twice {
		live[id] = declaredAt{t.Name, t.Origin, chosen}
		return nil
	}
	if !chosen && !first.chosen {
		return nil
	}
	return []engine.Diagnostic{{Severity: engine.Error, Code: CodeSameTenant, Pos: t.Origin, Path: "environment",
		Args: map[string]string{"tenant": first.name, "first": first.pos.String()}}}
}

// environmentPart returns the part that has the environment; exactly one must.
func environmentPart(parts []*part) (*part, []engine.Diagnostic) {
	var home *part
	var diags []engine.Diagnostic
	for _, p := range parts {
		switch {
		case !p.hasEnv:
		case home == nil:
			home = p
		default:
			diags = append(diags, engine.Diagnostic{Severity: engine.Error, Code: CodeTwoEnvs, Pos: p.envPos, Path: "environment",
				Args: map[string]string{"tenant": p.name, "first": home.envPos.String()}})
		}
	}
	if home == nil {
		p := parts[0]
		diags = append(diags, engine.Diagnostic{Severity: engine.Error, Code: CodeNoEnv, Pos: p.pos, Path: "environment",
			Args: map[string]string{"tenant": p.name}})
	}
	return home, diags
}

// holding keeps the diagnostics that hold on a version; those that do no longer
// depend on it.
func holding(diags []engine.Diagnostic, v engine.Version) []engine.Diagnostic {
	var out []engine.Diagnostic
	for _, d := range diags {
		if d.Span != (engine.Span{}) && (v == "" || !d.Span.Holds(v)) {
			continue
		}
		d.Span = engine.Span{}
		out = append(out, d)
	}
	return out
}
