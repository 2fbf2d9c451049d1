package engine

import (
	"maps"
	"slices"
)

// InNames returns the fields of a live object as a resource would word them: where
// it refers to an object by another name than the key, that name stands for the key.
// The resource may be nil.
func (o *Observation) InNames(kinds Catalog, r *Resource, live map[string]any) map[string]any {
	if r == nil {
		return live
	}
	out := maps.Clone(live)
	for _, f := range kinds.Kind(r.Ref.Kind).Fields {
		lookup := o.Lookups[f.Ref]
		if lookup == nil || live[f.Name] == nil {
			continue
		}
		names := namesIn(r.Fields[f.Name])
		switch v := live[f.Name].(type) {
		case string:
			out[f.Name] = lookup.named(names, v)[0]
		case Set:
			var all []string
			for _, key := range v {
				all = append(all, lookup.named(names, key)...)
			}
			out[f.Name] = NewSet(all...)
		}
	}
	return out
}

// named returns those of the names that mean a key, or else the key itself.
func (l *Lookup) named(names []string, key string) []string {
	var out []string
	for _, name := range names {
		if slices.Equal(l.Keys[name], []string{key}) {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return []string{key}
	}
	return out
}
