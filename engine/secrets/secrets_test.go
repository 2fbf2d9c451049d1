package secrets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"
)

// TestMain makes the test binary the command that the tests run.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "command" {
		os.Exit(command(os.Args[2], os.Args[3:]))
	}
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // of the commands
	os.Exit(m.Run())
}

func command(what string, args []string) int {
	switch what {
	case "say":
		fmt.Print(strings.Join(args, "|"))
	case "where":
		dir, _ := os.Getwd()
		fmt.Println(filepath.Base(dir))
	case "fail":
		fmt.Println("hunter2 on stdout")
		fmt.Fprintln(os.Stderr, "hunter2 on stderr")
		return 3
	case "flood":
		os.Stdout.Write(bytes.Repeat([]byte("x"), secrets.MaxBytes+1))
	case "breed":
		words := run(append([]string{"hang"}, args...)...)
		child := exec.Command(words[0], words[1:]...)
		child.Stdout = os.Stdout
		_ = child.Start()
		return command("hang", args)
	case "hang":
		if c, err := net.Dial("tcp", args[0]); err == nil {
			_, _ = io.Copy(io.Discard, c)
		}
	}
	return 0
}

func run(words ...string) []string {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return append([]string{self, "command"}, words...)
}

// tree writes files below a new folder and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// expect checks a value, or that an error says something.
func expect(t *testing.T, s engine.Secret, err error, want, says string, refused bool) {
	t.Helper()
	var r *secrets.RefusedError
	switch {
	case says == "" && err != nil:
		t.Fatal(err)
	case says == "" && s.Reveal() != want:
		t.Errorf("got %q, want %q", s.Reveal(), want)
	case says != "" && (err == nil || !strings.Contains(err.Error(), says)):
		t.Errorf("got %v, want an error with %q", err, says)
	case errors.As(err, &r) != refused:
		t.Errorf("refused: %v, want %v: %v", !refused, refused, err)
	}
}

func TestEnv(t *testing.T) {
	vars := map[string]string{"SET": "value\n", "EMPTY": ""}
	r := &secrets.Resolver{Getenv: func(name string) (string, bool) { v, ok := vars[name]; return v, ok }}
	tests := []struct{ name, env, want, says string }{
		{"set, taken as it is", "SET", "value\n", ""},
		{"not set", "OTHER", "", "secret-no-variable"},
		{"empty", "EMPTY", "", "secret-empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := r.Resolve(t.Context(), engine.SecretRef{Env: tt.env})
			expect(t, s, err, tt.want, tt.says, false)
		})
	}
}

func TestNoReference(t *testing.T) {
	r := &secrets.Resolver{AllowExec: true}
	if _, err := r.Resolve(t.Context(), engine.SecretRef{}); err == nil {
		t.Error("a reference to nothing resolves")
	}
}

func TestFile(t *testing.T) {
	manifests := tree(t, map[string]string{"a.txt": "one\n", "crlf.txt": "two\r\n", "lines.txt": "a\nb\n\n", "sub/b.txt": "three", "empty.txt": "\n",
		"full.txt": strings.Repeat("x", secrets.MaxBytes), "large.txt": strings.Repeat("x", secrets.MaxBytes+1), "both.txt": "manifest's"})
	vault := tree(t, map[string]string{"v.txt": "four", "both.txt": "vault's", "deep/d.txt": "five", "sealed": "six"})
	elsewhere := tree(t, map[string]string{"x.txt": "hunter2"})
	link(t, filepath.Join(elsewhere, "x.txt"), filepath.Join(manifests, "out"))
	link(t, filepath.Join(elsewhere, "x.txt"), filepath.Join(manifests, "sealed"))
	link(t, elsewhere, filepath.Join(manifests, "outdir"))
	link(t, "a.txt", filepath.Join(manifests, "inside"))
	link(t, filepath.Join(elsewhere, "x.txt"), filepath.Join(vault, "out"))
	const outside = "outside"
	tests := []struct {
		name, file string
		vault      string // --secrets-dir
		want, says string
		refused    bool
	}{
		{name: "below the manifest", file: "a.txt", want: "one"},
		{name: "in a folder", file: "sub/b.txt", want: "three"},
		{name: "with a dot", file: "./sub/../a.txt", want: "one"},
		{name: "line break of Windows", file: "crlf.txt", want: "two"},
		{name: "only the last line break goes", file: "lines.txt", want: "a\nb\n"},
		{name: "by a link that stays inside", file: "inside", want: "one"},
		{name: "as large as can be", file: "full.txt", want: strings.Repeat("x", secrets.MaxBytes)},
		{name: "missing", file: "none.txt", says: "secret-no-file"},
		{name: "empty", file: "empty.txt", says: "secret-empty"},
		{name: "too large", file: "large.txt", says: "secret-file-large"},
		{name: "a folder", file: "sub", says: "secret-not-regular", refused: true},
		{name: "above", file: "../" + filepath.Base(elsewhere) + "/x.txt", says: outside, refused: true},
		{name: "above by a detour", file: "sub/../../x.txt", says: outside, refused: true},
		{name: "absolute", file: filepath.Join(elsewhere, "x.txt"), says: outside, refused: true},
		{name: "absolute but below the manifest", file: filepath.Join(manifests, "a.txt"), says: outside, refused: true},
		{name: "by a link that leads outside", file: "out", says: outside, refused: true},
		{name: "by a folder that leads outside", file: "outdir/x.txt", says: outside, refused: true},
		{name: "below the user's folder", file: "v.txt", vault: vault, want: "four"},
		{name: "the manifest's goes first", file: "both.txt", vault: vault, want: "manifest's"},
		{name: "absolute, below the user's folder", file: filepath.Join(vault, "deep", "d.txt"), vault: vault, want: "five"},
		{name: "absolute, below neither", file: filepath.Join(elsewhere, "x.txt"), vault: vault, says: outside, refused: true},
		{name: "above the user's folder", file: filepath.Join(vault, "..", filepath.Base(elsewhere), "x.txt"), vault: vault, says: outside, refused: true},
		{name: "by a link out of the user's folder", file: filepath.Join(vault, "out"), vault: vault, says: outside, refused: true},
		{name: "a refusal is final", file: "sealed", vault: vault, says: outside, refused: true},
		{name: "in neither", file: "none.txt", vault: vault, says: "secret-no-file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &secrets.Resolver{Dir: tt.vault}
			s, err := r.Resolve(t.Context(), engine.SecretRef{File: tt.file, Dir: manifests})
			expect(t, s, err, tt.want, tt.says, tt.refused)
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Error("the error shows what is outside")
			}
		})
	}
}

func link(t *testing.T, to, at string) {
	t.Helper()
	err := os.Symlink(to, at)
	if err != nil && runtime.GOOS == "windows" {
		t.Skip("this account may not make symbolic links:", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestExec(t *testing.T) {
	tests := []struct {
		name       string
		exec       []string
		forbid     bool
		want, says string
		refused    bool
	}{
		{name: "its output", exec: run("say", "a"), want: "a"},
		{name: "in the manifest's folder", exec: run("where"), want: "folder"},
		{name: "no shell", exec: run("say", "$HOME", "`id`", "a b", "*", ";", ">x"), want: "$HOME|`id`|a b|*|;|>x"},
		{name: "a command is no shell line", exec: []string{"echo hunter2"}, says: "executable file not found"},
		{name: "refused unless allowed", exec: run("say", "a"), forbid: true, says: "secret-no-exec", refused: true},
		{name: "failing", exec: run("fail"), says: "exit status 3"},
		{name: "silent", exec: run("say"), says: "secret-empty"},
		{name: "flooding", exec: run("flood"), says: "secret-wrote-much"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "folder")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			r := &secrets.Resolver{AllowExec: !tt.forbid}
			s, err := r.Resolve(t.Context(), engine.SecretRef{Exec: tt.exec, Dir: dir})
			expect(t, s, err, tt.want, tt.says, tt.refused)
			if err != nil && strings.Contains(err.Error(), "on std") {
				t.Errorf("the error shows what the command wrote: %v", err)
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("a shell was at work: %v", left)
			}
		})
	}
}

func TestExecStopped(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	tests := []struct {
		name string
		ctx  context.Context
		want error
		says string
	}{
		{"cancelled", ended, context.Canceled, "canceled"},
		{"out of time", late, context.DeadlineExceeded, "secret-slow"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &secrets.Resolver{AllowExec: true}
			_, err := r.Resolve(tt.ctx, engine.SecretRef{Exec: run("say", "a")})
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A command that hangs is killed; it rings when it has begun.
func TestExecKilled(t *testing.T) {
	bell, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer bell.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		if c, err := bell.Accept(); err == nil {
			t.Cleanup(func() { c.Close() })
		}
	}()
	r := &secrets.Resolver{AllowExec: true}
	_, err = r.Resolve(ctx, engine.SecretRef{Exec: run("hang", bell.Addr().String())})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// So is one that takes longer than it may.
func TestExecTimeout(t *testing.T) {
	bell, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer bell.Close()
	r := &secrets.Resolver{AllowExec: true, Timeout: 100 * time.Millisecond}
	_, err = r.Resolve(t.Context(), engine.SecretRef{Exec: run("hang", bell.Addr().String())})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "secret-slow (limit: 100ms") {
		t.Errorf("got %v", err)
	}
}

func TestMade(t *testing.T) {
	rules := []engine.SecretRule{{Min: 16, Max: 50, Mixed: true}, {Max: 16}, {}}
	seen := map[string]bool{}
	for _, ref := range []engine.SecretRef{{Env: "A"}, {Env: "B"}, {File: "A"}, {Exec: []string{"A"}}, {Exec: []string{"A", "B"}}} {
		s, err := secrets.Made(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range rules {
			if code := rule.Check(s); code != "" {
				t.Errorf("%s breaks %+v: %s", ref, rule, code)
			}
		}
		if again, _ := secrets.Made(t.Context(), ref); again.Reveal() != s.Reveal() {
			t.Errorf("%s differs from time to time", ref)
		}
		if seen[s.Reveal()] {
			t.Errorf("%s is that of another reference", ref)
		}
		seen[s.Reveal()] = true
	}
}
