package policy

import (
	"slices"
	"strconv"
	"strings"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// Check finds what the manifests of a tenant do against the policies and is not
// waived on that day, written as 2006-01-02. It is sorted by place; the error is a
// [LimitError].
func (s *Set) Check(t *engine.Tenant, today string, limits Limits) ([]engine.Diagnostic, error) {
	var out []engine.Diagnostic
	for i, src := range s.sources {
		found, err := within(limits, src.name, func() []engine.Diagnostic { return s.check(src, s.rules[i], t) })
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	out = s.waive(out, t.Waivers, today)
	slices.SortStableFunc(out, engine.Diagnostic.Compare)
	return out, nil
}

func (s *Set) check(src source, rules []*Rule, t *engine.Tenant) []engine.Diagnostic {
	ctx := cuecontext.New()
	v, diags := src.compile(ctx)
	if diags != nil {
		return nil // said by Load
	}
	head := newSubject(ctx, tenantHead(t))
	byKind := map[string][]patterns{}
	for _, r := range rules {
		p := patternsOf(v, r)
		if head.matches(p.where) {
			byKind[r.Kind] = append(byKind[r.Kind], p)
		}
	}
	var out []engine.Diagnostic
	for i := range t.Resources {
		r := &t.Resources[i]
		if list := byKind[r.Ref.Kind]; len(list) > 0 && !r.Absent {
			out = append(out, judge(list, newSubject(ctx, resourcePlain(r)), r.Ref.String(), resourceSpot(r))...)
		}
	}
	if list := byKind[Tenant]; len(list) > 0 {
		out = append(out, judge(list, newSubject(ctx, tenantPlain(s.kinds, t)), "", s.tenantSpot(t))...)
	}
	return out
}

// patterns are a rule's, in the context of one check.
type patterns struct {
	rule                 *Rule
	where, when, require cue.Value
}

func patternsOf(v cue.Value, r *Rule) patterns {
	at := func(name string) cue.Value {
		return v.LookupPath(cue.MakePath(cue.Str("rules"), cue.Str(r.ID), cue.Str(name)))
	}
	return patterns{r, at("where"), at("when"), at("require")}
}

// spot says where a path of an object stands, and how a person calls it.
type spot func(path []string) (engine.Position, string)

// judge gives the findings about one object, one for each rule and place.
func judge(list []patterns, s subject, object string, where spot) []engine.Diagnostic {
	var out []engine.Diagnostic
	for _, p := range list {
		if !s.matches(p.when) {
			continue
		}
		seen := map[engine.Position]bool{}
		for _, path := range s.offences(p.require) {
			at, name := where(path)
			if !seen[at] {
				seen[at] = true
				out = append(out, p.rule.finding(at, name, object))
			}
		}
	}
	return out
}

func (r *Rule) finding(at engine.Position, path, object string) engine.Diagnostic {
	d := engine.Diagnostic{Severity: r.Severity, Code: engine.Code(RulePrefix + r.ID), Pos: at, Path: path, Text: &r.Message,
		Hint: HintRule, Args: map[string]string{"rule": r.ID, "policy": r.Policy, "object": object}}
	if r.Help != "" {
		d.Hint, d.Args["help"] = HintHelp, r.Help
	}
	return d
}

func resourceSpot(r *engine.Resource) spot {
	return func(path []string) (engine.Position, string) {
		name := r.Ref.String()
		if len(path) == 0 {
			return r.Origin, name
		}
		at := r.Place(path[0])
		if len(path) > 1 {
			if p, ok := r.At[path[0]+"["+elementOf(r.Fields[path[0]], path[1])+"]"]; ok {
				at = p
			}
		}
		return at, name + "." + path[0]
	}
}

// elementOf names an element of a list as places do.
func elementOf(list any, index string) string {
	var names []string
	switch v := list.(type) {
	case engine.Set:
		names = v
	case engine.List:
		names = v
	case engine.Rows:
		for _, r := range v {
			names = append(names, r.String())
		}
	}
	if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(names) {
		return names[i]
	}
	return ""
}

// tenantSpot places what is about an object of a section at that object.
func (s *Set) tenantSpot(t *engine.Tenant) spot {
	return func(path []string) (engine.Position, string) {
		if len(path) > 1 {
			for i := range t.Resources {
				r := &t.Resources[i]
				if r.Ref.Key == path[1] && s.kinds.Kind(r.Ref.Kind).Section == path[0] {
					return resourceSpot(r)(path[2:])
				}
			}
		}
		name := strings.Join(path, ".")
		return t.Place(name), name
	}
}
