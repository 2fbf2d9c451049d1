package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
)

// The manifests of a revision are read by the git program. Where there is a
// clone there is a git that made it and understands it: worktrees, shallow and
// partial clones, new formats of objects and references. A library (go-git) would
// need no program, but knows fewer of these and brings some twenty modules. What
// remains is that a repository's configuration can name programs, and its history
// was written by others:
//
//   - Only rev-parse, ls-tree and cat-file are run, without a shell or a work tree,
//     so that no filter, textconv, pager or editor has its turn; hooks, and the
//     monitor that reading the index may ask, are switched off.
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

// findRepository finds the repository that holds the paths: that of the current
// folder, or else that of the first path.
func findRepository(ctx context.Context, paths []string) (*repository, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, report.Fault("no-git", "error", err)
	}
	start := paths[0]
	if info, err := os.Stat(start); err != nil || !info.IsDir() {
		start = filepath.Dir(start)
	}
	r, err := openRepository(ctx, program, ".", paths)
	if err != nil {
		r, err = openRepository(ctx, program, start, paths)
	}
	if err != nil {
		return nil, report.Fault("no-repository", "error", err)
	}
	return r, nil
}

// openRepository opens the repository of a folder, which must hold the paths.
func openRepository(ctx context.Context, program, dir string, paths []string) (*repository, error) {
	r := &repository{program, dir}
	top, err := r.output(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	if r.top, err = filepath.EvalSymlinks(filepath.FromSlash(top)); err != nil {
		return nil, err
	}
	return r, r.holds(paths)
}

func (r *repository) holds(paths []string) error {
	for _, path := range paths {
		if _, ok := r.rel(path); !ok && exists(path) {
			return report.Fault("outside-repository", "path", path, "repository", r.top)
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
	if text := strings.Join(strings.Fields(said.String()), " "); text != "" && err != nil {
		return fmt.Errorf("git %s: %s", args[0], text)
	}
	return cmp.Or(failed, err)
}

// inert are the options that keep a repository's configuration from running
// anything.
func inert() []string {
	return []string{"--no-pager", "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs",
		"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit"}
}

// gitEnvironment is the user's environment without what a hook says of some
// repository, and with what keeps git from fetching and asking.
func gitEnvironment(env []string) []string {
	ofUser := regexp.MustCompile(`^GIT_(EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))=`)
	env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, "GIT_") && !ofUser.MatchString(v) })
	return append(env, "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
}
