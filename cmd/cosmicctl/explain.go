package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

// explainJSON is the format for programs.
const explainJSON = "json"

func (a *app) explainCommand() *cobra.Command {
	output := report.Text
	cmd := &cobra.Command{
		Use:   "explain [KIND[.FIELD]]",
		Short: "Say what a manifest may hold, as the kind files do",
		Long: `Say what a manifest may hold: all kinds with their sections and menus, or all of one
kind (its form, menu by version, key, fields with constraints and defaults, rules, what
makes a change risky, what is protected), or all of one field. KIND is a kind, its
section, or another part of a manifest: metadata, bases, environment, protect, waivers,
secret.

Exit codes: 0 said, 3 nothing of that name.`,
		Example: `  cosmicctl explain
  cosmicctl explain ThirdPartyApp
  cosmicctl explain businessSystems.callbacks
  cosmicctl explain environment.auth.flow`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return coded(exitInvalid, report.Fault("name-one-kind", "usage", cmd.UseLine()))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if output != report.Text && output != explainJSON {
				return coded(exitInvalid, report.Fault("output-unknown", "format", strconv.Quote(output), "formats", fmt.Sprintf("%s, %s", report.Text, explainJSON)))
			}
			return a.explain(strings.Join(args, ""), output == explainJSON)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", report.Text, "format of the result: text or json")
	return cmd
}

func (a *app) explain(asked string, asJSON bool) error {
	topics := a.schema.Topics()
	e := &report.Explain{W: a.out, Style: style(a.out), Words: a.words}
	if asked == "" {
		if asJSON {
			return report.ExplainJSON(a.out, topics)
		}
		e.All(topics)
		return nil
	}
	name, path, within := strings.Cut(asked, ".")
	t, err := a.topic(topics, name)
	switch {
	case err != nil:
		return err
	case !within && asJSON:
		return report.ExplainJSON(a.out, []schema.Topic{*t})
	case !within:
		e.Topic(t)
		return nil
	}
	p, err := a.fieldOf(t, path)
	switch {
	case err != nil:
		return err
	case asJSON:
		return report.ExplainFieldJSON(a.out, t, *p)
	}
	e.Field(t, *p)
	return nil
}

// topic finds a part of a manifest by its name or its section, in any case.
func (a *app) topic(topics []schema.Topic, name string) (*schema.Topic, error) {
	var names []string
	for i := range topics {
		t := &topics[i]
		own := []string{t.Name}
		if t.Kind != nil && t.Kind.Section != "" {
			own = append(own, t.Kind.Section)
		}
		if slices.ContainsFunc(own, func(n string) bool { return strings.EqualFold(n, name) }) {
			return t, nil
		}
		names = append(names, own...)
	}
	return nil, a.unknownName(name, names, report.CodeExplainUnknown, "name", name)
}

// fieldOf finds a field by its path, in what fields and elements hold.
func (a *app) fieldOf(t *schema.Topic, path string) (*schema.Place, error) {
	at, within := t.Place, t.Name
	for _, name := range strings.Split(path, ".") {
		fields := at.Fields
		if at.Element != nil {
			fields = at.Element.Fields
		}
		i := slices.IndexFunc(fields, func(p schema.Place) bool { return strings.EqualFold(p.Name, name) })
		if i < 0 {
			var names []string
			for _, f := range fields {
				names = append(names, f.Name)
			}
			return nil, a.unknownName(name, names, report.CodeExplainNoField, "name", within, "field", name, "topic", t.Name)
		}
		at, within = fields[i], within+"."+fields[i].Name
	}
	return &at, nil
}

// unknownName refuses a name that is none, with the one that was probably meant.
func (a *app) unknownName(name string, names []string, code engine.Code, args ...string) error {
	d := said(code, args...)
	if best := engine.Closest(name, names); best != "" {
		d.Hint, d.Args["suggestion"] = engine.HintDidYouMean, best
	}
	return coded(exitInvalid, fmt.Errorf("%s", a.words.MessageAndHint(d)))
}
