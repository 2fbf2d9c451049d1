package schema_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
)

func remarked(ref engine.Ref, f engine.Fault) string {
	return fmt.Sprintf("%s.%s %s %v", ref, f.Field, f.Why.Code, f.Object)
}

func system(key string, live map[string]any) engine.Adoptee {
	fields := map[string]any{"code": key, "encryption": "base64", "enabled": true, "callbacks": engine.List{}, "name": "", "remark": ""}
	for name, v := range live {
		fields[name] = v
	}
	return engine.Adoptee{Ref: engine.Ref{Kind: "BusinessSystem", Key: key}, Live: fields}
}

func application(key string, live map[string]any) engine.Adoptee {
	fields := map[string]any{"code": key, "enabled": true, "allowAllAPIs": false, "apis": engine.NewSet("a"), "allowAllIPs": true, "ipRules": engine.Rows(nil), "agentUserControl": false}
	for name, v := range live {
		fields[name] = v
	}
	return engine.Adoptee{Ref: engine.Ref{Kind: "ThirdPartyApp", Key: key}, Live: fields}
}

// What a manifest may say of live objects is said, and what it may not stands beside it.
func TestAdopt(t *testing.T) {
	bad := map[string]any{"name": strings.Repeat("x", 60), "callbacks": engine.List{"no"}}
	many := make([]string, 30)
	for i := range many {
		many[i] = fmt.Sprintf("sim_api_%02d", i)
	}
	tests := []struct {
		name, text, version string
		objects             []engine.Adoptee
		want                string
	}{
		{name: "a new section", text: "# end\n", objects: []engine.Adoptee{system("A", bad), system("B", nil)},
			want: "\nbusinessSystems:\n  # BusinessSystem/A.name wrong-value false\n  # BusinessSystem/A.callbacks wrong-value false\n" +
				"  - code: A\n    encryption: base64\n    enabled: true\n  - code: B\n    encryption: base64\n    enabled: true\n# end\n"},
		{name: "after the comments of the last", text: "\nbusinessSystems:\n  - code: X\n    # of X\n  # of X too\n\n  # of none\n# end\n", objects: []engine.Adoptee{system("A", nil)},
			want: "\nbusinessSystems:\n  - code: X\n    # of X\n  # of X too\n  - code: A\n    encryption: base64\n    enabled: true\n\n  # of none\n# end\n"},
		{name: "in braces", text: "\nbusinessSystems:\n- {code: X} # x\n", objects: []engine.Adoptee{system("A", bad)},
			want: "\nbusinessSystems:\n- {code: X} # x\n# BusinessSystem/A.name wrong-value false\n# BusinessSystem/A.callbacks wrong-value false\n- {code: A, encryption: base64, enabled: true}\n"},
		{name: "in brackets", text: "\nbusinessSystems: [{code: X}]\n", objects: []engine.Adoptee{system("A", map[string]any{"callbacks": engine.List{"https://a/b"}})},
			want: "\nbusinessSystems: [{code: X}, {code: A, encryption: base64, callbacks: [https://a/b], enabled: true}]\n"},
		{name: "in place of nothing", text: "\nbusinessSystems: [] # none\nparameters: []\n", objects: []engine.Adoptee{system("A", bad)},
			want: "\nbusinessSystems: # none\n  # BusinessSystem/A.name wrong-value false\n  # BusinessSystem/A.callbacks wrong-value false\n  - code: A\n    encryption: base64\n    enabled: true\nparameters: []\n"},
		{name: "line ends of Windows", text: "\r\nbusinessSystems:\r\n- code: X\r\n", objects: []engine.Adoptee{system("A", bad)},
			want: "\r\nbusinessSystems:\r\n- code: X\r\n# BusinessSystem/A.name wrong-value false\r\n# BusinessSystem/A.callbacks wrong-value false\r\n- code: A\r\n  encryption: base64\r\n  enabled: true\r\n"},
		{name: "what cannot be declared", version: "8.0.1", objects: []engine.Adoptee{application("A", map[string]any{"allowAllAPIs": true, "apis": engine.Set{}})},
			want: "\n# ThirdPartyApp/A.allowAllAPIs allow-all-apis-withdrawn true\n#   - code: A\n#     secret: {env: A_SECRET}\n#     enabled: true\n#     allowAllIPs: true\n"},
		{name: "a key that is none", objects: []engine.Adoptee{system("a b", nil), system("A", nil)},
			want: "\nbusinessSystems:\n  # BusinessSystem/a b.code wrong-value true\n  - code: A\n    encryption: base64\n    enabled: true\n"},
		{name: "a long list", objects: []engine.Adoptee{application("A", map[string]any{"apis": engine.NewSet(many...)})},
			want: "\nthirdPartyApps:\n  - code: A\n    secret: {env: A_SECRET}\n    enabled: true\n    apis:\n      - " + strings.Join(many, "\n      - ") + "\n    allowAllIPs: true\n"},
		{name: "names of secrets that are taken", objects: []engine.Adoptee{application("a-b", nil), application("a_b", nil), application("a.b", nil)},
			want: "\nthirdPartyApps:\n  - code: a-b\n    secret: {env: A_B_SECRET}\n    enabled: true\n    apis: [a]\n    allowAllIPs: true\n" +
				"  - code: a_b\n    secret: {env: ACME_A_B_SECRET}\n    enabled: true\n    apis: [a]\n    allowAllIPs: true\n" +
				"  - code: a.b\n    secret: {env: ACME_A_B_SECRET_2}\n    enabled: true\n    apis: [a]\n    allowAllIPs: true\n"},
		{name: "a field that decides another", objects: []engine.Adoptee{application("A", map[string]any{"agentUsers": engine.NewSet("lisi")})},
			want: "\nthirdPartyApps:\n  # ThirdPartyApp/A.agentUsers not-expressible false\n  - code: A\n    secret: {env: A_SECRET}\n    enabled: true\n    apis: [a]\n    allowAllIPs: true\n"},
		{name: "fields that decide each other", objects: []engine.Adoptee{application("A", map[string]any{"ipRules": rangesOf(t, "allow 10.0.0.0/8")})},
			want: "\n# ThirdPartyApp/A.allowAllIPs not-expressible true\n# ThirdPartyApp/A.ipRules not-expressible true\n#   - code: A\n#     secret: {env: A_SECRET}\n#     enabled: true\n#     apis: [a]\n"},
		{name: "a flag that the tenant does not tell", objects: []engine.Adoptee{without(application("A", nil), "allowAllAPIs")},
			want: "\n# ThirdPartyApp/A. property-missing true\n#   - code: A\n#     secret: {env: A_SECRET}\n#     enabled: true\n#     apis: [a]\n#     allowAllIPs: true\n"},
	}
	s := newSchema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.TrimSuffix(header, "\n")
			if tt.version != "" {
				text = strings.Replace(text, `"6.0.14"`, `"`+tt.version+`"`, 1)
			}
			if strings.Contains(tt.text, "\r\n") {
				text = strings.ReplaceAll(text, "\n", "\r\n")
			}
			d, tn := edited(t, s, text+tt.text)
			if _, diags := d.Adopt(tn, tt.objects, remarked); len(diags) > 0 {
				t.Fatal(codesOf(diags))
			}
			if diff := cmp.Diff(text+tt.want, string(d.Bytes())); diff != "" {
				t.Error(diff)
			}
			if _, diags := d.Adopt(tn, undeclared(d, tt.objects), remarked); len(diags) > 0 || string(d.Bytes()) != text+tt.want {
				t.Errorf("%v; once more makes\n%s", codesOf(diags), d.Bytes())
			}
		})
	}
}

// undeclared are the objects that a draft does not declare.
func undeclared(d *schema.Draft, objects []engine.Adoptee) []engine.Adoptee {
	var out []engine.Adoptee
	for _, o := range objects {
		if !strings.Contains("\n"+string(d.Bytes()), "code: "+o.Ref.Key) || strings.Contains(string(d.Bytes()), "#   - code: "+o.Ref.Key) {
			out = append(out, o)
		}
	}
	return out
}

func without(o engine.Adoptee, field string) engine.Adoptee {
	delete(o.Live, field)
	return o
}

// However many objects have mistakes, none of them gets into a manifest.
func TestAdoptManyMistakes(t *testing.T) {
	s := newSchema(t)
	d, tn := edited(t, s, header)
	var objects []engine.Adoptee
	for i := range 1100 {
		objects = append(objects, system(fmt.Sprintf("S%04d", i), map[string]any{"name": strings.Repeat("x", 60)}))
	}
	done, diags := d.Adopt(tn, objects, remarked)
	if len(diags) > 0 || len(done) != len(objects) {
		t.Fatal(codesOf(diags), len(done))
	}
	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, d.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := len(tenantOf(t, s, file).Resources); n != len(objects) {
		t.Errorf("%d resources", n)
	}
}

// A manifest that is begun has the environment as it is written, or none.
func TestBegin(t *testing.T) {
	s := newSchema(t)
	for name, text := range map[string]string{
		"as it is written": "# top\n" + strings.Replace(header, "environment:", "# of the environment\nenvironment: # here", 1) + "\nparameters: []\n",
		"in braces":        `{"apiVersion": "cosmicctl/v1", "kind": "Tenant", "metadata": {"name": "acme"}, "environment": {"baseURL": "https://a.example.com/b", "version": "6.0.14", "accountId": "1", "auth": {"appId": "x", "appSecret": {"env": "S"}, "user": "u", "userType": "UserName"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			from, tn := edited(t, s, text)
			e, err := s.Editor()
			if err != nil {
				t.Fatal(err)
			}
			d, err := e.Begin("new.yaml", []schema.Opening{{Tenant: tn, From: from}})
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "new.yaml")
			if err := os.WriteFile(file, d.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			got := tenantOf(t, s, file)
			got.Environment.Auth.AppSecret.Dir = tn.Environment.Auth.AppSecret.Dir
			if diff := cmp.Diff(tn.Environment, got.Environment); diff != "" {
				t.Error(diff)
			}
			if name == "as it is written" && !strings.Contains(string(d.Bytes()), "environment: # here\n") {
				t.Errorf("%s", d.Bytes())
			}
		})
	}
}
