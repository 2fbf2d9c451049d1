package main

import (
	"context"
	"errors"
	"slices"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/journal"
)

// begin makes the journals of the tenants that are to be written to, all of them
// before the first write to any. Only then are earlier runs ended.
func (s *session) begin(ctx context.Context, b journal.Begin, plans []*planned) error {
	k := s.kept
	b.Run, b.Owner, b.Tool = k.store.NewRun(), k.owner, version()
	for _, p := range plans {
		if err := s.beginOn(ctx, b, p); err != nil {
			return k.unkept(p, err)
		}
	}
	for _, p := range plans {
		if err := k.settleEarlier(k.open[p.tenant.Name], p); err != nil {
			return k.unkept(p, err)
		}
	}
	return nil
}

func (s *session) beginOn(ctx context.Context, b journal.Begin, p *planned) error {
	j, err := s.kept.store.Open(placeOf(p.tenant))
	if err != nil {
		return err
	}
	s.kept.open[p.tenant.Name] = j
	if run := s.kept.finish(p.tenant.Name); run != nil {
		b.Command, b.Of = finishing(run)
	}
	b.Tenant, b.Version = p.tenant.Name, p.tenant.Environment.Version
	b.Plan = engine.NewPlanRecord(onlyChanges(p.plan))
	if b.Secrets, err = s.writes(ctx, p); err != nil {
		return err
	}
	return j.Begin(b)
}

// unkept ends the runs that began: nothing was done.
func (k *keeper) unkept(p *planned, err error) error {
	for _, j := range k.open {
		_ = j.End()
	}
	return unkept(p.tenant, err)
}

// unkept refuses to write where nobody could tell later what was written.
func unkept(t *engine.Tenant, err error) error {
	return coded(exitRefused, report.Fault("journal-unkept", "tenant", t.Name, "error", err))
}

// settleEarlier ends the interrupted runs that this one takes the place of. Where
// not all could be read they stay: something of them is not known.
func (k *keeper) settleEarlier(j *journal.Journal, p *planned) error {
	if !p.whole() {
		return nil
	}
	var all []error
	for _, run := range k.history[p.tenant.Name].Interrupted() {
		ofRun := map[engine.Ref]bool{}
		for _, c := range run.Left() {
			ofRun[c.Ref] = true
		}
		var found []engine.ChangeResult
		if p.settled != nil {
			found = slices.DeleteFunc(slices.Clone(p.settled.Found), func(r engine.ChangeResult) bool { return !ofRun[r.Change.Ref] })
		}
		all = append(all, j.Settle(run.Run, found))
	}
	return errors.Join(all...)
}

// onlyChanges leaves out what a journal need not keep.
func onlyChanges(p *engine.Plan) *engine.Plan {
	return &engine.Plan{Tenant: p.Tenant, Stages: p.Stages, Access: p.Access}
}

// errStopped says that a run has no end, because it was stopped.
var errStopped = report.Fault("stopped")

// end ends the run on a tenant, unless it was stopped.
func (k *keeper) end(tenant string, r *engine.Result) error {
	if slices.ContainsFunc(r.Changes, func(c engine.ChangeResult) bool { return c.Why != nil && c.Why.Code == engine.CodeInterrupted }) {
		return errStopped
	}
	return k.open[tenant].End()
}
