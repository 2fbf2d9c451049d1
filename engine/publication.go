package engine

import (
	"context"
	"slices"
	"strings"
)

// Publisher is a live side that knows how its list of APIs writes the address of an
// operation on a kind.
type Publisher interface {
	Path(k *Kind, op string) string
}

// LeaveByHand makes steps of those changes that need an operation which the tenant's
// list of APIs lacks. That costs a request, so the list is asked only where it was
// needed for the manifests already. An answer that lacks the query of a kind, which
// was just read, proves nothing about its other operations.
func (p *Plan) LeaveByHand(ctx context.Context, r Reader, kinds Catalog, t *Tenant, seen *Observation) {
	publisher, knows := r.(Publisher)
	list, path := kinds.publishing()
	if !knows || path == nil || p.Empty() || seen.Lookups[list.Name] == nil || seen.Lookups[list.Name].Err != nil {
		return
	}
	published := publishedPaths(ctx, r, list, path, p.paths(kinds, publisher))
	lacking := func(k *Kind, ops []string) string {
		if published[publisher.Path(k, OpQuery)] {
			for _, op := range ops {
				if !published[publisher.Path(k, op)] {
					return op
				}
			}
		}
		return ""
	}
	var stages [][]Change
	for _, stage := range p.Stages {
		var kept []Change
		for _, c := range stage {
			k := kinds.Kind(c.Ref.Kind)
			op := lacking(k, c.Steps)
			if op == "" {
				kept = append(kept, c)
				continue
			}
			p.ByHand = append(p.ByHand, *k.leftOf(&c, nil, op))
			p.advise(kinds, t, k, k, op, c.Origin)
		}
		if len(kept) > 0 {
			stages = append(stages, kept)
		}
	}
	p.Stages = stages
	orderByHand(kinds, p.ByHand)
	slices.SortStableFunc(p.Problems, Diagnostic.Compare)
}

// paths are the addresses of what the changes need, and of the queries that show
// whether the list tells of them.
func (p *Plan) paths(kinds Catalog, publisher Publisher) []string {
	var out []string
	for _, c := range p.Changes() {
		k := kinds.Kind(c.Ref.Kind)
		out = append(out, publisher.Path(k, OpQuery))
		for _, op := range c.Steps {
			out = append(out, publisher.Path(k, op))
		}
	}
	return NewSet(out...)
}

// publishedPaths are those of the addresses that the list of APIs has; none where it
// cannot be read. What an incomplete answer lacks may be there.
func publishedPaths(ctx context.Context, r Reader, list *Kind, path *Field, paths []string) map[string]bool {
	asked := slices.Clone(paths)
	for _, p := range paths {
		asked = append(asked, "/kapi"+p) // some write it so
	}
	answer, err := r.List(ctx, list, Filter{path.Property: asked})
	if err != nil || answer.Doubt != "" {
		return nil
	}
	out := map[string]bool{}
	for _, row := range answer.Rows {
		out[strings.TrimPrefix(textOf(row[path.Property]), "/kapi")] = true
	}
	return out
}

// publishing is the kind of the APIs that a tenant publishes, with the field that
// holds an address; nil if no kind says.
func (c Catalog) publishing() (*Kind, *Field) {
	for _, k := range c {
		if k.Self != nil && k.Self.API != "" {
			list := c.Kind(k.Field(k.Self.API).Ref)
			return list, list.Field(k.Self.Path)
		}
	}
	return &Kind{}, nil
}

// advise says once why changes of a kind are left to a person: an operation of the
// kind lacks is not published.
func (p *Plan) advise(kinds Catalog, t *Tenant, k, lacks *Kind, op string, at Position) {
	list, _ := kinds.publishing()
	d := Diagnostic{Severity: Advice, Code: CodeByHand, Pos: at, Path: k.Section, Hint: HintPublishAPI,
		Args: map[string]string{"kind": k.Title.EN, "op": op, "form": lacks.Form, "menu": list.MenuOn(t.Environment.Version)}}
	if lacks.Formless() {
		d.Code, d.Hint = CodeFormless, ""
	}
	if op == OpQuery {
		d.Class = ClassUnreadable
	}
	if !slices.ContainsFunc(p.Problems, func(o Diagnostic) bool {
		return o.Code == d.Code && o.Path == d.Path && o.Args["op"] == op && o.Args["form"] == lacks.Form
	}) {
		p.Problems = append(p.Problems, d)
	}
}
