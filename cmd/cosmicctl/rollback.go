package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/journal"

	"github.com/spf13/cobra"
)

func (a *app) rollbackCommand() *cobra.Command {
	var f applyFlags
	cmd := &cobra.Command{
		Use:   "rollback RUN PATH…",
		Short: "Undo a run, as far as it can be undone",
		Long: `Plan the way back from what a run made: what it created is deleted, what it changed
gets the values of before, what it deleted is made again. That plan is a plan like
any other: it is shown, asked about, guarded, and kept as a run of its own. RUN is a
name of 'cosmicctl history'; PATH are manifests, for how to reach the tenants.

An object that somebody changed since refuses the run (exit 6); the others are undone
with --allow-partial. Old values of secrets are not known to anybody: what cannot be
restored is listed, and so is an object that cannot be made without a secret.

Exit codes: 0 done, 5 refused, 6 somebody changed an object since, 7 some writes are
done and some are not. See 'cosmicctl help exit-codes'.`,
		Example: `  cosmicctl history
  cosmicctl rollback 20261124-021530-3fa1c2 manifests/`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return coded(exitInvalid, report.Fault("name-run", "usage", cmd.UseLine()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.rollback(cmd.Context(), args[0], args[1:], f) },
	}
	f.connectFlags.register(cmd)
	f.registerExpected(cmd)
	f.registerLimits(cmd)
	f.registerOverride(cmd)
	f.journalFlags.register(cmd)
	cmd.Flags().BoolVar(&f.allowPartial, "allow-partial", false, "undo the others where some objects were changed since")
	cmd.Flags().BoolVar(&f.autoApprove, "auto-approve", false, "do not ask")
	return cmd
}

func (a *app) rollback(ctx context.Context, name string, args []string, f applyFlags) error {
	f.choosy = true
	r, args, err := a.reviewed(args, f.reviewFlags)
	if err != nil {
		return err
	}
	return a.writing(ctx, args, r, f, func(s *session, b *journal.Begin) error {
		b.Command, b.Of = commandRollback, name
		return s.undo(r, name)
	})
}

// undo makes a session want what was before a run, of the tenants that it was on.
func (s *session) undo(r *reviewed, name string) error {
	made := map[string][]engine.Made{}
	var tenants []engine.Declared
	known := false
	for _, t := range s.loaded.Tenants {
		run := s.kept.history[t.Name].Run(name)
		known = known || run != nil
		if s.kept.interrupted(t.Name) {
			return coded(exitRefused, report.Fault("rollback-interrupted", "tenant", t.Name))
		}
		was, back := s.wayBack(&t, run)
		if len(was) == 0 {
			continue
		}
		made[t.Name], t.Resources = was, []engine.Packed{engine.Pack(back.Resources)}
		tenants = append(tenants, t)
	}
	switch {
	case !known:
		return coded(exitInvalid, report.Fault("unknown-run-here", "run", strconv.Quote(name), "folder", s.kept.store.Dir))
	case len(tenants) == 0:
		fmt.Fprintln(s.out, s.words["nothing-to-undo"])
	}
	s.loaded.Tenants = tenants
	r.choose = func(p *planned, _ *report.PlanText) []engine.Moved {
		moved := engine.Since(p.kinds, made[p.tenant.Name], p.seen)
		p.plan = p.plan.Without(moved)
		return moved
	}
	return nil
}

// wayBack is what a run made of a tenant, and what undoes it; a run that is not
// known made nothing.
func (s *session) wayBack(t *engine.Declared, run *journal.Run) ([]engine.Made, *engine.Undoing) {
	var made []engine.Made
	if run != nil {
		made = run.Made()
	}
	back := engine.Undo(s.schema.Kinds, made)
	s.tellLost(&t.Tenant, back)
	return made, back
}

// tellLost says what cannot be as it was.
func (s *session) tellLost(t *engine.Tenant, back *engine.Undoing) {
	for _, ref := range back.Stay {
		why := s.schema.Kinds.Kind(ref.Kind).NoTombstone
		fmt.Fprintln(s.err, "cosmicctl:", s.words.Say("object-stays", "tenant", t.Name, "object", report.Clean(ref.String()), "why", s.words.Text(*why)))
	}
	for _, l := range back.Lost {
		fmt.Fprintln(s.err, "cosmicctl:", s.words.Say("secret-not-restored", "tenant", t.Name, "object", report.Clean(l.Ref.String()), "field", l.Field))
	}
}

func (a *app) unlockCommand() *cobra.Command {
	var f journalFlags
	var c connectFlags
	cmd := &cobra.Command{
		Use:   "unlock PATH…",
		Short: "Take away the lock of a run that died on another machine",
		Long: `Take away the lock that a dead run left on the tenants of manifests. On the machine
of the run this is never needed: its lock falls with it. Where a journal's folder is
shared between machines, nobody else can know that a run is dead. The lock of a run
that lives on this machine is left alone (exit 5).`,
		Example: `  cosmicctl unlock manifests/`,
		Args:    paths,
		RunE:    func(cmd *cobra.Command, args []string) error { return a.unlock(cmd.Context(), args, f, c) },
	}
	c.choiceFlags.register(cmd)
	f.registerDir(cmd)
	registerSandbox(cmd, &c)
	return cmd
}

func (a *app) unlock(ctx context.Context, args []string, f journalFlags, c connectFlags) error {
	store, err := f.store(c)
	if err != nil {
		return err
	}
	tenants, err := a.tenantsOf(ctx, args, c.choiceFlags)
	if err != nil {
		return err
	}
	var all []error
	for i := range tenants {
		t := &tenants[i].Tenant
		owner, err := store.Unlock(placeOf(t))
		switch {
		case err != nil:
			all = append(all, coded(exitRefused, report.Fault("of-tenant-error", "tenant", t.Name, "error", err)))
		case owner == (journal.Owner{}):
			fmt.Fprintln(a.out, a.words.Say("not-locked", "tenant", t.Name))
		default:
			fmt.Fprintln(a.out, a.words.Say("unlocked", "tenant", t.Name, "user", report.Clean(owner.User), "host", report.Clean(owner.Host),
				"when", owner.At.Local().Format("2006-01-02 15:04:05")))
		}
	}
	return errors.Join(all...)
}
