package engine

import (
	"cmp"
	"maps"
	"slices"
)

// planner decides what is to be done to each object.
type planner struct {
	kinds  Catalog
	tenant *Tenant
	seen   *Observation
	opts   PlanOptions
	plan   *Plan
	// last are the changes that are made after all others.
	last map[Ref]bool
	// looks says that nothing will be written, so that no guard counts and no
	// secret has to go with another field.
	looks bool
}

func (b *planner) problem(r *Resource, code Code, class Class, args map[string]string) {
	b.problemAt(r.Origin, r.Ref, code, class, args)
}

func (b *planner) problemAt(at Position, r Ref, code Code, class Class, args map[string]string) {
	b.plan.Problems = append(b.plan.Problems, Diagnostic{Severity: Error, Code: code, Class: class,
		Pos: at, Path: r.String(), Args: args})
}

// kind plans the resources of one kind.
func (b *planner) kind(k *Kind, live *Live) []Change {
	wanted := b.wanted(k)
	at := b.tenant.Origin
	if len(wanted) > 0 {
		at = wanted[0].Origin
	}
	if Unpublished(live.Err) && len(wanted) > 0 && !b.looks {
		b.unpublished(k, wanted)
		return nil
	}
	if !b.readable(k, live, at) {
		return nil
	}
	var out []Change
	declared := make(map[string]bool, len(wanted))
	for _, want := range wanted {
		declared[want.Ref.Key] = true
		if c := b.resource(k, live, *want); c != nil && b.permitted(k, c) {
			out = append(out, *c)
		}
	}
	out = append(out, b.prune(k, live, declared)...)
	slices.SortFunc(b.plan.Unmanaged, compareRefs)
	b.witness(k, live, out)
	return out
}

// permitted reports a change that no apply may make, and notes one that must be
// the last.
func (b *planner) permitted(k *Kind, c *Change) bool {
	if b.looks {
		return true
	}
	k.assess(c, b.tenant.Environment.Version)
	if p := b.protection(k, c); p != nil {
		b.problemAt(c.Origin, c.Ref, CodeGuarded, ClassRefused, map[string]string{"object": p.Object, "at": p.At.String()})
		return false
	}
	if !b.locksOut(k, c) {
		return true
	}
	args := map[string]string{"object": c.Ref.String(), "name": b.tenant.Environment.Auth.name(k.Self.Auth)}
	switch {
	case !slices.Contains(b.opts.AllowSelf, c.Ref):
		b.problemAt(c.Origin, c.Ref, CodeSelf, ClassRefused, args)
		return false
	case len(c.Steps) > 1 && k.EditDisabled != nil && k.EditDisabled.Holds(b.tenant.Environment.Version):
		b.problemAt(c.Origin, c.Ref, CodeSelfCutOff, ClassRefused, args)
		return false
	}
	b.last[c.Ref] = true
	k.offLast(c)
	return true
}

// witness notes an object of the kind that no change deletes.
func (b *planner) witness(k *Kind, live *Live, changes []Change) {
	leaving := map[string]bool{}
	for i := range changes {
		leaving[changes[i].Ref.Key] = changes[i].Action == Delete
	}
	for _, key := range slices.Sorted(maps.Keys(live.Objects)) {
		if leaving[key] {
			continue
		}
		fields := map[string]any{}
		for _, name := range k.Key {
			fields[name] = live.Objects[key][0].Fields[name]
		}
		if b.plan.Witnesses == nil {
			b.plan.Witnesses = map[string]map[string]any{}
		}
		b.plan.Witnesses[k.Name] = fields
		return
	}
}

// wanted lists the resources of a kind in the order of their manifests, however
// they were loaded.
func (b *planner) wanted(k *Kind) []*Resource {
	var out []*Resource
	for i := range b.tenant.Resources {
		if r := &b.tenant.Resources[i]; r.Ref.Kind == k.Name {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(x, y *Resource) int {
		return cmp.Or(x.Origin.Compare(y.Origin), cmp.Compare(x.Ref.Key, y.Ref.Key))
	})
	return out
}

// readable reports a kind that could not be read, or not completely, once.
func (b *planner) readable(k *Kind, live *Live, at Position) bool {
	if d := k.unread(live, at); d != nil {
		b.plan.Problems = append(b.plan.Problems, *d)
	}
	return live.Err == nil
}

// unread is why a kind was not read, or not completely; nil if it was.
func (k *Kind) unread(live *Live, at Position) *Diagnostic {
	d := &Diagnostic{Severity: Error, Class: ClassUnreadable, Pos: at, Path: k.Section}
	switch {
	case k.Formless():
		d.Code, d.Args = CodeFormless, map[string]string{"kind": k.Title.EN}
	case live.Err != nil:
		d.Code, d.Args, d.Hint = CodeUnreadable, map[string]string{"kind": k.Title.EN, "error": live.Err.Error()}, hintOf(live.Err)
	case live.Doubt != "":
		d.Code, d.Args = CodeIncomplete, map[string]string{"kind": k.Title.EN, "doubt": live.Doubt}
	default:
		return nil
	}
	return d
}

// resource plans one resource; nil means that nothing is to be done.
func (b *planner) resource(k *Kind, live *Live, want Resource) *Change {
	want, diags := b.seen.resolve(b.kinds, want)
	if lacks := b.seen.noLookup(b.kinds, want, diags); lacks != nil && !b.looks {
		b.ensure(k, &want, lacks)
		return nil
	}
	if len(diags) > 0 {
		b.plan.Problems = append(b.plan.Problems, diags...)
		return nil
	}
	objects := live.Objects[want.Ref.Key]
	switch {
	case len(objects) > 1:
		b.problem(&want, CodeDoubled, ClassFailed, map[string]string{"key": want.Ref.Key, "ids": idsOf(objects)})
	case len(objects) == 0 && want.Absent:
		if live.Doubt == "" {
			b.plan.Unchanged++
		}
	case len(objects) == 0:
		return b.create(k, live, want)
	case objects[0].Protected:
		b.problem(&want, CodeProtected, ClassRefused, map[string]string{"key": want.Ref.Key})
	case want.Absent && live.Doubt == "":
		return &Change{Action: Delete, Ref: want.Ref, ID: objects[0].ID, Before: owned(objects[0].Fields),
			Steps: []string{OpDelete}, Origin: want.Origin, By: objects[0].By, When: objects[0].When}
	case want.Absent:
	default:
		return b.update(k, want, &objects[0])
	}
	return nil
}

// create plans a missing object, unless the listing may have missed it.
func (b *planner) create(k *Kind, live *Live, want Resource) *Change {
	if live.Doubt != "" {
		return nil
	}
	if k.absent(want.Fields) {
		b.plan.Unchanged++
		return nil
	}
	c := &Change{Action: Create, Ref: want.Ref, After: map[string]any{}, Origin: want.Origin,
		Steps: append([]string{OpSave}, k.After...)}
	for _, f := range k.Fields {
		v, given := want.Fields[f.Name]
		byDefault := false
		if !given {
			v, byDefault = f.CreateValue(b.tenant.Environment.Version)
		}
		if !given && !byDefault {
			continue
		}
		v = ownedValue(v)
		c.After[f.Name] = v
		if f.Type != TypeVirtual && !empty(v) {
			_, secret := v.(SecretRef)
			c.Fields = append(c.Fields, FieldChange{Field: f.Name, After: v, Default: byDefault, Secret: secret, At: want.Place(f.Name)})
		}
	}
	return c
}

// absent tells whether no record means the same as these fields.
func (k *Kind) absent(fields map[string]any) bool {
	return k.AbsentMeans != nil && len(k.Diff(without(fields, k.Key), k.AbsentMeans)) == 0
}

func without(fields map[string]any, names []string) map[string]any {
	out := make(map[string]any, len(fields))
	for name, v := range fields {
		if !slices.Contains(names, name) {
			out[name] = v
		}
	}
	return out
}

// empty tells whether a value says nothing in a list of fields.
func empty(v any) bool {
	switch v := v.(type) {
	case Set:
		return len(v) == 0
	case Rows:
		return len(v) == 0
	}
	return false
}

// update plans an existing object.
func (b *planner) update(k *Kind, want Resource, live *Resource) *Change {
	secrets := b.secrets(k, &want, live)
	if len(secrets) == 0 && equalFields(want.Fields, live.Fields) {
		b.plan.Unchanged++
		return nil
	}
	if !b.comparable(k, &want, live) {
		return nil
	}
	before, after := owned(live.Fields), owned(want.Fields)
	fields := append(k.Diff(after, before), secrets...)
	if len(fields) == 0 {
		b.plan.Unchanged++
		return nil
	}
	if b.frozen(&want, live, fields) {
		return nil
	}
	c := &Change{Action: Update, Ref: want.Ref, ID: live.ID, Before: before, After: after,
		Fields: fields, Origin: want.Origin, By: live.By, When: live.When}
	for i := range fields {
		fields[i].At = want.placeOf(&fields[i])
	}
	c.Steps, c.CutsOff = k.steps(c, b.tenant.Environment.Version)
	return c
}

// secrets notes the secrets of an existing object, and plans to write them if
// that was asked for, another change needs them or they are known to differ.
func (b *planner) secrets(k *Kind, want, live *Resource) []FieldChange {
	var out []FieldChange
	for _, f := range k.Fields {
		ref, ok := want.Fields[f.Name].(SecretRef)
		switch {
		case !ok:
		case b.opts.SetSecrets || !b.looks && k.needsSecret(f.Name, want.Fields, live.Fields):
			out = append(out, FieldChange{Field: f.Name, After: ownedValue(ref), Secret: true})
		default:
			state := b.knownSecret(want, live, f.Name)
			if state.writes() {
				out = append(out, FieldChange{Field: f.Name, After: ownedValue(ref), Secret: true, Why: state})
			} else if state != SecretSame {
				b.unknownSecret(want, f.Name, ref.Rotate)
			}
		}
	}
	return out
}

// needsSecret tells whether a change from live to want is broken without a secret.
func (k *Kind) needsSecret(name string, want, live map[string]any) bool {
	for _, s := range k.SecretsWith {
		if slices.Contains(s.Secrets, name) && want[s.Field] == s.Becomes && live[s.Field] != s.Becomes {
			return true
		}
	}
	return false
}

// comparable reports wanted fields that the live side did not give: whether
// they differ cannot be known.
func (b *planner) comparable(k *Kind, want, live *Resource) bool {
	ok := true
	for _, f := range k.Fields {
		_, wanted := want.Fields[f.Name]
		_, secret := want.Fields[f.Name].(SecretRef)
		_, given := live.Fields[f.Name]
		if wanted && !secret && !given && f.Type != TypeVirtual {
			ok = false
			b.plan.Problems = append(b.plan.Problems, Diagnostic{Severity: Error, Code: CodePropertyMissing, Class: ClassUnreadable,
				Pos: want.Place(f.Name), Path: want.Ref.String() + "." + f.Name, Hint: HintPublish,
				Args: map[string]string{"field": f.Name, "property": f.Property, "form": k.Form}})
		}
	}
	return ok
}

// owned copies fields, so that a plan does not change with what it was made from.
func owned(fields map[string]any) map[string]any {
	out := make(map[string]any, len(fields))
	for name, v := range fields {
		out[name] = ownedValue(v)
	}
	return out
}

func ownedValue(v any) any {
	switch v := v.(type) {
	case Set:
		return slices.Clone(v)
	case List:
		return slices.Clone(v)
	case Rows:
		return slices.Clone(v)
	case SecretRef:
		v.Exec = slices.Clone(v.Exec)
		return v
	}
	return v
}

func compareRefs(a, b Ref) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
}

func idsOf(objects []Resource) string {
	ids := make([]string, len(objects))
	for i := range objects {
		ids[i] = objects[i].ID
	}
	slices.Sort(ids)
	return joinWords(ids)
}
