package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/cosmic"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// app is what all commands share.
type app struct {
	in     io.Reader
	out    io.Writer // the result
	err    io.Writer // everything else
	words  report.Words
	schema *schema.Schema
	// client is what the clients of all tenants have in common; zero is as a user
	// has it.
	client cosmic.Options
	// code is what a run that did not fail exits with.
	code exitCode
	// documented says that the documents that were asked for are written.
	documented bool
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) exitCode {
	kinds, err := schema.New()
	if err != nil {
		fmt.Fprintln(errs, "cosmicctl:", err)
		return exitError
	}
	a := &app{in: in, out: out, err: errs, words: wordsOf(args, os.Getenv).Of(kinds.Kinds), schema: kinds}
	return a.run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) exitCode {
	cmd := a.root()
	cmd.SetArgs(args)
	cmd.SetIn(a.in)
	cmd.SetOut(a.out)
	cmd.SetErr(a.err)
	if cmd, err := cmd.ExecuteContextC(ctx); err != nil {
		err = a.tellRefusal(cmd, args, err)
		if !errors.Is(err, errReported) {
			fmt.Fprintln(a.err, "cosmicctl:", report.Clean(a.words.Tell(err)))
		}
		return worst(a.code, codeOf(err))
	}
	return a.code
}

// errReported is an error that was already put into words.
var errReported = errors.New("already reported")

func (a *app) root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cosmicctl",
		Short: "Keep Kingdee Cosmic tenants as code",
		Long: `cosmicctl keeps Kingdee Cosmic tenants (金蝶云·苍穹 / 星瀚, 发票云) as code: it
validates YAML manifests, compares them with the live tenant, and performs only
the changes needed.`,
		Example: `  cosmicctl validate manifests/
  cosmicctl plan manifests/
  cosmicctl apply manifests/`,
		Version:       version(),
		SilenceErrors: true, SilenceUsage: true,
		Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	registerLanguage(cmd)
	cmd.CompletionOptions.HiddenDefaultCmd = true
	cmd.SuggestionsMinimumDistance = 2
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return coded(exitInvalid, report.Fault("see-help", "error", flagFault(err), "command", cmd.CommandPath()))
	})
	cmd.AddCommand(
		a.validateCommand(),
		a.planCommand(),
		a.showCommand(),
		a.doctorCommand(),
		a.driftCommand(),
		a.watchCommand(),
		a.compareCommand(),
		a.pullCommand(),
		a.verifyCommand(),
		a.fmtCommand(),
		a.publishCommand(),
		a.applyCommand(),
		a.rollbackCommand(),
		a.historyCommand(),
		a.unlockCommand(),
		a.policyCommand(),
		a.connectCommand(),
		a.explainCommand(),
		a.schemaCommand(),
		a.initCommand(),
		a.secretCommand(),
		a.sandboxCommand(),
	)
	cmd.SetHelpCommand(a.helpCommand())
	cmd.InitDefaultHelpCmd()
	if a.chinese() {
		parseHelpTexts(chineseHelp).put(cmd)
		cmd.SetUsageTemplate(chineseUsage(cmd.UsageTemplate()))
	}
	return cmd
}

// noCommand refuses an unknown command with the names that are near.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := report.Fault("unknown-command", "command", strconv.Quote(args[0]))
	for _, s := range cmd.SuggestionsFor(args[0]) {
		err = report.Fault("error-near", "error", err, "near", strconv.Quote(s))
	}
	return coded(exitInvalid, err)
}

// paths asks for at least one file or folder.
func paths(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return coded(exitInvalid, report.Fault("no-manifest-given", "usage", cmd.UseLine()))
	}
	return nil
}

// nothing refuses arguments.
func nothing(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return coded(exitInvalid, report.Fault("no-arguments", "command", cmd.CommandPath(), "argument", strconv.Quote(args[0])))
	}
	return nil
}

// style is how a stream looks: plain unless it is a terminal.
func style(w io.Writer) report.Style {
	if !isTerminal(w) {
		return report.Style{}
	}
	return report.Style{Color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", Caret: true}
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
