package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

// baseFlags say what the manifests are compared with.
type baseFlags struct{ base string }

func (f *baseFlags) register(cmd *cobra.Command) {
	cmd.Flags().Func("base", "`REV|DIR` to compare with: a revision of the manifests' git repository, or a folder\n"+
		"that holds the same paths; each change then says what causes it", func(value string) error {
		if value == "" {
			return report.Fault("base-empty")
		}
		f.base = value
		return nil
	})
}

// base is what the same paths hold at a revision or in another folder. Its
// mistakes never fail a run: of a tenant that has some there, it is unknown what
// causes a change.
type base struct {
	name   string
	loaded *schema.Result
	// shown makes the name of a base's file for a person.
	shown func(file string) string
}

// tenant is a tenant as the base wants it, empty if the base does not mention it
// and nil if that cannot be told. Nothing of a nil base is known.
func (b *base) tenant(name string) *engine.Tenant {
	if b == nil {
		return nil
	}
	for i := range b.loaded.Tenants {
		if b.loaded.Tenants[i].Name == name && !b.loaded.Stray {
			return b.loaded.Tenants[i].Whole()
		}
	}
	if b.loaded.Stray || slices.Contains(b.loaded.Names, name) {
		return nil
	}
	return &engine.Tenant{Name: name}
}

// added are the waivers of a tenant that are not in the base, or hold longer than
// there. Where it cannot be told what the base holds, a reviewer sees all of them.
func (b *base) added(t *engine.Tenant) []engine.Waiver {
	if b == nil {
		return nil
	}
	was := b.tenant(t.Name)
	if was == nil {
		was = &engine.Tenant{}
	}
	return engine.AddedWaivers(was.Waivers, t.Waivers)
}

// advice says of which tenants the base knows nothing, and of which it has nothing.
func (b *base) advice(tenants []engine.Declared) []engine.Diagnostic {
	d := engine.Diagnostic{Severity: engine.Advice, Code: report.CodeBaseInvalid, Args: map[string]string{"base": b.name}}
	if b.loaded.Files == 0 {
		d.Code = report.CodeBaseEmpty
	}
	var names []string
	for i := range tenants {
		if t := &tenants[i]; b.loaded.Files == 0 || b.tenant(t.Name) == nil {
			if names = append(names, t.Name); len(names) == 1 {
				d.Pos = t.Origin
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	if d.Args["tenants"] = strings.Join(names, ", "); len(names) > 3 {
		d.Args["tenants"] = fmt.Sprintf("%d tenants", len(names))
	}
	first := slices.IndexFunc(b.loaded.Diagnostics, func(m engine.Diagnostic) bool { return m.Severity == engine.Error })
	if first >= 0 {
		m := b.loaded.Diagnostics[first]
		d.Args["place"], d.Args["mistake"] = fmt.Sprintf("%s:%d:%d", b.shown(m.Pos.File), m.Pos.Line, m.Pos.Col), string(m.Code)
	}
	return []engine.Diagnostic{d}
}

// compare loads the base that the flag names, if it names one.
func (s *session) compare(ctx context.Context, paths []string, f baseFlags) error {
	if f.base == "" {
		return nil
	}
	var err error
	if s.base, err = s.loadBase(ctx, paths, f.base); ctx.Err() != nil {
		return interrupted(ctx, "not all tenants were read")
	} else if err != nil {
		return err
	}
	s.loaded.Diagnostics = append(s.loaded.Diagnostics, s.base.advice(s.loaded.Tenants)...)
	slices.SortStableFunc(s.loaded.Diagnostics, engine.Diagnostic.Compare)
	return nil
}

// loadBase decides whether the value is a folder or a revision. One that begins
// like a path is no revision.
func (a *app) loadBase(ctx context.Context, paths []string, value string) (*base, error) {
	info, err := os.Stat(value)
	folder := err == nil && info.IsDir()
	if folder && (filepath.IsAbs(value) || strings.HasPrefix(value, ".")) {
		return a.baseInFolder(ctx, paths, value)
	}
	repo, err := findRepository(ctx, paths)
	commit := ""
	if err == nil {
		commit, err = repo.commit(ctx, value)
	}
	switch {
	case folder && commit != "":
		return nil, coded(exitInvalid, report.Fault("base-both", "base", value, "folder", "."+string(filepath.Separator)+value, "commit", commit[:12]))
	case folder:
		return a.baseInFolder(ctx, paths, value)
	case err != nil:
		return nil, coded(exitInvalid, report.Fault("base-of", "base", value, "error", err))
	}
	return a.baseAtCommit(ctx, repo, paths, value, commit)
}

func (a *app) baseInFolder(ctx context.Context, paths []string, dir string) (*base, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return nil, err
	}
	var there []string
	for _, path := range paths {
		rel, ok := below(here, path)
		if !ok {
			return nil, coded(exitInvalid, report.Fault("base-elsewhere", "base", dir, "path", path))
		}
		if file := filepath.Join(dir, rel); exists(file) {
			there = append(there, file)
		}
	}
	loaded, err := a.loadThere(ctx, there, schema.Options{Root: root})
	return &base{dir, loaded, func(file string) string { return file }}, err
}

// baseAtCommit loads the manifests of a commit through a folder that is only there
// for that long.
func (a *app) baseAtCommit(ctx context.Context, repo *repository, paths []string, rev, commit string) (*base, error) {
	dir, err := os.MkdirTemp("", "cosmicctl-base-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	var rels, there []string
	for _, path := range paths {
		if rel, ok := repo.rel(path); ok {
			rels = append(rels, rel)
		}
	}
	if err := repo.checkout(ctx, commit, rels, dir); err != nil {
		return nil, coded(exitInvalid, report.Fault("base-of", "base", rev, "error", err))
	}
	for _, rel := range rels {
		if file := filepath.Join(dir, rel); exists(file) {
			there = append(there, file)
		}
	}
	var one sync.Mutex
	loaded, err := a.loadThere(ctx, there, schema.Options{Root: dir, Fetch: func(path string) error {
		one.Lock()
		defer one.Unlock()
		rel, ok := below(dir, path)
		if !ok || exists(path) {
			return nil
		}
		if err := repo.checkout(ctx, commit, []string{rel}, dir); err != nil {
			return coded(exitInvalid, report.Fault("base-of", "base", rev, "error", err))
		}
		return nil
	}})
	name := rev + " (" + commit[:12] + ")"
	if strings.HasPrefix(commit, rev) {
		name = commit[:12]
	}
	return &base{name, loaded, func(file string) string {
		return rev + ":" + filepath.ToSlash(strings.TrimPrefix(file, dir+string(filepath.Separator)))
	}}, err
}

// loadThere loads the paths that the base has; new ones have no counterpart.
func (a *app) loadThere(ctx context.Context, paths []string, o schema.Options) (*schema.Result, error) {
	if len(paths) == 0 {
		return &schema.Result{}, nil
	}
	o.Keep = true
	return a.schema.Load(ctx, paths, o)
}

// below returns a path relative to a folder that holds it.
func below(dir, path string) (string, bool) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(dir, abs)
	return rel, err == nil && filepath.IsLocal(rel)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
