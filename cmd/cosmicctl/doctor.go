package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"

	"github.com/spf13/cobra"
)

type doctorFlags struct {
	connectFlags
	journalFlags
	output string
	report string
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

--report writes the same as Markdown to attach to a ticket. It holds no secret and no
token, and of the data centre's id its end only. See 'cosmicctl help traps'.

Exit codes: 0 nothing failed, 2 something is wrong with what was read, 3 an invalid
manifest, 4 a tenant could not be reached, logged in to or read. See 'cosmicctl help
exit-codes'.`,
		Example: `  cosmicctl doctor manifests/
  cosmicctl doctor --sandbox examples/quickstart
  cosmicctl doctor --report ticket.md -o json manifests/acme.yaml`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.doctor(cmd.Context(), args, f) },
	}
	f.registerReading(cmd)
	f.choiceFlags.register(cmd)
	f.registerDir(cmd)
	cmd.Flags().StringVarP(&f.output, "output", "o", report.Text, "format of the result: "+strings.Join(report.ExaminationFormats(), ", "))
	cmd.Flags().StringVar(&f.report, "report", "", "`FILE` to write the report for a ticket to, as Markdown")
	return cmd
}

func (a *app) doctor(ctx context.Context, args []string, f doctorFlags) error {
	if !slices.Contains(report.ExaminationFormats(), f.output) {
		return coded(exitInvalid, fmt.Errorf("--output %q is not known; it is one of %s", f.output, strings.Join(report.ExaminationFormats(), ", ")))
	}
	s, err := a.open(ctx, args, f.connectFlags)
	if err != nil {
		return err
	}
	defer s.close()
	s.diagnostics()
	a.code = codeOfDiagnostics(s.loaded.Diagnostics)
	if err := s.recall(f.journalFlags, false); err != nil {
		return err
	}
	x := &report.Examination{Words: a.words, Version: version()}
	for found := range eachTenant(ctx, s, s.examine) {
		if ctx.Err() != nil {
			return interrupted(ctx, "not all tenants were examined")
		}
		a.code = worst(a.code, codeOfChecks(found.Checks))
		x.Tenants = append(x.Tenants, found)
	}
	if f.report != "" {
		if err := writeFile(f.report, 0o600, func(w io.Writer) error { return x.Write(w, "markdown", report.Style{}) }); err != nil {
			return fmt.Errorf("--report: %w", err)
		}
	}
	return x.Write(a.out, f.output, style(a.out))
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
func (s *session) examine(ctx context.Context, t *engine.Tenant) report.Examined {
	out := report.Examined{Tenant: t, DataCentre: cosmic.Mask(t.Environment.AccountID)}
	live, err := s.connect(ctx, t)
	if err != nil {
		d := refusal(t, err)
		out.Checks = []engine.Check{{Name: engine.TopicAddress, Result: engine.Missed, Finding: engine.Diagnostic{Code: engine.TrapUnreadable}, Evidence: s.words.MessageAndHint(d)}}
		return out
	}
	defer live.Rest()
	x := cosmic.NewExplorer(s.roots, 0, s.client.Now)
	defer x.Close()
	out.Checks = live.Examine(ctx, x)
	if slices.ContainsFunc(out.Checks, func(c engine.Check) bool {
		return c.Result == engine.Missed && c.Name != engine.TopicClock && c.Name != engine.TopicFlow
	}) {
		return out
	}
	kinds := s.schema.Kinds.WithProperties(t.Environment.Properties)
	seen := engine.Observe(ctx, live, kinds, t, nil)
	if k := readable(kinds, seen); k != nil {
		out.Checks = append(out.Checks, live.ExamineHeader(ctx, k))
	}
	out.Checks = append(out.Checks, live.Refine(ctx, engine.Examine(kinds, t, seen))...)
	out.Checks = append(out.Checks, s.written(kinds, t)...)
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
