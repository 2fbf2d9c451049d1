package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/journal"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

type historyFlags struct {
	choiceFlags
	journalFlags
	outputFlags
	connect connectFlags
}

func (a *app) historyCommand() *cobra.Command {
	var f historyFlags
	cmd := &cobra.Command{
		Use:   "history [PATH…]",
		Short: "List the runs that wrote to tenants",
		Long: `List the runs that the journals know, the last first: of the tenants of manifests, or
of all. A run that was interrupted says so, until one of --resume or another apply
has settled it. See 'cosmicctl help journal'.`,
		Example: `  cosmicctl history
  cosmicctl history show 20261124-021530-3fa1c2 -o html=run.html
  cosmicctl history verify`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.history(cmd.Context(), args, f) },
	}
	f.choiceFlags.register(cmd)
	f.registerDir(cmd)
	registerSandbox(cmd, &f.connect)
	cmd.AddCommand(a.historyShowCommand(), a.historyVerifyCommand())
	return cmd
}

func (a *app) historyShowCommand() *cobra.Command {
	var f historyFlags
	cmd := &cobra.Command{
		Use:   "show RUN",
		Short: "Show what a run was to do, and what became of it",
		Long: `Show the plan of a run as plan did, with what kept changes from being made as
problems. What is live by now is not looked at.

Exit codes: 0 all of it was made, 7 some of it was not, 3 there is no such run.`,
		Example: `  cosmicctl history show 20261124-021530-3fa1c2 -o markdown`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return coded(exitInvalid, report.Fault("name-one-run", "usage", cmd.UseLine()))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.historyShow(args[0], f) },
	}
	f.registerDir(cmd)
	registerSandbox(cmd, &f.connect)
	f.outputFlags.register(cmd)
	return cmd
}

func (a *app) historyVerifyCommand() *cobra.Command {
	var f historyFlags
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that the journals are as they were written",
		Long: `Check every record of every journal: each holds the hash of the one before it. A record
that was changed, taken out or cut off is named. Whoever can write the files can make
all hashes anew or take the newest records off; for more than accidents keep a copy
elsewhere.

Exit codes: 0 they hold, 3 a record does not.`,
		Example: `  cosmicctl history verify --journal /var/lib/cosmicctl`,
		Args:    nothing,
		RunE:    func(*cobra.Command, []string) error { return a.historyVerify(f) },
	}
	f.registerDir(cmd)
	registerSandbox(cmd, &f.connect)
	return cmd
}

// registerSandbox registers what says where the sandbox keeps its state.
func registerSandbox(cmd *cobra.Command, c *connectFlags) {
	cmd.Flags().BoolVar(&c.sandbox, "sandbox", false, "the journals of applies with --sandbox")
	cmd.Flags().StringVar(&c.sandboxState, "sandbox-state", "", "state of the sandbox (default .cosmicctl/sandbox.json)")
}

func (a *app) history(ctx context.Context, args []string, f historyFlags) error {
	store, err := f.store(f.connect)
	if err != nil {
		return err
	}
	if choice := f.choiceFlags.String(); len(args) == 0 && choice != "" {
		return coded(exitInvalid, report.Fault("choice-of-nothing", "choice", choice))
	}
	all, bad := histories(store)
	if len(args) > 0 {
		tenants, err := a.tenantsOf(ctx, args, f.choiceFlags)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(h *journal.History) bool {
			return !slices.ContainsFunc(tenants, func(t engine.Declared) bool { return placeOf(&t.Tenant) == h.Place })
		})
	}
	var lines []report.RunLine
	for _, h := range all {
		for _, run := range h.Runs {
			lines = append(lines, lineOf(run))
		}
	}
	slices.SortStableFunc(lines, func(x, y report.RunLine) int {
		return cmp.Or(y.At.Compare(x.At), cmp.Compare(y.Run, x.Run), cmp.Compare(x.Tenant, y.Tenant))
	})
	a.words.History(a.out, style(a.out), lines)
	return unreadJournals(bad)
}

// unreadJournals is the error of journals that cannot be read, beside those that can.
func unreadJournals(err error) error {
	if err == nil {
		return nil
	}
	return coded(exitInvalid, err)
}

func lineOf(r *journal.Run) report.RunLine {
	l := report.RunLine{Run: r.Run, At: r.At, Command: r.Command, Of: r.Of, Tenant: r.Tenant, By: r.Owner.User + "@" + r.Owner.Host,
		Interrupted: r.Interrupted(), SettledBy: r.SettledBy}
	for _, c := range r.Changes() {
		l.Changes++
		switch o := r.Outcomes[c.Ref]; {
		case o.Status == engine.Done:
			l.Done++
		case o.Status == engine.Failed:
			l.Failed++
		}
	}
	return l
}

// tenantsOf loads the tenants of manifests that need not be reached.
func (a *app) tenantsOf(ctx context.Context, args []string, choice choiceFlags) ([]engine.Declared, error) {
	res, err := a.load(ctx, args, choice, policyFlags{}, schema.Options{Keep: true})
	if err == nil {
		err = declaring(res)
	}
	if err != nil {
		return nil, err
	}
	if res.Failed() {
		report.Diagnostics(a.err, style(a.err), a.words, res.Diagnostics)
		return nil, coded(codeOfDiagnostics(res.Diagnostics), errReported)
	}
	return res.Tenants, nil
}

func (a *app) historyShow(name string, f historyFlags) error {
	o, err := f.outputFlags.parse()
	if err != nil {
		return err
	}
	run := &report.Run{Command: "history show"}
	return a.told(o, run, a.documentOptions(f.budget, false), func() error {
		store, err := f.store(f.connect)
		if err != nil {
			return err
		}
		all, bad := histories(store)
		var first *journal.Run
		for _, h := range all {
			if r := h.Run(name); r != nil {
				first = cmp.Or(first, r)
				run.Tenants = append(run.Tenants, a.ranOn(h.Place, r))
			}
		}
		switch {
		case first == nil && bad != nil:
			return unreadJournals(bad)
		case first == nil:
			return coded(exitInvalid, report.Fault("unknown-run", "run", strconv.Quote(name), "folder", store.Dir))
		}
		run.Digest = string(first.Digest)
		if o.text() {
			fmt.Fprintln(a.err, a.words.Say("run-by", "command", first.Command, "run", first.Run, "user", report.Clean(first.Owner.User), "host", report.Clean(first.Owner.Host),
				"when", first.At.Local().Format("2006-01-02 15:04:05")))
			a.plansOf(run, false)
		}
		return nil
	})
}

// ranOn is what a run was to do to one tenant, with what was not done as problems.
func (a *app) ranOn(p journal.Place, r *journal.Run) report.TenantPlan {
	plan := r.Plan.Unpack()
	for _, c := range plan.Changes() {
		o, known := r.Outcomes[c.Ref]
		switch {
		case known && o.Status == engine.Done:
			continue
		case known && o.Why != nil:
			d := o.Why.Diagnostic
			d.Class = o.Why.Class
			plan.Problems = append(plan.Problems, d)
		default:
			plan.Problems = append(plan.Problems, engine.Diagnostic{Severity: engine.Error, Code: report.CodeNotKnown, Pos: c.Origin, Path: c.Ref.String()})
		}
		a.code = exitPartial
	}
	return report.TenantPlan{Name: r.Tenant, BaseURL: p.BaseURL, Version: r.Version, Plan: plan}
}

func (a *app) historyVerify(f historyFlags) error {
	store, err := f.store(f.connect)
	if err != nil {
		return err
	}
	all, bad := histories(store)
	for _, h := range all {
		var fault error
		if h.Fault != nil {
			fault = h.Fault
		}
		if h.Fault != nil && !h.Fault.Torn {
			a.code = exitInvalid
		}
		fmt.Fprintln(a.out, a.words.Say("journal-of", "address", report.Clean(h.Place.BaseURL), "account", report.Clean(h.Place.AccountID), "verdict", a.words.Verdict(h.Records, len(h.Runs), fault)))
	}
	if len(all) == 0 && bad == nil {
		fmt.Fprintln(a.out, a.words.Say("no-journal", "folder", store.Dir))
	}
	return unreadJournals(bad)
}
