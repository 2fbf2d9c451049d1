package main

import (
	"cmp"
	"context"
	"slices"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"

	"github.com/spf13/cobra"
)

type doctorFlags struct {
	connectFlags
	journalFlags
	outputFlags
}

func (a *app) doctorCommand() *cobra.Command {
	var f doctorFlags
	cmd := &cobra.Command{
		Use:   "doctor PATH…",
		Short: "Find what stands between cosmicctl and a tenant, and the way out; only read",
		Long: `Look at all that a call passes on its way, in its order: the address, the data centre,
the clocks, the token flow, the login, the header with the token, the API of each kind
that the manifests declare, what is read of it, and the objects. Each check passes, is
worth a look, fails, or cannot be told from here. What does not pass is shown with what
the tenant said, the name of the trap, and the way out with the menu of that version.

Nothing is written. One token is asked for at most: a wrong secret is tried once and
never again, because five of them lock the app.

-o markdown=FILE writes a report to attach to a ticket: no format holds a secret, a token
or the data centre's id. See 'cosmicctl help traps'.

Exit codes: 0 nothing failed, 2 something is wrong with what was read, 3 an invalid
manifest, 4 a tenant could not be reached, logged in to or read. See 'cosmicctl help
exit-codes'.`,
		Example: `  cosmicctl doctor manifests/
  cosmicctl doctor --sandbox examples/quickstart
  cosmicctl doctor -o markdown=ticket.md manifests/acme.yaml`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.doctor(cmd.Context(), args, f) },
	}
	f.registerReading(cmd)
	f.choiceFlags.register(cmd)
	f.registerDir(cmd)
	f.outputFlags.register(cmd)
	return cmd
}

func (a *app) doctor(ctx context.Context, args []string, f doctorFlags) error {
	return a.checking(ctx, "doctor", args, f.connectFlags, f.outputFlags, func(s *session, o outputs, run *report.Run) error {
		if err := s.recall(f.journalFlags, false); err != nil {
			return err
		}
		return s.visit(ctx, o, run)
	})
}

// visit examines all tenants, and tells what came of it.
func (s *session) visit(ctx context.Context, o outputs, run *report.Run) error {
	text := s.planText(false)
	for e := range eachTenant(ctx, s, s.examine) {
		engine.ShowWays(e.checks)
		if ctx.Err() != nil {
			return interrupted(ctx, "not all tenants were examined")
		}
		s.code = worst(s.code, codeOfChecks(e.checks))
		run.AddChecks(e.tenant, e.checks, nil)
		if o.text() {
			text.Checks(e.tenant, e.checks, nil)
		}
	}
	if o.text() {
		text.AllChecks(run)
	}
	return nil
}

// examination is a tenant with its checks.
type examination struct {
	tenant *engine.Tenant
	checks []engine.Check
}

// codeOfChecks tells a tenant that could not be read from one whose objects are wrong.
func codeOfChecks(checks []engine.Check) exitCode {
	code := exitClean
	for _, c := range checks {
		switch {
		case c.Result != engine.Missed:
		case c.Name == engine.TopicRows || c.Name == engine.TopicObjects:
			code = worst(code, exitDiffers)
		default:
			code = worst(code, exitUnreachable)
		}
	}
	return code
}

// examine looks at one tenant, from its address to its objects.
func (s *session) examine(ctx context.Context, t *engine.Tenant) examination {
	out := examination{tenant: t}
	live, err := s.connect(ctx, t)
	if err != nil {
		d := refusal(t, err)
		out.checks = []engine.Check{{Name: engine.TopicAddress, Result: engine.Missed, Finding: engine.Diagnostic{Code: engine.TrapUnreadable}, Evidence: s.words.MessageAndHint(d)}}
		return out
	}
	defer live.Rest()
	x := cosmic.NewExplorer(s.roots, 0, s.client.Now)
	defer x.Close()
	out.checks = live.Examine(ctx, x)
	if slices.ContainsFunc(out.checks, func(c engine.Check) bool {
		return c.Result == engine.Missed && c.Name != engine.TopicClock && c.Name != engine.TopicFlow
	}) {
		return out
	}
	kinds := s.schema.Kinds.WithProperties(t.Environment.Properties)
	seen := engine.Observe(ctx, live, kinds, t, nil)
	if k := readable(kinds, seen); k != nil {
		out.checks = append(out.checks, live.ExamineHeader(ctx, k))
	}
	out.checks = append(out.checks, live.Refine(ctx, engine.Examine(kinds, t, seen))...)
	out.checks = append(out.checks, s.written(kinds, t)...)
	return out
}

// readable is a kind that could be read; nil if none could.
func readable(kinds engine.Catalog, o *engine.Observation) *engine.Kind {
	for _, k := range kinds {
		if l := o.Live[k.Name]; l != nil && l.Err == nil {
			return k
		}
	}
	return nil
}

// written are the traps that only a write shows, as the journal tells of the last one
// of each object.
func (s *session) written(kinds engine.Catalog, t *engine.Tenant) []engine.Check {
	if s.recalled == nil {
		return nil
	}
	h, err := s.recalled.history(t)
	if err != nil {
		return nil
	}
	last := map[engine.Ref]engine.Check{}
	traps := map[engine.Code]engine.Code{engine.CodeRowsStayed: engine.TrapEntriesMerged, engine.CodeDropped: engine.TrapWriteDropped}
	for _, run := range h.Runs {
		for ref, o := range run.Outcomes {
			delete(last, ref)
			k := kinds.Kind(ref.Kind)
			if o.Why == nil || traps[o.Why.Code] == "" || k == nil {
				continue
			}
			last[ref] = engine.Check{Name: engine.TopicObjects, Result: engine.Missed, Subject: ref.String(),
				Finding: engine.Diagnostic{Code: traps[o.Why.Code], Args: map[string]string{"run": run.Run, "form": k.Form}}}
		}
	}
	var out []engine.Check
	for _, c := range last {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b engine.Check) int { return cmp.Compare(a.Subject, b.Subject) })
	return out
}
