package engine

import (
	"maps"
	"slices"
)

// Comparison is how two tenants differ. It is told as a plan is: Before is what the
// first has, After what the second has, and the rows of access are those that come
// and go on the way from the first to the second. Nothing applies it, and it has no
// risks: neither tenant is meant to become the other.
//
// # What is compared
//
// Either what the manifests want, or what is live. Of manifests the fields are
// compared that one of the two gives: one that the other leaves out is a
// difference, since there nobody decided it. Of live objects those fields are
// compared that both sides give, with all that no manifest mentions. Secrets are
// compared by the references that manifests give; a live side gives none back.
//
// The versions of the two may differ. A row of access is what an object lets through
// on the version of its own tenant; an object whose fields are the same and which
// lets through something else for that reason differs too.
type Comparison struct {
	*Plan
	// Kinds are those that were compared, in the order of the catalogue.
	Kinds []KindComparison
	// Ignored are the differences that were left out, by field.
	Ignored []IgnoredField
}

// The actions of a comparison say what becomes of an object on the way from the
// first tenant to the second.
const (
	Differs    Action = "differs"
	OnlyFirst  Action = "only-first"
	OnlySecond Action = "only-second"
)

// KindComparison counts the objects of a kind.
type KindComparison struct {
	Kind       string `json:"kind"`
	Same       int    `json:"same"`
	Differs    int    `json:"differs"`
	OnlyFirst  int    `json:"onlyFirst"`
	OnlySecond int    `json:"onlySecond"`
	// Preset counts those that one side alone has and that are the vendor's there:
	// versions bring different ones, so that they are no difference.
	Preset int `json:"preset,omitempty"`
}

// IgnoredField is a field, as Kind.field, with how many objects differ in it.
type IgnoredField struct {
	Field   string `json:"field"`
	Objects int    `json:"objects"`
}

// Side is one of the tenants of a comparison. Without an observation it stands for
// what its manifests want.
type Side struct {
	Tenant *Tenant
	Seen   *Observation
}

// CompareOptions of [NewComparison].
type CompareOptions struct {
	// Kinds are those to compare; of live sides both have them observed.
	Kinds []string
	// Ignore names fields, as Kind.field, that do not count.
	Ignore map[string]bool
}

// comparer compares two sides.
type comparer struct {
	sides   [2]Side
	opts    CompareOptions
	live    bool
	out     *Comparison
	changes []Change
	ignored map[string]int
	ungiven map[string]bool // fields that a side does not give, told once
}

// NewComparison compares two tenants. Both sides are live, or neither is.
func NewComparison(kinds Catalog, first, second Side, opts CompareOptions) *Comparison {
	c := &comparer{sides: [2]Side{first, second}, opts: opts, live: first.Seen != nil, ignored: map[string]int{}, ungiven: map[string]bool{},
		out: &Comparison{Plan: &Plan{Tenant: second.Tenant.Name}}}
	for _, k := range kinds {
		if k.Section != "" && slices.Contains(opts.Kinds, k.Name) {
			c.kind(k)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.ignored)) {
		c.out.Ignored = append(c.out.Ignored, IgnoredField{name, c.ignored[name]})
	}
	if len(c.changes) > 0 {
		c.out.Stages = [][]Change{c.changes}
	}
	slices.SortStableFunc(c.out.Problems, Diagnostic.Compare)
	return c.out
}

// kind compares the objects of a kind. What is there on one side alone is a
// difference only if the other side was read completely.
func (c *comparer) kind(k *Kind) {
	first, second := c.facets(k, &c.sides[0]), c.facets(k, &c.sides[1])
	if first == nil || second == nil {
		return
	}
	n := KindComparison{Kind: k.Name}
	keys := slices.Concat(slices.Collect(maps.Keys(first.of)), slices.Collect(maps.Keys(second.of)))
	for _, key := range NewSet(keys...) {
		a, b := first.of[key], second.of[key]
		switch {
		case first.unclear[key] || second.unclear[key]:
		case a != nil && b != nil:
			if c.both(k, a, b) {
				n.Differs++
			} else {
				n.Same++
			}
		case a != nil && a.object.Protected || b != nil && b.object.Protected:
			n.Preset++
		case a != nil && !second.doubtful:
			c.only(k, OnlyFirst, a)
			n.OnlyFirst++
		case b != nil && !first.doubtful:
			c.only(k, OnlySecond, b)
			n.OnlySecond++
		}
	}
	c.out.Unchanged += n.Same
	c.out.Kinds = append(c.out.Kinds, n)
}

// both compares an object that both sides have, and tells whether it differs.
func (c *comparer) both(k *Kind, a, b *facet) bool {
	fields, left := c.fields(k, a, b)
	if len(fields) == 0 && c.version(0) == c.version(1) {
		return false
	}
	rows := c.access(k, b.object.Ref.Key, a.whole(k), b.whole(k), left)
	if len(fields) == 0 && len(rows) == 0 {
		return false
	}
	c.changes = append(c.changes, Change{Action: Differs, Ref: b.object.Ref, ID: b.object.ID, Fields: fields, Origin: origin(b, a)})
	c.out.Access = append(c.out.Access, rows...)
	return true
}

// access are the rows by which two states of an object let through something else.
// The fields that do not count are as on the first side.
func (c *comparer) access(k *Kind, key string, first, second map[string]any, left []string) []AccessRow {
	if k.Access == nil {
		return nil
	}
	for _, name := range left {
		second[name] = first[name]
	}
	return accessBetween(k, key, k.product(first, c.version(0)), k.product(second, c.version(1)))
}

func (c *comparer) version(side int) Version { return c.sides[side].Tenant.Environment.Version }

// only adds an object that one side alone has.
func (c *comparer) only(k *Kind, a Action, f *facet) {
	change := Change{Action: a, Ref: f.object.Ref, ID: f.object.ID, By: f.object.By, When: f.object.When, Origin: origin(f)}
	for _, field := range k.Fields {
		v, secret := f.shown(field.Name)
		if v == nil || slices.Contains(k.Key, field.Name) || c.opts.Ignore[k.Name+"."+field.Name] || empty(v) || c.live && idle(v) {
			continue
		}
		out := FieldChange{Field: field.Name, After: v, Secret: secret, At: f.place(&FieldChange{Field: field.Name})}
		if a == OnlyFirst {
			out.Before, out.After = out.After, nil
		}
		change.Fields = append(change.Fields, out)
	}
	c.changes = append(c.changes, change)
	first, second := k.missing(f.fields), f.whole(k)
	if a == OnlyFirst {
		first, second = second, first
	}
	c.out.Access = append(c.out.Access, c.access(k, f.object.Ref.Key, first, second, nil)...)
}

// fields are the differences of two facets of an object, and the fields that do not
// count: those that are left out, and those that one side does not give.
func (c *comparer) fields(k *Kind, a, b *facet) (out []FieldChange, left []string) {
	for _, f := range k.Fields {
		x, inFirst := a.fields[f.Name]
		y, inSecond := b.fields[f.Name]
		name := k.Name + "." + f.Name
		switch {
		case c.live && f.Type == TypeSecret:
			c.out.NotComparable = append(c.out.NotComparable, SecretField{b.object.Ref, f.Name})
		case c.live && inFirst != inSecond:
			c.lacks(k, f, inFirst)
			left = append(left, f.Name)
		case sameValue(x, y):
		case c.opts.Ignore[name]:
			c.ignored[name]++
			left = append(left, f.Name)
		default:
			out = append(out, between(f.Name, a, b)...)
		}
	}
	return out, left
}

// lacks says once that a field is not compared, because one side does not give it.
func (c *comparer) lacks(k *Kind, f *Field, inFirst bool) {
	s := &c.sides[0]
	if inFirst {
		s = &c.sides[1]
	}
	if name := s.Tenant.Name + "/" + k.Name + "." + f.Name; !c.ungiven[name] {
		c.ungiven[name] = true
		c.problem(s, Diagnostic{Severity: Advice, Code: CodePropertyMissing, Pos: s.Tenant.Origin, Path: k.Section + "." + f.Name, Hint: HintPublish,
			Args: map[string]string{"field": f.Name, "property": f.Property, "form": k.Form}})
	}
}

// between are the differences of one field.
func between(name string, a, b *facet) []FieldChange {
	x, secretX := a.shown(name)
	y, secretY := b.shown(name)
	fields := []FieldChange{{Field: name, Before: x, After: y, Secret: secretX || secretY}}
	if !fields[0].Secret && x != nil && y != nil {
		fields = diffValue(name, y, x)
	}
	for i := range fields {
		fields[i].At = b.place(&fields[i])
		if fields[i].After == nil {
			fields[i].At = a.place(&fields[i])
		}
	}
	return fields
}

// sameValue compares two values; a reference is the same as another that a manifest
// writes alike, whatever folder that is in.
func sameValue(x, y any) bool {
	a, isRef := x.(SecretRef)
	b, areRefs := y.(SecretRef)
	if isRef && areRefs {
		return a.Env == b.Env && a.File == b.File && a.Age == b.Age && a.Rotate == b.Rotate && slices.Equal(a.Exec, b.Exec)
	}
	return !isRef && !areRefs && equalValues(x, y)
}

func isSecretRef(v any) bool { _, ok := v.(SecretRef); return ok }
