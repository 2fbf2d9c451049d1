package saved

import (
	"time"

	"cosmicctl/engine"
)

// document is the plan as the file holds it. The types below embed those of the
// engine, so that a field which is added there is kept here, and replace the
// fields whose values JSON alone would not give back as they were.
type document struct {
	Created      time.Time     `json:"created"`
	Tool         string        `json:"tool"`
	Manifests    engine.Digest `json:"manifests"`
	Digest       engine.Digest `json:"digest"`
	SetSecrets   bool          `json:"setSecrets"`
	Base         string        `json:"base,omitempty"`
	Files        int           `json:"files"`
	Diagnostics  []diagnostic  `json:"diagnostics"`
	Tenants      []tenant      `json:"tenants"`
	Fingerprints *Fingerprints `json:"fingerprints,omitempty"`
}

type tenant struct {
	Name    string         `json:"name"`
	BaseURL string         `json:"baseURL"`
	Version engine.Version `json:"version"`
	Plan    plan           `json:"plan"`
}

type plan struct {
	engine.Plan
	Stages    [][]change                         `json:"stages"`
	Problems  []diagnostic                       `json:"problems"`
	Witnesses map[string]map[string]engine.Value `json:"witnesses"`
}

type change struct {
	engine.Change
	Before map[string]engine.Value `json:"before"`
	After  map[string]engine.Value `json:"after"`
	Fields []fieldChange           `json:"fields"`
}

type fieldChange struct {
	engine.FieldChange
	Before engine.Value `json:"before"`
	After  engine.Value `json:"after"`
}

type diagnostic struct {
	engine.Diagnostic
	Class engine.Class `json:"class"`
}

func newDocument(p *Plan) document {
	d := document{Created: p.Created, Tool: p.Tool, Manifests: p.Manifests, Digest: p.Digest, SetSecrets: p.SetSecrets,
		Base: p.Base, Files: p.Files, Diagnostics: newDiagnostics(p.Diagnostics), Fingerprints: p.Fingerprints}
	for _, t := range p.Tenants {
		d.Tenants = append(d.Tenants, tenant{t.Name, t.BaseURL, t.Version, newPlan(t.Plan)})
	}
	return d
}

func newPlan(p *engine.Plan) plan {
	out := plan{Plan: *p, Problems: newDiagnostics(p.Problems)}
	for _, s := range p.Stages {
		stage := make([]change, len(s))
		for i := range s {
			stage[i] = newChange(&s[i])
		}
		out.Stages = append(out.Stages, stage)
	}
	if p.Witnesses != nil {
		out.Witnesses = map[string]map[string]engine.Value{}
	}
	for kind, fields := range p.Witnesses {
		out.Witnesses[kind] = engine.NewValues(fields)
	}
	return out
}

func newChange(c *engine.Change) change {
	out := change{Change: *c, Before: engine.NewValues(c.Before), After: engine.NewValues(c.After)}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, fieldChange{f, engine.Value{V: f.Before}, engine.Value{V: f.After}})
	}
	return out
}

func newDiagnostics(diags []engine.Diagnostic) []diagnostic {
	var out []diagnostic
	for _, d := range diags {
		out = append(out, diagnostic{d, d.Class})
	}
	return out
}

func (d *document) plan() *Plan {
	p := &Plan{Created: d.Created, Tool: d.Tool, Manifests: d.Manifests, Digest: d.Digest, SetSecrets: d.SetSecrets,
		Base: d.Base, Files: d.Files, Diagnostics: diagnostics(d.Diagnostics), Fingerprints: d.Fingerprints}
	for i := range d.Tenants {
		t := &d.Tenants[i]
		p.Tenants = append(p.Tenants, Tenant{t.Name, t.BaseURL, t.Version, t.Plan.plan()})
	}
	return p
}

func (p *plan) plan() *engine.Plan {
	out := p.Plan
	out.Problems = diagnostics(p.Problems)
	for _, s := range p.Stages {
		stage := make([]engine.Change, len(s))
		for i := range s {
			stage[i] = s[i].change()
		}
		out.Stages = append(out.Stages, stage)
	}
	if p.Witnesses != nil {
		out.Witnesses = map[string]map[string]any{}
	}
	for kind, values := range p.Witnesses {
		out.Witnesses[kind] = engine.Fields(values)
	}
	return &out
}

func (c *change) change() engine.Change {
	out := c.Change
	out.Before, out.After = engine.Fields(c.Before), engine.Fields(c.After)
	for _, f := range c.Fields {
		field := f.FieldChange
		field.Before, field.After = f.Before.V, f.After.V
		out.Fields = append(out.Fields, field)
	}
	return out
}

func diagnostics(diags []diagnostic) []engine.Diagnostic {
	var out []engine.Diagnostic
	for _, d := range diags {
		x := d.Diagnostic
		x.Class = d.Class
		out = append(out, x)
	}
	return out
}
