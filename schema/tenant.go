package schema

import (
	"maps"
	"slices"

	"cosmicctl/engine"
)

// assemble joins the parts of each tenant and checks what spans them.
func (s *Schema) assemble(parts []*part, today string, out *Result) {
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
		diags = append(diags, sameTenant(t, live)...)
		out.Diagnostics = append(out.Diagnostics, diags...)
		if t != nil && !failed(diags) {
			out.Tenants = append(out.Tenants, *t)
		}
		out.Diagnostics = append(out.Diagnostics, expired(byName[name], today)...)
	}
}

// tenant joins the parts of one tenant. It is nil without an environment.
func (s *Schema) tenant(parts []*part) (*engine.Tenant, []engine.Diagnostic) {
	home, diags := environmentPart(parts)
	t := &engine.Tenant{Name: parts[0].name, Labels: map[string]string{}, At: map[string]engine.Position{}}
	for _, p := range parts {
		diags = append(diags, p.diags...)
		maps.Copy(t.Labels, p.labels)
		maps.Copy(t.At, p.at)
		t.Resources = append(t.Resources, p.resources...)
		t.Waivers = append(t.Waivers, p.waivers...)
		t.Protect = append(t.Protect, p.protect...)
	}
	if home != nil && home.env != nil {
		t.Environment, t.Origin = *home.env, home.envPos
	}
	diags = holding(diags, t.Environment.Version)
	diags = append(diags, sameKeys(parts)...)
	diags = append(diags, sameWaivers(parts)...)
	diags = append(diags, s.unmet(parts)...)
	if home == nil || home.env == nil {
		return nil, diags
	}
	return t, diags
}

// declaredAt is a tenant and where its environment stands.
type declaredAt struct {
	name string
	pos  engine.Position
}

// sameTenant reports a second manifest of a live tenant: two plans for one state
// would undo each other, and each hides from the other what is managed.
func sameTenant(t *engine.Tenant, live map[string]declaredAt) []engine.Diagnostic {
	if t == nil {
		return nil
	}
	id := t.Environment.LiveID()
	first, twice := live[id]
	if !twice {
		live[id] = declaredAt{t.Name, t.Origin}
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

// sameKeys reports objects that are declared twice.
func sameKeys(parts []*part) []engine.Diagnostic {
	var diags []engine.Diagnostic
	first := map[engine.Ref]engine.Position{}
	for _, p := range parts {
		for _, d := range p.declared {
			if pos, twice := first[d.ref()]; twice {
				diags = append(diags, engine.Diagnostic{Severity: engine.Error, Code: CodeSameKey, Pos: d.pos(p), Path: d.path(),
					Args: map[string]string{"key": d.key, "first": pos.String()}})
				continue
			}
			first[d.ref()] = d.pos(p)
		}
	}
	return diags
}

// unmet gives the advice that needs the whole tenant: a key that no object of
// another section has.
func (s *Schema) unmet(parts []*part) []engine.Diagnostic {
	present := map[engine.Ref]bool{}
	for _, p := range parts {
		for _, d := range p.declared {
			present[d.ref()] = !d.absent
		}
	}
	var diags []engine.Diagnostic
	for _, p := range parts {
		for _, d := range p.declared {
			if d.absent {
				continue
			}
			for _, e := range d.sec.expects {
				if !present[engine.Ref{Kind: e.Kind, Key: d.key}] {
					diags = append(diags, engine.Diagnostic{Severity: engine.Advice, Code: e.Code, Pos: d.pos(p),
						Path: d.path(), Text: &e.Text, Args: map[string]string{"value": d.key}})
				}
			}
		}
	}
	return diags
}
