package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/baseline"

	"github.com/spf13/cobra"
)

type driftFlags struct {
	connectFlags
	outputFlags
	baselineFlags
	unmanaged bool
	coverage  bool
	plan      bool
	suggest   bool
}

// baselineFlags say which live objects are known beside the manifests.
type baselineFlags struct {
	baseline string
	record   bool
}

const defaultBaseline = ".cosmicctl/baseline.json"

func (f *baselineFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.baseline, "baseline", filepath.FromSlash(defaultBaseline), "file with the unmanaged objects that are known; others are drift")
}

func (a *app) driftCommand() *cobra.Command {
	var f driftFlags
	cmd := &cobra.Command{
		Use:   "drift PATH…",
		Short: "Show how live tenants departed from their manifests; write nothing",
		Long: `Compare live tenants with their manifests, and tell what happened to them since:

  changed   it differs from what the manifest wants (wanted → live)
  missing   the manifest wants it, and it is not there
  unwanted  the manifest wants it gone, and it is there
  new       no manifest mentions it, nor does the baseline

Each with its risk, as if the live side had planned it, and with who changed the
object last where the tenant tells. A kind that could not be read is told too, and
such a tenant is never called clean. Nothing can be written: this command holds no
client that could.

A live object that no manifest mentions is drift only once a baseline says that it
was not there before: --record writes one, which belongs in version control. Without
it such objects are counted.

--plan also shows the plan that would undo the drift. --suggest writes a patch to
stdout, after which the manifests want what is live, and the drift to stderr; comments,
order and formatting of the manifests stay. No file is changed.

Exit codes: 0 no drift, 2 drift, 3 an invalid manifest, 4 a tenant that could not be
read, or not completely. See 'cosmicctl help drift'.`,
		Example: `  cosmicctl drift manifests/
  cosmicctl drift --record manifests/
  cosmicctl drift --suggest manifests/ | git apply
  cosmicctl drift -o json=drift.json manifests/`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.drift(cmd.Context(), args, f) },
	}
	f.registerLooking(cmd)
	f.outputFlags.register(cmd)
	f.baselineFlags.register(cmd)
	cmd.Flags().BoolVar(&f.record, "record", false, "write the baseline: the unmanaged objects of today are known from now on")
	cmd.Flags().BoolVar(&f.unmanaged, "unmanaged", false, "list live objects that no manifest mentions")
	cmd.Flags().BoolVar(&f.coverage, "coverage", false, "list which kinds and fields were compared, and what the manifests leave to the tenant")
	cmd.Flags().BoolVar(&f.plan, "plan", false, "show the plan that would undo the drift too")
	cmd.Flags().BoolVar(&f.suggest, "suggest", false, "write a patch of the manifests that accepts the drift to stdout, and the drift to stderr")
	return cmd
}

func (a *app) drift(ctx context.Context, args []string, f driftFlags) error {
	o, err := f.outputFlags.parse()
	if err != nil {
		return err
	}
	if f.suggest && (f.record || !o.text()) {
		return coded(exitInvalid, report.Fault("suggest-alone"))
	}
	known, err := baseline.Read(f.baseline)
	if err != nil {
		return coded(exitInvalid, about("--baseline", err))
	}
	run := &report.Run{Command: "drift"}
	return a.told(o, run, a.documentOptions(f.budget, f.unmanaged), func() error {
		s, err := a.open(ctx, args, f.connectFlags)
		if err != nil {
			return err
		}
		defer s.close()
		s.code = codeOfDiagnostics(s.loaded.Diagnostics)
		run.Load(s.loaded)
		if f.record {
			return s.record(ctx, known, f.baseline)
		}
		return s.look(ctx, o, run, known, f)
	})
}

// look compares the tenants, and writes what it found as it comes.
func (s *session) look(ctx context.Context, o outputs, run *report.Run, known *baseline.Baseline, f driftFlags) error {
	text := s.planText(f.unmanaged)
	text.Coverage = f.coverage
	var accept *suggestion
	if f.suggest {
		var err error
		if accept, err = s.newSuggestion(); err != nil {
			return err
		}
		text.W, text.Style = s.err, style(s.err)
	}
	if o.text() {
		s.diagnostics()
	}
	compare := func(ctx context.Context, t *engine.Tenant) *drifted {
		d := s.driftOf(ctx, t, known.Of(t), f.plan)
		if !f.suggest {
			d.rest()
		}
		return d
	}
	var undo []*drifted
	for d := range eachTenant(ctx, s, compare) {
		if ctx.Err() != nil {
			return interrupted(ctx, "not all tenants were read")
		}
		s.code = worst(s.code, codeOfPlan(d.drift.Plan))
		if o.documents() {
			run.AddDrift(d.tenant, d.drift)
		}
		if d.undo != nil && !d.undo.Empty() {
			undo = append(undo, d)
		}
		if accept != nil {
			accept.add(d, known.Of(d.tenant))
		}
		if o.text() {
			text.Drift(d.tenant, d.drift)
		}
	}
	if o.text() {
		text.AllDrift()
		s.undoing(text.W, undo, f.unmanaged)
	}
	if accept != nil {
		return accept.write()
	}
	return nil
}

// undoing writes the plans that would undo drift.
func (s *session) undoing(w io.Writer, undo []*drifted, unmanaged bool) {
	text := s.planText(unmanaged)
	text.W, text.Style = w, style(w)
	for i, d := range undo {
		if i == 0 {
			fmt.Fprintln(w, "\n"+s.words["to-undo"])
		}
		text.Heading(d.tenant)
		text.Plan(d.undo)
	}
	text.All()
}

// record writes the baseline anew. Of a tenant that was not read completely it
// keeps what was recorded before.
func (s *session) record(ctx context.Context, known *baseline.Baseline, path string) error {
	s.diagnostics()
	changed, objects := 0, 0
	for d := range eachTenant(ctx, s, func(ctx context.Context, t *engine.Tenant) *drifted { return s.driftOf(ctx, t, nil, false) }) {
		if ctx.Err() != nil {
			return interrupted(ctx, "not all tenants were read")
		}
		if code := codeOfDiagnostics(d.drift.Problems); code == exitUnreachable || len(d.drift.Coverage) == 0 {
			s.code = worst(s.code, code)
			report.Diagnostics(s.err, style(s.err), s.words, d.drift.Problems)
			fmt.Fprintln(s.err, "cosmicctl:", s.words.Say("not-recorded", "tenant", report.Clean(d.tenant.Name)))
			continue
		}
		if known.Record(d.tenant, d.drift, time.Now()) {
			changed++
		}
		objects += len(d.drift.Unmanaged)
	}
	if err := writeBaseline(path, known); err != nil {
		return about("--record", err)
	}
	fmt.Fprintln(s.out, s.words.Say("recorded", "n", objects, "file", path, "changed", changed, "all", len(s.loaded.Tenants)))
	return nil
}

func writeBaseline(path string, b *baseline.Baseline) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return writeFile(path, 0o644, func(w io.Writer) error { return b.Write(w) })
}

// drifted is a tenant with how it drifted.
type drifted struct {
	tenant *engine.Tenant
	drift  *engine.Drift
	undo   *engine.Plan // nil unless it was asked for
	seen   *engine.Observation
}

// rest leaves what is told of a drift: it waits for those before it, and may wait
// among thousands.
func (d *drifted) rest() { d.tenant.Resources, d.seen = nil, nil }

// driftOf reads one tenant and compares it. What keeps it from being read is a
// problem of its drift.
func (s *session) driftOf(ctx context.Context, t *engine.Tenant, known map[string]map[string]bool, undo bool) *drifted {
	live, err := s.connect(ctx, t)
	if err != nil {
		return &drifted{tenant: t, drift: notCompared(t, refusal(t, err))}
	}
	defer live.Rest()
	kinds := s.schema.Kinds.WithProperties(t.Environment.Properties)
	seen := engine.Observe(ctx, readOnly{live, live}, kinds, t, nil, slices.Sorted(maps.Keys(known))...)
	d := &drifted{tenant: t, seen: seen, drift: engine.NewDrift(kinds, t, seen, engine.DriftOptions{Baseline: known})}
	if undo {
		d.undo = engine.NewPlan(kinds, t, seen, engine.PlanOptions{})
	}
	return d
}

// notCompared is the drift of a tenant of which nothing is known.
func notCompared(t *engine.Tenant, why engine.Diagnostic) *engine.Drift {
	return &engine.Drift{Plan: &engine.Plan{Tenant: t.Name, Problems: []engine.Diagnostic{why}}}
}

// readOnly hides that what reads could write too.
type readOnly struct {
	engine.Reader
	engine.Caller
}
