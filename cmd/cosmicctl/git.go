package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/schema"
)

// The manifests of a revision are read by the git program. Where there is a
// clone there is a git that made it and understands it: worktrees, shallow and
// partial clones, new formats of objects and references. A library (go-git) would
// need no program, but knows fewer of these and brings some twenty modules. What
// remains is that a repository's configuration can name programs, and its history
// was written by others:
//
//   - Only rev-parse, ls-tree and cat-file are run, without a shell, an index or a
//     work tree, so that no hook, filter, textconv, pager or editor has its turn;
//     what could start one is switched off besides.
//   - What the user writes stands behind --end-of-options, and is no option.
//   - Nothing is fetched: no protocol is allowed, and nobody is asked for a password.
//   - The folder that a command is run in finds the repository. One that lies as a
//     bare repository among its files is not used, nor is any that the variables of
//     a hook name; and replacement objects are ignored. Otherwise a branch could
//     bring its own history, and its own base.

// repository is a git repository with a work tree.
type repository struct {
	program string
	top     string // of the work tree, without symbolic links
}

// Limits of what is read of a revision, beside those of each file.
const (
	maxBaseFiles = 200_000
	maxBaseBytes = 1 << 30
)

// findRepository finds the repository that holds the paths: that of the current
// folder, or else that of the first path.
func findRepository(ctx context.Context, paths []string) (*repository, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, fmt.Errorf("a revision needs the git program (%w); install it, or give a folder that holds the base", err)
	}
	start := paths[0]
	if info, err := os.Stat(start); err != nil || !info.IsDir() {
		start = filepath.Dir(start)
	}
	var why error
	for _, dir := range []string{".", start} {
		r := &repository{program, dir}
		top, err := r.output(ctx, "rev-parse", "--show-toplevel")
		if err == nil {
			r.top, err = filepath.EvalSymlinks(filepath.FromSlash(top))
		}
		if err == nil {
			err = r.holds(paths)
		}
		if err == nil {
			return r, nil
		}
		why = err
	}
	return nil, fmt.Errorf("%w; give a revision of the repository that holds the manifests, or a folder that holds the base", why)
}

func (r *repository) holds(paths []string) error {
	for _, path := range paths {
		if _, ok := r.rel(path); !ok && exists(path) {
			return fmt.Errorf("%s is outside the git repository %s", path, r.top)
		}
	}
	return nil
}

// rel returns a path relative to the top of the work tree.
func (r *repository) rel(path string) (string, bool) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", false
	}
	return below(r.top, real)
}

var objectName = regexp.MustCompile(`^[0-9a-f]{40,64}$`)

// commit returns the name of the commit that a revision means.
func (r *repository) commit(ctx context.Context, rev string) (string, error) {
	name, err := r.output(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err == nil && objectName.MatchString(name):
		return name, nil
	}
	if shallow, err := r.output(ctx, "rev-parse", "--is-shallow-repository"); err == nil && shallow == "true" {
		return "", errors.New("this clone is shallow and does not hold it; " + deepen(rev))
	}
	return "", fmt.Errorf("it is neither a folder nor a revision of the repository %s; fetch it, or check its name with: git rev-parse --verify REV", r.top)
}

// ancestor is a revision that counts generations: HEAD~2, HEAD^, main^2~1.
var ancestor = regexp.MustCompile(`^[^~^]+((?:\^\d*|~\d*)+)$`)
var generation = regexp.MustCompile(`([~^])(\d*)`)

// deepen says how to fetch a revision into a shallow clone, with the depth that it
// needs if the revision tells.
func deepen(rev string) string {
	m := ancestor.FindStringSubmatch(rev)
	if m == nil {
		return "fetch all of the history (actions/checkout `fetch-depth: 0`, GitLab CI `GIT_DEPTH: 0`, git fetch --unshallow), " +
			"or just the base (git fetch --depth=1 origin BRANCH, then --base FETCH_HEAD)"
	}
	depth := 1
	for _, g := range generation.FindAllStringSubmatch(m[1], -1) {
		n, err := strconv.Atoi(g[2])
		switch {
		case err != nil, g[1] == "^" && n > 0:
			n = 1
		}
		depth += n
	}
	return fmt.Sprintf("it needs a depth of %d (actions/checkout `fetch-depth: %d`, GitLab CI `GIT_DEPTH: %d`, git fetch --depth=%d)",
		depth, depth, depth, depth)
}

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
	return r.git(ctx, strings.NewReader(asked.String()), func(out *bufio.Reader) error {
		left := int64(maxBaseBytes)
		for _, e := range entries {
			if err := copyObject(out, root, e, &left); err != nil {
				return fmt.Errorf("%s: %w", e.path, err)
			}
		}
		return nil
	}, "cat-file", "--batch")
}

// list lists the manifests among the files of a commit.
func (r *repository) list(ctx context.Context, commit string, paths []string) ([]entry, error) {
	args := []string{"ls-tree", "-r", "-z", "--full-tree", commit, "--"}
	for _, p := range paths {
		if p != "." {
			args = append(args, filepath.ToSlash(p))
		}
	}
	if slices.Contains(paths, ".") {
		args = args[:5]
	}
	var entries []entry
	return entries, r.git(ctx, nil, func(out *bufio.Reader) error {
		for {
			line, err := out.ReadString(0)
			if err == io.EOF && line == "" {
				return nil
			}
			if err != nil {
				return err
			}
			meta, name, _ := strings.Cut(strings.TrimSuffix(line, "\x00"), "\t")
			fields, path := strings.Fields(meta), filepath.FromSlash(name)
			regular := len(fields) == 3 && strings.HasPrefix(fields[0], "100") && fields[1] == "blob"
			if !regular || !filepath.IsLocal(path) || !slices.Contains(paths, path) && !schema.IsManifestName(path) {
				continue
			}
			if len(entries) == maxBaseFiles {
				return fmt.Errorf("it has more than %d manifests", maxBaseFiles)
			}
			entries = append(entries, entry{fields[2], path})
		}
	}, args...)
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
		return errors.New("the clone does not hold this file of it; fetch it, without a filter")
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return err
	}
	kept := min(size, schema.MaxFileBytes+1)
	if *left -= kept; *left < 0 {
		return fmt.Errorf("its manifests have more than %d bytes", int64(maxBaseBytes))
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

// output runs a command that prints one line.
func (r *repository) output(ctx context.Context, args ...string) (string, error) {
	var text []byte
	err := r.git(ctx, nil, func(out *bufio.Reader) (err error) {
		text, err = io.ReadAll(out)
		return err
	}, args...)
	return strings.TrimRight(string(text), "\r\n"), err
}

// git runs a command and hands its output to read; if that fails, it ends the
// command.
func (r *repository) git(ctx context.Context, in io.Reader, read func(*bufio.Reader) error, args ...string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.program, append(inert(), args...)...)
	var said bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stderr = r.top, gitEnvironment(os.Environ()), in, &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	failed := read(bufio.NewReader(out))
	if failed != nil {
		cancel()
	}
	err = cmd.Wait()
	if text := strings.TrimSpace(said.String()); text != "" && err != nil {
		return fmt.Errorf("git %s: %s", args[0], text)
	}
	return cmp.Or(failed, err)
}

// inert are the options that keep a repository's configuration from running
// anything.
func inert() []string {
	return []string{"--no-pager", "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs",
		"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false", "-c", "protocol.allow=never",
		"-c", "safe.bareRepository=explicit"}
}

// gitEnvironment is the user's environment without what a hook or a caller says
// of some repository, and with what keeps git from fetching and asking.
func gitEnvironment(from []string) []string {
	var out []string
	for _, v := range from {
		if !strings.HasPrefix(v, "GIT_") || strings.HasPrefix(v, "GIT_CONFIG_") && !strings.HasPrefix(v, "GIT_CONFIG_PARAMETERS") || strings.HasPrefix(v, "GIT_EXEC_PATH=") {
			out = append(out, v)
		}
	}
	return append(out, "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "LC_ALL=C")
}
