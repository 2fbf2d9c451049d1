package main

import (
	"context"

	"cosmicctl/cmd/cosmicctl/report"

	"github.com/spf13/cobra"
)

type planFlags struct {
	connectFlags
	output    string
	unmanaged bool
}

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "plan PATH…",
		Short: "Show what apply would change; write nothing",
		Long: `Validate manifests, compare them with the live tenants and show what apply would
change. Nothing is written, and of the secrets only those of the environment are
resolved. A tenant with an invalid manifest is left out; the others are planned.

Exit codes: 0 no changes, 2 changes, 3 an invalid manifest, 4 a tenant that could
not be read. See 'cosmicctl help exit-codes'.`,
		Example: `  cosmicctl plan manifests/
  cosmicctl plan --sandbox examples/quickstart`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.plan(cmd.Context(), args, f) },
	}
	f.register(cmd)
	outputFlag(cmd, &f.output)
	cmd.Flags().BoolVar(&f.unmanaged, "unmanaged", false, "list live objects that no manifest mentions")
	return cmd
}

func (a *app) plan(ctx context.Context, args []string, f planFlags) error {
	if err := checkOutput(f.output); err != nil {
		return err
	}
	s, err := a.open(ctx, args, f.connectFlags)
	if err != nil {
		return err
	}
	defer s.close()
	a.code = codeOfDiagnostics(s.loaded.Diagnostics)
	doc := report.NewDocument("plan", a.words)
	doc.Load(s.loaded)
	text := &report.PlanText{W: a.out, Style: style(a.out), Words: a.words, Kinds: a.schema.Kinds, Unmanaged: f.unmanaged}
	if f.output == "text" {
		s.diagnostics()
	}
	for p := range s.plans(ctx) {
		if ctx.Err() != nil {
			a.interrupted()
			break
		}
		a.code = worst(a.code, p.code())
		if f.output == "json" {
			doc.Plan(p.tenant, p.plan, f.unmanaged)
			continue
		}
		text.Heading(p.tenant)
		text.Plan(p.plan)
		report.Diagnostics(a.err, style(a.err), a.words, p.plan.Problems)
	}
	if f.output == "json" {
		return doc.Write(a.out, int(a.code))
	}
	return nil
}
