package schema

import (
	"slices"
	"strings"

	"cosmicctl/engine"
)

// most returns the resource with as many of its live fields as a manifest may give,
// and why it gives no more. If none can be, it is nil, and the node holds what is
// right of it; that is nil too if its key is not.
func (f *fit) most(faults []engine.Fault) (want, partly *node, left []engine.Fault) {
	left = slices.Clone(faults)
	for _, fault := range faults {
		f.without[fault.Field] = true
	}
	for range f.sec.kind.Fields {
		n, why := f.find()
		if n != nil {
			return n, nil, left
		}
		found, stuck := f.culprits(why)
		left = append(left, found...)
		for _, fault := range found {
			f.without[fault.Field] = true
		}
		if len(found) == 0 {
			return nil, f.partly(), f.wholly(left, stuck)
		}
	}
	return nil, f.partly(), f.wholly(left, engine.Fault{Why: engine.Diagnostic{Severity: engine.Error, Code: CodeInexpressible}})
}

// wholly is why an object cannot be declared: because of a last mistake, or, if that
// only follows, for want of what had to be left out before.
func (f *fit) wholly(left []engine.Fault, last engine.Fault) []engine.Fault {
	out := []engine.Fault{last}
	if last.Why.Code == CodeOneOfNone || last.Why.Code == CodeInexpressible {
		alternative := func(of engine.Fault) bool {
			return slices.ContainsFunc(f.sec.exactlyOne, func(group []string) bool { return slices.Contains(group, of.Field) })
		}
		if causes := slices.DeleteFunc(slices.Clone(left), func(of engine.Fault) bool { return !alternative(of) }); len(causes) > 0 {
			out = causes
		}
	}
	for i := range out {
		out[i].Object = true
	}
	return out
}

// culprits are the fields without which mistakes would not be there. If there are
// none, a mistake is stuck: no field can be left out for it.
func (f *fit) culprits(why []engine.Diagnostic) (found []engine.Fault, stuck engine.Fault) {
	stuck.Why = engine.Diagnostic{Severity: engine.Error, Code: CodeInexpressible}
	for i, d := range why {
		if d.Code == CodeInexpressible {
			found = append(found, f.deciding(d)...)
		}
		_, path, _ := strings.Cut(d.Path, ".")
		fault := engine.Fault{Field: path[:len(path)-len(strings.TrimLeftFunc(path, isName))], Why: d}
		field := f.sec.kind.Field(fault.Field)
		switch {
		case field == nil || field.Required || f.without[field.Name]:
			if i == 0 {
				stuck = fault
			}
		case !slices.ContainsFunc(found, func(x engine.Fault) bool { return x.Field == field.Name }):
			found = append(found, fault)
		}
	}
	return found, stuck
}

// deciding are the fields which say that another field is not as it is.
func (f *fit) deciding(d engine.Diagnostic) []engine.Fault {
	var out []engine.Fault
	given := f.given()
	for _, i := range f.sec.kind.Implies {
		_, set := i.Set[d.Args["field"]]
		decides := set || slices.Contains(i.NonEmpty, d.Args["field"])
		if decides && given[i.Field] && !f.without[i.Field] && !f.sec.kind.Field(i.Field).Required {
			out = append(out, engine.Fault{Field: i.Field, Why: d})
		}
	}
	return out
}

func isName(r rune) bool { return r != '.' && r != '[' }

// partly is the resource with the fields that are right by themselves, if its key is.
func (f *fit) partly() *node {
	names := f.given()
	for name := range f.without {
		names[name] = false
	}
	for _, group := range f.sec.exactlyOne {
		for _, name := range group {
			names[name] = names[name] && says(f.live[name])
		}
	}
	n := f.build(names)
	for _, d := range f.mistakes(n) {
		_, path, _ := strings.Cut(d.Path, ".")
		if slices.Contains(f.sec.kind.Key, path) {
			return nil
		}
	}
	return n
}
