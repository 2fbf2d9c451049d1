package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

type fmtFlags struct {
	check bool
	diff  bool
}

func (a *app) fmtCommand() *cobra.Command {
	var f fmtFlags
	cmd := &cobra.Command{
		Use:   "fmt PATH…",
		Short: "Bring manifests to one layout; keep comments and meaning",
		Long: `Bring manifests to the canonical layout, and list those that changed: an indent of
two, lists further in than their key, one space where one may stand, at most one blank
line, double quotes in place of single ones, a line end at the end. The order of
fields, the lines, every comment and its distance stay, and so does what the manifest
means: each file is read again before it is written. What cannot be read, or laid out
with all of it kept, is left as it is. PATH - reads from stdin and writes to stdout.

--check lists the files that would change, and --diff shows how; neither writes.

Exit codes: 0 done, 2 --check found files to change, 3 a file that is not valid YAML.`,
		Example: `  cosmicctl fmt manifests/
  cosmicctl fmt --check manifests/
  cosmicctl fmt --diff manifests/tenant.yaml`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.fmt(cmd.Context(), args, f) },
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "list the files that would change; exit with 2 if there are any")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "show how the files would change, as a patch")
	return cmd
}

func (a *app) fmt(ctx context.Context, args []string, f fmtFlags) error {
	if slices.Contains(args, "-") {
		return a.fmtStream(args, f)
	}
	files := schema.FormatFiles(ctx, args)
	if ctx.Err() != nil {
		return interrupted(ctx, "not all files were read")
	}
	changed := 0
	for i := range files {
		file := &files[i]
		if len(file.Diagnostics) > 0 {
			a.code = worst(a.code, codeOfDiagnostics(file.Diagnostics))
			report.Diagnostics(a.err, style(a.err), a.words, file.Diagnostics)
			continue
		}
		if bytes.Equal(file.Before, file.After) {
			continue
		}
		changed++
		if err := a.reformat(file, f); err != nil {
			return fmt.Errorf("%s: %w", file.File, err)
		}
	}
	if f.check && changed > 0 {
		a.code = worst(a.code, exitDiffers)
	}
	if len(files) == 0 {
		return coded(exitInvalid, a.words.Error(report.CodeFmtNothing))
	}
	return nil
}

// reformat writes a file anew, or shows what would become of it.
func (a *app) reformat(file *schema.Formatted, f fmtFlags) error {
	if f.diff {
		return report.Patch(a.out, relative(file.File), file.Before, file.After)
	}
	fmt.Fprintln(a.out, report.Clean(file.File))
	if f.check {
		return nil
	}
	return replaceFile(file.File, file.After)
}

// fmtStream formats what an editor sends.
func (a *app) fmtStream(args []string, f fmtFlags) error {
	if len(args) > 1 || f.check || f.diff {
		return coded(exitInvalid, a.words.Error(report.CodeFmtStdin))
	}
	data, err := io.ReadAll(io.LimitReader(a.in, schema.MaxFileBytes+1))
	if err != nil {
		return err
	}
	out := schema.Format("stdin", data)
	if len(out.Diagnostics) > 0 {
		a.code = codeOfDiagnostics(out.Diagnostics)
		report.Diagnostics(a.err, style(a.err), a.words, out.Diagnostics)
		return nil
	}
	_, err = a.out.Write(out.After)
	return err
}
