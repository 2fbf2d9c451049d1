package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/schema"
)

// watchedFolder is a folder of manifests that a lookout watches.
type watchedFolder struct{ dir string }

func (w watchedFolder) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w watchedFolder) lookout(t *testing.T) *lookout {
	t.Helper()
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{filepath.Join(w.dir, "m")}
	s := &session{app: &app{out: io.Discard, err: io.Discard, words: report.English(), schema: kinds}, log: slog.New(slog.DiscardHandler)}
	if s.loaded, err = s.load(t.Context(), args, s.flags.choiceFlags, s.flags.policyFlags, schema.Options{Keep: true}); err != nil {
		t.Fatal(err)
	}
	l, err := newLookout(s, args, filepath.Join(w.dir, "baseline"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const watchedEnvironment = "environment: {baseURL: \"https://a.example/b\", version: \"6.0.14\", accountId: \"1\", auth: {appId: a, appSecret: {env: S}, user: u, userType: Email}}\n"

// Manifests are read anew while a look is under way, however long it takes: the
// watch of all other tenants goes on by it.
func TestLookoutDoesNotWaitForALook(t *testing.T) {
	w := watchedFolder{t.TempDir()}
	manifest := "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: acme}\n" + watchedEnvironment
	w.write(t, "m/tenant.yaml", manifest)
	l := w.lookout(t)
	look := &l.posts["acme"].mu // what a look holds until it ends
	look.Lock()
	defer look.Unlock()
	w.write(t, "m/tenant.yaml", "# the same, a line further down\n"+manifest)
	read := make(chan error, 1)
	go func() {
		_, err := l.Targets(context.Background())
		read <- err
	}()
	select {
	case err := <-read:
		if err != nil || l.posts["acme"].tenant.Origin.Line != 5 {
			t.Errorf("%v, %+v", err, l.posts["acme"].tenant.Origin)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for a look")
	}
}

// A watch follows the bases of its manifests, also where no PATH names them.
func TestLookoutFollowsBases(t *testing.T) {
	w := watchedFolder{t.TempDir()}
	write := func(name, text string) { t.Helper(); w.write(t, name, text) }
	base := func(labels, further string) string {
		return "apiVersion: cosmicctl/v1\nkind: Base\nmetadata: {labels: {" + labels + "}}\n" + further
	}
	write("base.yaml", base("a: one", ""))
	write("further.yaml", base("b: two", ""))
	write("m/tenant.yaml", "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: acme}\nbases: [../base.yaml]\n"+
		watchedEnvironment)
	ctx, l := t.Context(), w.lookout(t)
	wants := func(key, want string) {
		t.Helper()
		targets, err := l.Targets(ctx)
		if err != nil || len(targets) != 1 || targets[0].Labels[key] != want {
			t.Fatalf("%+v %v, want %s: %s", targets, err, key, want)
		}
	}
	wants("a", "one")
	write("base.yaml", base("a: another", "bases: [further.yaml]\n"))
	wants("a", "another")
	wants("b", "two")
	write("further.yaml", base("b: yet-another", ""))
	wants("b", "yet-another")
	if err := os.Remove(filepath.Join(w.dir, "further.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Targets(ctx); err == nil {
		t.Error("a base that is gone goes unseen")
	}
	write("further.yaml", base("b: back", ""))
	wants("b", "back")
}
