package main

import (
	"fmt"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/saved"

	"github.com/spf13/cobra"
)

type showFlags struct {
	outputFlags
	signedBy  string
	unmanaged bool
}

func (a *app) showCommand() *cobra.Command {
	var f showFlags
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Show a saved plan",
		Long: `Show a plan that 'plan --save FILE' saved, as it was shown then. No manifest, tenant
or secret is needed; what is live by now is not looked at.

Exit codes: as those of plan, and 3 for a file that is no saved plan, or is cut off,
changed or newer. See 'cosmicctl help saved-plans'.`,
		Example: `  cosmicctl show plan.cosmic
  cosmicctl show plan.cosmic -o json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return coded(exitInvalid, report.Fault("name-one-plan", "usage", cmd.UseLine()))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.show(args[0], f) },
	}
	f.outputFlags.register(cmd)
	cmd.Flags().StringVar(&f.signedBy, "signed-by", "", "file of public keys, one of which must have signed the plan")
	cmd.Flags().BoolVar(&f.unmanaged, "unmanaged", false, "list live objects that no manifest mentions")
	return cmd
}

func (a *app) show(file string, f showFlags) error {
	o, err := f.outputFlags.parse()
	if err != nil {
		return err
	}
	run := &report.Run{Command: "show"}
	return a.told(o, run, a.documentOptions(f.budget, f.unmanaged), func() error {
		p, err := a.readSaved(file, f.signedBy)
		if err != nil {
			return err
		}
		*run = *shownRun(p)
		a.code = codeOfDiagnostics(p.Diagnostics)
		for _, t := range p.Tenants {
			a.code = worst(a.code, codeOfPlan(t.Plan))
		}
		if o.text() {
			a.showText(p, f.unmanaged)
		}
		return nil
	})
}

// shownRun is the run that a plan was saved from.
func shownRun(p *saved.Plan) *report.Run {
	run := &report.Run{Command: "show", Base: p.Base, Files: p.Files, Diagnostics: p.Diagnostics, Digest: string(p.Digest)}
	for _, t := range p.Tenants {
		run.Tenants = append(run.Tenants, report.TenantPlan{Name: t.Name, BaseURL: t.BaseURL, Version: t.Version, Plan: t.Plan})
	}
	return run
}

// showText writes a saved plan as plan did.
func (a *app) showText(p *saved.Plan, unmanaged bool) {
	fmt.Fprintln(a.err, a.words.Say("saved-at",
		"when", p.Created.Format("2006-01-02 15:04:05 MST"), "version", report.Clean(p.Tool), "manifests", report.Clean(string(p.Manifests))))
	if p.Fingerprints == nil {
		fmt.Fprintln(a.err, a.words.Say("no-fingerprints", "variable", stateKeyVariable))
	}
	report.Diagnostics(a.err, style(a.err), a.words, p.Diagnostics)
	a.plansOf(shownRun(p), unmanaged)
}

// plansOf writes the plans of a run of the past as plan did.
func (a *app) plansOf(run *report.Run, unmanaged bool) {
	text := a.planText(unmanaged)
	for _, t := range run.Tenants {
		text.Heading(&engine.Tenant{Name: t.Name, Environment: engine.Environment{BaseURL: t.BaseURL, Version: t.Version}})
		text.Plan(t.Plan)
		report.Diagnostics(a.err, style(a.err), a.words, t.Plan.Problems)
	}
	text.All()
	text.Digest(run.Digest)
}
