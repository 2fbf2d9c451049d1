package report

import (
	"encoding/json"
	"io"
	"strings"

	"cosmicctl/engine"
	"cosmicctl/schema"
)

// FormatVersion is the version of the JSON of a run. Fields may be added to it; a
// field that changes or goes raises it.
const FormatVersion = 1

// document is the JSON of one run: one value, whatever happened. Its schema is
// help/json.schema.json. See `cosmicctl help json`.
type document struct {
	FormatVersion int                 `json:"formatVersion"`
	Command       string              `json:"command"`
	ExitCode      int                 `json:"exitCode"`
	Base          string              `json:"base,omitempty"`
	Digest        string              `json:"digest,omitempty"`
	Files         int                 `json:"files"`
	Skipped       schema.Skipped      `json:"skipped"`
	Diagnostics   []diagnostic        `json:"diagnostics"`
	Failure       string              `json:"failure,omitempty"`
	Risks         map[engine.Risk]int `json:"risks,omitempty"`
	Tenants       []tenantPlan        `json:"tenants,omitempty"`
}

// diagnostic is a mistake or finding; redacted says that a secret in it is
// withheld.
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
	Redacted bool              `json:"redacted,omitempty"`
}

type tenantPlan struct {
	Tenant        string            `json:"tenant"`
	Labels        map[string]string `json:"labels,omitempty"`
	BaseURL       string            `json:"baseURL"`
	Version       engine.Version    `json:"version"`
	Changes       []change          `json:"changes"`
	Access        []accessChange    `json:"access"`
	Waivers       []waived          `json:"waivers"`
	Unchanged     int               `json:"unchanged"`
	Unmanaged     int               `json:"unmanaged"`
	Listed        []engine.Ref      `json:"unmanagedObjects,omitempty"`
	NotComparable []secretField     `json:"notComparable"`
	// ByHand is there where the tenant publishes no API for something.
	ByHand   []stepJSON   `json:"byHand,omitempty"`
	Problems []diagnostic `json:"problems"`
	// Coverage is there where drift was looked for.
	Coverage []engine.Coverage `json:"coverage,omitempty"`
	// Comparison is there where the tenant was compared with another.
	Comparison *comparison `json:"comparison,omitempty"`
	// Checks are there where something was tried on the tenant.
	Checks []check `json:"checks,omitempty"`
}

// accessChange is a row of who may reach what that comes or goes.
type accessChange struct {
	Kind   string       `json:"kind"`
	Gained bool         `json:"gained"`
	Cells  []accessCell `json:"cells"`
}

// accessCell covers its items or, with all, everything but them.
type accessCell struct {
	Column string   `json:"column"`
	All    bool     `json:"all,omitempty"`
	Items  []string `json:"items,omitempty"`
}

// waived is a waiver that the branch adds or extends.
type waived struct {
	Rule    string `json:"rule"`
	Object  string `json:"object,omitempty"`
	Owner   string `json:"owner"`
	Reason  string `json:"reason"`
	Expires string `json:"expires"`
	File    string `json:"file"`
	Line    int    `json:"line"`
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
	File     string        `json:"file,omitempty"`
	Line     int           `json:"line,omitempty"`
	Column   int           `json:"column,omitempty"`
}

func writeJSON(w io.Writer, r *Run, o Options) error {
	d := document{FormatVersion: FormatVersion, Command: r.Command, ExitCode: r.ExitCode, Base: r.Base, Digest: r.Digest,
		Files: r.Files, Skipped: r.Skipped, Diagnostics: diagnosticsOf(o.Words, r.Diagnostics), Failure: r.Failure, Risks: r.tally().byRisk}
	for i := range r.Tenants {
		d.Tenants = append(d.Tenants, newTenantPlan(&r.Tenants[i], o))
	}
	e := json.NewEncoder(cleanJSON{w})
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func newTenantPlan(t *TenantPlan, o Options) tenantPlan {
	p := t.Plan
	out := tenantPlan{Tenant: t.Name, Labels: t.Labels, BaseURL: t.BaseURL, Version: t.Version,
		Changes: []change{}, Access: o.accessChanges(p.Access), Waivers: []waived{}, Unchanged: p.Unchanged, Unmanaged: len(p.Unmanaged),
		NotComparable: []secretField{}, Problems: diagnosticsOf(o.Words, p.Problems), ByHand: o.stepsJSON(t), Coverage: t.Coverage, Comparison: newComparison(t.Pair), Checks: checksOf(o.Words, t.Checks)}
	if o.Unmanaged {
		out.Listed = p.Unmanaged
	}
	for _, s := range p.NotComparable {
		out.NotComparable = append(out.NotComparable, secretField{s.Ref, s.Field})
	}
	for _, w := range p.Waivers {
		out.Waivers = append(out.Waivers, waived{w.Rule, w.Object, w.Owner, w.Reason, w.Expires, w.At.File, w.At.Line})
	}
	for _, c := range p.Changes() {
		out.Changes = append(out.Changes, newChange(&c))
	}
	return out
}

func (o Options) accessChanges(rows []engine.AccessRow) []accessChange {
	out := []accessChange{}
	for _, r := range rows {
		row := accessChange{Kind: r.Kind, Gained: r.Gained, Cells: []accessCell{}}
		k := o.Kinds.Kind(r.Kind)
		for i, s := range r.Cells {
			cell := accessCell{All: s.All, Items: s.Items}
			if k != nil && k.Access != nil && i < len(k.Access.Columns) {
				cell.Column = k.Access.Columns[i].Field
			}
			row.Cells = append(row.Cells, cell)
		}
		out = append(out, row)
	}
	return out
}

func newChange(c *engine.Change) change {
	out := change{Action: c.Action, Risks: append([]engine.Risk{}, c.Risks...), Cause: c.Cause, By: c.By, When: c.When, Kind: c.Ref.Kind, Key: c.Ref.Key,
		File: c.Origin.File, Line: c.Origin.Line, Steps: append([]string{}, c.Steps...), CutsOff: c.CutsOff}
	for _, f := range c.Fields {
		field := fieldChange{Field: f.Field, Element: f.Element, Before: f.Before, After: f.After,
			Default: f.Default, Redacted: f.Secret, Risks: f.Risks, Cause: f.Cause, Line: f.At.Line, Column: f.At.Col}
		if f.At.File != c.Origin.File {
			field.File = f.At.File
		}
		out.Fields = append(out.Fields, field)
	}
	return out
}

func diagnosticsOf(words Words, diags []engine.Diagnostic) []diagnostic {
	out := []diagnostic{}
	for _, x := range diags {
		d := diagnostic{Severity: x.Severity, Code: x.Code, File: x.Pos.File, Line: x.Pos.Line, Column: x.Pos.Col, Path: x.Path,
			Message: words.Message(x), Hint: words.Hint(x), Args: x.Args}
		for _, value := range x.Args {
			d.Redacted = d.Redacted || strings.Contains(value, engine.Redacted)
		}
		out = append(out, d)
	}
	return out
}
