package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"
)

// The shared runs: what the formats are held to. Most are folders of
// testdata/runs with manifests and, by tenant and form, the rows of the live
// side (or the error that reading them gives), planned as a command does it.

// fixture is a run with a name.
type fixture struct {
	name string
	run  *report.Run
}

// fixtures returns all shared runs, made anew.
func fixtures(tb testing.TB) []fixture {
	tb.Helper()
	return []fixture{
		{"none", planned(tb, "none", false)},
		{"actions", actions(tb)},
		{"chinese", planned(tb, "chinese", false)},
		{"secrets", planned(tb, "secrets", false)},
		{"rotation", planned(tb, "secrets", true)},
		{"failed", planned(tb, "failed", false)},
		{"runbook", planned(tb, "runbook", false)},
		{"invalid", validated(tb, "invalid")},
		{"valid", validated(tb, "none")},
		{"stopped", stopped()},
		{"hostile", told(hostile)},
		{"many", many(manyChanges)},
		{"drift", drifted(tb, "actions", map[string]map[string]bool{"ThirdPartyApp": {}})},
		{"drift-none", drifted(tb, "none", nil)},
		{"drift-failed", drifted(tb, "failed", nil)},
		{"compare", compared(tb, "pair", false)},
		{"compare-live", compared(tb, "pair", true, "BusinessSystem.callbacks")},
		{"compare-none", compared(tb, "twins", false, "BusinessSystem.callbacks")},
		{"compare-failed", compared(tb, "failed", true)},
		{"verify", verified()},
	}
}

// options are those that a command writes documents with.
func options(tb testing.TB) report.Options {
	tb.Helper()
	return report.Options{Words: report.English(), Kinds: realKinds(tb), Unmanaged: true, Budget: report.DefaultBudget}
}

// realKinds are those of the kind files.
func realKinds(tb testing.TB) engine.Catalog {
	tb.Helper()
	s, err := kindFiles()
	if err != nil {
		tb.Fatal(err)
	}
	return s.Kinds
}

// kindFiles are read once: they do not change.
var kindFiles = sync.OnceValues(schema.New)

// live is the live side of a tenant: by form, its rows or an error.
type live map[string]json.RawMessage

func (l live) List(_ context.Context, k *engine.Kind, filter engine.Filter) (*engine.Listing, error) {
	raw := l[k.Form]
	if raw == nil {
		return &engine.Listing{}, nil
	}
	var failure string
	if json.Unmarshal(raw, &failure) == nil {
		return nil, refused(failure)
	}
	out := &engine.Listing{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&out.Rows); err != nil {
		return nil, err
	}
	out.Rows = slices.DeleteFunc(out.Rows, func(row map[string]any) bool {
		for property, values := range filter {
			if !slices.Contains(values, fmt.Sprint(row[property])) {
				return true
			}
		}
		return false
	})
	return out, nil
}

// refused is an answer that the tenant refuses with.
func refused(text string) error {
	if strings.HasPrefix(text, "errorCode 404: ") {
		return unpublished(text)
	}
	return errors.New(text)
}

type unpublished string

func (e unpublished) Error() string     { return string(e) }
func (e unpublished) Unpublished() bool { return true }

// Calls implements [engine.Caller]: the APIs of the fixtures are invoicing's.
func (l live) Calls(*engine.Kind, string) bool { return false }

// load reads the manifests of a folder of testdata/runs.
func load(tb testing.TB, name string) (*schema.Schema, *schema.Result) {
	tb.Helper()
	s, err := kindFiles()
	if err != nil {
		tb.Fatal(err)
	}
	loaded, err := s.Load(context.Background(), []string{filepath.Join("testdata", "runs", name)}, schema.Options{Keep: true})
	if err != nil {
		tb.Fatal(err)
	}
	return s, loaded
}

func validated(tb testing.TB, name string) *report.Run {
	tb.Helper()
	_, loaded := load(tb, name)
	run := &report.Run{Command: "validate"}
	run.Load(loaded)
	if loaded.Failed() {
		run.ExitCode = 3
	}
	return run
}

// planned plans a folder of testdata/runs, seen from the one of the same name
// with -base, if there is one.
func planned(tb testing.TB, name string, setSecrets bool) *report.Run {
	tb.Helper()
	s, loaded := load(tb, name)
	run := &report.Run{Command: "plan"}
	run.Load(loaded)
	side, base := sideOf(tb, name), map[string]*engine.Tenant{}
	if len(loaded.Tenants) == 0 || len(loaded.Tenants) != len(side) {
		tb.Fatalf("%s: %d tenants, %d live sides", name, len(loaded.Tenants), len(side))
	}
	if _, err := os.Stat(filepath.Join("testdata", "runs", name+"-base")); err == nil {
		run.Base = "origin/main (3f2a1bc)"
		_, before := load(tb, name+"-base")
		for i := range before.Tenants {
			base[before.Tenants[i].Name] = before.Tenants[i].Whole()
		}
	}
	for i := range loaded.Tenants {
		t := loaded.Tenants[i].Whole()
		seen := engine.Observe(context.Background(), side[t.Name], s.Kinds, t, base[t.Name])
		run.Add(t, engine.NewPlan(s.Kinds, t, seen, engine.PlanOptions{SetSecrets: setSecrets, Base: base[t.Name]}))
	}
	return concluded(run)
}

// drifted looks for drift in a folder of testdata/runs.
func drifted(tb testing.TB, name string, baseline map[string]map[string]bool) *report.Run {
	tb.Helper()
	s, loaded := load(tb, name)
	run := &report.Run{Command: "drift"}
	run.Load(loaded)
	side := sideOf(tb, name)
	for i := range loaded.Tenants {
		t := loaded.Tenants[i].Whole()
		seen := engine.Observe(context.Background(), side[t.Name], s.Kinds, t, nil)
		run.AddDrift(t, engine.NewDrift(s.Kinds, t, seen, engine.DriftOptions{Baseline: baseline}))
	}
	run = concluded(run)
	run.Digest = ""
	return run
}

// compared compares the two tenants of a folder of testdata/runs.
func compared(tb testing.TB, name string, looks bool, ignore ...string) *report.Run {
	tb.Helper()
	s, loaded := load(tb, name)
	run := &report.Run{Command: "compare", Files: loaded.Files}
	opts := engine.CompareOptions{Kinds: []string{}, Ignore: map[string]bool{}}
	for _, k := range s.Kinds {
		if !k.Formless() {
			opts.Kinds = append(opts.Kinds, k.Name)
		}
	}
	for _, field := range ignore {
		opts.Ignore[field] = true
	}
	var sides []engine.Side
	for i := range loaded.Tenants[:2] {
		t := loaded.Tenants[i].Whole()
		sides = append(sides, engine.Side{Tenant: t})
		if looks {
			sides[i].Seen = engine.Observe(context.Background(), sideOf(tb, name)[t.Name], s.Kinds, &engine.Tenant{Name: t.Name}, nil, opts.Kinds...)
		}
	}
	run.AddComparison(sides[0].Tenant, sides[1].Tenant, looks, engine.NewComparison(s.Kinds, sides[0], sides[1], opts))
	if run.ExitCode = 2; run.Empty() {
		run.ExitCode = 0
	} else if name == "failed" {
		run.ExitCode = 4
	}
	return run
}

func sideOf(tb testing.TB, name string) map[string]live {
	tb.Helper()
	side := map[string]live{}
	data, err := os.ReadFile(filepath.Join("testdata", "runs", name, "live.json"))
	if err == nil {
		err = json.Unmarshal(data, &side)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return side
}

// concluded gives a run its exit code and its digest.
func concluded(run *report.Run) *report.Run {
	var digest engine.PlanDigest
	for _, t := range run.Tenants {
		digest.Add(&engine.Tenant{Name: t.Name}, t.Plan)
		if len(t.Plan.Problems) > 0 {
			run.ExitCode = 4
		} else if run.ExitCode == 0 && !t.Plan.Empty() {
			run.ExitCode = 2
		}
	}
	run.Digest = string(digest.Digest())
	return run
}

// actions has one of each action, risk and cause.
func actions(tb testing.TB) *report.Run {
	run := planned(tb, "actions", false)
	at := engine.Position{File: "testdata/runs/actions/acme.yaml", Line: 21, Col: 5}
	run.Tenants[0].Plan.Waivers = []engine.Waiver{
		{Rule: "allow-all-addresses", Object: "ThirdPartyApp/OPEN", Owner: "platform team", Expires: "2026-12-31", At: at,
			Reason: "the addresses of the partner are not known yet"},
		{Rule: "no-waf", Owner: "张三", Reason: "演示环境", Expires: "2027-01-31", At: at},
	}
	return run
}

// stopped ended before any tenant was read.
func stopped() *report.Run {
	return &report.Run{Command: "plan", ExitCode: 1, Files: 2, Skipped: schema.Skipped{HiddenFolders: 1, Documents: 3, Links: 1},
		Failure: "sandbox: .cosmicctl/sandbox.json: permission denied"}
}

// verified is a run in which one integration works and another does not.
func verified() *report.Run {
	run := &report.Run{Command: "verify", ExitCode: 2, Files: 1}
	said := func(code engine.Code, args map[string]string) engine.Diagnostic {
		return engine.Diagnostic{Severity: engine.Error, Code: code, Args: args}
	}
	about := map[string]string{"app": "ERP01", "user": "lisi", "system": "ERP01", "flow": "getToken", "encoding": "AES+BASE64"}
	unknown := said("system-unknown", map[string]string{"system": "ERP02", "error": "errorCode 4: 未知业务系统编码", "menu": "发票云 → 系统管理 → 业务系统编码"})
	unknown.Hint, unknown.Pos = report.HintGatewaySystem, engine.Position{File: "m/tenant.yaml", Line: 9, Col: 5}
	run.AddChecks(&engine.Tenant{Name: "acme", Environment: engine.Environment{BaseURL: "https://cosmic.example.com/acme", Version: "6.0.14"}}, []engine.Check{
		{Subject: "ERP01:lisi:ERP01", Name: report.CheckToken, Result: engine.Passed, Finding: said(report.CodeTokenFine, about)},
		{Subject: "ERP01:lisi:ERP01", Name: report.CheckData, Result: engine.Warned, Finding: said("data-unproven", about)},
		{Subject: "ERP02:lisi:ERP02", Name: report.CheckSystem, Result: engine.Missed, Finding: unknown},
		{Subject: "ERP02:lisi:ERP02", Name: report.CheckData, Result: engine.Untold, Finding: said(report.CodeNotTried, nil)},
	}, nil)
	return run
}
