package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"

	"github.com/spf13/cobra"
)

// outputFlags say in which formats a command tells what it found.
type outputFlags struct {
	formats []string
	budget  int
}

func (f *outputFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVarP(&f.formats, "output", "o", nil, "format of the result, or FORMAT=FILE to write it to a file; may be repeated\n"+
		"formats: "+strings.Join(report.Formats(), ", ")+" (default text)")
	cmd.Flags().IntVar(&f.budget, "budget", report.DefaultBudget, "bytes that a Markdown document may have; it keeps the riskiest and counts the rest")
}

// outputs are the formats that were asked for: one on stdout, others in files.
type outputs struct {
	stdout string
	files  []outputFile
}

type outputFile struct{ format, path string }

func (f *outputFlags) parse() (outputs, error) {
	var o outputs
	if f.budget < report.MinBudget {
		return o, coded(exitInvalid, report.Fault("budget-too-small", "bytes", f.budget, "least", report.MinBudget))
	}
	for _, value := range f.formats {
		format, path, toFile := strings.Cut(value, "=")
		switch {
		case !slices.Contains(report.Formats(), format):
			return o, coded(exitInvalid, report.Fault("output-unknown", "format", strconv.Quote(format), "formats", strings.Join(report.Formats(), ", ")))
		case toFile && (path == "" || format == report.Text):
			return o, coded(exitInvalid, report.Fault("output-no-file", "value", strconv.Quote(value)))
		case toFile && slices.ContainsFunc(o.files, func(x outputFile) bool { return filepath.Clean(x.path) == filepath.Clean(path) }):
			return o, coded(exitInvalid, report.Fault("output-twice", "file", path))
		case toFile:
			o.files = append(o.files, outputFile{format, path})
		case o.stdout != "":
			return o, coded(exitInvalid, report.Fault("output-both", "first", o.stdout, "format", format))
		default:
			o.stdout = format
		}
	}
	return o, nil
}

// text tells whether the result on stdout is text.
func (o outputs) text() bool { return o.stdout == "" || o.stdout == report.Text }

// documents tells whether any document is asked for.
func (o outputs) documents() bool { return !o.text() || len(o.files) > 0 }

// told runs a command whose result may be documents. They are written whatever
// happens, and an error that ended the run stands in them too.
func (a *app) told(o outputs, run *report.Run, opts report.Options, do func() error) error {
	err := do()
	a.documented = true
	if !o.documents() {
		return err
	}
	if err != nil {
		run.Failure = a.words.Tell(err)
	}
	run.ExitCode = int(worst(a.code, codeOf(err)))
	if failed := a.writeDocuments(o, run, opts); failed != nil {
		return failed
	}
	return err
}

// tellRefusal writes the documents of a command that never began, because of its
// flags or arguments: a machine that asked for one gets one.
func (a *app) tellRefusal(cmd *cobra.Command, args []string, err error) error {
	if a.documented || cmd.Flags().Lookup("output") == nil {
		return err
	}
	var f outputFlags
	reread := &cobra.Command{FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true}}
	f.register(reread)
	if reread.ParseFlags(args) != nil {
		return err
	}
	o, _ := f.parse() // as much as could be read
	return a.told(o, &report.Run{Command: cmd.Name()}, a.documentOptions(f.budget, false), func() error { return err })
}

func (a *app) writeDocuments(o outputs, run *report.Run, opts report.Options) error {
	for _, f := range o.files {
		if err := writeFile(f.path, 0o644, func(w io.Writer) error { return report.Write(w, f.format, run, opts) }); err != nil {
			return fmt.Errorf("--output %s: %w", f.format, err)
		}
	}
	if o.text() {
		return nil
	}
	return report.Write(a.out, o.stdout, run, opts)
}

// writeFile writes a file that is there whole or not at all.
func writeFile(path string, mode os.FileMode, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if unmade := (*fs.PathError)(nil); errors.As(err, &unmade) {
		unmade.Path = path // nobody asked for the other name
	}
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	err = write(tmp)
	if err == nil {
		err = tmp.Chmod(mode)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
