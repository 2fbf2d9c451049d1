package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

type compareFlags struct {
	connectFlags
	outputFlags
	live   bool
	kinds  []string
	ignore []string
}

func (a *app) compareCommand() *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare FIRST SECOND PATH…",
		Short: "Show what differs between two tenants, by kind; write nothing",
		Long: `Compare two tenants of the manifests below PATH…, such as a sandbox and production:

  differs           both have the object, and it is not the same (FIRST → SECOND)
  only FIRST has    SECOND lacks the object
  only SECOND has   FIRST lacks it

By default what their manifests want is compared: no secret is resolved and nothing
connected to. Fields count that either manifest gives; secrets count by what they
refer to. With --live what is live on both is compared, also what no manifest
mentions: all objects of the kinds that either manifest declares, or of those that
--kind names. Preset objects that one tenant alone has are left out and counted.

Addresses, users and references that differ by nature are shown like all others;
--ignore leaves a field out, and says on how many objects it differs.

Exit codes: 0 the same, 2 they differ, 3 no such tenant, or an invalid manifest of
either, 4 a tenant that could not be read, or not completely. See 'cosmicctl help drift'.`,
		Example: `  cosmicctl compare sandbox production manifests/
  cosmicctl compare --ignore BusinessSystem.callbacks --ignore '*.secret' sandbox production manifests/
  cosmicctl compare --live --kind ThirdPartyApp sandbox production manifests/ -o html=compare.html`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 3 {
				return coded(exitInvalid, report.Fault("name-two-tenants", "usage", cmd.UseLine()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.compareTenants(cmd.Context(), args, f) },
	}
	f.registerReading(cmd)
	f.outputFlags.register(cmd)
	cmd.Flags().BoolVar(&f.live, "live", false, "compare what is live, not what the manifests want")
	cmd.Flags().StringSliceVar(&f.kinds, "kind", nil, "kind to compare, such as ThirdPartyApp (default: all that either manifest declares)")
	cmd.Flags().StringArrayVar(&f.ignore, "ignore", nil, "`FIELD` to leave out, such as BusinessSystem.callbacks, with * for any part of a name; may be repeated")
	return cmd
}

func (a *app) compareTenants(ctx context.Context, args []string, f compareFlags) error {
	o, err := f.outputFlags.parse()
	if err != nil {
		return err
	}
	run := &report.Run{Command: "compare"}
	return a.told(o, run, a.documentOptions(f.budget, false), func() error {
		opts, err := a.compareOptions(f)
		if err != nil {
			return err
		}
		s, err := a.compared(ctx, args[2:], f)
		if err != nil {
			return err
		}
		defer s.close()
		run.Files, run.Skipped = s.loaded.Files, s.loaded.Skipped
		sides, err := s.pair(run, o, args[0], args[1])
		if err != nil || sides == nil {
			return err
		}
		return s.differ(ctx, o, run, sides, opts, f.live)
	})
}

// compareOptions reads the flags against the kinds that there are.
func (a *app) compareOptions(f compareFlags) (engine.CompareOptions, error) {
	opts := engine.CompareOptions{Kinds: f.kinds, Ignore: map[string]bool{}}
	if f.sandbox && !f.live {
		return opts, coded(exitInvalid, report.Fault("compare-sandbox"))
	}
	if _, err := a.kindsNamed(f.kinds); err != nil {
		return opts, err
	}
	for _, pattern := range f.ignore {
		found := a.schema.Kinds.FieldsLike(pattern)
		if len(found) == 0 {
			return opts, coded(exitInvalid, unknown("--ignore", pattern, a.schema.Kinds.FieldsLike("*")))
		}
		for _, field := range found {
			opts.Ignore[field] = true
		}
	}
	return opts, nil
}

// unknown refuses a name, with the one that was probably meant or all there are.
func unknown(what, name string, names []string) error {
	if near := engine.Closest(name, names); near != "" {
		return report.Fault("unknown-near", "what", what, "name", strconv.Quote(name), "near", strconv.Quote(near))
	}
	return report.Fault("unknown-name", "what", what, "name", strconv.Quote(name), "names", strings.Join(names, ", "))
}

// compared loads the manifests; only a live comparison needs more of a session.
func (a *app) compared(ctx context.Context, paths []string, f compareFlags) (*session, error) {
	if f.live {
		return a.open(ctx, paths, f.connectFlags)
	}
	loaded, err := a.load(ctx, paths, choiceFlags{}, policyFlags{}, schema.Options{Keep: true})
	return &session{app: a, flags: f.connectFlags, loaded: loaded}, err
}

// pair finds the two tenants. Where one of them is not valid it tells what is wrong
// with the manifests, and returns nil; mistakes of other tenants do not count.
func (s *session) pair(run *report.Run, o outputs, names ...string) ([]*engine.Tenant, error) {
	var out []*engine.Tenant
	for _, name := range names {
		i := slices.IndexFunc(s.loaded.Tenants, func(t engine.Declared) bool { return t.Name == name })
		switch {
		case i >= 0 && !s.loaded.Stray:
			out = append(out, s.loaded.Tenants[i].Whole())
		case !s.loaded.Stray && len(s.loaded.Names) > 0 && !slices.Contains(s.loaded.Names, name):
			return nil, coded(exitInvalid, s.noTenant(name))
		}
	}
	if len(out) == len(names) {
		if s.loaded.Failed() {
			fmt.Fprintln(s.err, "cosmicctl:", s.words["other-mistakes"])
		}
		return out, nil
	}
	run.Load(s.loaded)
	s.code = codeOfDiagnostics(s.loaded.Diagnostics)
	if o.text() {
		s.diagnostics()
	}
	return nil, nil
}

func (s *session) noTenant(name string) error {
	const most = 20
	names := s.loaded.Names
	there := strings.Join(names[:min(most, len(names))], s.words["list-comma"])
	if n := len(names) - most; n > 0 {
		there = s.words.Say("and-more", "names", there, "n", n)
	}
	if near := engine.Closest(name, names); near != "" {
		return report.Fault("no-tenant-near", "tenant", strconv.Quote(name), "near", strconv.Quote(near), "names", there)
	}
	return report.Fault("no-tenant", "tenant", strconv.Quote(name), "names", there)
}

// differ compares the tenants and tells what it found.
func (s *session) differ(ctx context.Context, o outputs, run *report.Run, tenants []*engine.Tenant, opts engine.CompareOptions, live bool) error {
	first, second := tenants[0], tenants[1]
	if len(opts.Kinds) == 0 {
		opts.Kinds = declared(tenants)
	}
	if live && len(opts.Kinds) == 0 {
		return coded(exitInvalid, report.Fault("nothing-to-compare"))
	}
	sides, problems := []engine.Side{{Tenant: first}, {Tenant: second}}, []engine.Diagnostic(nil)
	if live {
		sides, problems = s.sides(ctx, tenants, opts.Kinds)
	}
	if ctx.Err() != nil {
		return interrupted(ctx, "not both tenants were read")
	}
	c := &engine.Comparison{Plan: &engine.Plan{Tenant: second.Name, Problems: problems}}
	if len(problems) == 0 {
		c = engine.NewComparison(s.schema.Kinds, sides[0], sides[1], opts)
	}
	s.code = worst(s.code, codeOfPlan(c.Plan))
	run.AddComparison(first, second, live, c)
	if o.text() {
		s.planText(false).Comparison(first, second, live, c)
	}
	return nil
}

// declared are the kinds that the manifests of some tenants mention.
func declared(tenants []*engine.Tenant) []string {
	var out []string
	for _, t := range tenants {
		for i := range t.Resources {
			out = append(out, t.Resources[i].Ref.Kind)
		}
	}
	return engine.NewSet(out...)
}

// sides reads the kinds of both tenants at once. What keeps one from being read at
// all is a problem.
func (s *session) sides(ctx context.Context, tenants []*engine.Tenant, kinds []string) (sides []engine.Side, problems []engine.Diagnostic) {
	type read struct {
		engine.Side
		problem *engine.Diagnostic
	}
	both := *s.loaded
	both.Tenants = []engine.Declared{engine.Declare(tenants[0]), engine.Declare(tenants[1])}
	s.loaded = &both
	for r := range eachTenant(ctx, s, func(ctx context.Context, t *engine.Tenant) read {
		live, err := s.connect(ctx, t)
		if err != nil {
			d := refusal(t, err)
			d.Path = t.Name + "/" + d.Path
			return read{problem: &d}
		}
		defer live.Rest()
		own := s.schema.Kinds.WithProperties(t.Environment.Properties)
		return read{Side: engine.Side{Tenant: t, Seen: engine.Observe(ctx, readOnly{live, live}, own, &engine.Tenant{Name: t.Name}, nil, kinds...)}}
	}) {
		sides = append(sides, r.Side)
		if r.problem != nil {
			problems = append(problems, *r.problem)
		}
	}
	return sides, problems
}
