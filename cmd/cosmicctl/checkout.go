package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/schema"
)

// Limits of what is read of a revision, beside those of each file.
const (
	maxBaseFiles = 1_000_000
	maxBaseBytes = 1 << 30
)

// entry is a file of a commit.
type entry struct{ object, path string }

// checkout writes the manifests at or below some paths of a commit into a folder.
// Symbolic links and submodules are left out.
func (r *repository) checkout(ctx context.Context, commit string, paths []string, into string) error {
	if len(paths) == 0 {
		return nil
	}
	entries, err := r.list(ctx, commit, paths)
	if err != nil || len(entries) == 0 {
		return err
	}
	root, err := os.OpenRoot(into)
	if err != nil {
		return err
	}
	defer root.Close()
	var asked strings.Builder
	for _, e := range entries {
		asked.WriteString(e.object + "\n")
	}
	err = r.git(ctx, strings.NewReader(asked.String()), func(out *bufio.Reader) error {
		left := int64(maxBaseBytes)
		for _, e := range entries {
			if err := copyObject(out, root, e, &left); err != nil {
				return about(e.path, err)
			}
		}
		return nil
	}, "cat-file", "--batch")
	if err != nil {
		return report.Fault("base-filtered", "error", err)
	}
	return nil
}

// list lists the manifests among the files of a commit.
func (r *repository) list(ctx context.Context, commit string, paths []string) ([]entry, error) {
	args := []string{"ls-tree", "-r", "-z", "--full-tree", commit, "--"}
	if !slices.Contains(paths, ".") {
		for _, p := range paths {
			args = append(args, filepath.ToSlash(p))
		}
	}
	var entries []entry
	err := r.git(ctx, nil, func(out *bufio.Reader) error {
		for n := 0; ; n++ {
			line, err := out.ReadString(0)
			switch {
			case err == io.EOF:
				return nil
			case err != nil:
				return err
			case n == maxBaseFiles:
				return report.Fault("base-many-files", "most", maxBaseFiles)
			}
			if e, ok := regularFile(line); ok && (slices.Contains(paths, e.path) || schema.IsManifestName(e.path)) {
				entries = append(entries, e)
			}
		}
	}, args...)
	return entries, err
}

// regularFile reads a line of ls-tree: mode, type and name of an object, and a path.
func regularFile(line string) (entry, bool) {
	meta, name, _ := strings.Cut(strings.TrimSuffix(line, "\x00"), "\t")
	fields, path := strings.Fields(meta), filepath.FromSlash(name)
	if len(fields) != 3 || !strings.HasPrefix(fields[0], "100") || !filepath.IsLocal(path) {
		return entry{}, false
	}
	return entry{fields[2], path}, true
}

// copyObject writes the next object of `cat-file --batch` to its file. Of one that
// is too large for a manifest just enough is kept to tell.
func copyObject(out *bufio.Reader, root *os.Root, e entry, left *int64) error {
	header, err := out.ReadString('\n')
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	fields := strings.Fields(header)
	if len(fields) != 3 || fields[1] != "blob" {
		return report.Fault("base-missing")
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return err
	}
	kept := min(size, schema.MaxFileBytes+1)
	if *left -= kept; *left < 0 {
		return report.Fault("base-large", "most", int64(maxBaseBytes))
	}
	if err := root.MkdirAll(filepath.Dir(e.path), 0o700); err != nil {
		return err
	}
	file, err := root.OpenFile(e.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.CopyN(file, out, kept)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	_, err = io.CopyN(io.Discard, out, size-kept+1) // and the line feed after it
	return err
}
