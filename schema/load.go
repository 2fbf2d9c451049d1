package schema

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"cosmicctl/engine"

	"golang.org/x/sync/errgroup"
)

// Options of [Schema.Load].
type Options struct {
	// Keep asks for the tenants; without it only diagnostics are kept, and
	// memory does not grow with the resources.
	Keep bool
	// Today, as 2006-01-02, is the day on which waivers must not have expired;
	// "" leaves that open.
	Today string
	// Choice is of the tenants that the run is about. What is wrong with others is
	// not reported, but for what cannot be told to be theirs.
	Choice engine.Choice
	// Root is the folder that no base may leave. Without it that is the git
	// repository around a manifest, if there is one.
	Root string
	// Fetch, if given, is called before the file of a base is read, at most once for
	// each; it may put it there.
	Fetch func(path string) error
}

// Result is what loading found.
type Result struct {
	// Tenants are the valid ones, by name; only with [Options.Keep].
	Tenants []engine.Declared
	// Diagnostics are sorted by place.
	Diagnostics []engine.Diagnostic
	// Names of all tenants that a manifest declares, valid or not.
	Names []string
	// Unchosen counts those of them that [Options.Choice] leaves out.
	Unchosen int
	// Stray tells that some mistake stands where no tenant is named, so that any
	// of them may lack a part.
	Stray bool
	Files int
	// Bases are the files that manifests stand on, also those that are not there.
	Bases   []string
	Skipped Skipped
}

// Skipped counts what a folder holds that is no manifest.
type Skipped struct {
	HiddenFolders int `json:"hiddenFolders"`
	Documents     int `json:"documents"` // another apiVersion
	Links         int `json:"links"`     // symbolic links and other special files
}

// Failed tells whether a diagnostic is an error.
func (r *Result) Failed() bool {
	return slices.ContainsFunc(r.Diagnostics, func(d engine.Diagnostic) bool { return d.Severity == engine.Error })
}

// Load validates the manifests of files and folders. The error is of the run,
// never of a manifest.
func (s *Schema) Load(ctx context.Context, paths []string, o Options) (*Result, error) {
	w := &walk{}
	for _, p := range paths {
		w.add(p)
	}
	bases := newBases(s, w.sources, o)
	results, err := s.readAll(ctx, w.sources, bases)
	if err != nil {
		return nil, err
	}
	out := &Result{Diagnostics: w.diags, Stray: failed(w.diags), Files: len(w.sources) + bases.beside(w.sources), Skipped: w.skipped}
	var parts []*part
	loose := 0
	for _, r := range results {
		loose += r.bases
		out.Skipped.Documents += r.skipped
		out.Diagnostics = append(out.Diagnostics, r.diags...)
		out.Diagnostics = append(out.Diagnostics, r.ofBases...)
		out.Stray = out.Stray || failed(r.diags)
		parts = append(parts, r.parts...)
	}
	if len(parts)+loose == 0 && !out.Failed() {
		out.Diagnostics = append(out.Diagnostics, engine.Diagnostic{Severity: engine.Error, Code: CodeNoManifest,
			Pos: engine.Position{File: strings.Join(paths, " "), Line: 1, Col: 1}})
	}
	s.assemble(parts, o, out)
	slices.SortStableFunc(out.Diagnostics, engine.Diagnostic.Compare)
	if len(bases.files) > 0 {
		out.Bases = bases.paths()
		out.Diagnostics = once(out.Diagnostics)
	}
	return out, nil
}

// filesAChecker are so many that another checker, which evaluates the kind files for
// itself, is done sooner than one alone.
const filesAChecker = 20

// readAll checks the files in parallel; results are in the order of the files.
func (s *Schema) readAll(ctx context.Context, sources []source, bases *bases) ([]fileResult, error) {
	results := make([]fileResult, len(sources))
	g, ctx := errgroup.WithContext(ctx)
	next := make(chan int)
	g.Go(func() error {
		defer close(next)
		for i := range sources {
			select {
			case next <- i:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range min(runtime.GOMAXPROCS(0), 1+len(sources)/filesAChecker) {
		g.Go(func() error {
			c, err := s.checker()
			if err != nil {
				return err
			}
			defer s.checkers.Put(c)
			for i := range next {
				if results[i], err = s.file(c, sources[i], bases); err != nil {
					return fmt.Errorf("%s: %w", sources[i].path, err)
				}
			}
			return nil
		})
	}
	return results, g.Wait()
}

// source is a file to read; named if the command line names it itself.
type source struct {
	path  string
	named bool
}

type fileResult struct {
	parts   []*part
	diags   []engine.Diagnostic // not of one part
	skipped int
	bases   int // documents
	ofBases []engine.Diagnostic
}

func (s *Schema) file(c *checker, src source, bases *bases) (fileResult, error) {
	var out fileResult
	data, fault := read(src.path, src.path)
	if fault == nil {
		data, fault = text(src.path, data)
	}
	if fault != nil {
		out.diags = append(out.diags, *fault)
		return out, nil
	}
	docs, diags := parse(src.path, data)
	out.diags = diags
	for _, doc := range docs {
		if !src.named && foreign(doc.root) {
			out.skipped++
			continue
		}
		if !src.named && isWatch(doc.root) {
			continue
		}
		if doc.root.str("kind") == BaseKind && !foreign(doc.root) {
			out.bases++
			continue
		}
		out.diags = append(out.diags, doc.diags...)
		chk := &check{checker: c, bases: bases}
		p := chk.document(doc.root, bases.o.Keep)
		if chk.err != nil {
			return out, chk.err
		}
		p.diags = chk.diags
		out.parts = append(out.parts, p)
	}
	if out.bases > 0 {
		var err error
		out.ofBases, err = bases.loose(c, src.path)
		return out, err
	}
	if len(docs) == 0 && len(diags) == 0 {
		out.diags = append(out.diags, emptyFile(src.path))
	}
	return out, nil
}

func emptyFile(path string) engine.Diagnostic {
	return engine.Diagnostic{Severity: engine.Error, Code: CodeEmptyFile, Pos: engine.Position{File: path, Line: 1, Col: 1}}
}

// read reads a file, which is shown under another path.
func read(path, shown string) ([]byte, *engine.Diagnostic) {
	fault := func(code engine.Code, reason string) *engine.Diagnostic {
		return &engine.Diagnostic{Severity: engine.Error, Code: code, Pos: engine.Position{File: shown, Line: 1, Col: 1},
			Args: map[string]string{"reason": reason, "max": fmt.Sprint(MaxFileBytes >> 20)}}
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fault(CodeNoFile, reason(err))
	case !info.Mode().IsRegular():
		return nil, fault(CodeNotRegular, "")
	case info.Size() > MaxFileBytes:
		return nil, fault(CodeTooLarge, "")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fault(CodeNoFile, reason(err))
	}
	return data, nil
}

// reason is the cause of a file error without its path.
func reason(err error) string {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err.Error()
	}
	return err.Error()
}

// walk collects the files to read.
type walk struct {
	sources []source
	seen    map[string]bool
	diags   []engine.Diagnostic
	skipped Skipped
}

func (w *walk) add(path string) {
	info, err := os.Stat(path)
	if err != nil {
		w.fault(path, err)
		return
	}
	if !info.IsDir() {
		w.source(path, true)
		return
	}
	// WalkDir does not enter a root that is a symbolic link; the user named it.
	if real, err := filepath.EvalSymlinks(path); err == nil && real != filepath.Clean(path) {
		path += string(filepath.Separator)
	}
	_ = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		return w.visit(path, p, d, err)
	})
}

func (w *walk) visit(root, path string, d fs.DirEntry, err error) error {
	switch {
	case err != nil:
		w.fault(path, err)
	case d.IsDir():
		if path != root && strings.HasPrefix(d.Name(), ".") {
			w.skipped.HiddenFolders++
			return filepath.SkipDir
		}
	case !IsManifestName(path):
	case !d.Type().IsRegular():
		w.skipped.Links++
	default:
		w.source(path, false)
	}
	return nil
}

// IsManifestName tells whether a folder is searched for files of this name.
func IsManifestName(path string) bool {
	return strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".yml")
}

func (w *walk) source(path string, named bool) {
	if w.seen == nil {
		w.seen = map[string]bool{}
	}
	clean := filepath.Clean(path)
	if !w.seen[clean] {
		w.seen[clean] = true
		w.sources = append(w.sources, source{clean, named})
	}
}

func (w *walk) fault(path string, err error) {
	code := CodeNoFile
	if os.IsNotExist(err) {
		code = CodeNotFound
	}
	w.diags = append(w.diags, engine.Diagnostic{Severity: engine.Error, Code: code,
		Pos: engine.Position{File: path, Line: 1, Col: 1}, Args: map[string]string{"reason": reason(err)}})
}
