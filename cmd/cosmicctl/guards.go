package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/spf13/cobra"
)

// guardFlags say how much a run may do, and what it may do beyond that.
type guardFlags struct {
	maxChange    string
	maxDelete    int
	maxRisk      string
	allowSelf    []string
	prune        []string
	pruneForeign []string
	override     string // of apply
}

func (f *guardFlags) register(cmd *cobra.Command) {
	f.registerLimits(cmd)
	fs := cmd.Flags()
	fs.StringArrayVar(&f.prune, "prune", nil, "kind of which unmanaged objects that cosmicctl created are deleted; may be repeated")
	fs.StringArrayVar(&f.pruneForeign, "prune-foreign", nil, "Kind/key of an unmanaged object to delete, whoever created it; may be repeated")
}

// registerLimits adds what holds for any plan.
func (f *guardFlags) registerLimits(cmd *cobra.Command) {
	fs := cmd.Flags()
	limits := engine.DefaultLimits()
	fs.StringVar(&f.maxChange, "max-change", fmt.Sprintf("%d%%", limits.Change), "share of the live objects of a kind that may be changed or deleted, where there are 10 or more")
	fs.IntVar(&f.maxDelete, "max-delete", limits.Delete, "how many objects of a kind may be deleted, where there are 10 or more")
	fs.StringVar(&f.maxRisk, "max-risk", "", "riskiest class that a change may have: "+strings.Join(riskNames(), ", "))
	fs.StringArrayVar(&f.allowSelf, "allow-self", nil, "Kind/key that may be changed although cosmicctl itself depends on it; may be repeated")
}

// registerOverride adds what only an apply can be told.
func (f *guardFlags) registerOverride(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.override, "override", "", "digest of the plan that may go beyond --max-change, --max-delete and --max-risk (cosmicctl help guards)")
}

func riskNames() []string {
	var names []string
	for _, r := range engine.Risks() {
		names = append(names, string(r))
	}
	return names
}

// guards are the flags as they are meant.
type guards struct {
	limits    engine.Limits
	allowSelf []engine.Ref
	prune     []string
	foreign   []engine.Ref
	override  engine.Digest
}

// parse refuses flags that could guard nothing, before anything is read.
func (f *guardFlags) parse(kinds engine.Catalog) (guards, error) {
	g := guards{limits: engine.Limits{Delete: f.maxDelete, Risk: engine.Risk(f.maxRisk)}, prune: f.prune, override: engine.Digest(f.override)}
	percent, err := strconv.Atoi(strings.TrimSuffix(f.maxChange, "%"))
	switch {
	case err != nil || percent < 0 || percent > 100:
		return g, coded(exitInvalid, report.Fault("max-change", "value", strconv.Quote(f.maxChange)))
	case f.maxDelete < 0:
		return g, coded(exitInvalid, report.Fault("max-delete", "n", f.maxDelete))
	case f.maxRisk != "" && g.limits.Risk.Rank() < 0:
		return g, coded(exitInvalid, report.Fault("max-risk", "value", strconv.Quote(f.maxRisk), "classes", strings.Join(riskNames(), ", ")))
	case f.override != "" && !g.override.Valid():
		return g, coded(exitInvalid, report.Fault("override-no-digest", "value", strconv.Quote(f.override)))
	}
	g.limits.Change = percent
	for _, kind := range f.prune {
		if err := knownKind(kinds, "--prune", kind); err != nil {
			return g, err
		}
		if err := deletable(kinds, "--prune", kind); err != nil {
			return g, err
		}
	}
	if g.allowSelf, err = refs(kinds, "--allow-self", f.allowSelf); err != nil {
		return g, err
	}
	g.foreign, err = refs(kinds, "--prune-foreign", f.pruneForeign)
	for _, r := range g.foreign {
		err = cmp.Or(err, deletable(kinds, "--prune-foreign", r.Kind))
	}
	return g, err
}

// refs reads objects that a flag names.
func refs(kinds engine.Catalog, flag string, values []string) ([]engine.Ref, error) {
	var out []engine.Ref
	for _, v := range values {
		kind, key, ok := strings.Cut(v, "/")
		if !ok || key == "" {
			return nil, coded(exitInvalid, report.Fault("no-object-named", "flag", flag, "value", strconv.Quote(v)))
		}
		if err := knownKind(kinds, flag, kind); err != nil {
			return nil, err
		}
		out = append(out, engine.Ref{Kind: kind, Key: key})
	}
	return out, nil
}

// knownKind refuses a kind that a manifest cannot declare.
func knownKind(kinds engine.Catalog, flag, kind string) error {
	var names []string
	for _, k := range kinds {
		if k.Section != "" {
			names = append(names, k.Name)
		}
	}
	if slices.Contains(names, kind) {
		return nil
	}
	return coded(exitInvalid, report.Fault("no-kind", "flag", flag, "kind", strconv.Quote(kind), "kinds", strings.Join(names, ", ")))
}

// deletable refuses a kind whose objects a manifest cannot delete either.
func deletable(kinds engine.Catalog, flag, kind string) error {
	if why := kinds.Kind(kind).NoTombstone; why != nil {
		return coded(exitRefused, report.Fault("not-deletable", "flag", flag, "kind", kind, "why", *why))
	}
	return nil
}

// guard sets what guards the run.
func (s *session) guard(f guardFlags) error {
	var err error
	if s.guards, err = f.parse(s.schema.Kinds); err != nil {
		return err
	}
	if len(s.guards.prune) > 0 && s.created == nil {
		return coded(exitRefused, report.Fault("prune-no-journal"))
	}
	return nil
}

// planOptions are those of a tenant's plan. The error is that of the journal.
func (s *session) planOptions(t, base *engine.Tenant) (engine.PlanOptions, error) {
	o := engine.PlanOptions{SetSecrets: s.flags.setSecrets, Base: base, AllowSelf: s.guards.allowSelf,
		Prune: engine.Prune{Named: s.guards.foreign, Created: map[string]map[string]bool{}}}
	for _, kind := range s.guards.prune {
		ids, err := s.created(t, kind)
		if err != nil {
			return o, err
		}
		o.Prune.Created[kind] = ids
	}
	return o, nil
}

// selfLast lets what may lock cosmicctl out happen only if all before it is done:
// no further run could make that good.
func (g *guards) selfLast(on func(engine.Event) error) func(engine.Event) error {
	failed := false
	return func(e engine.Event) error {
		if e.Result != nil {
			failed = failed || e.Result.Status != engine.Done
		} else if failed && slices.Contains(g.allowSelf, e.Change.Ref) {
			return report.Fault("self-last")
		}
		return on(e)
	}
}

// unpruned is why it is not known what may be pruned.
func unpruned(w report.Words, t *engine.Tenant, err error) engine.Diagnostic {
	return engine.Diagnostic{Severity: engine.Error, Class: engine.ClassRefused, Code: report.CodePruneUnknown, Pos: t.Origin, Path: "environment",
		Args: map[string]string{"error": w.Tell(err)}}
}

// limit notes in which ways a plan is beyond the limits.
func (s *session) limit(p *planned) {
	p.beyond = s.guards.limits.Check(p.kinds, p.plan, p.seen)
	p.plan.Problems = append(p.plan.Problems, p.beyond...)
	slices.SortStableFunc(p.plan.Problems, engine.Diagnostic.Compare)
}

// withinLimits refuses plans of which one is beyond the limits, unless exactly
// they were named.
func (s *session) withinLimits(plans []*planned) error {
	var digest engine.PlanDigest
	beyond := 0
	for _, p := range plans {
		digest.Add(p.tenant, p.plan)
		beyond += len(p.beyond)
	}
	now := digest.Digest()
	switch {
	case beyond == 0 || s.guards.override == now:
		return nil
	case s.guards.override != "":
		return coded(exitRefused, report.Fault("override-other", "digest", now))
	}
	return coded(exitRefused, report.Fault("beyond-limits", "digest", now))
}
