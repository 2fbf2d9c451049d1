package main

import (
	"context"
	"slices"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"
)

// planned is a tenant with its plan and the connection that it was read through.
type planned struct {
	tenant *engine.Tenant
	kinds  engine.Catalog
	live   *cosmic.Tenant
	seen   *engine.Observation // nil if it could not even be connected to
	plan   *engine.Plan
	beyond []engine.Diagnostic // how it is beyond the limits
	// left is what interrupted runs left, settled what became of it; nil if there
	// was nothing.
	left    *engine.Open
	settled *engine.Settlement
}

func (p *planned) code() exitCode { return codeOfPlan(p.plan) }

func codeOfPlan(p *engine.Plan) exitCode {
	code := codeOfDiagnostics(p.Problems)
	if !p.Empty() || len(p.ByHand) > 0 {
		code = worst(code, exitDiffers)
	}
	if p.Unseen() {
		code = worst(code, exitUnreachable)
	}
	return code
}

// rest leaves of a plan what is told of it: it waits for those before it, and may
// wait among thousands.
func (p *planned) rest() {
	if p.live != nil {
		p.live.Rest()
	}
	p.tenant.Resources, p.live, p.seen = nil, nil, nil
}

// blocked tells whether a problem forbids to write anything, to any tenant: the
// input is wrong, or a guard refuses it.
func (p *planned) blocked() bool {
	return slices.ContainsFunc(p.plan.Problems, func(d engine.Diagnostic) bool {
		return d.Severity == engine.Error && (d.Class == engine.ClassInvalid || d.Class == engine.ClassRefused)
	})
}

// whole tells whether all that the plan needs could be read.
func (p *planned) whole() bool {
	return p.live != nil && !slices.ContainsFunc(p.plan.Problems, func(d engine.Diagnostic) bool { return d.Class == engine.ClassUnreadable && d.Severity == engine.Error }) &&
		!p.leftUnseen()
}

// leftUnseen tells whether an interrupted run left something that is a step by hand
// now, so that nobody can tell what became of it.
func (p *planned) leftUnseen() bool {
	return p.left != nil && slices.ContainsFunc(p.left.Changes, func(c engine.Change) bool {
		return slices.ContainsFunc(p.plan.ByHand, func(h engine.ByHand) bool { return h.Unseen() && h.Ref == c.Ref })
	})
}

// interrupted says why a run ends, and what was not done.
func interrupted(ctx context.Context, undone string) error {
	return coded(codeOf(context.Cause(ctx)), report.Fault("interrupted-undone", "undone", undone))
}

// planTenant reads one tenant. What keeps it from being read is a problem of
// its plan, so that the others go on.
func (s *session) planTenant(ctx context.Context, t *engine.Tenant) *planned {
	added := s.base.added(t)
	p := &planned{tenant: t, plan: &engine.Plan{Tenant: t.Name, Waivers: added}}
	live, err := s.connect(ctx, t)
	if err != nil {
		p.plan.Problems = []engine.Diagnostic{refusal(t, err)}
		return p
	}
	p.live = live
	base := s.base.tenant(t.Name)
	p.kinds = s.schema.Kinds.WithProperties(t.Environment.Properties)
	opts, err := s.planOptions(t, base)
	if err != nil {
		p.plan.Problems = []engine.Diagnostic{unpruned(s.words, t, err)}
		return p
	}
	opts.Known = s.knownSecret(ctx, p)
	if p.left = s.kept.left(t.Name); s.kept.finish(t.Name) != nil {
		opts.Prune = p.left.Prune(opts.Prune)
	}
	want := p.left.Reenable(p.kinds, t)
	p.seen = engine.Observe(ctx, live, p.kinds, want, base, opts.Prune.Kinds()...)
	p.plan = engine.NewPlan(p.kinds, want, p.seen, opts)
	p.plan.LeaveByHand(ctx, live, p.kinds, want, p.seen)
	p.plan.Waivers = added
	if p.left != nil {
		p.settled = p.left.Settle(p.kinds, p.plan, p.seen)
	}
	return p
}
