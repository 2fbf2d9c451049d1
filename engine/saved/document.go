package saved

import (
	"time"

	"cosmicctl/engine"
)

// document is the plan as the file holds it.
type document struct {
	Created      time.Time                 `json:"created"`
	Tool         string                    `json:"tool"`
	Manifests    engine.Digest             `json:"manifests"`
	Digest       engine.Digest             `json:"digest"`
	SetSecrets   bool                      `json:"setSecrets"`
	Base         string                    `json:"base,omitempty"`
	Files        int                       `json:"files"`
	Diagnostics  []engine.DiagnosticRecord `json:"diagnostics"`
	Tenants      []tenant                  `json:"tenants"`
	Fingerprints *Fingerprints             `json:"fingerprints,omitempty"`
}

type tenant struct {
	Name    string            `json:"name"`
	BaseURL string            `json:"baseURL"`
	Version engine.Version    `json:"version"`
	Plan    engine.PlanRecord `json:"plan"`
}

func newDocument(p *Plan) document {
	d := document{Created: p.Created, Tool: p.Tool, Manifests: p.Manifests, Digest: p.Digest, SetSecrets: p.SetSecrets,
		Base: p.Base, Files: p.Files, Diagnostics: engine.NewDiagnosticRecords(p.Diagnostics), Fingerprints: p.Fingerprints}
	for _, t := range p.Tenants {
		d.Tenants = append(d.Tenants, tenant{t.Name, t.BaseURL, t.Version, engine.NewPlanRecord(t.Plan)})
	}
	return d
}

func (d *document) plan() *Plan {
	p := &Plan{Created: d.Created, Tool: d.Tool, Manifests: d.Manifests, Digest: d.Digest, SetSecrets: d.SetSecrets,
		Base: d.Base, Files: d.Files, Diagnostics: engine.UnpackDiagnostics(d.Diagnostics), Fingerprints: d.Fingerprints}
	for i := range d.Tenants {
		t := &d.Tenants[i]
		p.Tenants = append(p.Tenants, Tenant{t.Name, t.BaseURL, t.Version, t.Plan.Unpack()})
	}
	return p
}
