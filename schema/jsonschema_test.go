package schema_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// editor is the JSON Schema of manifests, as an editor reads it.
func editorSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := newSchema(t).JSONSchema(func(t engine.Text) string { return t.EN })
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("mem:manifest", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("mem:manifest")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// documents are those of a YAML file, as values of JSON.
func documents(t *testing.T, text []byte) []any {
	t.Helper()
	var out []any
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var v any
		if err := dec.Decode(&v); err != nil {
			if err.Error() == "EOF" {
				return out
			}
			t.Fatal(err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		v, err = jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if v != nil {
			out = append(out, v)
		}
	}
}

// Every manifest that the project shows satisfies the JSON Schema.
func TestExamplesSatisfyTheJSONSchema(t *testing.T) {
	s, seen := editorSchema(t), 0
	err := filepath.WalkDir("../examples", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte("kind: Tenant")) && !bytes.Contains(text, []byte("kind: Base")) {
			return err
		}
		for i, doc := range documents(t, text) {
			if err := s.Validate(doc); err != nil {
				t.Errorf("%s, document %d: %v", path, i+1, err)
			}
			seen++
		}
		return nil
	})
	if err != nil || seen < 10 {
		t.Fatalf("%d documents: %v", seen, err)
	}
}

// frame is a manifest around one thing that may be wrong.
func frame(rest string) string {
	return `apiVersion: cosmicctl/v1
kind: Tenant
metadata: {name: demo}
environment:
  baseURL: https://cosmic.example.com/ierp
  version: "6.0.14"
  accountId: "1"
  auth: {appId: a, appSecret: {env: S}, user: u, userType: UserName}
` + rest
}

// What JSON Schema can say of a bad manifest it refuses as the validator does, and
// what both are told is right both take.
func TestJSONSchemaAgreesWithTheValidator(t *testing.T) {
	app := func(rest string) string {
		return frame("thirdPartyApps: [{code: A, secret: {env: S}, apis: [], allowAllIPs: true" + rest + "}]\n")
	}
	swap := func(old, new string) string { return strings.Replace(frame(""), old, new, 1) }
	s, editor := newSchema(t), editorSchema(t)
	for _, c := range []struct{ name, text string }{
		{"", frame("")},
		{"", app("")},
		{"", app(", rateLimit: 7, agentUsers: [u]")},
		{"", frame("thirdPartyApps: [{code: A, state: absent}]\n")},
		{"", frame("parameters: [{type: t, name: n, value: 1}, {type: t, name: m, value: {env: V}}, {type: t, name: o, value: yes it is}]\n")},
		{"", frame("waivers: [{rule: a-b, owner: o, reason: r, expires: \"2027-01-31\"}]\n")},
		{"no apiVersion", strings.Replace(frame(""), "apiVersion: cosmicctl/v1\n", "", 1)},
		{"other apiVersion", swap("cosmicctl/v1", "cosmicctl/v2")},
		{"other kind", swap("kind: Tenant", "kind: Tenantt")},
		{"no metadata", swap("metadata: {name: demo}\n", "")},
		{"unknown section", frame("thirdPartyApp: []\n")},
		{"section no list", frame("parameters: {type: t}\n")},
		{"unknown field", app(", nmae: x")},
		{"missing key", frame("businessSystems: [{name: x}]\n")},
		{"missing required", frame("thirdPartyApps: [{code: A, apis: [], allowAllIPs: true}]\n")},
		{"missing deep", swap(", userType: UserName", "")},
		{"wrong type", app(", enabled: \"yes\"")},
		{"number for text", app(", name: 7")},
		{"null", app(", name: null")},
		{"bad enum", frame("businessSystems: [{code: A, encryption: des}]\n")},
		{"bad enum in a list", frame("thirdPartyApps: [{code: A, secret: {env: S}, apis: [], ipRules: [{policy: maybe, cidr: 10.0.0.0/8}]}]\n")},
		{"only true", frame("thirdPartyApps: [{code: A, secret: {env: S}, apis: [], allowAllIPs: false}]\n")},
		{"bad pattern", frame("businessSystems: [{code: \"a b\"}]\n")},
		{"bad pattern in a list", frame("businessSystems: [{code: A, callbacks: [ftp://x]}]\n")},
		{"too long", frame("businessSystems: [{code: A, name: " + strings.Repeat("x", 51) + "}]\n")},
		{"too short", app(", name: \"\"")},
		{"too many", frame("businessSystems: [{code: A, callbacks: [http://a, http://b, http://c, http://d]}]\n")},
		{"too few", frame("apiAuthorizations: [{api: a, users: []}]\n")},
		{"too large", app(", rateLimit: 100001")},
		{"negative", app(", rateLimit: -1")},
		{"no whole number", app(", rateLimit: 1.5")},
		{"literal secret", frame("thirdPartyApps: [{code: A, secret: Hush, apis: [], allowAllIPs: true}]\n")},
		{"two sources of a secret", frame("thirdPartyApps: [{code: A, secret: {env: S, file: f}, apis: [], allowAllIPs: true}]\n")},
		{"no source of a secret", frame("thirdPartyApps: [{code: A, secret: {rotate: 1}, apis: [], allowAllIPs: true}]\n")},
		{"two of exactly one", app(", allowAllAPIs: true")},
		{"none of exactly one", frame("apiAuthorizations: [{api: a}]\n")},
		{"two addresses", swap("  version", "  consoleURL: https://h/t/index.html\n  version")},
		{"a rule of two fields", frame("businessSystems: [{code: A, encryption: aes}]\n")},
		{"a rule with a pattern", frame("businessSystems: [{code: 3std1_A, callbackMode: perInvoice}]\n")},
		{"other state", frame("thirdPartyApps: [{code: A, state: gone}]\n")},
		{"tombstone with more", frame("thirdPartyApps: [{code: A, state: absent, name: x}]\n")},
		{"tombstone of what stays", frame("apiAuthorizations: [{api: a, state: absent}]\n")},
		{"bad date", frame("waivers: [{rule: a, owner: o, reason: r, expires: tomorrow}]\n")},
		{"bad header", swap("  version", "  headers: {x: [1]}\n  version")},
		{"bad protection", frame("protect: [thirdPartyApp]\n")},
		{"base with an environment", swap("kind: Tenant\nmetadata: {name: demo}", "kind: Base")},
		{"base with a name", "apiVersion: cosmicctl/v1\nkind: Base\nmetadata: {name: x}\n"},
		{"bad path of a base", frame("bases: [/etc/x.yaml]\n")},
	} {
		name := c.name
		if name == "" {
			name = "good"
		}
		t.Run(name, func(t *testing.T) {
			if bad := invalid(t, s, c.text); bad != (c.name != "") {
				t.Errorf("the validator refuses it: %t\n%s", bad, c.text)
			}
			err := editor.Validate(documents(t, []byte(c.text))[0])
			if (err != nil) != (c.name != "") {
				t.Errorf("the JSON Schema says %v\n%s", err, c.text)
			}
		})
	}
}

// invalid tells whether the validator finds an error.
func invalid(t *testing.T, s *schema.Schema, text string) bool {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tenant.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	res, err := s.Load(context.Background(), []string{file}, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		if d.Severity == engine.Error {
			return true
		}
	}
	return false
}
