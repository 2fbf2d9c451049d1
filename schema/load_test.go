package schema_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
)

// folder writes files below a new folder and returns it.
func folder(t testing.TB, files map[string]string) string {
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

const partOfAcme = "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: acme}\n"

func TestFolders(t *testing.T) {
	s := newSchema(t)
	parameter := "parameters:\n  - {type: a, name: b}\n"
	tests := []struct {
		name      string
		files     map[string]string
		want      []string
		resources int
		skipped   schema.Skipped
	}{
		{"parts of one tenant", map[string]string{"a.yaml": header, "b/c.yml": partOfAcme + parameter}, []string{}, 1, schema.Skipped{}},
		{"parts in one file", map[string]string{"a.yaml": header + "---\n" + partOfAcme + parameter}, []string{}, 1, schema.Skipped{}},
		{"same key in two parts", map[string]string{"a.yaml": header + parameter, "b.yaml": partOfAcme + parameter},
			[]string{"5:21 same-key"}, 0, schema.Skipped{}},
		{"no environment", map[string]string{"b.yaml": partOfAcme}, []string{"3:18 no-environment"}, 0, schema.Skipped{}},
		{"two environments", map[string]string{"a.yaml": header, "b.yaml": header}, []string{"5:1 two-environments"}, 0, schema.Skipped{}},
		{"others are skipped and counted", map[string]string{
			"a.yaml": header, "k8s.yaml": "apiVersion: v1\nkind: Pod\n---\nfoo: bar\n", ".hidden/b.yaml": header, "note.txt": "x",
		}, []string{}, 0, schema.Skipped{HiddenFolders: 1, Documents: 2}},
		{"another's anchors", map[string]string{"a.yaml": header, "ci.yaml": "job: &a {script: x}\nother: {<<: *a}\n---\n{b: &b x, c: !Ref y}\n"},
			[]string{}, 0, schema.Skipped{Documents: 2}},
		{"refused apiVersions", map[string]string{"a.yaml": "apiVersion: &v cosmicctl/v1\n", "b.yaml": "x: 1\n<<: {apiVersion: cosmicctl/v1}\n", "c.yaml": "&r\napiVersion: cosmicctl/v1\n"},
			[]string{"1:13 yaml-anchor", "2:1 yaml-merge-key", "1:1 yaml-anchor"}, 0, schema.Skipped{}},
		{"nothing but others", map[string]string{"k8s.yaml": "apiVersion: v1\n"}, []string{"1:1 no-manifest"}, 0, schema.Skipped{Documents: 1}},
		{"later version of our own", map[string]string{"a.yaml": header, "b.yaml": "apiVersion: cosmicctl/v9\n"},
			[]string{"1:13 unknown-api-version"}, 0, schema.Skipped{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := s.Load(context.Background(), []string{folder(t, tt.files)}, schema.Options{Keep: true})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, places(res.Diagnostics)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.skipped, res.Skipped); diff != "" {
				t.Error(diff)
			}
			n := 0
			for _, tenant := range res.Tenants {
				n += len(tenant.Whole().Resources)
			}
			if n != tt.resources {
				t.Errorf("%d resources, want %d", n, tt.resources)
			}
		})
	}
}

func TestAnInvalidTenantLeavesTheOthers(t *testing.T) {
	other := strings.ReplaceAll(header, "acme", "other")
	res, err := newSchema(t).Load(context.Background(),
		[]string{folder(t, map[string]string{"a.yaml": header + "foo: 1\n", "b.yaml": other})}, schema.Options{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Tenants) != 1 || res.Tenants[0].Name != "other" || !res.Failed() {
		t.Errorf("tenants %v, diagnostics %v", res.Tenants, res.Diagnostics)
	}
}

func TestPathsThatCannotBeRead(t *testing.T) {
	s := newSchema(t)
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 50<<20); err != nil {
		t.Fatal(err)
	}
	k8s := filepath.Join(folder(t, map[string]string{"k8s.yaml": "apiVersion: v1\n"}), "k8s.yaml")
	for name, tt := range map[string]struct{ path, want string }{
		"missing":             {filepath.Join(dir, "none"), "1:1 path-not-found"},
		"50 MB":               {large, "1:1 file-too-large"},
		"not ours, but named": {k8s, "1:13 unknown-api-version"},
		"an empty folder":     {t.TempDir(), "1:1 no-manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := s.Load(context.Background(), []string{tt.path}, schema.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{tt.want}, places(res.Diagnostics)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
