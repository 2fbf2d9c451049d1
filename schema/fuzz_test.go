package schema

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzLoad: no bytes make the reader panic, and every diagnostic lies inside its
// file.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "a: b", "- a\n- b\n", "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: x}\nenvironment:\n",
		"apiVersion: cosmicctl/v1\nparameters:\n  - {type: 1, name: [}\n", "a: &x [*x]\n<<: *x\n", "? {a: b}\n: c\n",
		"%YAML 1.2\n---\na: !!str 1\n...\n", "a: |\n  b\n  c\nd: >-\n  e\n", "\"a\n", "{a: {b: [c, {d: e}]}}", "a:\n\t- b\n",
		"\ufeffname: 中国\r\n", strings.Repeat("- ", 200), strings.Repeat("{a: ", 100), "a: 0x_\nb: .inf\nc: 1e999\n", "---\n---\n", "a: \xd6\xd0", "\r\xd7-",
	} {
		f.Add([]byte(seed))
	}
	s, err := New()
	if err != nil {
		f.Fatal(err)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		file := filepath.Join(dir, "fuzz.yaml")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		res, err := s.Load(context.Background(), []string{file}, Options{Keep: true})
		if err != nil {
			t.Fatal(err)
		}
		inside(t, res, file, data)
	})
}

// inside holds that each diagnostic of a file lies in it.
func inside(t *testing.T, res *Result, file string, data []byte) {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(data), "\ufeff")), "\n")
	for _, d := range res.Diagnostics {
		if d.Pos.File != file {
			continue
		}
		if d.Pos.Line < 1 || d.Pos.Line > len(lines) || d.Pos.Col < 1 || d.Pos.Col > utf8.RuneCountInString(lines[d.Pos.Line-1])+1 {
			t.Errorf("%s lies outside the file: %d:%d", d.Code, d.Pos.Line, d.Pos.Col)
		}
	}
}

// FuzzBase: no bytes of a base make the reader of a manifest on it panic, hang or
// say something about a place that is in neither. What it accepts as a base holds by
// itself too.
func FuzzBase(f *testing.F) {
	const own = "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: x, labels: {a: b}}\nbases: [base.yaml]\n" +
		"environment: {baseURL: \"https://a.example/b\", version: \"6.0.14\", accountId: \"1\", auth: {appId: a, appSecret: {env: S}, user: u, userType: Email}}\n" +
		"thirdPartyApps: [{code: A, secret: {env: S}}]\nparameters: [{type: t, name: n}]\nbusinessSystems: [{code: A, state: absent}]\n"
	const base = "apiVersion: cosmicctl/v1\nkind: Base\n"
	for _, seed := range []string{
		"", "a: b", base, base + "thirdPartyApps: [{code: A, apis: [x], allowAllIPs: true}]\n", base + "parameters: [{type: t, name: n, value: 1}, {type: t, name: n}]\n",
		base + "businessSystems: [{code: A}]\n", base + "bases: [base.yaml, x.yaml, ../y.yaml]\n", base + "metadata: {labels: {a: c, d: e}}\nprotect: [Parameter/x]\n",
		base + "environment: {}\n---\n" + base + "waivers: []\n", base + "---\n" + own, base + "thirdPartyApps: [{code: A, state: absent}, 7, {code: [A]}, {<<: x}]\n", "kind: Base\napiVersion: cosmicctl/v2\n",
	} {
		f.Add([]byte(seed))
	}
	s, err := New()
	if err != nil {
		f.Fatal(err)
	}
	dir := f.TempDir()
	tenant, file := filepath.Join(dir, "tenant.yaml"), filepath.Join(dir, "base.yaml")
	if err := os.WriteFile(tenant, []byte(own), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		res, err := s.Load(context.Background(), []string{tenant}, Options{Keep: true})
		if err != nil {
			t.Fatal(err)
		}
		inside(t, res, file, data)
		inside(t, res, tenant, []byte(own))
		alone, err := s.Load(context.Background(), []string{file}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Tenants) > 0 && alone.Failed() {
			t.Errorf("a tenant stands on a base that is invalid by itself: %v", alone.Diagnostics)
		}
	})
}
