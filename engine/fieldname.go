package engine

import (
	"path"
	"slices"
)

// FieldsLike names, as Kind.field, the fields of manifests that a pattern means: a
// name, or one with * for any part of it. Keys are none: they say which object it is.
func (c Catalog) FieldsLike(pattern string) []string {
	var out []string
	for _, k := range c {
		if k.Section == "" {
			continue
		}
		for _, f := range k.Fields {
			name := k.Name + "." + f.Name
			if like, err := path.Match(pattern, name); err == nil && like && !slices.Contains(k.Key, f.Name) {
				out = append(out, name)
			}
		}
	}
	return out
}
