package main

import (
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

// choiceFlags say which of the declared tenants a run is about.
type choiceFlags struct {
	selector string
	names    []string
}

func (f *choiceFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVarP(&f.selector, "selector", "l", "", "`LABELS` that tenants must have, such as env=prod,region!=north (cosmicctl help manifests)")
	fs.StringArrayVar(&f.names, "tenant", nil, "`GLOB` that the names of tenants must match; may be repeated")
}

func (f *choiceFlags) parse() (engine.Choice, error) {
	c, err := engine.NewChoice(f.names, f.selector)
	if err != nil {
		return c, coded(exitInvalid, report.Fault("choice-invalid", "error", err))
	}
	return c, nil
}

// String is the choice as it was written.
func (f *choiceFlags) String() string {
	var parts []string
	if f.selector != "" {
		parts = append(parts, "--selector "+f.selector)
	}
	for _, name := range f.names {
		parts = append(parts, "--tenant "+name)
	}
	return strings.Join(parts, " ")
}

// declaring refuses to go on with nothing but bases.
func declaring(res *schema.Result) error {
	if res.Failed() || len(res.Names) > 0 {
		return nil
	}
	return coded(exitInvalid, report.Fault("only-bases"))
}

// some refuses to go on with no tenant. Where there are mistakes, they are why.
func (f *choiceFlags) some(w report.Words, res *schema.Result) error {
	if res.Failed() || len(res.Names) > res.Unchosen || len(res.Names) == 0 {
		return nil
	}
	return coded(exitInvalid, report.Fault("chooses-none", "choice", f.String(), "tenants", w.Tenants(len(res.Names))))
}
