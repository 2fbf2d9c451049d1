package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/journal"
)

// keeper keeps what a session does: for each tenant the lock of its place, what
// its journal tells, and the journal of the run.
type keeper struct {
	store  *journal.Store
	owner  journal.Owner
	settle time.Duration

	locks   []*journal.Lock
	history map[string]*journal.History // by tenant
	open    map[string]*journal.Journal
	// finishes are the interrupted runs that this one finishes; of a tenant that
	// has several, the last.
	finishes map[string]*journal.Run
}

// keep locks the tenants and reads their journals, before anything else is read.
func (s *session) keep(ctx context.Context, f journalFlags) error {
	s.kept = &keeper{store: s.recalled.store, owner: owner(), settle: f.settle,
		history: map[string]*journal.History{}, open: map[string]*journal.Journal{}, finishes: map[string]*journal.Run{}}
	tenants := slices.Clone(s.loaded.Tenants)
	// Two runs that lock in different orders would wait for each other.
	slices.SortFunc(tenants, func(a, b engine.Declared) int {
		x, y := placeOf(&a.Tenant), placeOf(&b.Tenant)
		return cmp.Or(cmp.Compare(x.BaseURL, y.BaseURL), cmp.Compare(x.AccountID, y.AccountID))
	})
	ctx, cancel := context.WithTimeout(ctx, f.lockWait)
	defer cancel()
	for i := range tenants {
		if err := s.kept.lock(ctx, s, &tenants[i].Tenant, f.lockWait > 0); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) lock(ctx context.Context, s *session, t *engine.Tenant, wait bool) error {
	l, err := k.store.Lock(ctx, placeOf(t), k.owner, wait)
	var held *journal.HeldError
	switch {
	case errors.As(err, &held):
		return coded(exitRefused, report.Fault("held", "tenant", t.Name, "error", err))
	case err != nil:
		return unkept(t, err)
	}
	k.locks = append(k.locks, l)
	if l.Left != nil {
		fmt.Fprintln(s.err, "cosmicctl:", s.words.Say("lock-taken-over", "tenant", t.Name, "pid", l.Left.PID))
	}
	h, err := s.recalled.history(t)
	if err != nil {
		return coded(exitRefused, report.Fault("journal-broken", "tenant", t.Name, "error", err))
	}
	k.history[t.Name] = h
	return nil
}

func (k *keeper) release() error {
	if k == nil {
		return nil
	}
	var all []error
	for _, j := range k.open {
		all = append(all, j.Close())
	}
	for _, l := range k.locks {
		all = append(all, l.Release())
	}
	return errors.Join(all...)
}

// left is what interrupted runs left of a tenant; nil if nothing.
func (k *keeper) left(tenant string) *engine.Open {
	if k == nil {
		return nil
	}
	out := &engine.Open{Asked: map[engine.Ref]bool{}}
	at := map[engine.Ref]int{}
	for _, run := range k.history[tenant].Interrupted() {
		for _, c := range run.Left() {
			if i, known := at[c.Ref]; known {
				out.Changes[i] = c // the later run planned from what the earlier left
				continue
			}
			at[c.Ref] = len(out.Changes)
			out.Changes = append(out.Changes, c)
		}
		for _, q := range run.Requests {
			for _, ref := range q.Refs {
				out.Asked[ref] = true
			}
		}
	}
	if len(at) == 0 {
		return nil
	}
	return out
}

// finish is the interrupted run of a tenant that this one finishes; nil if none.
func (k *keeper) finish(tenant string) *journal.Run {
	if k == nil {
		return nil
	}
	return k.finishes[tenant]
}

// interrupted tells whether a run on a tenant was.
func (k *keeper) interrupted(tenant string) bool {
	return k != nil && len(k.history[tenant].Interrupted()) > 0
}
