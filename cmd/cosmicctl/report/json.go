package report

import (
	"encoding/json"
	"io"

	"cosmicctl/engine"
)

// FormatVersion is the version of the JSON of a run. Fields may be added to it; a
// field that changes or goes raises it.
const FormatVersion = 1

// document is the JSON of one run: one value, whatever happened. See
// `cosmicctl help json`.
type document struct {
	FormatVersion int          `json:"formatVersion"`
	Command       string       `json:"command"`
	ExitCode      int          `json:"exitCode"`
	Base          string       `json:"base,omitempty"`
	Files         int          `json:"files"`
	Skipped       any          `json:"skipped"`
	Diagnostics   []diagnostic `json:"diagnostics"`
	Failure       string       `json:"failure,omitempty"`
	Tenants       []tenantPlan `json:"tenants,omitempty"`
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
	Risks   []engine.Risk `json:"risks"`
	Cause   engine.Cause  `json:"cause,omitempty"`
	By      string        `json:"changedBy,omitempty"`
	When    string        `json:"changedAt,omitempty"`
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
	Field    string        `json:"field"`
	Element  string        `json:"element,omitempty"`
	Before   any           `json:"before,omitempty"`
	After    any           `json:"after,omitempty"`
	Default  bool          `json:"default,omitempty"`
	Redacted bool          `json:"redacted,omitempty"`
	Risks    []engine.Risk `json:"risks,omitempty"`
	Cause    engine.Cause  `json:"cause,omitempty"`
	Line     int           `json:"line,omitempty"`
}

func writeJSON(w io.Writer, r *Run, o Options) error {
	d := document{FormatVersion: FormatVersion, Command: r.Command, ExitCode: r.ExitCode, Base: r.Base, Files: r.Files, Skipped: r.Skipped,
		Diagnostics: diagnosticsOf(o.Words, r.Diagnostics), Failure: r.Failure}
	for i := range r.Tenants {
		d.Tenants = append(d.Tenants, newTenantPlan(&r.Tenants[i], o))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func newTenantPlan(t *TenantPlan, o Options) tenantPlan {
	p := t.Plan
	out := tenantPlan{Tenant: t.Name, BaseURL: t.BaseURL, Version: t.Version,
		Changes: []change{}, Unchanged: p.Unchanged, Unmanaged: len(p.Unmanaged),
		NotComparable: []secretField{}, Problems: diagnosticsOf(o.Words, p.Problems)}
	if o.Unmanaged {
		out.Listed = p.Unmanaged
	}
	for _, s := range p.NotComparable {
		out.NotComparable = append(out.NotComparable, secretField{s.Ref, s.Field})
	}
	for _, c := range p.Changes() {
		out.Changes = append(out.Changes, newChange(&c))
	}
	return out
}

func newChange(c *engine.Change) change {
	out := change{Action: c.Action, Risks: c.Risks, Cause: c.Cause, By: c.By, When: c.When, Kind: c.Ref.Kind, Key: c.Ref.Key,
		File: c.Origin.File, Line: c.Origin.Line, Steps: c.Steps, CutsOff: c.CutsOff}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, fieldChange{Field: f.Field, Element: f.Element, Before: f.Before, After: f.After,
			Default: f.Default, Redacted: f.Secret, Risks: f.Risks, Cause: f.Cause, Line: f.At.Line})
	}
	return out
}

func diagnosticsOf(words Words, diags []engine.Diagnostic) []diagnostic {
	out := []diagnostic{}
	for _, x := range diags {
		out = append(out, diagnostic{x.Severity, x.Code, x.Pos.File, x.Pos.Line, x.Pos.Col, x.Path,
			words.Message(x), words.Hint(x), x.Args})
	}
	return out
}
