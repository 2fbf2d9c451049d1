package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// operations are what a tenant publishes for every form unless its seed says otherwise.
var operations = [...]string{"query", "save", "delete", "enable", "disable", "submit", "audit"}

// opQueryByApp is the vendor's own list of APIs (facts §3.1).
const opQueryByApp = "queryByApp"

// Definition is how one operation API is published: everything a person sets on the API's page and no call can change.
// Names of columns are those of the dictionary without the leading f; a column of an entry table is "table.column".
type Definition struct {
	Unpublished   bool              `json:"unpublished,omitempty"`
	URL           string            `json:"url,omitempty"`           // "/v2/open/third_app/save"
	Number        string            `json:"number,omitempty"`        // of its row in openapi_apilist; "third_app_save"
	CandidateKey  []string          `json:"candidateKey,omitempty"`  // columns; the form's natural key
	Method        string            `json:"method,omitempty"`        // GET or POST; both for a query, else POST
	Only          []string          `json:"only,omitempty"`          // columns and tables known to the API; all
	Shown         []string          `json:"shown,omitempty"`         // of them those a query answers; all
	Properties    map[string]string `json:"properties,omitempty"`    // column, table or table.column → live name
	Filters       *[]string         `json:"filters,omitempty"`       // columns a call may filter by; all. [] ignores every filter
	OverrideEntry *bool             `json:"overrideEntry,omitempty"` // tenant's overrideEntry, else false
	ImportType    string            `json:"importType,omitempty"`    // new, override or overridenew
	MultiOps      string            `json:"multiOps,omitempty"`      // "save,submit,audit"
	MaxPageSize   int               `json:"maxPageSize,omitempty"`   // 2000
	Repeat        string            `json:"repeat,omitempty"`        // a state change that changes nothing: refuse (603) or success
	OmitTotal     bool              `json:"omitTotalCount,omitempty"`
	TopLevel      bool              `json:"topLevel,omitempty"`  // filter and selectFields beside data are read
	Multilang     []string          `json:"multilang,omitempty"` // columns given as {"zh_CN": …}
}

// overlay reads a definition over the one it refines.
func (d *Definition) overlay(raw json.RawMessage) error {
	if len(raw) == 0 {
		return nil
	}
	if err := strict(raw, d); err != nil {
		return err
	}
	return d.checkWords()
}

// checkWords refuses a word where only some have a meaning.
func (d *Definition) checkWords() error {
	if !slices.Contains([]string{"", "new", "override", "overridenew"}, d.ImportType) {
		return fmt.Errorf("importType %q is not new, override or overridenew", d.ImportType)
	}
	if !slices.Contains([]string{"", "GET", "POST"}, d.Method) {
		return fmt.Errorf("method %q is not GET or POST", d.Method)
	}
	if !slices.Contains([]string{"", "refuse", "success"}, d.Repeat) {
		return fmt.Errorf("repeat %q is not refuse or success", d.Repeat)
	}
	return nil
}

// check names the first column of the definition that the form does not have.
func (d *Definition) check(f *form) error {
	named := slices.Concat(d.CandidateKey, d.Only, d.Shown, d.Multilang)
	if d.Filters != nil {
		named = slices.Concat(named, *d.Filters)
	}
	for name := range d.Properties {
		named = append(named, name)
	}
	slices.Sort(named)
	for _, name := range named {
		if !f.has(name) {
			return fmt.Errorf("%q is no column or entry table of %s", name, f.name)
		}
	}
	return nil
}

// strict decodes JSON and names a field it does not know.
func strict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("text after the JSON value")
	}
	return nil
}
