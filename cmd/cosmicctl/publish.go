package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"

	"github.com/spf13/cobra"
)

type publishFlags struct {
	connectFlags
	outputFlags
	engine.PublishOptions
	dryRun      bool
	autoApprove bool
}

func (a *app) publishCommand() *cobra.Command {
	var f publishFlags
	cmd := &cobra.Command{
		Use:   "publish PATH…",
		Short: "Show which operation APIs a tenant lacks, ask, and publish just those",
		Long: `For the kinds that the manifests use, compare what their objects are read and written
by with what the tenant publishes, and with the properties that its metadata names.
Then show what is to be published, ask, and publish it, each API under a number that
begins with cosmicctl_. An API at an address that has another number is somebody's:
it is used, and never replaced. Only properties that the metadata confirms go in.

A property that is there under another name is found by its title, or an entry table by
its columns; each is said, and printed as the lines that the environment needs.

--remove switches off what was published here, and nothing else. --renew publishes it
anew, such as after a change of environment.properties. The app that logs in is never
changed: which codes its API list must hold is said.

Exit codes: 0 nothing to do, or done; 2 with --dry-run, there is something to publish;
3 an invalid manifest; 4 a tenant, or its metadata, that could not be read, or something
that cannot be published; 5 refused; 7 partly. See 'cosmicctl help publish'.`,
		Example: `  cosmicctl publish --dry-run manifests/
  cosmicctl publish manifests/
  cosmicctl publish --remove manifests/acme.yaml`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.publish(cmd.Context(), args, f) },
	}
	f.choiceFlags.register(cmd)
	f.registerReading(cmd)
	f.outputFlags.register(cmd)
	fs := cmd.Flags()
	fs.BoolVar(&f.Remove, "remove", false, "switch off what was published here")
	fs.BoolVar(&f.Renew, "renew", false, "publish anew what was published here before")
	fs.BoolVar(&f.dryRun, "dry-run", false, "only show what is to be published")
	fs.BoolVar(&f.autoApprove, "auto-approve", false, "do not ask")
	cmd.MarkFlagsMutuallyExclusive("remove", "renew")
	cmd.MarkFlagsMutuallyExclusive("dry-run", "auto-approve")
	return cmd
}

func (a *app) publish(ctx context.Context, args []string, f publishFlags) error {
	return a.checking(ctx, "publish", args, f.connectFlags, f.outputFlags, func(s *session, o outputs, run *report.Run) error {
		return s.publish(ctx, o, run, f)
	})
}

// publication is a tenant with what is to be published there.
type publication struct {
	tenant *engine.Tenant
	live   *cosmic.Tenant
	plan   *engine.Publication
}

func (s *session) publish(ctx context.Context, o outputs, run *report.Run, f publishFlags) error {
	text := s.planText(false)
	var pending []publication
	for p := range eachTenant(ctx, s, func(ctx context.Context, t *engine.Tenant) publication { return s.publication(ctx, t, f) }) {
		if ctx.Err() != nil {
			return interrupted(ctx, "not all tenants were read")
		}
		run.AddChecks(p.tenant, p.plan.Checks, p.notes())
		if o.text() {
			text.Checks(p.tenant, p.plan.Checks, p.notes())
			text.Lines(p.plan.Lines())
		}
		if p.plan.Unmade() {
			s.code = worst(s.code, exitUnreachable)
		}
		if len(p.plan.Definitions) > 0 {
			pending = append(pending, p)
		}
	}
	if o.text() {
		text.AllChecks(run)
	}
	switch {
	case len(pending) == 0:
		return nil
	case f.dryRun:
		s.code = worst(s.code, exitDiffers)
		return nil
	case !f.autoApprove && !isTerminal(s.in):
		return coded(exitRefused, errors.New(s.words.Say("publish-no-terminal")))
	case !f.autoApprove && !s.confirm(ctx, s.words.Say("publish-ask")):
		return coded(exitRefused, errors.New(s.words.Say("publish-not-approved")))
	}
	return s.publishAll(ctx, o, run, pending)
}

// publishAll makes what was approved.
func (s *session) publishAll(ctx context.Context, o outputs, run *report.Run, pending []publication) error {
	text := s.planText(false)
	for _, p := range pending {
		if ctx.Err() != nil {
			return interrupted(ctx, "not everything was published")
		}
		kinds := s.schema.Kinds.WithProperties(p.tenant.Environment.Properties)
		done := p.plan.Publish(ctx, p.live, p.live, p.live.Definer(), kinds)
		run.Tenants = slices.DeleteFunc(run.Tenants, func(t report.TenantPlan) bool { return t.Name == p.tenant.Name })
		run.AddChecks(p.tenant, slices.Concat(p.plan.Standing(), done), p.notes())
		if o.text() {
			text.Checks(p.tenant, done, nil)
		}
		s.code = worst(s.code, codeOfPublished(done))
	}
	return nil
}

// codeOfPublished tells what was published in part from what was not at all.
func codeOfPublished(done []engine.Check) exitCode {
	is := func(results ...engine.CheckResult) bool {
		return slices.ContainsFunc(done, func(c engine.Check) bool { return slices.Contains(results, c.Result) })
	}
	switch {
	case !is(engine.Missed) && !is(engine.Warned):
		return exitClean
	case is(engine.Missed) && is(engine.Passed, engine.Warned):
		return exitPartial
	case is(engine.Missed):
		return exitError
	}
	return exitUnreachable // all was written, and not all of it seen
}

// publication reads one tenant.
func (s *session) publication(ctx context.Context, t *engine.Tenant, f publishFlags) publication {
	live, err := s.connect(ctx, t)
	if err != nil {
		return publication{tenant: t, plan: &engine.Publication{Checks: []engine.Check{{Name: engine.TopicAddress, Result: engine.Missed,
			Finding: engine.Diagnostic{Code: engine.TrapUnreadable}, Evidence: s.words.MessageAndHint(refusal(t, err))}}}}
	}
	defer live.Rest()
	return publication{t, live, engine.NewPublication(ctx, live, live, s.schema.Kinds, t, f.PublishOptions)}
}

// notes say which codes the app's list must hold for calls to be let through.
func (p *publication) notes() []engine.Diagnostic {
	var on []string
	for _, d := range p.plan.Definitions {
		if !d.Disabled {
			on = append(on, d.Number)
		}
	}
	if len(on) == 0 {
		return nil
	}
	return []engine.Diagnostic{{Severity: engine.Advice, Code: engine.CodeAppList, Path: "publish",
		Args: map[string]string{"app": p.tenant.Environment.Auth.AppID, "apis": strings.Join(on, ", ")}}}
}
