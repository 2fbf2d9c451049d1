package engine

import (
	"context"
	"maps"
	"slices"
)

// An Adoption is a live tenant as resources that a manifest would want, so that a
// plan of that manifest is empty. What is the vendor's and what the server alone sets
// is not in it, nor is any value that may be a secret.
type Adoption struct {
	// Objects are by kind, in the order of the catalogue, and by key.
	Objects []Adoptee
	// Preset counts the objects that are the vendor's.
	Preset int
	// Problems are why not all was read.
	Problems []Diagnostic
}

// Adoptee is an object that is live, or wanted, or both.
type Adoptee struct {
	Ref Ref
	// Want is what the manifests say of it; nil if nothing.
	Want *Resource
	// Live are its fields in the words of a manifest: references are by the names
	// that the manifests use, secrets by the references that they give. Nil if it
	// is not there.
	Live map[string]any
	// Same says that the manifests want what is live.
	Same bool
	// Faults are why no manifest can say something of it.
	Faults []Fault
}

// Fault is why a manifest does not give a field of a live object, or not the object.
type Fault struct {
	Field string // "" if it is about no single one
	// Object says that the object cannot be declared at all.
	Object bool
	Why    Diagnostic
}

// Undeclarable tells whether the object cannot be declared at all.
func (a *Adoptee) Undeclarable() bool {
	return slices.ContainsFunc(a.Faults, func(f Fault) bool { return f.Object })
}

// ObserveWhole reads kinds whole, and looks up what their live objects and the
// tenant's resources refer to.
func ObserveWhole(ctx context.Context, r Reader, kinds Catalog, t *Tenant, names []string) *Observation {
	o := Observe(ctx, r, kinds, &Tenant{Name: t.Name}, nil, names...)
	all := &Tenant{}
	for _, res := range t.Resources {
		if o.Live[res.Ref.Kind] != nil {
			all.Resources = append(all.Resources, res)
		}
	}
	for _, live := range o.Live {
		for _, objects := range live.Objects {
			all.Resources = append(all.Resources, objects...)
		}
	}
	for _, k := range kinds {
		if names := namesOf(kinds, all, k); k.Section == "" && len(names) > 0 {
			o.Lookups[k.Name] = lookUp(ctx, r, k, names)
		}
	}
	return o
}

// AdoptOptions of [NewAdoption].
type AdoptOptions struct {
	// Plain names fields, as Kind.field, whose values are no secrets although such
	// a field may hold one.
	Plain map[string]bool
}

// adopter makes an adoption.
type adopter struct {
	kinds  Catalog
	tenant *Tenant
	seen   *Observation
	opts   AdoptOptions
	out    *Adoption
}

// NewAdoption makes resources of what was observed by [ObserveWhole].
func NewAdoption(kinds Catalog, t *Tenant, o *Observation, opts AdoptOptions) *Adoption {
	a := &adopter{kinds, t, o, opts, &Adoption{}}
	for _, k := range kinds {
		if live := o.Live[k.Name]; live != nil {
			a.kind(k, live)
		}
	}
	for _, k := range kinds {
		if l := o.Lookups[k.Name]; l != nil && (l.Err != nil || l.Doubt != "") {
			d := k.unread(&Live{Err: l.Err, Doubt: l.Doubt}, t.Origin)
			d.Path = k.Name
			a.out.Problems = append(a.out.Problems, *d)
		}
	}
	return a.out
}

func (a *adopter) kind(k *Kind, live *Live) {
	if d := k.unread(live, a.tenant.Origin); d != nil {
		a.out.Problems = append(a.out.Problems, *d)
	}
	wanted := map[string]*Resource{}
	for i := range a.tenant.Resources {
		if r := &a.tenant.Resources[i]; r.Ref.Kind == k.Name {
			wanted[r.Ref.Key] = r
		}
	}
	for _, key := range NewSet(slices.AppendSeq(slices.Collect(maps.Keys(live.Objects)), maps.Keys(wanted))...) {
		objects, want := live.Objects[key], wanted[key]
		switch {
		case len(objects) > 0 && objects[0].Protected:
			a.out.Preset++
		case len(objects) > 0:
			a.out.Objects = append(a.out.Objects, a.object(k, objects, want))
		case live.Doubt == "" && live.Err == nil:
			same := want.Absent || k.absent(want.Fields)
			a.out.Objects = append(a.out.Objects, Adoptee{Ref: want.Ref, Want: want, Same: same})
		}
	}
}

// object adopts one of the objects of a key.
func (a *adopter) object(k *Kind, objects []Resource, want *Resource) Adoptee {
	live := &objects[0]
	out := Adoptee{Ref: live.Ref, Want: want}
	if len(objects) > 1 {
		out.Faults = []Fault{{Object: true, Why: Diagnostic{Severity: Error, Class: ClassFailed, Code: CodeDoubled, Path: live.Ref.String(),
			Args: map[string]string{"key": live.Ref.Key, "ids": idsOf(objects)}}}}
		out.Live = map[string]any{}
		return out
	}
	var given map[string]any
	if want != nil {
		given = want.Fields
		resolved, diags := a.seen.resolve(a.kinds, *want)
		out.Same = !want.Absent && len(diags) == 0 && len(k.Diff(resolved.Fields, live.Fields)) == 0
	}
	closed := slices.DeleteFunc(k.closed(live.Fields, given), func(name string) bool { return a.opts.Plain[k.Name+"."+name] })
	for _, name := range closed {
		if _, referred := given[name]; !referred {
			out.Faults = append(out.Faults, Fault{Field: name, Why: Diagnostic{Severity: Advice, Code: CodeMaySecret,
				Path: live.Ref.String() + "." + name, Args: map[string]string{"field": k.Name + "." + name}}})
		}
	}
	out.Live = a.seen.InNames(a.kinds, want, owned(without(live.Fields, closed)))
	a.meaningless(k, &out)
	a.secrets(k, &out)
	return out
}

// meaningless notes the references that no manifest can repeat, for they mean
// nothing on the tenant, or more than one thing. What could not be looked up is
// taken to be well.
func (a *adopter) meaningless(k *Kind, out *Adoptee) {
	_, diags := a.seen.resolve(a.kinds, Resource{Ref: out.Ref, Fields: out.Live})
	for _, d := range diags {
		field := d.Path[len(out.Ref.String())+1:]
		switch {
		case d.Class == ClassUnreadable:
		case slices.Contains(k.Key, field):
			out.Faults = append(out.Faults, Fault{Field: field, Object: true, Why: d})
		default:
			out.Faults = append(out.Faults, Fault{Field: field, Why: d})
		}
	}
}

// secrets refers to the secrets whose places are known: those that a manifest gives,
// and that of the app which cosmicctl itself logs in with.
func (a *adopter) secrets(k *Kind, out *Adoptee) {
	if out.Want != nil {
		for name, v := range out.Want.Fields {
			if _, secret := v.(SecretRef); secret {
				out.Live[name] = v
			}
		}
	}
	auth := a.tenant.Environment.Auth
	if k.Self == nil || k.Probe == nil || k.Probe.App != k.Self.Field || out.Live[k.Probe.App] != auth.name(k.Self.Auth) {
		return
	}
	if _, known := out.Live[k.Probe.Secret]; !known {
		out.Live[k.Probe.Secret] = auth.AppSecret
	}
}
