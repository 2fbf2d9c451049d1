package schema

import (
	"maps"
	"reflect"
	"slices"

	"cosmicctl/engine"
)

// The same state can be said by different fields: of those of which exactly one is
// given, by one that implies the others. A fit tries them in turn, those that
// the manifest has first, and takes the first that the schema accepts and that
// means exactly what is live.
type fit struct {
	*check
	sec     *section
	version engine.Version
	old     *node          // nil for a new object
	was     map[string]any // what the manifest wants so far, in normal form
	live    map[string]any
	key     string
	// without are fields that must not be given, whatever they would say.
	without map[string]bool
	// env names the variable of a secret; nil is [envNameOf].
	env func(key, field string) string
	// Secrets are those that a manifest must refer to, and nobody knows where.
	secrets []PlaceholderSecret
}

// PlaceholderSecret is a reference to a secret that an edit made up: whoever takes
// the edit must see to it that the secret is there.
type PlaceholderSecret struct{ Field, Env string }

// find returns the resource as a manifest must declare it, or why none can: that is
// what the schema has against the fields that say most of what is live, and has least.
func (f *fit) find() (*node, []engine.Diagnostic) {
	var why []engine.Diagnostic
	most := -1
	for _, names := range f.candidates() {
		for name := range f.without {
			names[name] = false
		}
		f.secrets = nil
		n := f.build(names)
		diags := f.mistakes(n)
		if len(diags) == 0 {
			if diags = f.meansElse(n); diags == nil {
				return n, nil
			}
		}
		if said := f.said(names); said > most || said == most && len(diags) < len(why) {
			most, why = said, diags
		}
	}
	return nil, why
}

// said counts the fields that say something of what is live.
func (f *fit) said(names map[string]bool) int {
	n := 0
	for name, given := range names {
		if given && says(f.live[name]) {
			n++
		}
	}
	return n
}

// candidates are sets of fields that may be given.
func (f *fit) candidates() []map[string]bool {
	sets := []map[string]bool{f.given()}
	for _, group := range f.sec.exactlyOne {
		var next []map[string]bool
		for _, set := range sets {
			next = append(next, f.alternatives(set, group)...)
		}
		sets = next
	}
	for _, set := range slices.Clone(sets) {
		for _, s := range f.sec.kind.SecretsWith {
			more, less := maps.Clone(set), maps.Clone(set)
			for _, name := range s.Secrets {
				less[name] = false
				more = maps.Clone(more)
				more[name] = true
				if f.live[s.Field] == s.Becomes {
					sets = append(sets, more)
				}
			}
			sets = append(sets, less)
		}
	}
	return sets
}

// given are the fields that the manifest gives, or those of a new object that say
// something.
func (f *fit) given() map[string]bool {
	out := map[string]bool{}
	if f.old != nil {
		for _, e := range f.old.entries {
			out[e.key] = true
		}
		return out
	}
	for _, field := range f.sec.kind.Fields {
		v, known := f.live[field.Name]
		byDefault, _ := field.CreateValue(f.version)
		out[field.Name] = field.Required || known && (says(v) || byDefault == true)
		if f.sec.shape.field(field.Name) == nil {
			out[field.Name] = false
		}
	}
	return out
}

// sameValue tells whether two values in normal form are the same.
func sameValue(a, b any) bool {
	x, y := nodeOf(a), nodeOf(b)
	return x != nil && y != nil && sameNode(x, y)
}

// says tells whether a value says something of an object.
func says(v any) bool {
	switch v := v.(type) {
	case engine.Set:
		return len(v) > 0
	case engine.List:
		return len(v) > 0
	case engine.Rows:
		return len(v) > 0
	}
	return v != nil && !reflect.ValueOf(v).IsZero()
}

// alternatives give one field of a group: first the one that is given, then those
// that say something.
func (f *fit) alternatives(set map[string]bool, group []string) []map[string]bool {
	order := slices.Clone(group)
	rank := func(name string) int {
		switch {
		case set[name]:
			return 0
		case says(f.live[name]):
			return 1
		}
		return 2
	}
	slices.SortStableFunc(order, func(a, b string) int { return rank(a) - rank(b) })
	if lit := slices.DeleteFunc(slices.Clone(order), func(name string) bool { return f.live[name] == false }); len(lit) > 0 {
		order = lit // a flag that is off is said by giving another field
	}
	var out []map[string]bool
	for _, name := range order {
		one := maps.Clone(set)
		for _, other := range group {
			one[other] = other == name
		}
		out = append(out, one)
	}
	return out
}

// build makes the resource from the fields that are given: what stands there keeps
// its place, the rest comes after what precedes it in the kind file.
func (f *fit) build(names map[string]bool) *node {
	n := &node{kind: mapNode}
	if f.old != nil {
		n.pos = f.old.pos
		for _, e := range f.old.entries {
			if names[e.key] {
				n.entries = append(n.entries, entry{e.key, e.pos, f.value(f.sec.kind.Field(e.key), e.value)})
			}
		}
	}
	at := 0
	for _, field := range f.sec.kind.Fields {
		if i := slices.IndexFunc(n.entries, func(e entry) bool { return e.key == field.Name }); i >= 0 {
			at = i + 1
		} else if names[field.Name] {
			n.entries = slices.Insert(n.entries, at, entry{key: field.Name, pos: n.pos, value: f.value(field, nil)})
			at++
		}
	}
	return n
}

// value is what a field must say; old is what it says so far, if anything.
func (f *fit) value(field *engine.Field, old *node) *node {
	v, known := f.live[field.Name]
	before, was := f.was[field.Name]
	_, secret := before.(engine.SecretRef)
	switch {
	case old != nil && (!known || secret || was && sameValue(v, before)):
		return old
	case field.MaySecret && !known:
		name := f.env
		if name == nil {
			name = envNameOf
		}
		env := name(f.key, field.Name)
		f.secrets = append(f.secrets, PlaceholderSecret{field.Name, env})
		return nodeOf(engine.SecretRef{Env: env})
	case !known: // a field that is not on the live side says nothing but yes
		return nodeOf(true)
	}
	n := nodeOf(v)
	switch {
	case n == nil:
		return &node{kind: nullNode}
	case old != nil && old.kind == listNode && n.kind == listNode:
		_, ordered := v.(engine.List)
		return merged(old, n, ordered)
	case old != nil && n.kind == stringNode && old.kind != stringNode && plainly(&node{kind: old.kind, text: n.text}, false):
		return &node{kind: old.kind, text: n.text} // a number stays one
	}
	return n
}

// merged is a list with the elements of another one: those that it has stay as they
// are written, in their order.
func merged(old, want *node, ordered bool) *node {
	out := &node{kind: listNode, pos: old.pos}
	named := map[string]bool{}
	for i, n := range want.items {
		named[elementName(n, i)] = true
	}
	for i, n := range old.items {
		name := elementName(n, i)
		switch {
		case ordered && (i >= len(want.items) || elementName(want.items[i], i) != name):
		case named[name]:
			out.items = append(out.items, n)
			delete(named, name)
			continue
		}
		if ordered && i < len(want.items) {
			out.items = append(out.items, want.items[i])
		}
	}
	for i, n := range want.items {
		if ordered && i >= len(old.items) || !ordered && named[elementName(n, i)] {
			out.items = append(out.items, n)
		}
	}
	return out
}

// mistakes is what the schema has against a resource.
func (f *fit) mistakes(n *node) []engine.Diagnostic {
	before := len(f.diags)
	f.found = nil // each resource may have as many as any
	f.resource(f.sec, n, f.sec.kind.Section)
	diags := holding(f.diags[before:], f.version)
	f.diags = f.diags[:before]
	if f.err != nil { // nobody knows whether it is valid
		return []engine.Diagnostic{{Severity: engine.Error, Code: CodeUneditable}}
	}
	return slices.DeleteFunc(diags, func(d engine.Diagnostic) bool { return d.Severity != engine.Error })
}

// meansElse is why a valid resource does not want what is live, or less than what
// was wanted before; nil if it does.
func (f *fit) meansElse(n *node) []engine.Diagnostic {
	now := normal(f.sec.kind, n).Fields
	for _, field := range f.sec.kind.Fields {
		v, given := now[field.Name]
		_, secret := v.(engine.SecretRef)
		live, known := f.live[field.Name]
		before, was := f.was[field.Name]
		_, secretBefore := before.(engine.SecretRef)
		switch {
		case secret, field.Type == engine.TypeVirtual, secretBefore && !given:
		case was && !given, given && known && !sameValue(v, live):
			return []engine.Diagnostic{{Severity: engine.Error, Code: CodeInexpressible, Args: map[string]string{"field": field.Name}}}
		case given && !known && !was:
			return []engine.Diagnostic{{Severity: engine.Error, Code: engine.CodePropertyMissing, Class: engine.ClassUnreadable, Hint: engine.HintPublish,
				Args: map[string]string{"field": field.Name, "property": field.Property, "form": f.sec.kind.Form}}}
		}
	}
	return nil
}
