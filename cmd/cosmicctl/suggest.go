package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"
)

// suggestion is the edit of the manifests that accepts drift.
type suggestion struct {
	*session
	editor *schema.Editor
	drafts map[string]*draft // by file
	// users counts the tenants that a resource is declared for, by its place.
	users map[engine.Position]int
	// refused says what cannot be accepted by an edit, advice what to do beside it.
	refused, advice []engine.Diagnostic
}

type draft struct {
	*schema.Draft
	before []byte
}

func (s *session) newSuggestion() (*suggestion, error) {
	editor, err := s.schema.Editor()
	g := &suggestion{session: s, editor: editor, drafts: map[string]*draft{}, users: map[engine.Position]int{}}
	for i := range s.loaded.Tenants {
		for _, r := range s.loaded.Tenants[i].Whole().Resources {
			g.users[r.Origin]++
		}
	}
	return g, err
}

// add accepts the drift of a tenant.
func (g *suggestion) add(d *drifted, known map[string]map[string]bool) {
	for _, c := range d.drift.Changes() {
		r := declaration(d.tenant, c.Ref)
		at := g.home(d.tenant, c.Ref)
		if r != nil {
			at = r.Origin
		}
		if n := g.users[at]; r != nil && n > 1 {
			g.refuse(engine.Diagnostic{Code: report.CodeSharedResource, Pos: at, Path: c.Ref.String(), Args: map[string]string{"n": fmt.Sprint(n)}})
			continue
		}
		file, err := g.draft(at.File)
		if err != nil {
			g.refuse(engine.Diagnostic{Code: report.CodeNotEditable, Pos: at, Path: c.Ref.String(), Args: map[string]string{"error": err.Error()}})
			continue
		}
		g.edit(file, d, &c, r, at)
		if _, recorded := known[c.Ref.Kind]; recorded && c.Action == engine.Unwanted && !known[c.Ref.Kind][c.Ref.Key] {
			g.advise(report.CodeRecordNext, at, c.Ref, nil)
		}
	}
}

// edit accepts one finding in the file that says, or will say, what is wanted.
func (g *suggestion) edit(file *draft, d *drifted, c *engine.Change, r *engine.Resource, at engine.Position) {
	var diags []engine.Diagnostic
	var secrets []schema.PlaceholderSecret
	live := d.seen.InNames(g.schema.Kinds, r, c.After)
	switch {
	case c.Action == engine.New:
		secrets, diags = file.Append(d.tenant, c.Ref, live)
	case c.Action == engine.Changed:
		secrets, diags = file.Change(d.tenant, r, live)
	default:
		diags = file.Remove(r)
	}
	for _, diag := range diags {
		g.refuse(diag)
	}
	if len(diags) > 0 {
		return
	}
	for _, s := range secrets {
		g.advise(report.CodeSecretToCome, at, c.Ref, map[string]string{"field": s.Field, "name": s.Env})
	}
	for _, f := range c.Closed {
		if c.Action == engine.New {
			g.advise(report.CodeLeftOut, at, c.Ref, map[string]string{"field": f})
		}
	}
	for _, f := range c.Fields {
		if f.Secret {
			g.refuse(engine.Diagnostic{Code: report.CodeSecretStays, Pos: at, Path: c.Ref.String() + "." + f.Field})
		}
	}
}

func (g *suggestion) refuse(d engine.Diagnostic) {
	d.Severity = engine.Error
	g.refused = append(g.refused, d)
}

func (g *suggestion) advise(code engine.Code, at engine.Position, ref engine.Ref, args map[string]string) {
	g.advice = append(g.advice, engine.Diagnostic{Severity: engine.Advice, Code: code, Pos: at, Path: ref.String(), Args: args})
}

// declaration is how the manifests declare an object, or nil.
func declaration(t *engine.Tenant, ref engine.Ref) *engine.Resource {
	i := slices.IndexFunc(t.Resources, func(r engine.Resource) bool { return r.Ref == ref })
	if i < 0 {
		return nil
	}
	return &t.Resources[i]
}

// home is where a new object is declared: where the last of its kind is that the
// tenant's own manifests have, or else beside the environment.
func (g *suggestion) home(t *engine.Tenant, ref engine.Ref) engine.Position {
	at := engine.Position{}
	for i := range t.Resources {
		if r := &t.Resources[i]; r.Ref.Kind == ref.Kind && !slices.Contains(g.loaded.Bases, r.Origin.File) && r.Origin.Compare(at) > 0 {
			at = r.Origin
		}
	}
	if at.File == "" {
		return t.Origin
	}
	return at
}

func (g *suggestion) draft(file string) (*draft, error) {
	if d := g.drafts[file]; d != nil {
		return d, nil
	}
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	d, err := g.editor.Draft(file, src)
	if err != nil {
		return nil, err
	}
	g.drafts[file] = &draft{d, src}
	return g.drafts[file], nil
}

// relative is a path from the folder that a patch is taken in, if it lies below it.
func relative(path string) string {
	if !filepath.IsAbs(path) {
		return path
	}
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// write writes the patch to stdout, and what it leaves to a person beside it.
func (g *suggestion) write() error {
	for _, file := range slices.Sorted(maps.Keys(g.drafts)) {
		d := g.drafts[file]
		if err := report.Patch(g.out, relative(file), d.before, d.Bytes()); err != nil {
			return err
		}
	}
	g.tell()
	return nil
}

// tell says what an edit of the manifests leaves to a person.
func (g *suggestion) tell() {
	slices.SortStableFunc(g.refused, engine.Diagnostic.Compare)
	slices.SortStableFunc(g.advice, engine.Diagnostic.Compare)
	report.Diagnostics(g.err, style(g.err), g.words, slices.Concat(g.refused, g.advice))
}
