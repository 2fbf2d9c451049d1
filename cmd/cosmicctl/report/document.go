package report

import (
	"encoding/json"
	"io"

	"cosmicctl/engine"
	"cosmicctl/schema"
)

// FormatVersion is the version of the JSON that [Document] writes. Fields may be
// added to it; a field that changes or goes raises it.
const FormatVersion = 1

// Document is the JSON of one run: one value, whatever happened. See
// `cosmicctl help json`.
type Document struct {
	FormatVersion int          `json:"formatVersion"`
	Command       string       `json:"command"`
	ExitCode      int          `json:"exitCode"`
	Files         int          `json:"files"`
	Skipped       any          `json:"skipped"`
	Diagnostics   []diagnostic `json:"diagnostics"`
	Tenants       []tenantPlan `json:"tenants,omitempty"`
	words         Words
}

type diagnostic struct {
	Severity engine.Severity   `json:"severity"`
	Code     engine.Code       `json:"code"`
	File     string            `json:"file,omitempty"`
	Line     int               `json:"line,omitempty"`
	Column   int               `json:"column,omitempty"`
	Path     string            `json:"path,omitempty"`
	Message  string            `json:"message"`
	Hint     string            `json:"hint,omitempty"`
	Args     map[string]string `json:"args,omitempty"`
}

type tenantPlan struct {
	Tenant        string         `json:"tenant"`
	BaseURL       string         `json:"baseURL"`
	Version       engine.Version `json:"version"`
	Changes       []change       `json:"changes"`
	Unchanged     int            `json:"unchanged"`
	Unmanaged     int            `json:"unmanaged"`
	Listed        []engine.Ref   `json:"unmanagedObjects,omitempty"`
	NotComparable []secretField  `json:"notComparable"`
	Problems      []diagnostic   `json:"problems"`
}

type secretField struct {
	engine.Ref
	Field string `json:"field"`
}

type change struct {
	Action  engine.Action `json:"action"`
	Kind    string        `json:"kind"`
	Key     string        `json:"key"`
	File    string        `json:"file"`
	Line    int           `json:"line"`
	Steps   []string      `json:"steps"`
	CutsOff bool          `json:"cutsOff,omitempty"`
	Fields  []fieldChange `json:"fields,omitempty"`
}

// fieldChange is one field; redacted says that a value is withheld.
type fieldChange struct {
	Field    string `json:"field"`
	Element  string `json:"element,omitempty"`
	Before   any    `json:"before,omitempty"`
	After    any    `json:"after,omitempty"`
	Default  bool   `json:"default,omitempty"`
	Redacted bool   `json:"redacted,omitempty"`
}

// NewDocument begins the document of a command.
func NewDocument(command string, words Words) *Document {
	return &Document{FormatVersion: FormatVersion, Command: command, words: words}
}

// Load adds what loading the manifests found.
func (d *Document) Load(r *schema.Result) {
	d.Files, d.Skipped, d.Diagnostics = r.Files, r.Skipped, d.diagnostics(r.Diagnostics)
}

// Plan adds the plan of a tenant, with the unmanaged objects if asked to.
func (d *Document) Plan(t *engine.Tenant, p *engine.Plan, unmanaged bool) {
	out := tenantPlan{Tenant: t.Name, BaseURL: t.Environment.BaseURL, Version: t.Environment.Version,
		Changes: []change{}, Unchanged: p.Unchanged, Unmanaged: len(p.Unmanaged),
		NotComparable: []secretField{}, Problems: d.diagnostics(p.Problems)}
	if unmanaged {
		out.Listed = p.Unmanaged
	}
	for _, s := range p.NotComparable {
		out.NotComparable = append(out.NotComparable, secretField{s.Ref, s.Field})
	}
	for _, c := range p.Changes() {
		out.Changes = append(out.Changes, newChange(&c))
	}
	d.Tenants = append(d.Tenants, out)
}

func newChange(c *engine.Change) change {
	out := change{Action: c.Action, Kind: c.Ref.Kind, Key: c.Ref.Key, File: c.Origin.File, Line: c.Origin.Line,
		Steps: c.Steps, CutsOff: c.CutsOff}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, fieldChange{f.Field, f.Element, f.Before, f.After, f.Default, f.Secret})
	}
	return out
}

func (d *Document) diagnostics(diags []engine.Diagnostic) []diagnostic {
	out := []diagnostic{}
	for _, x := range diags {
		out = append(out, diagnostic{x.Severity, x.Code, x.Pos.File, x.Pos.Line, x.Pos.Col, x.Path,
			d.words.Message(x), d.words.Hint(x), x.Args})
	}
	return out
}

// Write ends the document and writes it.
func (d *Document) Write(w io.Writer, exitCode int) error {
	d.ExitCode = exitCode
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}
