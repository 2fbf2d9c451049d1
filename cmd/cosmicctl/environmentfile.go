package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"
)

// environmentFile is where an environment goes: stdout, a new file, one that is
// replaced, or a manifest that has none yet.
type environmentFile struct {
	path   string // "" for stdout
	tenant string // of the manifest that is there; "" without one
	before []byte // it, up to where the environment belongs
	after  []byte
}

// environmentFile looks at the file before anything else is done.
func (a *app) environmentFile(ctx context.Context, f consoleFlags) (*environmentFile, error) {
	out := &environmentFile{path: f.output}
	if f.output == "" {
		return out, nil
	}
	if _, err := os.Stat(filepath.Dir(f.output)); err != nil {
		return nil, coded(exitInvalid, err)
	}
	if f.force {
		return out, nil
	}
	data, err := os.ReadFile(f.output)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, coded(exitInvalid, err)
	}
	loaded, err := a.schema.Load(ctx, []string{f.output}, schema.Options{})
	switch {
	case err != nil:
		return nil, err
	case len(loaded.Names) == 0:
		return nil, a.fault(exitRefused, report.CodeFileTaken, "file", f.output)
	}
	if at := ownEnvironment.FindIndex(data); at != nil {
		return nil, a.fault(exitRefused, report.CodeFileHasEnv, "file", f.output, "line", strconv.Itoa(1+bytes.Count(data[:at[0]], []byte("\n"))))
	}
	at := endOfMetadata(data)
	simple := len(loaded.Names) == 1 && at >= 0 && !slices.ContainsFunc(loaded.Diagnostics, func(d engine.Diagnostic) bool {
		return d.Severity == engine.Error && d.Code != schema.CodeNoEnv
	})
	if !simple {
		return nil, a.fault(exitRefused, report.CodeFileNotSimple, "file", f.output)
	}
	if out.tenant = loaded.Names[0]; f.name != "" && f.name != out.tenant {
		return nil, a.fault(exitInvalid, report.CodeFileName, "file", f.output, "name", out.tenant, "want", f.name)
	}
	out.before, out.after = data[:at], data[at:]
	return out, nil
}

var (
	ownEnvironment = regexp.MustCompile(`(?m)^["']?environment["']?\s*:`)
	ownMetadata    = regexp.MustCompile(`(?m)^metadata:[^\n]*\n([ \t]+[^\n]*\n)*`)
	documentStart  = regexp.MustCompile(`(?m)^---`)
)

// endOfMetadata is where the metadata of the only document end; -1 if that is not
// sure.
func endOfMetadata(data []byte) int {
	found := ownMetadata.FindAllIndex(data, -1)
	starts := documentStart.FindAllIndex(data, -1)
	if len(found) != 1 || len(starts) > 1 || len(starts) == 1 && starts[0][0] > found[0][0] {
		return -1
	}
	return found[0][1]
}

// writeEnvironment checks what is to be written as any manifest is, and writes it.
func (a *app) writeEnvironment(ctx context.Context, f *environmentFile, e *environment) error {
	text := []byte(e.document(a.words))
	if f.tenant != "" {
		block := e.block(a.words)
		if bytes.Contains(f.before, []byte("\r\n")) {
			block = strings.ReplaceAll(block, "\n", "\r\n")
		}
		text = slices.Concat(f.before, []byte(block), f.after)
	}
	dir := "" // of the system, for temporary files
	if f.path != "" {
		dir = filepath.Dir(f.path)
	}
	if err := a.checkEnvironment(ctx, dir, text, e.name); err != nil {
		return err
	}
	if f.path == "" {
		_, err := a.out.Write(text)
		return err
	}
	mode := os.FileMode(0o644)
	if info, err := os.Stat(f.path); err == nil {
		mode = info.Mode().Perm()
	}
	err := writeFile(f.path, mode, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err == nil {
		a.say(report.CodeWritten, "name", e.name, "file", f.path)
	}
	return err
}

// checkEnvironment validates a manifest where it is going to be, so that its bases
// are found.
func (a *app) checkEnvironment(ctx context.Context, dir string, text []byte, name string) error {
	tmp, err := os.CreateTemp(dir, ".environment-*.yaml")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	loaded, err := a.schema.Load(ctx, []string{tmp.Name()}, schema.Options{Keep: true})
	if err != nil {
		return err
	}
	if !loaded.Failed() && len(loaded.Tenants) == 1 && loaded.Tenants[0].Name == name {
		return nil
	}
	for i := range loaded.Diagnostics {
		loaded.Diagnostics[i].Pos = engine.Position{} // nobody knows the file
	}
	report.Diagnostics(a.err, style(a.err), a.words, loaded.Diagnostics)
	return coded(exitInvalid, errReported)
}
