package main

import (
	"context"
	"slices"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
)

// byHand writes what is left to a person on a tenant after an apply, asks whether it
// is done where somebody can answer, and looks. What it cannot see, or is not as
// wanted, keeps the run from being clean.
func (a *app) byHand(ctx context.Context, s *session, text *report.PlanText, p *planned, r *engine.Result, ask bool) exitCode {
	steps := engine.Runbook(p.kinds, p.plan, r)
	if len(steps) == 0 {
		return exitClean
	}
	text.Heading(p.tenant)
	text.Runbook(steps)
	asked := ask && isTerminal(a.in) && a.confirm(ctx, a.words.Say("runbook-ask"))
	found := s.lookAgain(ctx, p, steps, asked)
	text.Checked(steps, found)
	if slices.ContainsFunc(found, func(c engine.Checked) bool { return c != engine.CheckedDone }) {
		return exitUnreachable
	}
	return exitClean
}

// byHands does so for all tenants, once everything else is done; the results are
// those of the tenants that were written to.
func (a *app) byHands(ctx context.Context, s *session, text *report.PlanText, plans []*planned, results map[*planned]*engine.Result, ask bool) []exitCode {
	var codes []exitCode
	for _, p := range plans {
		if ctx.Err() == nil {
			codes = append(codes, a.byHand(ctx, s, text, p, results[p], ask))
		}
	}
	return codes
}

// lookAgain says of each step what can be read of it. Where no step is about what can
// be read, and nobody had the time to publish more, nothing is asked.
func (s *session) lookAgain(ctx context.Context, p *planned, steps []engine.ByHand, asked bool) []engine.Checked {
	want := *p.tenant
	var kinds []string // also those of which only a flag asked for something
	for _, h := range steps {
		if asked || !h.Unseen() {
			kinds = append(kinds, h.Ref.Kind)
		}
	}
	want.Resources = slices.DeleteFunc(slices.Clone(want.Resources), func(r engine.Resource) bool {
		return !slices.ContainsFunc(steps, func(h engine.ByHand) bool {
			return h.Ref == r.Ref && (asked || !h.Unseen())
		})
	})
	seen := engine.Observe(ctx, p.live, p.kinds, &want, nil, kinds...)
	now := engine.NewPlan(p.kinds, &want, seen, engine.PlanOptions{})
	return engine.Recheck(steps, p.kinds, now, seen)
}
