package report

import (
	"io"
	"slices"
	"strings"

	"cosmicctl/engine"
	"cosmicctl/schema"
)

// Run is what a command found, as every document of it shows it.
type Run struct {
	Command     string
	ExitCode    int
	Files       int
	Skipped     schema.Skipped
	Diagnostics []engine.Diagnostic
	Tenants     []TenantPlan
	// Base names what the manifests were compared with; "" for nothing.
	Base string
	// Digest names the plans of all tenants: the same changes from the same
	// live state have the same digest.
	Digest string
	// Failure says what ended the run before its end, if anything did.
	Failure string
}

// TenantPlan is a tenant with its plan.
type TenantPlan struct {
	Name    string
	BaseURL string
	Version engine.Version
	Plan    *engine.Plan
	// Labels are those of the manifest; a saved plan has none.
	Labels map[string]string
	// Coverage says what was compared, where drift was looked for; Plan then holds
	// what the live side did.
	Coverage []engine.Coverage
	// Pair is there where the tenant was compared with another; Plan then holds how
	// they differ.
	Pair *Pair
	// Checks are there where something was tried on the tenant; Plan then holds what
	// failed.
	Checks []engine.Check
}

// Load adds what loading the manifests found.
func (r *Run) Load(l *schema.Result) {
	r.Files, r.Skipped, r.Diagnostics = l.Files, l.Skipped, l.Diagnostics
}

// Add adds the plan of a tenant.
func (r *Run) Add(t *engine.Tenant, p *engine.Plan) {
	r.Tenants = append(r.Tenants, TenantPlan{Name: t.Name, BaseURL: t.Environment.BaseURL, Version: t.Environment.Version, Plan: p, Labels: t.Labels})
}

// AddDrift adds how a tenant drifted.
func (r *Run) AddDrift(t *engine.Tenant, d *engine.Drift) {
	r.Add(t, d.Plan)
	r.Tenants[len(r.Tenants)-1].Coverage = d.Coverage
}

// Empty tells whether there is nothing to say: no change, no problem, no
// diagnostic, no failure.
func (r *Run) Empty() bool {
	return len(r.Diagnostics) == 0 && r.Failure == "" && !slices.ContainsFunc(r.Tenants, func(t TenantPlan) bool {
		return !t.Plan.Empty() || len(t.Plan.Problems) > 0
	})
}

// Options of a document.
type Options struct {
	Words Words
	Kinds engine.Catalog
	// Version is that of the program.
	Version string
	// Unmanaged lists the live objects that no manifest mentions.
	Unmanaged bool
	// Budget is how many bytes a Markdown document may have.
	Budget int
}

// DefaultBudget leaves room below the 65,536 characters of a comment on GitHub.
const DefaultBudget = 60_000

// A format writes a run as one document.
type format struct {
	name  string
	write func(io.Writer, *Run, Options) error
}

// formats are the documents, beside the text that is written as the run goes.
func formats() []format {
	return []format{
		{"markdown", writeMarkdown},
		{"json", writeJSON},
		{"sarif", writeSARIF},
		{"junit", writeJUnit},
		{"github", writeGitHub},
		{"html", writeHTML},
	}
}

// Text is the format that is written while a run goes on.
const Text = "text"

// Formats names all formats.
func Formats() []string {
	names := []string{Text}
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Write writes a run in a format other than [Text].
func Write(w io.Writer, name string, r *Run, o Options) error {
	for _, f := range formats() {
		if f.name == name {
			return f.write(w, r, o)
		}
	}
	return o.Words.Error("unknown-format", "format", name, "formats", strings.Join(Formats(), ", "))
}
