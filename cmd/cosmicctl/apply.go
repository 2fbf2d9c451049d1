package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/journal"
	"cosmicctl/engine/secrets"

	"github.com/spf13/cobra"
)

type applyFlags struct {
	connectFlags
	baseFlags
	guardFlags
	autoApprove bool
	unmanaged   bool
	resume      bool
	reviewFlags
	journalFlags
}

func (a *app) applyCommand() *cobra.Command {
	var f applyFlags
	cmd := &cobra.Command{
		Use:   "apply [PLAN] PATH… | apply --resume [PATH…]",
		Short: "Show the plan, ask, and make exactly those changes",
		Long: `Validate manifests, show the plan as 'plan' does, ask, and write exactly those
changes. Each object is read again right before its write and left alone if it
moved; after it, it is read back and compared. A failure does not stop changes
that do not depend on it. Ctrl-C stops after the write in flight.

With PLAN, a file of 'plan --save', or with --expect, the digest that 'plan' ended
with, it does what was reviewed and nothing else, and asks no more. All tenants are
read and planned again before the first write. See 'cosmicctl help saved-plans'.

A plan that changes or deletes much of a kind, or is riskier than --max-risk, is refused
unless --override names its digest. See 'cosmicctl help guards'.

What it is about to do is kept in a journal before each request, and what became of
it after. A run that was interrupted, by Ctrl-C or worse, is finished by --resume:
what is live decides what is left to be done. Without PATH the journal says which
manifests those were. See 'cosmicctl help journal'.

What the tenant publishes no API for is left to a person: it is listed at the end, and
looked at again. See 'cosmicctl help runbook'.

Exit codes: 0 done, 3 an invalid manifest (nothing was written), 4 steps by hand are
left, 5 refused, 6 stale, 7 some writes are done and some are not. See 'cosmicctl help exit-codes'.`,
		Example: `  cosmicctl apply manifests/
  cosmicctl apply --sandbox --auto-approve examples/quickstart
  cosmicctl apply plan.cosmic manifests/
  cosmicctl apply --resume`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.resume {
				return nil
			}
			return paths(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.apply(cmd.Context(), args, f) },
	}
	f.connectFlags.register(cmd)
	f.baseFlags.register(cmd)
	f.reviewFlags.register(cmd)
	f.guardFlags.register(cmd)
	f.registerOverride(cmd)
	f.journalFlags.register(cmd)
	cmd.Flags().BoolVar(&f.resume, "resume", false, "finish the run that was interrupted, and do nothing else")
	cmd.Flags().BoolVar(&f.autoApprove, "auto-approve", false, "do not ask")
	cmd.Flags().BoolVar(&f.unmanaged, "unmanaged", false, "list live objects that no manifest mentions")
	return cmd
}

func (a *app) apply(ctx context.Context, args []string, f applyFlags) error {
	f.choosy = f.resume
	r, args, err := a.reviewed(args, f.reviewFlags)
	if err != nil {
		return err
	}
	if args, err = a.resumed(args, f); err != nil || len(args) == 0 {
		return err
	}
	return a.writing(ctx, args, r, f, func(s *session, b *journal.Begin) error {
		if f.resume {
			return s.resume(r, b.Manifests)
		}
		return nil
	})
}

// writing runs a command that writes, once choose has said what it wants of the
// tenants whose manifests are loaded and whose journals are read.
func (a *app) writing(ctx context.Context, args []string, r *reviewed, f applyFlags, choose func(*session, *journal.Begin) error) error {
	f.autoApprove = f.autoApprove || r.approved()
	s, err := a.open(ctx, args, r.options(f.connectFlags))
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.recall(f.journalFlags, true); err != nil {
		return err
	}
	if err := s.guard(f.guardFlags); err != nil {
		return err
	}
	if err := s.compare(ctx, args, f.baseFlags); err != nil {
		return err
	}
	s.diagnostics()
	if s.loaded.Failed() {
		a.code = codeOfDiagnostics(s.loaded.Diagnostics)
		return nil
	}
	if !f.autoApprove && !isTerminal(a.in) {
		return coded(exitRefused, report.Fault("no-terminal"))
	}
	if err := r.sameManifests(s.loaded.Tenants); err != nil {
		return err
	}
	if err := s.keep(ctx, f.journalFlags); err != nil {
		return err
	}
	begin := journal.Begin{Command: commandApply, Manifests: engine.DigestManifests(s.loaded.Tenants), Paths: absolute(args)}
	if err := choose(s, &begin); err != nil || len(s.loaded.Tenants) == 0 {
		return err
	}
	return a.applyAll(ctx, s, r, begin, f)
}

// applyAll plans all tenants, asks, and writes.
func (a *app) applyAll(ctx context.Context, s *session, r *reviewed, begin journal.Begin, f applyFlags) error {
	text := a.planText(f.unmanaged)
	text.Later = true
	plans := a.showPlans(ctx, s, text, r)
	if ctx.Err() != nil {
		return interrupted(ctx, "not all tenants were read")
	}
	if slices.ContainsFunc(plans, (*planned).blocked) {
		fmt.Fprintln(a.err, "cosmicctl:", a.words["nothing-written-problems"])
		return nil
	}
	if err := r.holds(); err != nil {
		return err
	}
	if err := s.withinLimits(plans); err != nil {
		return err
	}
	changed := slices.DeleteFunc(slices.Clone(plans), func(p *planned) bool {
		return p.plan.Empty() && !(s.kept.interrupted(p.tenant.Name) && p.whole())
	})
	if len(changed) == 0 {
		a.code = worst(append(a.byHands(ctx, s, text, plans, nil, !f.autoApprove), a.code, r.leftOut(nil))...)
		return nil
	}
	writes := slices.ContainsFunc(changed, func(p *planned) bool { return !p.plan.Empty() })
	if writes && !f.autoApprove && !a.confirm(ctx, a.words["ask-apply"]) {
		return coded(exitRefused, report.Fault("not-approved"))
	}
	if err := checkSecrets(ctx, s, changed); err != nil {
		a.code = worst(a.code, a.secretFailure(err))
		return nil
	}
	if err := r.sameSecrets(ctx, s, changed); err != nil {
		return err
	}
	begin.Digest = r.digest.Digest()
	if err := s.begin(ctx, begin, changed); err != nil {
		return err
	}
	var codes []exitCode
	results := map[*planned]*engine.Result{}
	for _, p := range changed {
		code, result := a.applyTenant(ctx, s, text, p)
		codes, results[p] = append(codes, code), result
	}
	codes = append(codes, a.code, r.leftOut(codes))
	a.code = worst(append(codes, a.byHands(ctx, s, text, plans, results, !f.autoApprove)...)...)
	return nil
}

// checkSecrets resolves the secrets of all tenants before the first write.
func checkSecrets(ctx context.Context, s *session, changed []*planned) error {
	var all []error
	for _, p := range changed {
		all = append(all, unjoin(engine.CheckSecrets(ctx, p.kinds, p.plan, s.resolve))...)
	}
	return errors.Join(all...)
}

// showPlans prints all plans before the first write of any.
func (a *app) showPlans(ctx context.Context, s *session, text *report.PlanText, r *reviewed) []*planned {
	var plans []*planned
	for p := range eachTenant(ctx, s, s.planTenant) {
		if ctx.Err() != nil {
			break
		}
		text.Heading(p.tenant)
		r.keep(p, text)
		s.limit(p)
		p.seen = nil // it is large, and its purpose served
		if p.plan.Empty() && len(p.plan.ByHand) == 0 {
			p.tenant.Resources = nil
		}
		text.Plan(p.plan)
		report.Diagnostics(a.err, style(a.err), a.words, p.plan.Problems)
		a.code = worst(a.code, codeOfDiagnostics(p.plan.Problems))
		plans = append(plans, p)
	}
	if ctx.Err() == nil {
		text.All()
		r.end(text)
	}
	return plans
}

// target joins the two halves of a tenant's client for an apply.
type target struct {
	*cosmic.Tenant
	*cosmic.Writer
}

func (a *app) applyTenant(ctx context.Context, s *session, text *report.PlanText, p *planned) (exitCode, *engine.Result) {
	progress := newProgress(text, len(p.plan.Changes()))
	if !p.plan.Empty() {
		progress.begin(p.tenant)
	}
	inDoubt, wait := s.kept.doubts(ctx, p)
	on := s.guards.selfLast(progress.event)
	result, err := engine.Apply(ctx, p.kinds, p.plan, target{p.live, p.live.Writer()}, engine.ApplyOptions{
		Secrets: s.resolve, On: func(e engine.Event) error { return s.words.Told(on(e)) },
		Journal: s.kept.open[p.tenant.Name], InDoubt: inDoubt, Wait: wait,
	})
	progress.end()
	if err != nil {
		return a.secretFailure(err), nil
	}
	code := codeOfResult(result)
	switch err := s.kept.end(p.tenant.Name, result); {
	case errors.Is(err, errStopped):
		fmt.Fprintln(a.err, "cosmicctl:", a.words.Say("run-stopped", "tenant", p.tenant.Name, "error", a.words.Tell(err)))
	case err != nil:
		fmt.Fprintln(a.err, "cosmicctl:", a.words.Say("journal-not-kept", "tenant", p.tenant.Name, "error", report.Clean(a.words.Tell(err))))
		code = worst(code, exitError)
	}
	if !p.plan.Empty() {
		text.Result(p.plan, result, p.live.Requests())
	}
	return code, result
}

// secretFailure reports secrets that cannot be written; nothing was.
func (a *app) secretFailure(err error) exitCode {
	var diags []engine.Diagnostic
	for _, e := range unjoin(err) {
		var s *engine.SecretError
		if errors.As(e, &s) {
			diags = append(diags, s.Diagnostic)
		}
	}
	slices.SortFunc(diags, engine.Diagnostic.Compare)
	report.Diagnostics(a.err, style(a.err), a.words, diags)
	fmt.Fprintln(a.err, "cosmicctl:", a.words["nothing-written"])
	var refused *secrets.RefusedError
	if errors.As(err, &refused) {
		return exitRefused
	}
	return exitInvalid
}

func unjoin(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}
