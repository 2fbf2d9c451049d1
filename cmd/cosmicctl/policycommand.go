package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"
	"cosmicctl/schema/policy"

	"github.com/spf13/cobra"
)

func (a *app) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Show rules, and test an organisation's own",
		Args:  noCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(a.policyTestCommand(), a.policyShowCommand())
	return cmd
}

func (a *app) policyTestCommand() *cobra.Command {
	var f policyFlags
	cmd := &cobra.Command{
		Use:   "test DIR",
		Short: "Hold the manifests of a folder against its rules and compare what they find",
		Long: `Hold the manifests (*.yaml, *.yml) in or below a folder against the rules (*.cue) in
it, and those of --policy. A comment at the end of a line says what must be found
there, ` + "`# want: rule-id`" + `, several ids with blanks between; nothing else may be.

Exit codes: 0 as wanted, 3 not so. See 'cosmicctl help policy'.`,
		Example: `  cosmicctl policy test rules/
  cosmicctl policy test --policy hardened examples/vendor-guide`,
		Args: oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error { return a.policyTest(cmd.Context(), args[0], f) },
	}
	f.register(cmd)
	return cmd
}

func oneFolder(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return coded(exitInvalid, report.Fault("name-one-folder", "usage", cmd.UseLine()))
	}
	return nil
}

func (a *app) policyTest(ctx context.Context, dir string, f policyFlags) error {
	if name, ok := policy.Folder(dir); ok {
		f.policies = append(f.policies, name)
	}
	if len(f.policies) == 0 {
		return coded(exitInvalid, report.Fault("no-rules-in", "folder", dir))
	}
	today := time.Now().Format(time.DateOnly)
	res, err := a.schema.Load(ctx, []string{dir}, schema.Options{Keep: true, Today: today})
	if err != nil {
		return err
	}
	set, diags, err := policy.Load(a.schema.Kinds, f.policies, f.limits())
	if err != nil {
		return limited(err)
	}
	found, err := held(ctx, set, res.Tenants, today, f.limits())
	if err != nil {
		return limited(err)
	}
	wants, err := policy.Wants(dir)
	if err != nil {
		return err
	}
	for _, d := range res.Diagnostics {
		switch {
		case d.Code == schema.CodeWaiverExpired:
			found = append(found, d)
		case d.Severity == engine.Error:
			diags = append(diags, d)
		}
	}
	diags = slices.Concat(diags, policy.Differ(found, wants), set.Untested(found))
	slices.SortStableFunc(diags, engine.Diagnostic.Compare)
	a.code = codeOfDiagnostics(diags)
	report.Diagnostics(a.out, style(a.out), a.words, diags)
	fmt.Fprintln(a.err, a.words.PolicySummary(len(set.Rules()), res.Files, len(found), diags))
	return nil
}

func (a *app) policyShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show NAME|DIR…",
		Short:   "List the rules of policies, built in or in folders",
		Example: "  cosmicctl policy show baseline hardened",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return coded(exitInvalid, report.Fault("name-rules", "packs", strings.Join(policy.Packs(), ", ")))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			set, diags, err := policy.Load(a.schema.Kinds, args, policy.DefaultLimits())
			if err != nil {
				return limited(err)
			}
			a.code = codeOfDiagnostics(diags)
			report.Diagnostics(a.err, style(a.err), a.words, diags)
			a.words.Rules(a.out, style(a.out), set.Rules())
			return nil
		},
	}
}
