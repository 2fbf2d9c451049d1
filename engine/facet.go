package engine

import "slices"

// A facet is an object as one side of a comparison has it.
type facet struct {
	tenant *Tenant
	object *Resource
	fields map[string]any
	// closed are the live fields that may be a secret and are not shown.
	closed []string
	// wanted is what the manifest says of a live object; nil if nothing.
	wanted *Resource
}

// facets are the objects of a kind on one side. Those whose key is doubled are
// unclear; a doubtful side may have more than it shows.
type facets struct {
	of       map[string]*facet
	unclear  map[string]bool
	doubtful bool
}

// facets returns what a side has of a kind, or nil if that is not known. An object
// that says the same as none is left out.
func (c *comparer) facets(k *Kind, s *Side) *facets {
	wanted := map[string]*Resource{}
	for i := range s.Tenant.Resources {
		if r := &s.Tenant.Resources[i]; r.Ref.Kind == k.Name {
			wanted[r.Ref.Key] = r
		}
	}
	out := &facets{of: map[string]*facet{}, unclear: map[string]bool{}}
	if s.Seen == nil {
		for key, r := range wanted {
			if !r.Absent && !k.absent(r.Fields) {
				out.of[key] = &facet{tenant: s.Tenant, object: r, fields: r.Fields, wanted: r}
			}
		}
		return out
	}
	live := s.Seen.Live[k.Name]
	if d := k.unread(live, s.Tenant.Origin); d != nil {
		c.problem(s, *d)
	}
	if live.Err != nil {
		return nil
	}
	out.doubtful = live.Doubt != ""
	for key, objects := range live.Objects {
		f := &facet{tenant: s.Tenant, object: &objects[0], fields: objects[0].Fields, wanted: wanted[key]}
		if len(objects) > 1 {
			out.unclear[key] = true
			c.problem(s, Diagnostic{Severity: Error, Code: CodeDoubled, Class: ClassFailed, Pos: origin(f), Path: f.object.Ref.String(),
				Args: map[string]string{"key": key, "ids": idsOf(objects)}})
		}
		if !k.absent(f.fields) {
			f.closed = k.closed(f.fields, f.given())
			out.of[key] = f
		}
	}
	return out
}

// problem notes why something of a side was not compared; its path begins with the
// name of the tenant.
func (c *comparer) problem(s *Side, d Diagnostic) {
	d.Path = s.Tenant.Name + "/" + d.Path
	c.out.Problems = append(c.out.Problems, d)
}

// given are the fields that the manifest gives.
func (f *facet) given() map[string]any {
	if f.wanted == nil {
		return nil
	}
	return f.wanted.Fields
}

// shown is the value of a field as it may be seen: a copy, or [Redacted] in place of
// what may be a secret; nil if the field is not given. It tells whether the field
// takes part in a secret.
func (f *facet) shown(name string) (v any, secret bool) {
	v = f.fields[name]
	if slices.Contains(f.closed, name) {
		return Redacted, true
	}
	return ownedValue(v), isSecretRef(v)
}

// whole is the object with what it is made with: a manifest that leaves a field
// open says that the value of a create will do.
func (f *facet) whole(k *Kind) map[string]any {
	out := without(f.fields, nil)
	if f.object != f.wanted {
		return out
	}
	for _, field := range k.Fields {
		if v, byDefault := field.CreateValue(f.tenant.Environment.Version); byDefault && out[field.Name] == nil {
			out[field.Name] = v
		}
	}
	return out
}

// place is where the manifest says something of a field.
func (f *facet) place(c *FieldChange) Position {
	if f.wanted == nil {
		return Position{}
	}
	return f.wanted.placeOf(c)
}

// origin is where the first of some facets of an object is declared that is, or
// where the tenant of the first is.
func origin(facets ...*facet) Position {
	for _, f := range facets {
		if f.wanted != nil {
			return f.wanted.Origin
		}
	}
	return facets[0].tenant.Origin
}
