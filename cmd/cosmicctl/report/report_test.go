package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

var kinds = engine.Catalog{{Name: "Gadget", Title: engine.Text{EN: "gadget", ZH: "小工具"}}}

// samplePlan holds one of each action, a secret, a default and hostile text.
func samplePlan() *engine.Plan {
	change := func(a engine.Action, key string, fields ...engine.FieldChange) engine.Change {
		return engine.Change{Action: a, Ref: engine.Ref{Kind: "Gadget", Key: key}, Fields: fields,
			Origin: engine.Position{File: "m/a.yaml", Line: 7, Col: 5}}
	}
	cut := change(engine.Update, "C",
		engine.FieldChange{Field: "name", Before: "旧", After: "新\x1b[31m\nPlan: 0"},
		engine.FieldChange{Field: "tools", Element: "saw", Before: "saw"},
		engine.FieldChange{Field: "tools", Element: "axe", After: "axe"},
		engine.FieldChange{Field: "pass", After: engine.SecretRef{Env: "PASS"}, Secret: true})
	cut.CutsOff, cut.Steps = true, []string{"disable", "save", "enable"}
	return &engine.Plan{
		Tenant: "acme",
		Stages: [][]engine.Change{
			{change(engine.Create, "A", engine.FieldChange{Field: "on", After: true, Default: true},
				engine.FieldChange{Field: "tools", After: engine.Set{"axe", "saw"}},
				engine.FieldChange{Field: "rules", After: engine.Rows{{Policy: "deny", Start: "10.0.0.0", End: "10.0.0.255"}}}), cut},
			{change(engine.Delete, "B")},
		},
		Unchanged: 3, Unmanaged: []engine.Ref{{Kind: "Gadget", Key: "X"}},
		NotComparable: []engine.SecretField{{Ref: engine.Ref{Kind: "Gadget", Key: "D"}, Field: "pass"}},
		Problems:      []engine.Diagnostic{{Severity: engine.Error, Code: engine.CodeProtected, Args: map[string]string{"key": "P"}}},
	}
}

func TestPlanAsText(t *testing.T) {
	var b bytes.Buffer
	p := &report.PlanText{W: &b, Words: report.English(), Kinds: kinds, Unmanaged: true}
	p.Heading(&engine.Tenant{Name: "acme", Environment: engine.Environment{BaseURL: "https://host/acme", Version: "6.0"}})
	p.Plan(samplePlan())
	want := `Tenant acme  https://host/acme · Cosmic 6.0
  + create gadget A  m/a.yaml:7
      on     true  (default)
      tools  [axe, saw]
      rules  [deny 10.0.0.0/24]
  - delete gadget B  m/a.yaml:7
  ~ change gadget C  m/a.yaml:7
      name   "旧" → "新\u{1b}[31m\nPlan: 0"
      tools  - saw
      tools  + axe
      pass   (secret) → (secret) from {env: PASS}
      this version wants disable, save, enable: callers are cut off in between
  · unmanaged gadget X
Plan: 1 to create, 1 to change, 1 to delete. 3 unchanged, 1 unmanaged, 1 secret not comparable (write with --set-secrets), 1 problem.
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestColourOnlyWhenAsked(t *testing.T) {
	for _, color := range []bool{false, true} {
		var b bytes.Buffer
		p := &report.PlanText{W: &b, Style: report.Style{Color: color}, Words: report.English(), Kinds: kinds}
		plan := samplePlan()
		plan.Stages[0][1].Fields[0] = engine.FieldChange{Field: "name", Before: "https://a.example/callback", After: "https://b.example/callback"}
		p.Plan(plan)
		if got := strings.Contains(b.String(), "\x1b["); got != color {
			t.Errorf("escape sequences: %v, colour asked: %v", got, color)
		}
		if color && !strings.Contains(b.String(), "https://\x1b[7ma\x1b[0m.example") {
			t.Errorf("the changed part is not marked: %q", b.String())
		}
	}
}

func TestDocument(t *testing.T) {
	doc := &report.Run{Command: "plan", ExitCode: 2}
	doc.Add(&engine.Tenant{Name: "acme"}, samplePlan())
	var b bytes.Buffer
	if err := report.Write(&b, "json", doc, report.Options{Words: report.English(), Kinds: kinds, Unmanaged: true}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		FormatVersion, ExitCode int
		Tenants                 []struct {
			Changes []struct {
				Action string
				Fields []struct {
					Field    string
					Redacted bool
					After    any
				}
			}
			Problems []struct{ Code, Message string }
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.FormatVersion != 1 || got.ExitCode != 2 || len(got.Tenants) != 1 || len(got.Tenants[0].Changes) != 3 {
		t.Fatalf("%+v", got)
	}
	secret := got.Tenants[0].Changes[1].Fields[3]
	if !secret.Redacted || secret.Field != "pass" {
		t.Errorf("%+v is not marked as redacted", secret)
	}
	if p := got.Tenants[0].Problems[0]; p.Code != "protected" || !strings.Contains(p.Message, "preset data") {
		t.Errorf("%+v", p)
	}
}

func TestDiagnosticWithItsLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, []byte("a: b\n名称: {x: 总部, oops: 1}\naesKey: hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	report.Diagnostics(&b, report.Style{Caret: true}, report.English(), []engine.Diagnostic{
		{Severity: engine.Error, Code: "unknown-field", Pos: engine.Position{File: file, Line: 2, Col: 13}, Path: "名称.oops",
			Args: map[string]string{"field": "oops", "suggestion": "loops"}, Hint: engine.HintDidYouMean},
		{Severity: engine.Error, Code: "literal-secret", Pos: engine.Position{File: file, Line: 3, Col: 9}},
	})
	want := file + ":2:13: 名称.oops: unknown field `oops`; did you mean `loops`?\n" +
		"  名称: {x: 总部, oops: 1}\n" +
		"                  ^\n" +
		file + ":3:9: a secret must not stand in a manifest\n" +
		"  aesKey: …\n" +
		"          ^\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "ERP01", "ERP01"},
		{"Chinese", "总部 ERP", "总部 ERP"},
		{"line break", "a\nb\tc", `a\nb\tc`},
		{"escape sequence", "\x1b[2J", `\u{1b}[2J`},
		{"bidirectional override", "a\u202eb", `a\u{202e}b`},
		{"invalid UTF-8", "a\xffb", `a\u{fffd}b`},
		{"long", strings.Repeat("长", 301), strings.Repeat("长", 300) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := report.Clean(tt.in); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
