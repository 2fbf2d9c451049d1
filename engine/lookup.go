package engine

import (
	"context"
	"maps"
	"slices"
)

// Lookup is what was found of the objects that references name.
type Lookup struct {
	// Keys maps each name in use to the key of the object, in the live side's
	// own form; several keys if the name is ambiguous.
	Keys map[string][]string
	// All are the keys of a whole listing, for suggestions; empty if none was
	// needed or the kind is personal.
	All []string
	// Found are the fields of what the names mean, by key.
	Found map[string]map[string]any
	Doubt string
	Err   error
}

// lookUp finds objects by the names in use: a batched filter on the key, then on
// each alias for what is still missing, at last a listing. The answers are
// checked against the names, because some tenants ignore filters.
func lookUp(ctx context.Context, r Reader, k *Kind, names []string) *Lookup {
	l := &Lookup{Keys: map[string][]string{}, Found: map[string]map[string]any{}}
	if l.Err = l.ask(ctx, r, k, names); l.Err != nil || len(l.missing(names)) == 0 {
		return l
	}
	list, err := r.List(ctx, k, nil)
	if err != nil {
		l.Err = err
		return l
	}
	l.Doubt = list.Doubt
	l.take(k, list, names, k.names())
	if !k.Personal {
		for _, row := range list.Rows {
			l.All = append(l.All, k.Decode(row).Ref.Key)
		}
		slices.Sort(l.All)
	}
	return l
}

// ask looks names up by filters on the key and the aliases.
func (l *Lookup) ask(ctx context.Context, r Reader, k *Kind, names []string) error {
	for _, by := range k.names() {
		for batch := range slices.Chunk(l.missing(names), 200) {
			list, err := r.List(ctx, k, Filter{k.Field(by).Property: batch})
			if err != nil {
				return err
			}
			if k.ignored(list, by, batch) {
				l.take(k, list, names, k.names())
			} else {
				l.take(k, list, names, []string{by})
			}
		}
	}
	return nil
}

// lookup is what an observation looked up of a kind; nil is none.
func (o *Observation) lookup(kind string) *Lookup {
	if o == nil {
		return nil
	}
	return o.Lookups[kind]
}

// settles tells whether each of some names means exactly one object.
func (l *Lookup) settles(names []string) bool {
	return l != nil && !slices.ContainsFunc(names, func(name string) bool { return len(l.Keys[name]) != 1 })
}

// askMore looks up names that only a base has. They are not worth a listing, and
// where they cannot be had, what was found before still holds.
func (l *Lookup) askMore(ctx context.Context, r Reader, k *Kind, names, more []string) {
	if err := l.ask(ctx, r, k, more); err != nil && len(l.missing(names)) == 0 {
		l.Err = err
	}
}

// names are the fields by which references may name an object.
func (k *Kind) names() []string { return slices.Concat(k.Key, k.Aliases) }

func (l *Lookup) missing(names []string) []string {
	var out []string
	for _, n := range names {
		if len(l.Keys[n]) == 0 {
			out = append(out, n)
		}
	}
	return out
}

// ignored tells whether an answer holds rows that the filter should have kept
// out, and so is a whole listing.
func (k *Kind) ignored(list *Listing, by string, values []string) bool {
	return slices.ContainsFunc(list.Rows, func(row map[string]any) bool {
		return !slices.Contains(values, textOf(row[k.Field(by).Property]))
	})
}

// take notes which rows the names mean by the given fields. The key comes before
// the aliases, so that an alias never captures another object's key. A listing
// filtered by one field is asked for that field alone: by another it may show
// one of several objects of a name, and hide that the name is ambiguous.
func (l *Lookup) take(k *Kind, list *Listing, names, by []string) {
	index := make([]map[string][]string, len(by))
	for i := range index {
		index[i] = map[string][]string{}
	}
	fields := map[string]map[string]any{}
	for _, row := range list.Rows {
		r := k.Decode(row)
		fields[r.Ref.Key] = r.Fields
		for i, name := range by {
			if v, _ := r.Fields[name].(string); v != "" && r.Ref.Key != "" && !slices.Contains(index[i][v], r.Ref.Key) {
				index[i][v] = append(index[i][v], r.Ref.Key)
			}
		}
	}
	for _, n := range names {
		for i := range by {
			if len(l.Keys[n]) == 0 {
				l.Keys[n] = index[i][n]
			}
		}
		for _, key := range l.Keys[n] {
			if found := fields[key]; found != nil {
				l.Found[key] = found
			}
		}
	}
}

// namesOf lists the names by which the tenant's resources refer to a kind.
func namesOf(kinds Catalog, t *Tenant, k *Kind) []string {
	var names []string
	for i := range t.Resources {
		r := &t.Resources[i]
		if r.Absent {
			continue
		}
		for _, f := range kinds.Kind(r.Ref.Kind).Fields {
			if f.Ref == k.Name {
				names = append(names, namesIn(r.Fields[f.Name])...)
			}
		}
	}
	return NewSet(names...)
}

func namesIn(v any) []string {
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil // it refers to nothing
		}
		return []string{v}
	case Set:
		return v
	}
	return nil
}

// resolve replaces the names in a resource's references by the keys they mean,
// and reports those that mean nothing or more than one thing.
func (o *Observation) resolve(kinds Catalog, r Resource) (Resource, []Diagnostic) {
	if r.Absent {
		return r, nil
	}
	var diags []Diagnostic
	fields := r.Fields
	for _, f := range kinds.Kind(r.Ref.Kind).Fields {
		target := kinds.Kind(f.Ref)
		if target == nil || target.Section != "" || r.Fields[f.Name] == nil {
			continue
		}
		names := namesIn(r.Fields[f.Name])
		if o.Lookups[f.Ref].areKeys(names) {
			continue
		}
		var keys []string
		for _, name := range names {
			key, d := o.Lookups[f.Ref].one(target, name)
			if d != nil {
				d.Pos, d.Path = r.Place(f.Name), r.Ref.String()+"."+f.Name
				if p, ok := r.At[f.Name+"["+name+"]"]; ok {
					d.Pos = p
				}
				diags = append(diags, *d)
			}
			keys = append(keys, key)
		}
		var found any = NewSet(keys...)
		if _, single := r.Fields[f.Name].(string); single {
			found = keys[0]
		}
		fields = maps.Clone(fields)
		fields[f.Name] = found
	}
	r.Fields = fields
	return r, diags
}

// noLookup is the first kind that a resource refers to whose query is not published,
// where that is all that is wrong with its references; else nil.
func (o *Observation) noLookup(kinds Catalog, r Resource, diags []Diagnostic) *Kind {
	if len(diags) == 0 || slices.ContainsFunc(diags, func(d Diagnostic) bool { return d.Code != CodeUnreadable }) {
		return nil
	}
	var lacks *Kind
	for _, f := range kinds.Kind(r.Ref.Kind).Fields {
		l := o.lookup(f.Ref)
		switch {
		case l == nil || l.Err == nil || r.Fields[f.Name] == nil:
		case !Unpublished(l.Err):
			return nil
		case lacks == nil:
			lacks = kinds.Kind(f.Ref)
		}
	}
	return lacks
}

// areKeys tells whether each name is the key that it means, as most are; then
// there is nothing to replace.
func (l *Lookup) areKeys(names []string) bool {
	for _, name := range names {
		if keys := l.Keys[name]; len(keys) != 1 || keys[0] != name {
			return false
		}
	}
	return true
}

// one returns the single key that a name means.
func (l *Lookup) one(k *Kind, name string) (string, *Diagnostic) {
	keys := l.Keys[name]
	if len(keys) == 1 {
		return keys[0], nil
	}
	args := map[string]string{"kind": k.Title.EN, "value": name}
	switch {
	case len(keys) > 1:
		return name, &Diagnostic{Severity: Error, Code: CodeAmbiguousRef, Args: args}
	case l.Err != nil:
		args["error"] = l.Err.Error()
		return name, &Diagnostic{Severity: Error, Code: CodeUnreadable, Args: args, Class: ClassUnreadable, Hint: hintOf(l.Err)}
	case l.Doubt != "":
		args["doubt"] = l.Doubt
		return name, &Diagnostic{Severity: Error, Code: CodeIncomplete, Args: args, Class: ClassUnreadable}
	}
	d := &Diagnostic{Severity: Error, Code: CodeUnknownRef, Args: args}
	if best := Closest(name, l.All); best != "" {
		d.Hint, args["suggestion"] = HintDidYouMean, best
	}
	return name, d
}
