package main

import (
	"context"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/spf13/cobra"
)

type planFlags struct {
	connectFlags
	baseFlags
	outputFlags
	saveFlags
	guardFlags
	journalFlags
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

With --base each change says its cause: this branch, if its manifests ask for
something else than those of the base; drift, if the base wants the same and the
live side moved; a conflict, if both touch one field. REV is a revision of the git
repository that holds the manifests; DIR a folder in which each PATH is looked up.
What lies between base and branch is not searched for: for a branch that is behind,
give 'git merge-base'. A mistake in the base leaves causes unknown and fails nothing.

What 'apply' would refuse because of its limits is advice here. See 'cosmicctl help guards'.

What the tenant publishes no API for is a runbook: steps for a person at the console.
See 'cosmicctl help runbook'.

With --probe-secrets each third-party app whose secret nobody knows anything about is
asked for one token with the wanted secret. A wrong one counts as a failed login on
the tenant, and five lock the app for its users. See 'cosmicctl help secrets'.

Exit codes: 0 no changes, 2 changes, 3 an invalid manifest, 4 a tenant that could
not be read, or something of it that has no API. See 'cosmicctl help exit-codes'.`,
		Example: `  cosmicctl plan manifests/
  cosmicctl plan --base origin/main manifests/
  cosmicctl plan --sandbox examples/quickstart`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.plan(cmd.Context(), args, f) },
	}
	f.connectFlags.register(cmd)
	f.baseFlags.register(cmd)
	f.outputFlags.register(cmd)
	f.saveFlags.register(cmd)
	f.guardFlags.register(cmd)
	f.registerDir(cmd)
	cmd.Flags().BoolVar(&f.unmanaged, "unmanaged", false, "list live objects that no manifest mentions")
	return cmd
}

func (a *app) plan(ctx context.Context, args []string, f planFlags) error {
	o, err := f.outputFlags.parse()
	if err != nil {
		return err
	}
	k, err := f.saveFlags.keys()
	if err != nil {
		return err
	}
	run := &report.Run{Command: "plan"}
	return a.told(o, run, a.documentOptions(f.budget, f.unmanaged), func() error {
		s, err := a.open(ctx, args, f.connectFlags)
		if err != nil {
			return err
		}
		defer s.close()
		if err := s.recall(f.journalFlags, false); err != nil {
			return err
		}
		s.tellInterrupted()
		if err := s.guard(f.guardFlags); err != nil {
			return err
		}
		if err := s.compare(ctx, args, f.baseFlags); err != nil {
			return err
		}
		if err := s.review(ctx, o, run, f); err != nil || f.save == "" {
			return err
		}
		return s.savePlan(ctx, f.save, k, run)
	})
}

func (a *app) planText(unmanaged bool) *report.PlanText {
	return &report.PlanText{W: a.out, Style: style(a.out), Words: a.words, Kinds: a.schema.Kinds, Unmanaged: unmanaged}
}

func (a *app) documentOptions(budget int, unmanaged bool) report.Options {
	return report.Options{Words: a.words, Kinds: a.schema.Kinds, Unmanaged: unmanaged, Budget: budget, Version: version()}
}

// review plans the tenants, writes them as text as they come, and keeps them for
// the documents and the file.
func (s *session) review(ctx context.Context, o outputs, run *report.Run, f planFlags) error {
	s.code = codeOfDiagnostics(s.loaded.Diagnostics)
	run.Load(s.loaded)
	if s.base != nil {
		run.Base = s.base.name
	}
	text := s.planText(f.unmanaged)
	var digest engine.PlanDigest
	if o.text() {
		s.diagnostics()
	}
	plan := func(ctx context.Context, t *engine.Tenant) *planned {
		p := s.planTenant(ctx, t)
		s.limit(p)
		p.rest()
		return p
	}
	for p := range eachTenant(ctx, s, plan) {
		if ctx.Err() != nil {
			return interrupted(ctx, "not all tenants were read")
		}
		s.code = worst(s.code, p.code())
		digest.Add(p.tenant, p.plan)
		if o.documents() || f.save != "" {
			run.Add(p.tenant, p.plan)
		}
		if o.text() {
			text.Heading(p.tenant)
			text.Plan(p.plan)
			report.Diagnostics(s.err, style(s.err), s.words, p.plan.Problems)
		}
	}
	run.Digest = string(digest.Digest())
	if o.text() {
		text.All()
		text.Digest(run.Digest)
	}
	return nil
}
