package main

import (
	"context"
	"fmt"
	"runtime/debug"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

type validateFlags struct {
	choiceFlags
	policyFlags
	outputFlags
}

func (a *app) validateCommand() *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:   "validate PATH…",
		Short: "Check manifests; resolve no secret, run nothing, connect to nothing",
		Long: `Check manifests and report every mistake of every file in one run, each as
file:line:col: path: message. No secret is resolved, nothing is run and no
connection is opened. With --policy the manifests are also held against rules. A
base (kind: Base) is checked with the manifests that stand on it, and by itself.

Exit codes: 0 valid, 3 a mistake. See 'cosmicctl help manifests'.`,
		Example: `  cosmicctl validate manifests/ extra/tenant.yaml
  cosmicctl validate --policy hardened --policy rules/ manifests/`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.validate(cmd.Context(), args, f) },
	}
	f.choiceFlags.register(cmd)
	f.policyFlags.register(cmd)
	f.outputFlags.register(cmd)
	return cmd
}

func (a *app) validate(ctx context.Context, args []string, f validateFlags) error {
	o, err := f.outputFlags.parse()
	if err != nil {
		return err
	}
	run := &report.Run{Command: "validate"}
	return a.told(o, run, a.documentOptions(f.budget, false), func() error {
		if len(f.policies) == 0 { // they keep the tenants
			defer collectLess()()
		}
		res, err := a.load(ctx, args, f.choiceFlags, f.policyFlags, schema.Options{})
		if err != nil {
			return err
		}
		a.code = codeOfDiagnostics(res.Diagnostics)
		run.Load(res)
		if o.text() {
			report.Diagnostics(a.out, style(a.out), a.words, res.Diagnostics)
			fmt.Fprintln(a.err, a.words.LoadSummary(res))
		}
		return nil
	})
}

// validateMemory is what a validation makes do with. It keeps the names of all
// resources; beyond some 10,000 files of 20 it collects more often, and takes
// longer, to stay near it.
const validateMemory = 64 << 20

// collectLess lets the garbage of a validation grow up to its memory before it is
// collected: little of what it makes lives on, and collecting it at the default
// pace takes a quarter of the time. It returns what undoes that.
func collectLess() (undo func()) {
	limit, percent := debug.SetMemoryLimit(validateMemory), debug.SetGCPercent(400)
	return func() {
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
	}
}
