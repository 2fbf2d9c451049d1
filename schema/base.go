package schema

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"cosmicctl/engine"
)

// A base is a file that manifests name under `bases`. It is read once, by whoever
// needs it first, however many tenants stand on it.
type base struct {
	path   string // as a person reads it
	target string // as it is opened: absolute, without symbolic links
	once   sync.Once
	parts  []*part
	diags  []engine.Diagnostic // of what stands in it
	// fault is why there is nothing to join; it is reported where it is named.
	fault *engine.Diagnostic
	there bool // it was opened
	err   error
}

// reference is where a document names a base.
type reference struct {
	text, path string
	pos        engine.Position
}

// bases are those of one run.
type bases struct {
	schema *Schema
	o      Options
	here   string // paths are shown relative to it; "" shows them absolute

	mu     sync.Mutex
	files  map[string]*base
	roots  map[string]folderOf
	unions map[string]*union
}

// folderOf is a folder of manifests: its real path, and the folder that its bases
// may not leave ("" for none).
type folderOf struct{ real, root string }

func newBases(s *Schema, sources []source, o Options) *bases {
	b := &bases{schema: s, o: o, files: map[string]*base{}, roots: map[string]folderOf{}, unions: map[string]*union{}}
	for _, src := range sources {
		if filepath.IsAbs(src.path) {
			continue
		}
		if here, err := os.Getwd(); err == nil {
			b.here, _ = filepath.EvalSymlinks(here)
		}
		break
	}
	return b
}

// named returns the base that a document names, or why it cannot be one.
func (s *bases) named(c *checker, r reference) (*base, *engine.Diagnostic, error) {
	dir := s.folder(filepath.Dir(r.pos.File))
	target := filepath.Join(dir.real, filepath.FromSlash(r.text))
	if dir.root != "" && !under(dir.root, target) {
		return nil, &engine.Diagnostic{Code: CodeBaseOutside, Args: map[string]string{"root": s.shown(dir.root)}}, nil
	}
	b := s.at(target)
	b.once.Do(func() { s.load(c, b) })
	return b, b.fault, b.err
}

// own returns the file of a document that is a base itself.
func (s *bases) own(c *checker, path string) (*base, error) {
	target, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real
	}
	b := s.at(target)
	b.once.Do(func() { s.load(c, b) })
	return b, b.err
}

func (s *bases) at(target string) *base {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.files[target]
	if b == nil {
		b = &base{path: s.shown(target), target: target}
		s.files[target] = b
	}
	return b
}

func (s *bases) shown(target string) string {
	if s.here != "" {
		if rel, err := filepath.Rel(s.here, target); err == nil {
			return rel
		}
	}
	return target
}

// folder tells where a folder is and how far its bases may lie: in the git
// repository around it, if there is one, so that a manifest cannot reach for other
// files of the machine, and a revision holds all that it names.
func (s *bases) folder(dir string) folderOf {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, known := s.roots[dir]
	if known {
		return f
	}
	f.real = dir
	if abs, err := filepath.Abs(dir); err == nil {
		f.real = abs
	}
	if real, err := filepath.EvalSymlinks(f.real); err == nil {
		f.real = real
	}
	if f.root = s.o.Root; f.root == "" {
		f.root = repositoryOf(f.real)
	}
	s.roots[dir] = f
	return f
}

func repositoryOf(dir string) string {
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

func under(root, path string) bool {
	rel, err := filepath.Rel(root, path)
	return err == nil && filepath.IsLocal(rel)
}

// load reads the file of a base and checks each of its documents by itself.
func (s *bases) load(c *checker, b *base) {
	if s.o.Fetch != nil {
		if b.err = s.o.Fetch(b.target); b.err != nil {
			return
		}
	}
	if why := notBase(b.target); why != "" {
		b.fault = &engine.Diagnostic{Code: CodeBaseUnreadable, Args: map[string]string{"reason": why}}
		return
	}
	b.there = true
	data, fault := read(b.target, b.path)
	if fault == nil {
		data, fault = text(b.path, data)
	}
	if fault != nil {
		b.diags = append(b.diags, *fault)
		return
	}
	docs, diags := parse(b.path, data)
	b.diags = diags
	for _, doc := range docs {
		if kind := doc.root.str("kind"); foreign(doc.root) || kind == DocKind || kind == WatchKind {
			b.parts, b.diags = nil, nil
			b.fault = &engine.Diagnostic{Code: CodeNotBase, Args: map[string]string{"at": doc.root.keyPos("kind").String(), "want": BaseKind}}
			return
		}
		b.diags = append(b.diags, doc.diags...)
		chk := &check{checker: c, bases: s}
		if doc.root.str("kind") == BaseKind {
			b.parts = append(b.parts, chk.document(doc.root, false))
		} else {
			chk.header(doc.root, BaseKind) // it says what is wrong with it
		}
		b.diags = append(b.diags, chk.diags...)
		if b.err = chk.err; b.err != nil {
			return
		}
	}
	if len(docs) == 0 && len(diags) == 0 {
		b.diags = append(b.diags, emptyFile(b.path))
	}
}

// notBase tells why a file is not even opened.
func notBase(target string) string {
	real, err := filepath.EvalSymlinks(target)
	if err != nil {
		return reason(err)
	}
	info, err := os.Lstat(target)
	switch {
	case err != nil:
		return reason(err)
	case real != target:
		return "it is reached through a symbolic link"
	case info.IsDir():
		return "it is a folder; name its files"
	}
	return ""
}

// references reads the list of bases of a document.
func (c *check) references(n *node) []reference {
	list := n.get("bases")
	if list == nil {
		return nil
	}
	before := len(c.diags)
	c.value(c.schema.bases.shape, list, "bases")
	if len(c.diags) > before || list.kind != listNode {
		return nil
	}
	c.repeated(list, "bases")
	var out []reference
	for i, item := range list.items {
		out = append(out, reference{strings.Clone(item.text), elementPath("bases", i), item.pos})
	}
	return out
}

// reached returns the bases that are there, and reports the others.
func (c *check) reached(refs []reference) []step {
	var out []step
	for _, r := range refs {
		b, fault, err := c.bases.named(c.checker, r)
		switch {
		case err != nil:
			c.err = errors.Join(c.err, fmt.Errorf("%s: %w", r.text, err))
		case fault != nil:
			d := *fault
			d.Pos, d.Path = r.pos, r.path
			d.Args = map[string]string{"base": r.text}
			for k, v := range fault.Args {
				d.Args[k] = v
			}
			c.report(d)
		default:
			out = append(out, step{b, r.pos})
		}
	}
	return out
}

// loose checks a base that was found as a file of its own, with those that it
// names, unless only some tenants are looked at: what they need is checked with them.
func (s *bases) loose(c *checker, path string) ([]engine.Diagnostic, error) {
	b, err := s.own(c, path)
	if err != nil {
		return nil, err
	}
	if b.fault != nil {
		d := *b.fault
		d.Severity, d.Pos, d.Args = engine.Error, engine.Position{File: path, Line: 1, Col: 1}, maps.Clone(d.Args)
		d.Args["base"] = path
		return []engine.Diagnostic{d}, nil
	}
	if !s.o.Choice.All() {
		return nil, nil
	}
	chk := &check{checker: c, bases: s}
	u := chk.union([]step{{base: b}})
	return u.diags, chk.err
}

// paths are those of all of them.
func (s *bases) paths() []string {
	var out []string
	for _, b := range s.files {
		out = append(out, b.path)
	}
	slices.Sort(out)
	return out
}

// beside counts the files that were read although no path names them.
func (s *bases) beside(sources []source) int {
	if len(s.files) == 0 {
		return 0
	}
	n := 0
	for _, b := range s.files {
		if b.there {
			n++
		}
	}
	for _, src := range sources {
		if target, err := filepath.Abs(src.path); err == nil {
			if real, err := filepath.EvalSymlinks(target); err == nil && s.files[real] != nil && s.files[real].there {
				n--
			}
		}
	}
	return n
}
