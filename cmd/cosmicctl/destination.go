package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"
)

// destination is where a tenant that was pulled goes: a file, or stdout.
//
// A file that the PATHs cover is a part of what they say, so that it gets what they
// do not say yet. Any other stands by itself: it has the environment, and all that is
// live.
type destination struct {
	file  string // "" is stdout
	alone bool   // what PATH declares is declared here too
	fresh bool   // it is not there yet
}

// destination finds where a tenant goes. Of a file that is there and stands by itself the
// tenant takes what it declares, in place of what PATH does.
func (s *session) destination(ctx context.Context, t *engine.Declared, args []string, out string) (*destination, error) {
	if out == "" {
		return &destination{alone: true, fresh: true}, nil
	}
	info, err := os.Stat(out)
	if err == nil && info.IsDir() || strings.HasSuffix(out, "/") || strings.HasSuffix(out, string(filepath.Separator)) {
		out = filepath.Join(out, t.Name+".yaml")
	}
	to := &destination{file: asNamed(t.Whole(), filepath.Clean(out)), alone: !covered(args, out)}
	switch _, err := os.Stat(to.file); {
	case os.IsNotExist(err):
		to.fresh = true
		return to, nil
	case err != nil:
		return nil, err
	case !to.alone:
		return to, nil
	}
	to.alone = false
	own, err := s.load(ctx, []string{to.file}, choiceFlags{}, policyFlags{}, schema.Options{Keep: true})
	if err != nil {
		return nil, err
	}
	report.Diagnostics(s.err, style(s.err), s.words, own.Diagnostics)
	i := slices.IndexFunc(own.Tenants, func(x engine.Declared) bool { return x.Name == t.Name })
	if i < 0 {
		return nil, coded(exitInvalid, s.words.Error(report.CodePullFileTaken, "file", report.Clean(to.file), "tenant", t.Name))
	}
	t.Resources = own.Tenants[i].Resources
	return to, nil
}

// asNamed is how a tenant's manifests name a file, if they are in it.
func asNamed(t *engine.Tenant, file string) string {
	abs, err := filepath.Abs(file)
	names := []string{t.Origin.File}
	for i := range t.Resources {
		names = append(names, t.Resources[i].Origin.File)
	}
	for _, name := range names {
		if other, failed := filepath.Abs(name); err == nil && failed == nil && other == abs {
			return name
		}
	}
	return file
}

// covered tells whether some paths, as a command reads them, hold a file.
func covered(paths []string, file string) bool {
	abs, err := filepath.Abs(file)
	return err == nil && slices.ContainsFunc(paths, func(path string) bool {
		root, err := filepath.Abs(path)
		if err != nil {
			return false
		}
		rel, err := filepath.Rel(root, abs)
		if err != nil || !filepath.IsLocal(rel) {
			return false
		}
		hidden := slices.ContainsFunc(strings.Split(rel, string(filepath.Separator)), func(part string) bool { return strings.HasPrefix(part, ".") })
		return rel == "." || !hidden && schema.IsManifestName(rel)
	})
}

// putFile replaces a file, or makes it with its folder.
func putFile(path string, data []byte) error {
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		return replaceFile(path, data)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return writeFile(path, 0o644, writeBytes(data))
}
