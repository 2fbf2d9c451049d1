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

// watchHead is two lines; the list begins in line 3, its first element in line 4.
const watchHead = "apiVersion: cosmicctl/v1\nkind: Watch\nnotify:\n"

func loadWatch(t *testing.T, s *schema.Schema, text string) (*engine.Watch, []engine.Diagnostic) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "watch.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w, diags, err := s.LoadWatch(file)
	if err != nil {
		t.Fatal(err)
	}
	if (w == nil) != (len(diags) > 0) {
		t.Fatalf("watch %v, diagnostics %v", w, diags)
	}
	return w, diags
}

func TestAWatch(t *testing.T) {
	w, diags := loadWatch(t, newSchema(t), watchHead+`  - name: oncall
    type: feishu
    url: {env: FEISHU_URL}
    secret: {env: FEISHU_SECRET}
    minRisk: widens-access
    resolved: false
  - {name: siem, type: webhook, url: {file: url.txt}, secret: {exec: [pass, siem]}}
  - {name: chat, type: dingtalk, url: {env: D}}
  - {name: wecom, type: wecom, url: {env: W}, resolved: true}
  - {name: slack, type: slack, url: {env: S}, minRisk: routine}
`)
	if w == nil {
		t.Fatal(diags)
	}
	ref := func(r engine.SecretRef) *engine.SecretRef { return &r }
	want := []engine.Channel{
		{Name: "oncall", Type: "feishu", URL: engine.SecretRef{Env: "FEISHU_URL"}, Secret: ref(engine.SecretRef{Env: "FEISHU_SECRET"}), MinRisk: engine.Widens},
		{Name: "siem", Type: "webhook", URL: engine.SecretRef{File: "url.txt"}, Secret: ref(engine.SecretRef{Exec: []string{"pass", "siem"}}), Resolved: true},
		{Name: "chat", Type: "dingtalk", URL: engine.SecretRef{Env: "D"}, Resolved: true},
		{Name: "wecom", Type: "wecom", URL: engine.SecretRef{Env: "W"}, Resolved: true},
		{Name: "slack", Type: "slack", URL: engine.SecretRef{Env: "S"}, Resolved: true, MinRisk: engine.Routine},
	}
	dir := filepath.Dir(w.Origin.File)
	for i := range want {
		want[i].URL.Dir, want[i].Origin = dir, w.Notify[i].Origin
		if want[i].Secret != nil {
			want[i].Secret.Dir = dir
		}
		if line := []int{4, 10, 11, 12, 13}[i]; w.Notify[i].Origin.Line != line {
			t.Errorf("%s stands at %v", want[i].Name, w.Notify[i].Origin)
		}
	}
	if diff := cmp.Diff(want, w.Notify); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesOfAWatch(t *testing.T) {
	s := newSchema(t)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"no channels", "apiVersion: cosmicctl/v1\nkind: Watch\n", []string{"1:1 missing-field"}},
		{"no list", watchHead + "  name: a\n", []string{"4:3 wrong-type"}},
		{"no map", watchHead + "  - a\n", []string{"4:5 wrong-type"}},
		{"nothing in it", watchHead, []string{"3:1 empty-value"}},
		{"not a map", "- a\n", []string{"1:1 not-a-manifest"}},
		{"literal address", watchHead + "  - {name: a, type: slack, url: https://hooks.slack.com/services/hunter2}\n", []string{"4:33 literal-secret"}},
		{"literal secret", watchHead + "  - {name: a, type: feishu, url: {env: U}, secret: hunter2}\n", []string{"4:52 literal-secret"}},
		{"two sources", watchHead + "  - {name: a, type: slack, url: {env: U, file: f}}\n", []string{"4:34 secret-form"}},
		{"unsigned webhook", watchHead + "  - {name: a, type: webhook, url: {env: U}}\n", []string{"4:21 channel-without-secret"}},
		{"a secret for what does not sign", watchHead + "  - {name: a, type: wecom, url: {env: U}, secret: {env: S}}\n", []string{"4:52 channel-secret-unused"}},
		{"the same for Slack", watchHead + "  - {name: a, type: slack, url: {env: U}, secret: {env: S}}\n", []string{"4:52 channel-secret-unused"}},
		{"type", watchHead + "  - {name: a, type: fieshu, url: {env: U}}\n", []string{"4:21 not-an-option"}},
		{"risk", watchHead + "  - {name: a, type: slack, url: {env: U}, minRisk: widens}\n", []string{"4:52 not-an-option"}},
		{"name", watchHead + "  - {name: A b, type: slack, url: {env: U}}\n", []string{"4:12 wrong-value"}},
		{"unknown field", watchHead + "  - {name: a, type: slack, url: {env: U}, riskMin: routine}\n", []string{"4:43 unknown-field"}},
		{"unknown field of the document", "apiVersion: cosmicctl/v1\nkind: Watch\nnotfy: []\n", []string{"1:1 missing-field", "3:1 unknown-field"}},
		{"a field twice", watchHead + "  []\nnotify: []\n", []string{"5:1 duplicate-field"}},
		{"missing fields", watchHead + "  - {}\n", []string{"4:5 missing-field", "4:5 missing-field", "4:5 missing-field"}},
		{"a name twice", watchHead + "  - {name: a, type: slack, url: {env: U}}\n  - {name: a, type: wecom, url: {env: V}}\n", []string{"5:12 same-key"}},
		{"all in one run", watchHead + "  - {name: a, type: webhook, url: x, minRisk: 1}\n  - {name: 7, type: slack, url: {}}\n",
			[]string{"4:21 channel-without-secret", "4:35 literal-secret", "4:47 wrong-type", "5:12 wrong-type", "5:33 secret-form"}},
		{"anchor", watchHead + "  - {name: a, type: slack, url: &u {env: U}}\n", []string{"4:33 yaml-anchor"}},
		{"syntax", watchHead + "  - {name: a\n", []string{"4:5 yaml-syntax"}},
		{"two documents", watchHead + "  []\n---\n" + watchHead + "  []\n", []string{"6:1 too-many-documents"}},
		{"no document", "# nothing\n", []string{"1:1 empty-file"}},
		{"a tenant", header, []string{"2:7 unknown-document-kind"}},
		{"later version", "apiVersion: cosmicctl/v2\nkind: Watch\n", []string{"1:13 unknown-api-version"}},
		{"binary", "\x00", []string{"1:1 binary-file"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, diags := loadWatch(t, s, tt.text)
			if diff := cmp.Diff(tt.want, places(diags)); diff != "" {
				t.Error(diff)
			}
			for _, d := range diags {
				for _, v := range d.Args {
					if strings.Contains(v, "hunter2") {
						t.Errorf("%s tells the secret: %v", d.Code, d.Args)
					}
				}
			}
		})
	}
	if _, diags, err := s.LoadWatch(filepath.Join(t.TempDir(), "none.yaml")); err != nil || len(diags) != 1 || diags[0].Code != schema.CodeNoFile {
		t.Errorf("%v %v", diags, err)
	}
}

// The risks that a channel may name are the engine's.
func TestEveryRiskMayBeNamed(t *testing.T) {
	s := newSchema(t)
	for _, r := range engine.Risks() {
		if w, diags := loadWatch(t, s, watchHead+"  - {name: a, type: slack, url: {env: U}, minRisk: "+string(r)+"}\n"); w == nil {
			t.Errorf("%s: %v", r, diags)
		}
	}
}

// A watch may stand in a folder of manifests, valid or not; named as a manifest it is
// refused.
func TestAWatchAmongManifests(t *testing.T) {
	s := newSchema(t)
	dir := folder(t, map[string]string{"a.yaml": header, "watch.yaml": watchHead + "  - {name: a, type: x}\n", "both.yaml": watchHead + "  []\n---\n" + partOfAcme})
	res, err := s.Load(context.Background(), []string{dir}, schema.Options{Keep: true})
	if err != nil || len(res.Diagnostics) > 0 || len(res.Tenants) != 1 || res.Skipped != (schema.Skipped{}) {
		t.Errorf("%+v %v", res, err)
	}
	res, err = s.Load(context.Background(), []string{filepath.Join(dir, "watch.yaml")}, schema.Options{})
	if err != nil || len(res.Diagnostics) == 0 || res.Diagnostics[0].Code != schema.CodeDocKind {
		t.Errorf("%+v %v", res, err)
	}
	res, err = s.Load(context.Background(), []string{folder(t, map[string]string{"watch.yaml": watchHead + "  []\n"})}, schema.Options{})
	if err != nil || len(res.Diagnostics) != 1 || res.Diagnostics[0].Code != schema.CodeNoManifest {
		t.Errorf("%+v %v", res, err)
	}
}
