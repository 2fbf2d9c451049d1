// Package secrets resolves the references to secrets that manifests hold.
//
// Manifests are untrusted: a pull request of a stranger may name any variable,
// file or command. So a command runs only when the user allowed commands, and a
// file is read only below the folder of its manifest or below a folder that the
// user named, and only if nobody else can read it. What a reference says is never
// part of a shell command line. What is encrypted stands in the manifest itself;
// the keys that open it come from outside.
package secrets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"cosmicctl/engine"
)

// MaxBytes is how long a secret may be.
const MaxBytes = 64 << 10

// ExecTimeout is how long a command may take, unless a [Resolver] says otherwise.
const ExecTimeout = 30 * time.Second

// Resolver resolves references under what the user allowed.
type Resolver struct {
	AllowExec bool
	Timeout   time.Duration // of a command; 0 is ExecTimeout
	Dir       string        // a further folder for files; "" is none
	Getenv    func(string) (string, bool)
	// Identities gives the private keys of age, when a reference needs them.
	Identities func() (*Identities, error)
}

// A RefusedError says that a reference asks for what was not allowed.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }

// refused says by its code what was not allowed.
func refused(code engine.Code, args ...any) error { return &RefusedError{engine.Fail(code, args...)} }

// Resolve returns the value that a reference names.
func (r *Resolver) Resolve(ctx context.Context, ref engine.SecretRef) (engine.Secret, error) {
	value, err := r.value(ctx, ref)
	if err != nil {
		return engine.Secret{}, engine.Fail("secret-of", "reference", ref.String(), "error", err)
	}
	if value == "" {
		return engine.Secret{}, engine.Fail("secret-of", "reference", ref.String(), "error", engine.Fail("secret-empty"))
	}
	return engine.NewSecret(value), nil
}

func (r *Resolver) value(ctx context.Context, ref engine.SecretRef) (string, error) {
	switch {
	case ref.Env != "":
		v, ok := r.Getenv(ref.Env)
		if !ok {
			return "", engine.Fail("secret-no-variable")
		}
		return v, nil
	case ref.File != "":
		return r.file(ref)
	case len(ref.Exec) > 0:
		return r.exec(ctx, ref)
	case ref.Age != "":
		return r.age(ref)
	}
	return "", engine.Fail("secret-names-nothing")
}

// file reads a file below the manifest's folder, or else below the user's. A
// path that leads outside, by name or by a symbolic link, is refused.
func (r *Resolver) file(ref engine.SecretRef) (string, error) {
	name := ref.File
	if filepath.IsAbs(name) && r.Dir != "" {
		if dir, err := filepath.Abs(r.Dir); err == nil {
			if rel, err := filepath.Rel(dir, name); err == nil {
				return readBelow(r.Dir, rel)
			}
		}
	}
	value, err := readBelow(ref.Dir, name)
	if r.Dir != "" && errors.Is(err, os.ErrNotExist) {
		return readBelow(r.Dir, name)
	}
	return value, err
}

// ReadFile reads a file that the user named, under the rules of references: it
// is a regular file of its owner alone.
func ReadFile(dir, name string) (engine.Secret, error) {
	value, err := readBelow(dir, name)
	return engine.NewSecret(value), err
}

// Read reads a secret to its end.
func Read(r io.Reader) (engine.Secret, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	value := trim(data)
	switch {
	case err != nil:
		return engine.Secret{}, err
	case len(data) > MaxBytes:
		return engine.Secret{}, engine.Fail("secret-too-long", "most", MaxBytes)
	case value == "":
		return engine.Secret{}, engine.Fail("secret-none")
	}
	return engine.NewSecret(value), nil
}

func readBelow(dir, name string) (string, error) {
	if !filepath.IsLocal(name) {
		return "", refused("secret-outside")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer root.Close()
	info, err := root.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", engine.Fail("secret-no-file", "folder", dir, "error", os.ErrNotExist)
	case err != nil:
		return "", refused("secret-leads-outside", "reason", reason(err))
	case !info.Mode().IsRegular():
		return "", refused("secret-not-regular")
	case info.Size() > MaxBytes:
		return "", engine.Fail("secret-file-large", "most", MaxBytes)
	}
	if err := private(filepath.Join(dir, name), info); err != nil {
		return "", err
	}
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxBytes))
	return trim(data), err
}

// private refuses a file that others than its owner may read or write, where
// files have modes.
func private(name string, info os.FileInfo) error {
	const others = 0o066
	if runtime.GOOS == "windows" || info.Mode().Perm()&others == 0 {
		return nil
	}
	return refused("secret-file-open", "mode", fmt.Sprintf("%04o", info.Mode().Perm()), "file", name)
}

func reason(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func (r *Resolver) age(ref engine.SecretRef) (string, error) {
	if r.Identities == nil {
		return "", engine.Fail("secret-no-identity")
	}
	keys, err := r.Identities()
	if err != nil {
		return "", err
	}
	return keys.open(ref.Age)
}

func (r *Resolver) exec(ctx context.Context, ref engine.SecretRef) (string, error) {
	if !r.AllowExec {
		return "", refused("secret-no-exec")
	}
	timeout := cmp.Or(r.Timeout, ExecTimeout)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, ref.Exec[0], ref.Exec[1:]...)
	cmd.Dir = ref.Dir
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	var out bounded
	cmd.Stdout = &out
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", engine.Fail("secret-slow", "limit", timeout, "error", ctx.Err())
	case ctx.Err() != nil:
		return "", ctx.Err()
	case out.full:
		return "", engine.Fail("secret-wrote-much", "most", MaxBytes)
	case errors.As(err, &exit):
		// What it wrote to stderr may hold a secret.
		return "", engine.Fail("secret-command-failed", "state", exit.ProcessState.String())
	case err != nil:
		return "", err
	}
	return trim(out.data), nil
}

// bounded takes up to [MaxBytes]; a command that writes on and on is cut short.
type bounded struct {
	data []byte
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(b.data)+len(p) > MaxBytes {
		b.full = true
		return 0, io.ErrShortWrite
	}
	b.data = append(b.data, p...)
	return len(p), nil
}

// trim takes the line break off that editors and commands put at the end.
func trim(data []byte) string {
	return strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
}
