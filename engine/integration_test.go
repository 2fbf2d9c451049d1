package engine_test

import (
	"testing"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

var integrationKinds = engine.Catalog{
	{Name: "App", Key: []string{"code"}, Probe: &engine.Probe{Secret: "secret", App: "code", Enabled: "enabled", Enhanced: "enhanced", Users: "users"},
		Fields: []*engine.Field{{Name: "enhanced", Create: []engine.Default{{Span: engine.Span{Since: "6.0.1"}, Value: true}, {Value: false}}}}},
	{Name: "System", Key: []string{"code"}, Gateway: &engine.Gateway{Code: "code", Enabled: "enabled", Encryption: "encryption", Encrypts: "aes", Key: "key", Callbacks: "callbacks"},
		Fields: []*engine.Field{{Name: "encryption", Create: []engine.Default{{Value: "base64"}}}}},
}

func ofKind(kind, code string, more map[string]any) engine.Resource {
	fields := map[string]any{"code": code}
	if kind == "App" {
		fields["secret"] = engine.SecretRef{Env: code + "_SECRET"}
	}
	for name, v := range more {
		fields[name] = v
	}
	return engine.Resource{Ref: engine.Ref{Kind: kind, Key: code}, Fields: fields}
}

func TestIntegrations(t *testing.T) {
	tests := []struct {
		name      string
		resources []engine.Resource
		pairs     []string
		alone     []string
	}{
		{"the same code", []engine.Resource{ofKind("App", "A", nil), ofKind("App", "B", nil), ofKind("System", "B", nil), ofKind("System", "A", nil)},
			[]string{"A::A", "B::B"}, nil},
		{"one of each", []engine.Resource{ofKind("App", "A", map[string]any{"users": engine.NewSet("lisi", "wangwu")}), ofKind("System", "S", nil)},
			[]string{"A:lisi:S"}, nil},
		{"one of each that is not disabled", []engine.Resource{ofKind("App", "A", nil), ofKind("App", "B", map[string]any{"enabled": false}), ofKind("System", "S", nil)},
			[]string{"A::S"}, []string{"integration-disabled App/B"}},
		{"others of another code", []engine.Resource{ofKind("App", "A", nil), ofKind("App", "B", nil), ofKind("System", "B", nil), ofKind("System", "S", nil)},
			[]string{"B::B"}, []string{"integration-unpaired App/A", "integration-unpaired System/S"}},
		{"an app alone", []engine.Resource{ofKind("App", "A", nil)}, nil, []string{"integration-unpaired App/A"}},
		{"tombstones", []engine.Resource{{Ref: engine.Ref{Kind: "App", Key: "A"}, Absent: true}, ofKind("System", "A", nil)}, nil, []string{"integration-unpaired System/A"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, notes := integrationKinds.Integrations(&engine.Tenant{Resources: tt.resources})
			var pairs, alone []string
			for i := range got {
				pairs = append(pairs, got[i].Subject())
			}
			for _, d := range notes {
				alone = append(alone, string(d.Code)+" "+d.Args["object"])
			}
			if d := cmp.Diff([][]string{tt.pairs, tt.alone}, [][]string{pairs, alone}); d != "" {
				t.Error(d)
			}
		})
	}
}

// What a manifest leaves open is as a create makes it.
func TestClientsAndSystems(t *testing.T) {
	for version, want := range map[engine.Version]bool{"5.0": false, "6.0.1": true} {
		tenant := &engine.Tenant{Environment: engine.Environment{Version: version}, Resources: []engine.Resource{ofKind("App", "A", nil), ofKind("App", "B", map[string]any{"enhanced": !want})}}
		got := integrationKinds.Clients(tenant)
		if got[0].Enhanced != want || got[1].Enhanced != !want || got[0].Secret.Env != "A_SECRET" {
			t.Errorf("%s: %+v", version, got)
		}
	}
	tenant := &engine.Tenant{Resources: []engine.Resource{ofKind("System", "A", nil),
		ofKind("System", "B", map[string]any{"encryption": "aes", "key": engine.SecretRef{Env: "K"}, "callbacks": engine.List{"u"}})}}
	got := integrationKinds.Systems(tenant)
	if got[0].Encrypts || !got[1].Encrypts || got[1].Key.Env != "K" || len(got[1].Callbacks) != 1 {
		t.Errorf("%+v", got)
	}
}
