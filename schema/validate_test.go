package schema_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
)

func newSchema(t testing.TB) *schema.Schema {
	t.Helper()
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// header is a valid manifest of eleven lines; sections follow from line 12 on.
const header = `apiVersion: cosmicctl/v1
kind: Tenant
metadata:
  name: acme
environment:
  baseURL: https://cosmic.example.com/acme
  version: "6.0.14"
  accountId: "1"
  auth: {appId: cosmicctl, appSecret: {env: SECRET}, user: ops, userType: UserName}

`

// load validates one manifest and returns its diagnostics as "line:col code".
func load(t testing.TB, s *schema.Schema, text string) ([]string, *schema.Result) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tenant.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	res, err := s.Load(context.Background(), []string{file}, schema.Options{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	return places(res.Diagnostics), res
}

func places(diags []engine.Diagnostic) []string {
	out := []string{}
	for _, d := range diags {
		out = append(out, fmt.Sprintf("%d:%d %s", d.Pos.Line, d.Pos.Col, d.Code))
	}
	return out
}

func TestMistakesStandAtTheirPlace(t *testing.T) {
	s := newSchema(t)
	const app = "thirdPartyApps:\n  - code: A\n    secret: {env: S}\n    apis: [x]\n    allowAllIPs: true\n"
	const advice = "12:11 app-without-business-system"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"valid", app, []string{advice}},
		{"unknown field", app + "    alowAllIPs: true\n", []string{advice, "16:5 unknown-field"}},
		{"duplicate field", app + "    apis: [y]\n", []string{advice, "16:5 duplicate-field"}},
		{"missing field", "thirdPartyApps:\n  - code: A\n    apis: [x]\n    allowAllIPs: true\n", []string{"12:5 missing-field", advice}},
		{"after Chinese text", "thirdPartyApps:\n  - {code: A, name: 总部应用, secret: {env: S}, apis: [x], allowAllIPs: 是}\n",
			[]string{"12:12 app-without-business-system", "12:69 wrong-type"}},
		{"wrong type", app + "    enabled: 1\n", []string{advice, "16:14 wrong-type"}},
		{"empty value", app + "    name:\n", []string{advice, "16:5 empty-value"}},
		{"element of a list", "apiAuthorizations:\n  - api: x\n    users: [a, 7]\n", []string{"13:16 wrong-type"}},
		{"list too short", "apiAuthorizations:\n  - api: x\n    users: []\n", []string{"13:12 wrong-value"}},
		{"not an option", "businessSystems:\n  - {code: A, encryption: aess}\n", []string{"12:27 not-an-option"}},
		{"exactly one, none", "apiAuthorizations:\n  - api: x\n", []string{"12:5 one-of-missing"}},
		{"exactly one, both", "apiAuthorizations:\n  - api: x\n    users: [a]\n    unrestricted: true\n", []string{"14:5 one-of-both"}},
		{"rule", "businessSystems:\n  - {code: 3std1X, callbackMode: perInvoice}\n", []string{"12:34 callback-mode-per-bill"}},
		{"rule of an element", "businessSystems:\n  - code: A\n    callbacks: [https://a.example, http://b.example]\n",
			[]string{"13:36 callback-plain-http"}},
		{"tombstone with fields", "parameters:\n  - {type: a, name: b, state: absent, value: c}\n", []string{"12:39 tombstone-with-fields"}},
		{"tombstone refused", "apiAuthorizations:\n  - {api: x, state: absent}\n", []string{"12:14 tombstone-refused"}},
		{"literal secret", "businessSystems:\n  - {code: A, encryption: aes, aesKey: hunter2}\n", []string{"12:40 literal-secret"}},
		{"two sources of a secret", "businessSystems:\n  - {code: A, encryption: aes, aesKey: {env: A, file: b}}\n", []string{"12:41 secret-form"}},
		{"ambiguous number", "parameters:\n  - {type: a, name: b, value: 1.0}\n", []string{"12:31 ambiguous-number"}},
		{"address range", "thirdPartyApps:\n  - code: A\n    secret: {env: S}\n    apis: [x]\n    ipRules: [{policy: allow, cidr: 10.0.0.1/8}]\n",
			[]string{advice, "15:37 range-host-bits"}},
		{"unknown section", "thirdPartyApp: []\n", []string{"11:1 unknown-field"}},
		{"same key", "parameters:\n  - {type: a, name: b}\n  - {type: a, name: b}\n", []string{"13:21 same-key"}},
		{"all in one run", "parameters:\n  - {type: 7, nam: b, value: [1]}\n",
			[]string{"12:6 missing-field", "12:12 wrong-type", "12:15 unknown-field", "12:30 wrong-type"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := load(t, s, header+tt.text)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRulesOfAVersion(t *testing.T) {
	s := newSchema(t)
	const app = "thirdPartyApps:\n  - {code: A, secret: {env: S}, allowAllAPIs: true, ipRules: [{policy: allow, cidr: 10.0.0.0/8}]}\nbusinessSystems: [{code: A}]\n"
	for version, want := range map[string]string{"8.0.0": "", "8.0.1": "allow-all-apis-withdrawn", "8.1": "allow-all-apis-withdrawn", "6.0.14": ""} {
		t.Run(version, func(t *testing.T) {
			got, _ := load(t, s, strings.Replace(header, "6.0.14", version, 1)+app)
			if strings.Contains(strings.Join(got, " "), "allow-all-apis-withdrawn") != (want != "") {
				t.Errorf("got %v, want %q", got, want)
			}
		})
	}
}

func TestBytesThatAreNoManifest(t *testing.T) {
	s := newSchema(t)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", "", []string{"1:1 empty-file"}},
		{"blank", " \n\n", []string{"1:1 empty-file"}},
		{"comment", "# nothing\n", []string{"1:1 empty-file"}},
		{"binary", "apiVersion: a\x00b", []string{"1:1 binary-file"}},
		{"GBK", "name: \xd6\xd0\xb9\xfa\n", []string{"1:7 wrong-encoding"}},
		{"UTF-16", "\xff\xfea\x00", []string{"1:1 wrong-encoding"}},
		{"control character", "name: a\x1bb\n", []string{"1:8 control-character"}},
		{"scalar", "hello\n", []string{"1:1 not-a-manifest"}},
		{"brackets", strings.Repeat("[", 20_000), []string{"1:33 nested-too-deep"}},
		{"fields", header + strings.Repeat("labels: x\n", 1001), []string{"1007:7 too-many-fields"}},
		{"documents", strings.Repeat("---\na: b\n", 1001), []string{"2001:1 too-many-documents"}},
		{"a long line of a flow map", header + "parameters: [{" + strings.Repeat("aa: b, ", 500) + "}]\n", nil},
		{"later version", "apiVersion: cosmicctl/v2\nkind: Tenant\n", []string{"1:13 unknown-api-version"}},
		{"alias bomb", header + "parameters: &a [x]\nfoo: [*a, *a]\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, res := load(t, s, tt.text)
			if tt.want == nil {
				if !res.Failed() {
					t.Error("accepted")
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Much advice refuses no manifest, and hides no mistake that comes after it.
func TestMuchAdviceIsNoMistake(t *testing.T) {
	s := newSchema(t)
	systems := header + "businessSystems:\n"
	for i := range 2 * schema.MaxDiagnostics {
		systems += fmt.Sprintf("  - {code: S%d, name: 系统}\n", i)
	}
	for _, tt := range []struct {
		name, text string
		errors     int
	}{{"advice alone", "", 0}, {"a mistake behind it", "  - {code: S, nonsense: 1}\n", 1}} {
		t.Run(tt.name, func(t *testing.T) {
			_, res := load(t, s, systems+tt.text)
			count := map[engine.Severity]int{}
			for _, d := range res.Diagnostics {
				count[d.Severity]++
			}
			want := map[engine.Severity]int{engine.Advice: schema.MaxDiagnostics + 1}
			if tt.errors > 0 {
				want[engine.Error] = tt.errors
			}
			if diff := cmp.Diff(want, count); diff != "" || res.Failed() != (tt.errors > 0) {
				t.Error(diff, res.Failed())
			}
		})
	}
}

func TestTheSameManifestInOtherBytes(t *testing.T) {
	s := newSchema(t)
	text := header + "parameters:\n  - {type: 类型, name: b, value: 1}\n"
	for name, other := range map[string]string{
		"BOM":  "\xef\xbb\xbf" + text,
		"CRLF": strings.ReplaceAll(text, "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			_, want := load(t, s, text)
			got, res := load(t, s, other)
			if len(got) != 0 {
				t.Fatal(got)
			}
			if diff := cmp.Diff(want.Tenants[0].Whole().Resources[0].Fields, res.Tenants[0].Whole().Resources[0].Fields); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNormalForm(t *testing.T) {
	_, res := load(t, newSchema(t), header+`thirdPartyApps:
  - code: A
    secret: {env: S}
    apis: [b, a]
    ipRules:
      - {policy: deny, start: 10.0.0.9, end: 10.0.0.9}
      - {policy: allow, cidr: 10.0.0.0/24}
    agentUsers: [u]
    rateLimit: 5
apiAuthorizations:
  - {api: x, unrestricted: true}
parameters:
  - {type: a, name: b/c, value: 9007199254740993}
`)
	got := map[string]map[string]any{}
	for _, r := range res.Tenants[0].Whole().Resources {
		got[r.Ref.String()] = r.Fields
	}
	for _, fields := range got {
		if ref, ok := fields["secret"].(engine.SecretRef); ok {
			ref.Dir = ""
			fields["secret"] = ref
		}
	}
	want := map[string]map[string]any{
		"ThirdPartyApp/A": {
			"code": "A", "secret": engine.SecretRef{Env: "S"}, "apis": engine.Set{"a", "b"}, "allowAllAPIs": false,
			"ipRules": engine.Rows{
				{Policy: "allow", Start: "10.0.0.0", End: "10.0.0.255"}, {Policy: "deny", Start: "10.0.0.9", End: "10.0.0.9"},
			},
			"allowAllIPs": false, "agentUsers": engine.Set{"u"}, "agentUserControl": true, "rateLimit": int64(5),
		},
		"ApiAuthorization/x": {"api": "x", "unrestricted": true, "users": engine.Set{}},
		`Parameter/a/b\/c`:   {"type": "a", "name": "b/c", "value": "9007199254740993"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
