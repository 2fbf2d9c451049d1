package engine

import (
	"slices"
	"strings"
)

// unpublished makes steps of the resources of a kind that the tenant lets nobody
// read, and of what a flag asks to delete.
func (b *planner) unpublished(k *Kind, wanted []*Resource) {
	declared := map[string]bool{}
	for _, want := range wanted {
		declared[want.Ref.Key] = true
		b.ensure(k, want, k)
	}
	for _, r := range b.opts.Prune.Named {
		switch {
		case r.Kind != k.Name || k.NoTombstone != nil:
		case declared[r.Key]:
			b.problemAt(namedOrigin(r), r, CodePruneDeclared, ClassInvalid, nil)
		default:
			b.ensure(k, &Resource{Ref: r, Absent: true, Origin: namedOrigin(r)}, k)
		}
	}
}

// ensure makes a step of a resource that depends on objects of the kind lacks,
// which cannot be read.
func (b *planner) ensure(k *Kind, want *Resource, lacks *Kind) {
	if want.Absent && b.forbidden(k, want) {
		return
	}
	h := ByHand{Action: Ensure, Ref: want.Ref, Op: OpQuery, Form: lacks.Form, Origin: want.Origin, Fields: b.entries(k, want)}
	as := &Change{Action: Create, Ref: want.Ref, After: map[string]any{}, Fields: slices.Clone(h.Fields)}
	if want.Absent {
		h.Action, as.Action = EnsureGone, Delete
	}
	for _, f := range h.Fields {
		as.After[f.Field] = f.After
	}
	k.assess(as, b.tenant.Environment.Version)
	h.Risks, h.Reminders = as.Risks, b.traps(k, want, h.Fields)
	b.plan.ByHand = append(b.plan.ByHand, h)
	b.plan.advise(b.kinds, b.tenant, k, lacks, OpQuery, want.Origin)
}

// forbidden reports a delete that no guard would let an apply make.
func (b *planner) forbidden(k *Kind, want *Resource) bool {
	protected := b.tenant.protection(want.Ref)
	switch {
	case protected != nil:
		b.problemAt(want.Origin, want.Ref, CodeGuarded, ClassRefused, map[string]string{"object": protected.Object, "at": protected.At.String()})
	case b.own(k, want) && !slices.Contains(b.opts.AllowSelf, want.Ref):
		b.problemAt(want.Origin, want.Ref, CodeSelf, ClassRefused,
			map[string]string{"object": want.Ref.String(), "name": b.tenant.Environment.Auth.name(k.Self.Auth)})
	default:
		return false
	}
	return true
}

// entries are the fields that a person enters: those of the manifest, and those of a
// create that the manifest leaves open.
func (b *planner) entries(k *Kind, want *Resource) []FieldChange {
	var out []FieldChange
	for _, f := range k.Fields {
		value, given := want.Fields[f.Name]
		byDefault := false
		if !given && !want.Absent {
			value, byDefault = f.CreateValue(b.tenant.Environment.Version)
		}
		if f.Type == TypeVirtual || !given && !byDefault {
			continue
		}
		_, secret := value.(SecretRef)
		out = append(out, FieldChange{Field: f.Name, After: ownedValue(value), Default: byDefault, Secret: secret, At: want.Place(f.Name)})
	}
	return out
}

// traps are what a person must mind who cannot see what a plan would have seen.
func (b *planner) traps(k *Kind, want *Resource, fields []FieldChange) []Code {
	var out []Code
	if len(k.Protected) > 0 {
		out = append(out, RemindPreset)
	}
	if b.tenant.protection(want.Ref) != nil {
		out = append(out, RemindProtected)
	}
	out = append(out, k.reminders(fields)...)
	if k.EditDisabled != nil && k.EditDisabled.Holds(b.tenant.Environment.Version) && !want.Absent {
		out = append(out, RemindDisable)
	}
	if b.own(k, want) {
		out = append(out, RemindSelf)
	}
	return out
}

// own tells whether a resource names what cosmicctl itself uses, or leaves it out of
// a list that would then lock it out.
func (b *planner) own(k *Kind, want *Resource) bool {
	if k.Self == nil {
		return false
	}
	name := b.tenant.Environment.Auth.name(k.Self.Auth)
	switch v := want.Fields[k.Self.Field].(type) {
	case string:
		return name != "" && strings.EqualFold(v, name)
	case Set:
		return name != "" && len(v) > 0 && !slices.Contains(v, name) && b.calls(k, want.Fields)
	}
	return false
}

// reminders are the traps of entering fields.
func (k *Kind) reminders(fields []FieldChange) []Code {
	if slices.ContainsFunc(fields, func(f FieldChange) bool { return k.Access.opens(f.Field) }) {
		return []Code{RemindEmptyIsAll}
	}
	return nil
}
