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
		{"invalid", validated(tb, "invalid")},
		{"valid", validated(tb, "none")},
		{"stopped", stopped()},
		{"hostile", told(hostile)},
		{"many", many(manyChanges)},
	}
}

// options are those that a command writes documents with.
func options(tb testing.TB) report.Options {
	tb.Helper()
	return report.Options{Words: report.English(), Kinds: realKinds(tb), Unmanaged: true, Budget: report.DefaultBudget}
}

// realKinds are those of the kind files, their access tables included.
func realKinds(tb testing.TB) engine.Catalog {
	tb.Helper()
	s, err := schema.New()
	if err != nil {
		tb.Fatal(err)
	}
	return s.Kinds
}

// live is the live side of a tenant: by form, its rows or an error.
type live map[string]json.RawMessage

func (l live) List(_ context.Context, k *engine.Kind, filter engine.Filter) (*engine.Listing, error) {
	raw := l[k.Form]
	if raw == nil {
		return &engine.Listing{}, nil
	}
	var failure string
	if json.Unmarshal(raw, &failure) == nil {
		return nil, errors.New(failure)
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

// load reads the manifests of a folder of testdata/runs.
func load(tb testing.TB, name string) (*schema.Schema, *schema.Result) {
	tb.Helper()
	s, err := schema.New()
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

// planned plans a folder of testdata/runs.
func planned(tb testing.TB, name string, setSecrets bool) *report.Run {
	tb.Helper()
	s, loaded := load(tb, name)
	run := &report.Run{Command: "plan"}
	run.Load(loaded)
	side := map[string]live{}
	data, err := os.ReadFile(filepath.Join("testdata", "runs", name, "live.json"))
	if err == nil {
		err = json.Unmarshal(data, &side)
	}
	if err != nil {
		tb.Fatal(err)
	}
	if len(loaded.Tenants) == 0 || len(loaded.Tenants) != len(side) {
		tb.Fatalf("%s: %d tenants, %d live sides", name, len(loaded.Tenants), len(side))
	}
	for i := range loaded.Tenants {
		t := &loaded.Tenants[i]
		seen := engine.Observe(context.Background(), side[t.Name], s.Kinds, t, nil)
		run.Add(t, engine.NewPlan(s.Kinds, t, seen, engine.PlanOptions{SetSecrets: setSecrets}))
	}
	return concluded(run)
}

// concluded gives a run its exit code and a digest.
func concluded(run *report.Run) *report.Run {
	run.Digest = "sha256:" + strings.Repeat("0123456789abcdef", 4)
	for _, t := range run.Tenants {
		if len(t.Plan.Problems) > 0 {
			run.ExitCode = 4
		} else if run.ExitCode == 0 && !t.Plan.Empty() {
			run.ExitCode = 2
		}
	}
	return run
}

// actions has one of each action, risk, cause, scope and waiver.
func actions(tb testing.TB) *report.Run {
	run := planned(tb, "actions", false)
	run.Base = "origin/main (3f2a1bc)"
	causes := []engine.Cause{engine.ByBranch, engine.ByDrift, engine.ByBoth}
	i := 0
	for _, t := range run.Tenants {
		t.Plan.Waivers = waivers(t.Name)
		t.Plan.Access = accessRows(t.Name)
		for _, stage := range t.Plan.Stages {
			for j := range stage {
				blame(&stage[j], causes[i%len(causes)])
				i++
			}
		}
	}
	return run
}

// blame says why a change is planned; what is created or deleted, the branch
// asks for.
func blame(c *engine.Change, cause engine.Cause) {
	if c.Action != engine.Update {
		cause = engine.ByBranch
	}
	c.Cause = cause
	for i := range c.Fields {
		c.Fields[i].Cause = cause
	}
}

// stopped ended before any tenant was read.
func stopped() *report.Run {
	return &report.Run{Command: "plan", ExitCode: 1, Files: 2, Skipped: schema.Skipped{HiddenFolders: 1, Documents: 3, Links: 1},
		Failure: "sandbox: .cosmicctl/sandbox.json: permission denied"}
}
