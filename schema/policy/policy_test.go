package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/schema"
	"cosmicctl/schema/policy"
)

func kinds(t testing.TB) engine.Catalog {
	t.Helper()
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	return s.Kinds
}

// The packs can be used together, and speak both languages.
func TestPacks(t *testing.T) {
	set, diags, err := policy.Load(kinds(t), policy.Packs(), policy.DefaultLimits())
	if err != nil || len(diags) > 0 {
		t.Fatal(diags, err)
	}
	seen := map[string]bool{}
	for _, r := range set.Rules() {
		seen[r.Policy] = true
		if r.Message.EN == r.Message.ZH || r.Message.EN == "" || r.Message.ZH == "" {
			t.Errorf("%s says %q and %q", r.ID, r.Message.EN, r.Message.ZH)
		}
		if r.Severity != engine.Error {
			t.Errorf("%s is %s", r.ID, r.Severity)
		}
		if r.Help != "" && !strings.HasPrefix(r.Help, "https://vip.kingdee.com/knowledge/") {
			t.Errorf("%s refers to %s", r.ID, r.Help)
		}
	}
	if !seen["baseline"] || !seen["hardened"] || len(seen) != 2 {
		t.Errorf("packs with rules: %v", seen)
	}
}

// No text makes a policy panic, and each mistake lies in its file.
func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		``, `rules: {}`, `rules: a: {kind: "Tenant", require: {labels: env: "x"}, message: "m"}`,
		`rules: a: {kind: "ThirdPartyApp", require: {code: "A"} | {code: "B"}, message: {en: "m"}}`,
		"import \"list\"\nrules: a: {kind: \"ThirdPartyApp\", when: apis: list.MaxItems(1), require: apis?: _|_, message: \"m\"}",
		`rules: {[string]: {kind: "Tenant"}, a: {}}`, `rules: a: a`, `rules: #R, #R: {a: #R}`, "rules: {\n\"长\": {", "\x00", "rules: a: kind: \"\\(rules.a.message)\"",
	} {
		f.Add(text)
	}
	catalog := kinds(f)
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.cue"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		set, diags, err := policy.Load(catalog, []string{dir}, policy.DefaultLimits())
		if err != nil {
			return // a limit
		}
		lines := strings.Split(text, "\n")
		for _, d := range diags {
			if d.Pos.Line < 1 || d.Pos.Line > len(lines) || d.Pos.Col < 1 || d.Pos.Col > len([]rune(lines[d.Pos.Line-1]))+2 {
				t.Errorf("%s lies outside the file: %v", d.Pos, d.Args)
			}
		}
		tenant := &engine.Tenant{Name: "t", Resources: []engine.Resource{{Ref: engine.Ref{Kind: "ThirdPartyApp", Key: "A"},
			Fields: map[string]any{"code": "A", "apis": engine.NewSet("x", "y"), "ipRules": engine.Rows{}, "allowAllIPs": false}}}}
		if _, err := set.Check(tenant, "", policy.DefaultLimits()); err != nil {
			return
		}
	})
}
