package main

import (
	"context"
	"slices"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/spf13/cobra"
)

type pullFlags struct {
	connectFlags
	kinds []string
	plain []string
	out   string
	write bool
	diff  bool
}

func (a *app) pullCommand() *cobra.Command {
	var f pullFlags
	cmd := &cobra.Command{
		Use:   "pull PATH…",
		Short: "Turn live tenants into manifests; write nothing to them",
		Long: `Read the tenants whose environments stand in PATH, and write what is live as a
manifest: after it a plan is empty. Preset data and what the server alone sets are
left out. No secret is written: what needs one refers to it, as {env: ERP01_SECRET},
and stderr lists what is to be supplied. What no manifest may say, such as
allowAllAPIs from V8.0.1 on, is left out with a comment that says why.

Without a flag the manifest goes to stdout, whole, with the environment. With --out it
goes to a file, or to a folder with a file for each tenant. One that is there is edited
in place: comments, order and formatting stay; one that PATH covers gets what PATH does
not say yet. With --write the files of PATH themselves are brought to what is live, and
--diff shows that as a patch. A declared object that the tenant lacks is then no longer
declared; a field that a declared object leaves out stays so.

Exit codes: 0 done, 2 manifests still want something else than what is live, 3 an
invalid manifest, 4 a tenant that could not be read, or not completely. See
'cosmicctl help pull'.`,
		Example: `  cosmicctl pull tenant.yaml > adopted.yaml
  cosmicctl pull --write tenant.yaml
  cosmicctl pull --kind ThirdPartyApp -o manifests/apps.yaml manifests/`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.pull(cmd.Context(), args, f) },
	}
	f.choiceFlags.register(cmd)
	f.registerReading(cmd)
	fs := cmd.Flags()
	fs.StringSliceVar(&f.kinds, "kind", nil, "kind to pull, such as ThirdPartyApp (default: all); may be repeated")
	fs.StringArrayVar(&f.plain, "plain", nil, "`FIELD` whose values are no secrets although they might be, such as Parameter.value; may be repeated")
	fs.StringVarP(&f.out, "out", "o", "", "file, or folder, to write to (default: stdout)")
	fs.BoolVar(&f.write, "write", false, "bring the files of PATH to what is live")
	fs.BoolVar(&f.diff, "diff", false, "show what --write would do as a patch")
	return cmd
}

func (a *app) pull(ctx context.Context, args []string, f pullFlags) error {
	if f.write && f.diff || f.out != "" && (f.write || f.diff) {
		return coded(exitInvalid, a.words.Error(report.CodePullFlags))
	}
	kinds, err := a.kindsPulled(f.kinds)
	if err != nil {
		return err
	}
	plain, err := a.plainFields(f.plain)
	if err != nil {
		return err
	}
	s, err := a.open(ctx, args, f.connectFlags)
	if err != nil {
		return err
	}
	defer s.close()
	s.code = codeOfDiagnostics(s.loaded.Diagnostics)
	s.diagnostics()
	p, err := s.newPuller(ctx, args, f)
	if err != nil {
		return err
	}
	var all []*pulled
	for d := range eachTenant(ctx, s, func(ctx context.Context, t *engine.Tenant) *pulled {
		return s.pulled(ctx, t, kinds, engine.AdoptOptions{Plain: plain})
	}) {
		if ctx.Err() != nil {
			return interrupted(ctx, "not all tenants were read")
		}
		s.code = worst(s.code, codeOfDiagnostics(d.adoption.Problems))
		report.Diagnostics(s.err, style(s.err), s.words, d.adoption.Problems)
		if d.read {
			all = append(all, d)
		}
	}
	if err := p.adopt(all); err != nil {
		return err
	}
	return p.finish()
}

// kindsNamed checks names of kinds that a manifest may hold; none are all.
func (a *app) kindsNamed(names []string) ([]string, error) {
	var all []string
	for _, k := range a.schema.Kinds {
		if k.Section != "" {
			all = append(all, k.Name)
		}
	}
	if len(names) == 0 {
		return all, nil
	}
	return names, eachKnown("--kind", names, all)
}

// kindsPulled are those that can be read.
func (a *app) kindsPulled(names []string) ([]string, error) {
	kinds, err := a.kindsNamed(names)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(names, func(name string) bool { return a.schema.Kinds.Kind(name).Formless() })
	if i >= 0 {
		return nil, coded(exitInvalid, a.words.Error(engine.CodeFormless, "kind", a.words.Text(a.schema.Kinds.Kind(names[i]).Title)))
	}
	return slices.DeleteFunc(kinds, func(name string) bool { return a.schema.Kinds.Kind(name).Formless() }), nil
}

// plainFields are the fields that hold no secret although they may.
func (a *app) plainFields(patterns []string) (map[string]bool, error) {
	var known []string
	for _, k := range a.schema.Kinds {
		for _, f := range k.Fields {
			if k.Section != "" && f.MaySecret && f.Type != engine.TypeSecret {
				known = append(known, k.Name+"."+f.Name)
			}
		}
	}
	out := map[string]bool{}
	for _, name := range patterns {
		out[name] = true
	}
	return out, eachKnown("--plain", patterns, known)
}

// pulled is a tenant as it was read.
type pulled struct {
	tenant   *engine.Tenant
	adoption *engine.Adoption
	read     bool
}

// pulled reads one tenant. What keeps it from being read is a problem of it.
func (s *session) pulled(ctx context.Context, t *engine.Tenant, names []string, opts engine.AdoptOptions) *pulled {
	live, err := s.connect(ctx, t)
	if err != nil {
		return &pulled{tenant: t, adoption: &engine.Adoption{Problems: []engine.Diagnostic{refusal(t, err)}}}
	}
	defer live.Rest()
	kinds := s.schema.Kinds.WithProperties(t.Environment.Properties)
	seen := engine.ObserveWhole(ctx, readOnly{live, live}, kinds, t, names)
	return &pulled{t, engine.NewAdoption(kinds, t, seen, opts), true}
}

// eachKnown refuses the first of some names that is not known.
func eachKnown(flag string, names, known []string) error {
	for _, name := range names {
		if !slices.Contains(known, name) {
			return coded(exitInvalid, unknown(flag, name, known))
		}
	}
	return nil
}

// newPuller decides where each tenant goes.
func (s *session) newPuller(ctx context.Context, args []string, f pullFlags) (*puller, error) {
	g, err := s.newSuggestion()
	if err != nil {
		return nil, err
	}
	p := &puller{suggestion: g, flags: f, targets: map[string]*destination{}, tally: map[string]*tally{}}
	for i := range s.loaded.Tenants {
		t := &s.loaded.Tenants[i]
		p.editor.Know(t.Whole())
		if f.write || f.diff {
			continue
		}
		if p.targets[t.Name], err = s.destination(ctx, t, args, f.out); err != nil {
			return nil, coded(codeOf(err), s.words.Error(report.CodePullUnwritten, "error", err))
		}
	}
	return p, nil
}
