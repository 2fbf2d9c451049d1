package engine

import (
	"maps"
	"slices"
)

// Drift is how a live tenant departs from its manifests. It is told as a plan is,
// the other way round: as what the live side did. Before is what the manifests
// want, After what is live, and the risks and the rows of access are those of what
// happened. Its actions are the classes below; nothing applies them.
//
// A live object that no manifest mentions is drift only if a baseline is there to
// say that it is new. Who forbids a change of an object, or its own lack of a
// right, does not keep it from drifting: guards are for plans.
type Drift struct {
	*Plan
	// Coverage says, for each kind that manifests may hold, what was compared.
	Coverage []Coverage
}

// The actions of the live side, as [Drift] classifies them.
const (
	Changed  Action = "changed"  // it differs from what the manifest wants
	Missing  Action = "missing"  // the manifest wants it, and it is not there
	Unwanted Action = "unwanted" // the manifest wants it gone, and it is there
	New      Action = "new"      // no manifest mentions it, nor does the baseline
)

// Sort is what an action comes down to, whoever took it: a create, an update or a
// delete.
func (a Action) Sort() Action {
	switch a {
	case Changed, Differs, Ensure:
		return Update
	case Missing, OnlyFirst, EnsureGone:
		return Delete
	case Unwanted, New, OnlySecond:
		return Create
	}
	return a
}

// Coverage says what of a kind was compared.
type Coverage struct {
	Kind string `json:"kind"`
	// Declared counts the objects that manifests mention.
	Declared int          `json:"declared"`
	Read     CoverageRead `json:"read"`
	// Fields are those that the manifests manage, of at least one object; Open
	// those that they leave to the tenant, of every object.
	Fields []string `json:"fields,omitempty"`
	Open   []string `json:"open,omitempty"`
	// Secrets are managed, and the live side gives none back.
	Secrets []string `json:"secrets,omitempty"`
}

// CoverageRead is how much of a kind was read.
type CoverageRead string

// How much was read.
const (
	ReadWhole   CoverageRead = "complete"
	ReadPartly  CoverageRead = "incomplete"
	ReadNothing CoverageRead = "unreadable"
	NotRead     CoverageRead = "not-read" // no manifest mentions the kind
)

// DriftOptions of [NewDrift].
type DriftOptions struct {
	// Known says what is known of a secret of a live object; nil knows nothing.
	Known func(want, live *Resource, field string) SecretState
	// Baseline holds the keys of the unmanaged objects that were there when it was
	// recorded, by kind. Of a kind that it lacks nothing is new.
	Baseline map[string]map[string]bool
}

// NewDrift compares what was observed with what the manifests want.
func NewDrift(kinds Catalog, t *Tenant, o *Observation, opts DriftOptions) *Drift {
	b := &planner{kinds: kinds, tenant: t, seen: o, opts: PlanOptions{Known: opts.Known},
		plan: &Plan{Tenant: t.Name}, last: map[Ref]bool{}, looks: true}
	d := &Drift{Plan: b.plan}
	var moves, planned []Change
	for _, k := range kinds {
		if k.Section == "" || k.Formless() && !declares(t, k) {
			continue
		}
		live := o.Live[k.Name]
		d.Coverage = append(d.Coverage, coverage(k, t, live))
		if live == nil {
			continue
		}
		planned = append(planned, b.kind(k, live)...)
		planned = append(planned, b.fresh(k, live, opts.Baseline[k.Name])...)
	}
	for i := range planned {
		k := kinds.Kind(planned[i].Ref.Kind)
		moves = append(moves, k.reverse(&planned[i]))
		k.assess(&moves[i], t.Environment.Version)
	}
	d.Access = accessRows(kinds, moves, t.Environment.Version)
	for i := range moves {
		k, c, want := kinds.Kind(moves[i].Ref.Kind), &moves[i], planned[i].After
		c.Closed = k.closed(c.After, want)
		c.Before, c.After = k.open(c.Before, want), k.open(c.After, want)
	}
	if len(moves) > 0 {
		d.Stages = [][]Change{moves}
	}
	d.Witnesses = nil
	slices.SortStableFunc(d.Problems, Diagnostic.Compare)
	return d
}

// reverse turns what a plan would do into what the live side did.
func (k *Kind) reverse(c *Change) Change {
	out := Change{Ref: c.Ref, ID: c.ID, Origin: c.Origin, By: c.By, When: c.When}
	switch c.Action {
	case Create:
		out.Action, out.Before = Missing, plain(c.After)
	case Update:
		out.Action, out.Before, out.After = Changed, maps.Clone(c.Before), c.Before
		maps.Copy(out.Before, plain(c.After))
		for _, f := range c.Fields {
			f.Before, f.After, f.Default = f.After, f.Before, false
			out.Fields = append(out.Fields, f)
		}
	case Delete:
		out.Action, out.After, out.Fields = Unwanted, c.Before, k.given(c.Before)
	case New:
		out.Action, out.After, out.Fields = New, c.Before, k.given(c.Before)
	}
	return out
}

// plain leaves references to secrets out: they are no value of an object.
func plain(fields map[string]any) map[string]any {
	out := maps.Clone(fields)
	maps.DeleteFunc(out, func(_ string, v any) bool { _, secret := v.(SecretRef); return secret })
	return out
}

// given are the fields of an object that came to be, without those that say
// nothing or may be a secret.
func (k *Kind) given(fields map[string]any) []FieldChange {
	open := k.open(fields, nil)
	var out []FieldChange
	for _, f := range k.Fields {
		if v := open[f.Name]; f.Type != TypeVirtual && f.Type != TypeSecret && !slices.Contains(k.Key, f.Name) && !idle(v) {
			out = append(out, FieldChange{Field: f.Name, After: v})
		}
	}
	return out
}

// idle tells whether a value says nothing of an object.
func idle(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case int64:
		return v == 0
	case List:
		return len(v) == 0
	}
	return empty(v)
}

// fresh are the unmanaged objects that a baseline does not know; they leave the
// list of the unmanaged.
func (b *planner) fresh(k *Kind, live *Live, baseline map[string]bool) []Change {
	if baseline == nil {
		return nil
	}
	var out []Change
	b.plan.Unmanaged = slices.DeleteFunc(b.plan.Unmanaged, func(r Ref) bool {
		fresh := r.Kind == k.Name && !baseline[r.Key]
		if fresh && !slices.ContainsFunc(out, func(c Change) bool { return c.Ref == r }) {
			for _, o := range live.Objects[r.Key] {
				out = append(out, Change{Action: New, Ref: r, ID: o.ID, Before: owned(o.Fields), Origin: b.tenant.Origin, By: o.By, When: o.When})
			}
		}
		return fresh
	})
	return out
}

func coverage(k *Kind, t *Tenant, live *Live) Coverage {
	c := Coverage{Kind: k.Name, Read: NotRead}
	managed := map[string]bool{}
	for i := range t.Resources {
		r := &t.Resources[i]
		if r.Ref.Kind != k.Name {
			continue
		}
		c.Declared++
		for name := range r.Fields {
			managed[name] = true
		}
	}
	switch {
	case live == nil:
		return c
	case live.Err != nil:
		c.Read = ReadNothing
	case live.Doubt != "":
		c.Read = ReadPartly
	default:
		c.Read = ReadWhole
	}
	for _, f := range k.Fields {
		switch {
		case f.Type == TypeVirtual || slices.Contains(k.Key, f.Name):
		case managed[f.Name] && f.Type == TypeSecret:
			c.Secrets = append(c.Secrets, f.Name)
		case managed[f.Name]:
			c.Fields = append(c.Fields, f.Name)
		default:
			c.Open = append(c.Open, f.Name)
		}
	}
	return c
}
