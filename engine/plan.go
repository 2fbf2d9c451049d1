package engine

import (
	"slices"
)

// Action is what a change does to an object.
type Action string

// The actions.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
)

// Change is what is to be done to one object.
type Change struct {
	Action Action `json:"action"`
	Ref    Ref    `json:"ref"`
	ID     string `json:"id,omitempty"`
	// Before is the live object as it was planned from; After holds the fields
	// that the manifest wants.
	Before map[string]any `json:"-"`
	// Live is Before with what it leaves out because it may be a secret. It lives
	// as long as the run, and tells only whether the object moved. Closed names the
	// fields that Before leaves out.
	Live   map[string]any `json:"-"`
	Closed []string       `json:"closed,omitempty"`
	After  map[string]any `json:"-"`
	Fields []FieldChange  `json:"fields,omitempty"`
	// Steps are the operations that make the change, in order.
	Steps  []string `json:"steps"`
	Origin Position `json:"origin"`
	// Risks are the classes of the change, riskiest first; never none.
	Risks []Risk `json:"risks"`
	Cause Cause  `json:"cause,omitempty"`
	// By and When tell who changed the live object last, as far as the live
	// side says.
	By   string `json:"by,omitempty"`
	When string `json:"when,omitempty"`
	// CutsOff says that callers are cut off between the steps.
	CutsOff bool `json:"cutsOff,omitempty"`
}

// Plan is what would be done to a tenant. It is inert: it owns its data and
// holds nothing that can write.
type Plan struct {
	Tenant string `json:"tenant"`
	// Stages are done one after the other; changes of one stage do not depend
	// on each other.
	Stages [][]Change `json:"stages"`
	// Unchanged counts the objects that are as the manifest wants them.
	Unchanged int `json:"unchanged"`
	// Access lists who may reach what after the plan and not before, or the
	// other way round.
	Access []AccessRow `json:"access,omitempty"`
	// Waivers are those that the branch adds or extends; whoever knows the base
	// fills them in by [AddedWaivers].
	Waivers []Waiver `json:"waivers,omitempty"`
	// Unmanaged lists the live objects that no manifest mentions.
	Unmanaged []Ref `json:"unmanaged"`
	// NotComparable lists secrets of existing objects: the live side gives
	// none back.
	NotComparable []SecretField `json:"notComparable"`
	// ByHand is what a person is to do, because the tenant publishes no API for it.
	ByHand []ByHand `json:"byHand,omitempty"`
	// Problems are why something was not planned.
	Problems []Diagnostic `json:"problems"`
	// Witnesses holds, by kind, the key fields of an object that stays. A
	// filtered listing that leaves it out did not understand the filter, and
	// proves nothing about any other object.
	Witnesses map[string]map[string]any `json:"witnesses"`
}

// SecretField is a secret of an object.
type SecretField struct {
	Ref   Ref    `json:"ref"`
	Field string `json:"field"`
}

// SecretUse is a secret that a change writes.
type SecretUse struct {
	Change *Change
	Field  *Field
	From   SecretRef
}

// Secrets returns what an apply of the plan writes of secrets.
func (p *Plan) Secrets(kinds Catalog) []SecretUse {
	var out []SecretUse
	for _, c := range p.Changes() {
		k := kinds.Kind(c.Ref.Kind)
		saved := k.saved(&c)
		for _, f := range k.Fields {
			if ref, ok := saved[f.Name].(SecretRef); ok {
				out = append(out, SecretUse{&c, f, ref})
			}
		}
	}
	return out
}

// PlanOptions of [NewPlan].
type PlanOptions struct {
	// SetSecrets plans to write the secrets of existing objects too.
	SetSecrets bool
	// Known says what is known of a secret of a live object; nil knows nothing.
	Known func(want, live *Resource, field string) SecretState
	// Base is the tenant as the manifests of a base want it, from which changes
	// get their causes; nil leaves them unknown.
	Base *Tenant
	// Prune says what of the unmanaged is deleted too.
	Prune Prune
	// AllowSelf names objects that may be changed although that may lock
	// cosmicctl itself out.
	AllowSelf []Ref
}

// Changes returns all changes in the order of their stages.
func (p *Plan) Changes() []Change { return slices.Concat(p.Stages...) }

// Empty tells whether there is nothing to do.
func (p *Plan) Empty() bool { return len(p.Stages) == 0 }

// Count returns how many changes have an action.
func (p *Plan) Count(a Action) int {
	n := 0
	for _, stage := range p.Stages {
		for i := range stage {
			if stage[i].Action == a {
				n++
			}
		}
	}
	return n
}

// NewPlan compares what the manifests want with what was observed. What must not
// be touched, or cannot be known, is decided before any comparison.
func NewPlan(kinds Catalog, t *Tenant, o *Observation, opts PlanOptions) *Plan {
	b := &planner{kinds: kinds, tenant: t, seen: o, opts: opts, plan: &Plan{Tenant: t.Name}, last: map[Ref]bool{}}
	var changes []Change
	for _, k := range kinds {
		live := o.Live[k.Name]
		if live == nil {
			continue
		}
		changes = append(changes, b.kind(k, live)...)
	}
	b.trace(changes)
	b.plan.Access = accessRows(kinds, changes, t.Environment.Version)
	for i := range changes {
		c := &changes[i]
		c.Live = c.Before
		c.Closed = kinds.Kind(c.Ref.Kind).closed(c.Before, c.After)
		c.Before = kinds.Kind(c.Ref.Kind).open(c.Before, c.After)
	}
	b.plan.Stages = stages(kinds, changes, b.last)
	orderByHand(kinds, b.plan.ByHand)
	slices.SortStableFunc(b.plan.Problems, Diagnostic.Compare)
	return b.plan
}
