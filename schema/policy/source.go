package policy

import (
	"embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cosmicctl/engine"

	"cuelang.org/go/cue/token"
)

//go:embed policy.cue
var language []byte

//go:embed pack/*.cue
var packs embed.FS

// Limits of the files of a policy.
const (
	MaxFileBytes = 64 << 10
	MaxFiles     = 100
)

// Packs names the policies that are built in.
func Packs() []string {
	files, _ := fs.Glob(packs, "pack/*.cue")
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, "pack/"), ".cue")
	}
	return files
}

// Folder is the name by which [Load] reads a folder, and not the pack of its name;
// it tells whether the folder holds any rules.
func Folder(dir string) (string, bool) {
	entries, _ := os.ReadDir(dir)
	if slices.Contains(Packs(), dir) {
		dir = "." + string(filepath.Separator) + dir
	}
	return dir, slices.ContainsFunc(entries, isRules)
}

// source is the text of one policy.
type source struct {
	name  string
	files []file
}

type file struct {
	path string
	text []byte
}

// read returns the text of a pack or of a folder.
func read(name string) (source, *engine.Diagnostic) {
	if slices.Contains(Packs(), name) {
		text, err := packs.ReadFile("pack/" + name + ".cue")
		if err != nil {
			return source{}, unreadable(name, err)
		}
		return source{name, []file{{name + ".cue", text}}}, nil
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return source{}, unreadable(name, err)
	}
	s := source{name: name}
	for _, e := range entries {
		if !isRules(e) {
			continue
		}
		path := filepath.Join(name, e.Name())
		if info, err := e.Info(); err != nil {
			return source{}, unreadable(path, err)
		} else if info.Size() > MaxFileBytes || len(s.files) == MaxFiles {
			return source{}, fault(CodeTooLarge, whole(path), "bytes", strconv.Itoa(MaxFileBytes>>10), "files", strconv.Itoa(MaxFiles))
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return source{}, unreadable(path, err)
		}
		s.files = append(s.files, file{path, text})
	}
	if len(s.files) == 0 {
		return source{}, fault(CodeNoRules, whole(name))
	}
	return s, nil
}

func isRules(e fs.DirEntry) bool { return filepath.Ext(e.Name()) == ".cue" && e.Type().IsRegular() }

func unreadable(path string, err error) *engine.Diagnostic {
	reason := err.Error()
	var p *fs.PathError
	if errors.As(err, &p) {
		reason = p.Err.Error()
	}
	return fault(CodeNoPolicy, whole(path), "reason", reason, "packs", strings.Join(Packs(), ", "))
}

// whole is a file or folder as a whole.
func whole(path string) engine.Position { return engine.Position{File: path, Line: 1, Col: 1} }

func fault(code engine.Code, at engine.Position, args ...string) *engine.Diagnostic {
	d := &engine.Diagnostic{Severity: engine.Error, Code: code, Pos: at, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		d.Args[args[i]] = args[i+1]
	}
	return d
}

// place turns a position of CUE, whose column counts bytes, into our own. It
// tells whether the position lies in this policy.
func (s source) place(p token.Pos) (engine.Position, bool) {
	for _, f := range s.files {
		if p.Filename() != f.path {
			continue
		}
		at := engine.Position{File: f.path, Line: p.Line(), Col: p.Column()}
		if lines := strings.Split(string(f.text), "\n"); p.Line() <= len(lines) {
			line := lines[p.Line()-1]
			at.Col = utf8.RuneCountInString(line[:min(len(line), p.Column()-1)]) + 1
		}
		return at, true
	}
	return engine.Position{}, false
}
