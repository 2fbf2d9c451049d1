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

// A watch follows the bases of its manifests, also where no PATH names them.
func TestLookoutFollowsBases(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	base := func(labels, further string) string {
		return "apiVersion: cosmicctl/v1\nkind: Base\nmetadata: {labels: {" + labels + "}}\n" + further
	}
	write("base.yaml", base("a: one", ""))
	write("further.yaml", base("b: two", ""))
	write("m/tenant.yaml", "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: acme}\nbases: [../base.yaml]\n"+
		"environment: {baseURL: \"https://a.example/b\", version: \"6.0.14\", accountId: \"1\", auth: {appId: a, appSecret: {env: S}, user: u, userType: Email}}\n")
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	ctx, args := context.Background(), []string{filepath.Join(dir, "m")}
	s := &session{app: &app{out: io.Discard, err: io.Discard, words: report.English(), schema: kinds}, log: slog.New(slog.DiscardHandler)}
	if s.loaded, err = s.load(ctx, args, s.flags.choiceFlags, s.flags.policyFlags, schema.Options{Keep: true}); err != nil {
		t.Fatal(err)
	}
	l, err := newLookout(s, args, filepath.Join(dir, "baseline"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
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
	if err := os.Remove(filepath.Join(dir, "further.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Targets(ctx); err == nil {
		t.Error("a base that is gone goes unseen")
	}
	write("further.yaml", base("b: back", ""))
	wants("b", "back")
}
