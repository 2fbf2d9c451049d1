package baseline_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
	"cosmicctl/engine/baseline"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func tenant(name, account string) *engine.Tenant {
	return &engine.Tenant{Name: name, Environment: engine.Environment{BaseURL: "https://cosmic.example.com/" + name, AccountID: account}}
}

func drift(kind string, keys ...string) *engine.Drift {
	d := &engine.Drift{Plan: &engine.Plan{}, Coverage: []engine.Coverage{{Kind: kind, Read: engine.ReadWhole}, {Kind: "Other", Read: engine.NotRead}}}
	for _, key := range keys {
		d.Unmanaged = append(d.Unmanaged, engine.Ref{Kind: kind, Key: key})
	}
	return d
}

func file(t *testing.T, b *baseline.Baseline) (string, string) {
	t.Helper()
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "baseline.json")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, out.String()
}

func read(t *testing.T, path string) *baseline.Baseline {
	t.Helper()
	b, err := baseline.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatIsRecordedIsRead(t *testing.T) {
	b := read(t, filepath.Join(t.TempDir(), "none.json"))
	acme, beta := tenant("acme", "1"), tenant("beta", "2")
	if b.Of(acme) != nil {
		t.Error("an empty baseline knows a tenant")
	}
	b.Record(beta, drift("App"), noon)
	b.Record(acme, drift("App", "Z", "A"), noon)
	path, text := file(t, b)
	b = read(t, path)
	if d := cmp.Diff(map[string]map[string]bool{"App": {"A": true, "Z": true}}, b.Of(acme)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]map[string]bool{"App": {}}, b.Of(beta)); d != "" {
		t.Errorf("a kind without objects: %s", d)
	}
	if strings.Index(text, "acme") > strings.Index(text, "beta") || strings.Index(text, `"A"`) > strings.Index(text, `"Z"`) {
		t.Errorf("not in order: %s", text)
	}
	if other := tenant("acme", "9"); b.Of(other) != nil {
		t.Error("another account of the same name is taken for it")
	}
}

// What is the same is not written anew, or each recording would be a commit.
func TestRecordingTheSameChangesNothing(t *testing.T) {
	b := read(t, filepath.Join(t.TempDir(), "none.json"))
	acme := tenant("acme", "1")
	if !b.Record(acme, drift("App", "A"), noon) {
		t.Error("the first is nothing new")
	}
	_, before := file(t, b)
	if b.Record(acme, drift("App", "A"), noon.Add(time.Hour)) {
		t.Error("the same is new")
	}
	if _, after := file(t, b); after != before {
		t.Errorf("%s", after)
	}
	if !b.Record(acme, drift("App"), noon.Add(time.Hour)) {
		t.Error("one less is nothing new")
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", "baseline-none"},
		{"cut off", `{"type": "cosmicctl-baseline", "formatVersion": 1, "ten`, "baseline-none"},
		{"something else", `{"formatVersion": 1}`, "baseline-none"},
		{"a list", `[]`, "baseline-none"},
		{"no version", `{"type": "cosmicctl-baseline"}`, "baseline-none"},
		{"newer", `{"type": "cosmicctl-baseline", "formatVersion": 2, "tenants": []}`, "baseline-newer (found: 2, known: 1)"},
		{"more behind it", `{"type": "cosmicctl-baseline", "formatVersion": 1, "tenants": []} {}`, "baseline-more"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "baseline.json")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := baseline.Read(path); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%v", err)
			}
		})
	}
}

// No account stands in a file that many read.
func TestNoAccountIsTold(t *testing.T) {
	b := read(t, filepath.Join(t.TempDir(), "none.json"))
	b.Record(tenant("acme", "1355633519610561531"), drift("App", "A"), noon)
	if _, text := file(t, b); strings.Contains(text, "1355633519610561531") {
		t.Error(text)
	}
}
