package schema_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
)

// edited loads a manifest of one tenant, and gives a draft of it with what stands in it.
func edited(t testing.TB, s *schema.Schema, text string) (*schema.Draft, *engine.Tenant) {
	t.Helper()
	file := filepath.Join(folder(t, map[string]string{"a.yaml": text}), "a.yaml")
	tn := tenantOf(t, s, file)
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Editor()
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Draft(file, src)
	if err != nil {
		t.Fatal(err)
	}
	return d, tn
}

func tenantOf(t testing.TB, s *schema.Schema, file string) *engine.Tenant {
	t.Helper()
	res, err := s.Load(context.Background(), []string{file}, schema.Options{Keep: true})
	if err != nil || res.Failed() || len(res.Tenants) != 1 {
		src, _ := os.ReadFile(file)
		t.Fatalf("%v %v\n%s", err, places(res.Diagnostics), src)
	}
	return res.Tenants[0].Whole()
}

// liveOf are fields in normal form: those that a resource wants, and some others.
func liveOf(r *engine.Resource, fields map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range r.Fields {
		if _, secret := v.(engine.SecretRef); !secret {
			out[name] = v
		}
	}
	for name, v := range fields {
		out[name] = v
	}
	return out
}

func codesOf(diags []engine.Diagnostic) []engine.Code {
	out := []engine.Code{}
	for _, d := range diags {
		out = append(out, d.Code)
	}
	return out
}

func rangesOf(t testing.TB, texts ...string) engine.Rows {
	t.Helper()
	var out []engine.Range
	for _, text := range texts {
		policy, addresses, _ := strings.Cut(text, " ")
		start, end, pair := strings.Cut(addresses, "-")
		cidr := ""
		if !pair {
			start, cidr = "", addresses
		}
		r, code := engine.NewRange(policy, cidr, start, end)
		if code != "" {
			t.Fatal(code)
		}
		out = append(out, r)
	}
	return engine.NewRows(out...)
}

// app is an app in block style between comments.
const app = `
thirdPartyApps:
  # of the head office
  - code: ERP01  # the code
    # ask Li before
    secret: {env: S} # kept

    apis: # what it calls
      - sim_openApi # one
      # the other
      - sim_queryInvoice
    allowAllIPs: true # 任意地址
    rateLimit: 10 # per second
    name: "总部"

  # of a branch
  - code: ERP02
    secret: {env: T}
    apis: [sim_openApi, 'b', c] # in brackets
    ipRules:
      - {policy: allow, cidr: 10.0.0.0/8} # the VPN
      - policy: deny
        start: 10.1.0.1
        end: 10.1.0.9
`

func TestEditorChanges(t *testing.T) {
	tests := []struct {
		name, text, key string
		live            map[string]any
		want            []string // old and new, by turns
		refused         []engine.Code
	}{
		{name: "a number", key: "ERP01", live: map[string]any{"rateLimit": int64(99)}, want: []string{"rateLimit: 10 ", "rateLimit: 99 "}},
		{name: "a text keeps its quotes", key: "ERP01", live: map[string]any{"name": "a: \"b\""}, want: []string{`"总部"`, `"a: \"b\""`}},
		{name: "no element more", key: "ERP01", live: map[string]any{"apis": engine.Set{}},
			want: []string{"apis: # what it calls\n      - sim_openApi # one\n      # the other\n      - sim_queryInvoice\n", "apis: [] # what it calls\n"}},
		{name: "an element less", key: "ERP01", live: map[string]any{"apis": engine.NewSet("sim_openApi")},
			want: []string{"      # the other\n      - sim_queryInvoice\n", ""}},
		{name: "an element more", key: "ERP01", live: map[string]any{"apis": engine.NewSet("sim_openApi", "sim_queryInvoice", "a:b", "123")},
			want: []string{"- sim_queryInvoice\n", "- sim_queryInvoice\n      - \"123\"\n      - a:b\n"}},
		{name: "another element", key: "ERP02", live: map[string]any{"apis": engine.NewSet("sim_openApi", "b", "d")}, want: []string{"'b', c]", "'b', d]"}},
		{name: "the first element", key: "ERP02", live: map[string]any{"apis": engine.NewSet("b", "c")}, want: []string{"[sim_openApi, 'b'", "['b'"}},
		{name: "the last elements", key: "ERP02", live: map[string]any{"apis": engine.NewSet("sim_openApi")}, want: []string{", 'b', c]", "]"}},
		{name: "a range more", key: "ERP02", live: map[string]any{"ipRules": rangesOf(t, "allow 10.0.0.0/8", "deny 10.1.0.1-10.1.0.9", "allow 10.9.0.1-10.9.0.3")},
			want: []string{"10.1.0.9\n", "10.1.0.9\n      - {policy: allow, start: 10.9.0.1, end: 10.9.0.3}\n"}},
		{name: "a range less", key: "ERP02", live: map[string]any{"ipRules": rangesOf(t, "allow 10.0.0.0/8")},
			want: []string{"      - policy: deny\n        start: 10.1.0.1\n        end: 10.1.0.9\n", ""}},
		{name: "other ranges", key: "ERP02", live: map[string]any{"ipRules": rangesOf(t, "deny 10.1.0.1-10.1.0.9", "allow 2001:db8::/48")},
			want: []string{"      - {policy: allow, cidr: 10.0.0.0/8} # the VPN\n", "", "10.1.0.9\n", "10.1.0.9\n      - {policy: allow, cidr: 2001:db8::/48}\n"}},
		{name: "the list opens", key: "ERP01", live: map[string]any{"apis": engine.Set{}, "allowAllAPIs": true},
			want: []string{"    apis: # what it calls\n      - sim_openApi # one\n      # the other\n      - sim_queryInvoice\n", "", "secret: {env: S} # kept\n", "secret: {env: S} # kept\n    allowAllAPIs: true\n"}},
		{name: "addresses are restricted", key: "ERP01", live: map[string]any{"allowAllIPs": false, "ipRules": rangesOf(t, "allow 10.0.0.0/8")},
			want: []string{"    allowAllIPs: true # 任意地址\n", "", "- sim_queryInvoice\n", "- sim_queryInvoice\n    ipRules: [{policy: allow, cidr: 10.0.0.0/8}]\n"}},
		{name: "what no manifest can say", key: "ERP01", live: map[string]any{"allowAllIPs": false}, refused: []engine.Code{schema.CodeValue}},
		{name: "what fields do not say together", key: "ERP02", live: map[string]any{"allowAllAPIs": true}, refused: []engine.Code{schema.CodeInexpressible}},
		{name: "a code of no word", text: "\nbusinessSystems:\n- {code: A, encryption: base64}\n", key: "A", live: map[string]any{"encryption": "7"}, refused: []engine.Code{schema.CodeOption}},
		{name: "in braces, a key that must be referred to", text: "\nbusinessSystems: [{code: A, encryption: base64}]\n", key: "A", live: map[string]any{"encryption": "aes"},
			want: []string{"encryption: base64}", "encryption: aes, aesKey: {env: A_AES_KEY}}"}},
		{name: "a key that is no more", text: "\nbusinessSystems:\n- code: A\n  encryption: aes\n  aesKey: {env: K}\n  aesVector: {env: V}\n  remark: x", key: "A",
			live: map[string]any{"encryption": "base64"}, want: []string{"aes\n  aesKey: {env: K}\n  aesVector: {env: V}\n", "base64\n"}},
		{name: "addresses in order", text: "\nbusinessSystems:\n- code: A\n  callbacks:\n  - https://a/ # main\n  - \"https://b/\" # copy\n", key: "A",
			live: map[string]any{"callbacks": engine.List{"https://c/", "https://b/", "https://d/"}},
			want: []string{"https://a/ #", "https://c/ #", "# copy\n", "# copy\n  - \"https://d/\"\n"}},
		{name: "nobody to everybody", text: "\napiAuthorizations:\n  - {api: a, users: [lisi, x]} # 用户\n", key: "a", live: map[string]any{"users": engine.Set{}},
			want: []string{"users: [lisi, x]", "unrestricted: true"}},
		{name: "everybody to somebody", text: "\napiAuthorizations:\n  - api: a\n    unrestricted: true\n", key: "a", live: map[string]any{"users": engine.NewSet("007")},
			want: []string{"unrestricted: true", "users: [\"007\"]"}},
		{name: "a number stays one", text: "\nparameters:\n  - {type: a, name: b, value: 1}\n", key: "a/b", live: map[string]any{"value": "25"}, want: []string{"value: 1}", "value: 25}"}},
		{name: "a text of several lines", text: "\nparameters:\n  - type: a\n    name: b\n    value: |\n      one\n      two\n    # end\n    description: x\n", key: "a/b",
			live: map[string]any{"value": "a\u202eb\nc"}, want: []string{"|\n      one\n      two\n", "\"a\\u202eb\\nc\"\n"}},
		{name: "line ends of Windows", text: "\r\nparameters:\r\n  - type: a\r\n    name: b # 名\r\n    value: x\r\n", key: "a/b", live: map[string]any{"value": "y"},
			want: []string{"value: x\r\n", "value: y\r\n"}},
	}
	s := newSchema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := header + app
			if tt.text != "" {
				text = header + tt.text
			}
			d, tn := edited(t, s, text)
			r := resourceOf(t, tn, tt.key)
			_, diags := d.Change(tn, r, liveOf(r, tt.live))
			if diff := cmp.Diff(append([]engine.Code{}, tt.refused...), codesOf(diags)); diff != "" {
				t.Fatal(diff)
			}
			want := text
			for i := 0; i < len(tt.want); i += 2 {
				if !strings.Contains(text, tt.want[i]) {
					t.Fatalf("no %q", tt.want[i])
				}
				want = strings.Replace(want, tt.want[i], tt.want[i+1], 1)
			}
			if diff := cmp.Diff(want, string(d.Bytes())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func resourceOf(t testing.TB, tn *engine.Tenant, key string) *engine.Resource {
	t.Helper()
	for i := range tn.Resources {
		if tn.Resources[i].Ref.Key == key {
			return &tn.Resources[i]
		}
	}
	t.Fatalf("no %s", key)
	return nil
}

func TestEditorRemoves(t *testing.T) {
	tests := []struct {
		name, text string
		keys       []string
		want       string
	}{
		{"the first", "\nx:\n  # heading\n\n  # of A\n  - code: A # a\n    # in a\n\n    remark: x\n    # below\n\n  # of B\n  - code: B\n", []string{"A"},
			"\nx:\n  # heading\n\n\n  # of B\n  - code: B\n"},
		{"the last", "\nx:\n- code: A # a\n-\n  code: B\n  remark: >-\n    one\n    two", []string{"B"}, "\nx:\n- code: A # a\n"},
		{"below what the one before says", "\nx:\n  - code: A\n    # of A\n  - code: B\n  # of all\n", []string{"B"}, "\nx:\n  - code: A\n    # of A\n  # of all\n"},
		{"all", "\nx: # systems\n  # of A\n\n  - code: A\n  - {code: B} # 乙\n\n# end\n", []string{"B", "A"}, "\nx: [] # systems\n  # of A\n\n\n# end\n"},
		{"in brackets", "\nx: [{code: A, state: absent}, {code: B}, {code: C}]\n", []string{"B", "C"}, "\nx: [{code: A, state: absent}]\n"},
		{"in brackets, on lines", "\nx: [\n  {code: A}, # a\n  {code: B}, # b\n  {code: C} # c\n]\n", []string{"A", "C"}, "\nx: [\n  {code: B} # b\n]\n"},
		{"in brackets, with a comma at the end", "\nx: [\n  {code: A},\n  {code: B},\n  ]\n", []string{"B"}, "\nx: [\n  {code: A},\n  ]\n"},
		{"line ends of Windows", "\r\nx:\r\n  # a\r\n  - code: A\r\n  # b\r\n  - code: B\r\n    # c\r\n", []string{"B"}, "\r\nx:\r\n  # a\r\n  - code: A\r\n"},
		{"line ends of long ago", "\rx:\r  # a\r  - code: A\r  # b\r  - code: B\r", []string{"A"}, "\rx:\r  # b\r  - code: B\r"},
		{"before another document", "\nx:\n  - code: A\n  - code: B\n---\n# other\napiVersion: v1\n", []string{"B"}, "\nx:\n  - code: A\n---\n# other\napiVersion: v1\n"},
	}
	s := newSchema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "\ufeff# 清单\n" + header + strings.Replace(tt.text, "x:", "businessSystems:", 1)
			if strings.Contains(tt.text, "apiVersion") { // only a folder skips it
				text = strings.Replace(text, "apiVersion: v1\n", "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: acme}\n", 1)
			}
			d, tn := edited(t, s, text)
			for _, key := range tt.keys {
				if diags := d.Remove(resourceOf(t, tn, key)); len(diags) > 0 {
					t.Fatal(codesOf(diags))
				}
			}
			want := "\ufeff# 清单\n" + header + strings.Replace(strings.Replace(tt.want, "x:", "businessSystems:", 1),
				"apiVersion: v1\n", "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: acme}\n", 1)
			if diff := cmp.Diff(want, string(d.Bytes())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEditorAppends(t *testing.T) {
	system := engine.Ref{Kind: "BusinessSystem", Key: "N"}
	live := map[string]any{"code": "N", "name": "新", "encryption": "base64", "callbacks": engine.List{"https://a/?b=1&c={d}"}, "enabled": false, "remark": ""}
	line := "{code: N, name: 新, encryption: base64, callbacks: [\"https://a/?b=1&c={d}\"], enabled: false}"
	tests := []struct {
		name, text, want string
		ref              engine.Ref
		live             map[string]any
		secrets          []schema.PlaceholderSecret
	}{
		{name: "a new section", text: "  # end\n", ref: system, live: live,
			want: "businessSystems:\n  - code: N\n    name: 新\n    encryption: base64\n    callbacks: [\"https://a/?b=1&c={d}\"]\n    enabled: false\n\n  # end\n"},
		{name: "after a blank line", text: "\nparameters:\n- {type: a, name: b}", ref: system, live: map[string]any{"code": "N"},
			want: "\nparameters:\n- {type: a, name: b}\n\nbusinessSystems:\n  - code: N"},
		{name: "in block style", text: "\nbusinessSystems:\n-   code: A # a\n# end\n", ref: system, live: map[string]any{"code": "N", "remark": "x: y"},
			want: "\nbusinessSystems:\n-   code: A # a\n-   code: N\n    remark: \"x: y\"\n# end\n"},
		{name: "in braces", text: "\nbusinessSystems:\n  - {code: A} # a\n", ref: system, live: live, want: "\nbusinessSystems:\n  - {code: A} # a\n  - " + line + "\n"},
		{name: "in brackets", text: "\nbusinessSystems: [{code: A}] # a\n", ref: system, live: live, want: "\nbusinessSystems: [{code: A}, " + line + "] # a\n"},
		{name: "the first", text: "\nbusinessSystems: [] # none\n", ref: system, live: live, want: "\nbusinessSystems: [" + line + "] # none\n"},
		{name: "with a secret", text: "\nthirdPartyApps:\n  - {code: A, secret: {env: S}, apis: [], allowAllIPs: true}\n", ref: engine.Ref{Kind: "ThirdPartyApp", Key: "3-新ERP"},
			live: map[string]any{"code": "3-新ERP", "apis": engine.Set{}, "allowAllAPIs": false, "allowAllIPs": false, "agentUserControl": true,
				"ipRules": rangesOf(t, "deny 10.0.0.1-10.0.0.1"), "jwt": false, "enabled": true, "rateLimit": int64(0)},
			want: "\nthirdPartyApps:\n  - {code: A, secret: {env: S}, apis: [], allowAllIPs: true}\n" +
				"  - {code: 3-新ERP, secret: {env: _3__ERP_SECRET}, enabled: true, apis: [], ipRules: [{policy: deny, cidr: 10.0.0.1/32}]}\n",
			secrets: []schema.PlaceholderSecret{{Field: "secret", Env: "_3__ERP_SECRET"}}},
		{name: "an API open to all", text: "", ref: engine.Ref{Kind: "ApiAuthorization", Key: "a"}, live: map[string]any{"api": "a", "users": engine.Set{}},
			want: "apiAuthorizations:\n  - api: a\n    unrestricted: true\n\n"},
		{name: "a parameter whose value may be a secret", text: "parameters: []\n", ref: engine.Ref{Kind: "Parameter", Key: "a/b"}, live: map[string]any{"type": "a", "name": "b", "description": "no"},
			want: "parameters: [{type: a, name: b, description: \"no\"}]\n"},
		{name: "with an AES key", text: "businessSystems: []\r\n", ref: system, live: map[string]any{"code": "N", "encryption": "aes"},
			want: "businessSystems: [{code: N, encryption: aes, aesKey: {env: N_AES_KEY}}]\r\n", secrets: []schema.PlaceholderSecret{{Field: "aesKey", Env: "N_AES_KEY"}}},
	}
	s := newSchema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, tn := edited(t, s, header+tt.text)
			secrets, diags := d.Append(tn, tt.ref, tt.live)
			if len(diags) > 0 {
				t.Fatal(codesOf(diags))
			}
			if diff := cmp.Diff(header+tt.want, string(d.Bytes())); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.secrets, secrets); diff != "" {
				t.Error(diff)
			}
		})
	}
}
