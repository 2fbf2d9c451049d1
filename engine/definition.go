package engine

import (
	"slices"
	"strings"
)

// OwnPrefix begins the number of each API that is published here, and of no other: what
// has it may be replaced and taken away again, what lacks it is never touched.
const OwnPrefix = "cosmicctl_"

// Property is what a tenant's metadata says of a property of a form.
type Property struct {
	Number string // its live name
	Title  string
	Entry  string // the live name of its entry table; "" for the form's own
}

// Definition is an operation API of a form, whole: publishing it replaces all that the
// API was before (facts page §3.6).
type Definition struct {
	Kind, App, Form, Op string
	Number, Title       string
	Path                string // as the list of APIs writes it
	// Replaces says that a save replaces the rows of entries; else it adds to them,
	// and none is ever taken away (facts page §2.2).
	Replaces bool
	Disabled bool
	// Body is what may be sent, Answer what is shown, and Filter what selects.
	Body, Answer, Filter []Property
}

// Operations are those by which objects of the kind are read and changed.
func (k *Kind) Operations() []string {
	out := []string{OpQuery}
	if k.Section == "" {
		return out
	}
	out = append(out, OpSave)
	if k.NoTombstone == nil {
		out = append(out, OpDelete)
	}
	for _, f := range k.Fields {
		for _, op := range []string{f.On, f.Off} {
			if op != "" && !slices.Contains(out, op) {
				out = append(out, op)
			}
		}
	}
	return append(out, k.After...)
}

// need is a property that a kind needs, by its name in the kind file.
type need struct {
	property, entry string
	titles          []string // what the screen, or the dictionary, calls it
	field           string   // of the kind; "" for what only the server sets
	key             bool     // names the object
	filter          bool     // a query asks by it
	sent, shown     bool
}

// parts are the names of what a row of an entry holds.
func parts() []string { return []string{"column", "policy", "family", "start", "end"} }

// needs of a kind, each once: those of its fields, and those by which preset objects
// and whoever changed one are known.
func (k *Kind) properties() []need {
	out := []need{{property: "id", key: true, filter: true, sent: true, shown: true}}
	for _, f := range k.Fields {
		if f.Type != TypeVirtual {
			out = append(out, k.needsOf(f)...)
		}
	}
	only := []string{k.Attribution.By, k.Attribution.At}
	for _, p := range k.Protected {
		for name := range p {
			only = append(only, name)
		}
	}
	for _, name := range NewSet(only...) {
		name = strings.TrimSuffix(strings.TrimSuffix(name, "_name"), "_number")
		if name != "" && !slices.ContainsFunc(out, func(n need) bool { return n.property == name && n.entry == "" }) {
			out = append(out, need{property: name, shown: true})
		}
	}
	return out
}

func (k *Kind) needsOf(f *Field) []need {
	n := need{property: f.Property, entry: f.Entry, titles: []string{f.Label}, field: f.Name,
		key: slices.Contains(k.Key, f.Name), sent: k.Section != "", shown: f.Type != TypeSecret}
	n.filter = n.key || k.Section == "" || slices.Contains(k.Aliases, f.Name)
	out := []need{n}
	for _, p := range f.More {
		more := n
		more.property, more.titles = p, nil
		out = append(out, more)
	}
	for _, part := range parts() {
		if column := f.Columns[part]; column != "" {
			c := n
			c.property, c.entry, c.titles = column, f.Property, []string{f.Options[part]}
			out = append(out, c)
		}
	}
	return out
}

// A Found is what became of a property that a kind needs on a tenant.
type Found struct {
	Field    string
	Property string // in the kind file; "entry.column" for a column of an entry
	Live     string // the name on the tenant; "" where it is missing
	By       FoundBy
}

// FoundBy is how a property was found.
type FoundBy string

// The ways to find a property, the surest first.
const (
	ByName    FoundBy = "name"    // the manifest's name for it, or the kind file's
	ByTitle   FoundBy = "title"   // the only one of its title
	ByColumns FoundBy = "columns" // the only entry that has all the columns
	NotFound  FoundBy = ""
)

// matching finds the needs of one kind in what the metadata of its form says.
type matching struct {
	names map[string]string // the tenant's own, as its environment gives them
	all   []Property
}

func (m *matching) in(entry string) []Property {
	var out []Property
	for _, p := range m.all {
		if p.Entry == entry {
			out = append(out, p)
		}
	}
	return out
}

// match finds a name, or else the one property of a title, among some.
func match(among []Property, name string, titles []string) (string, FoundBy) {
	if slices.ContainsFunc(among, func(p Property) bool { return p.Number == name }) {
		return name, ByName
	}
	var found []string
	for _, p := range among {
		if p.Title != "" && slices.Contains(titles, p.Title) {
			found = append(found, p.Number)
		}
	}
	if len(found) == 1 {
		return found[0], ByTitle
	}
	return "", NotFound
}

// named is what the tenant is said to call a property.
func (m *matching) named(property string) string {
	if own := m.names[property]; own != "" {
		return own
	}
	return property[strings.LastIndexByte(property, '.')+1:]
}

// entry finds an entry table, as a last resort by its columns.
func (m *matching) entry(n need, columns []need) (string, FoundBy) {
	if live, by := match(m.in(""), m.named(n.property), n.titles); by != NotFound || len(columns) == 0 {
		return live, by
	}
	var found []string
	for _, p := range m.in("") {
		inside := m.in(p.Number)
		fits := len(inside) > 0
		for _, c := range columns {
			_, by := match(inside, m.named(n.property+"."+c.property), c.titles)
			fits = fits && by != NotFound
		}
		if fits {
			found = append(found, p.Number)
		}
	}
	if len(found) == 1 {
		return found[0], ByColumns
	}
	return "", NotFound
}

// found is a need with the property that meets it; nil where none does, or where an
// entry has columns that stand in its place.
type found struct {
	need
	Found
	line *Property
}

// find settles all needs of a kind.
func (m *matching) find(k *Kind) []found {
	needs := k.properties()
	var out []found
	entries := map[string]string{}
	for _, n := range needs {
		var columns []need
		for _, c := range needs {
			if c.entry == n.property && n.entry == "" {
				columns = append(columns, c)
			}
		}
		if n.entry == "" {
			live, by := m.entry(n, columns)
			f := found{need: n, Found: Found{Field: n.field, Property: n.property, Live: live, By: by}}
			entries[n.property] = live
			if by != NotFound && len(m.in(live)) == 0 {
				f.line = &Property{Number: live}
			}
			out = append(out, f)
		}
	}
	for _, n := range needs {
		if n.entry == "" {
			continue
		}
		entry, known := entries[n.entry]
		if !known { // the entry holds nothing else that is needed
			entry, _ = match(m.in(""), m.named(n.entry), nil)
		}
		if known && (entry == "" || len(m.in(entry)) == 0) {
			continue // said of the entry, or a multi-select, which has no columns
		}
		name := n.entry + "." + n.property
		live, by := match(m.in(entry), m.named(name), n.titles)
		f := found{need: n, Found: Found{Field: n.field, Property: name, Live: live, By: by}}
		if by != NotFound {
			f.line = &Property{Number: live, Entry: entry}
		}
		out = append(out, f)
	}
	return out
}

// define makes the definition of an operation out of what was found. It fails where the
// tenant lacks what names an object.
func (k *Kind) define(op, path string, all []found) (*Definition, bool) {
	d := &Definition{Kind: k.Name, App: k.App, Form: k.Form, Op: op, Number: OwnPrefix + k.Form + "_" + op,
		Title: "cosmicctl " + k.Form + " " + op, Path: path, Body: []Property{}, Answer: []Property{}, Filter: []Property{}}
	for _, f := range all {
		switch {
		case f.line == nil && f.key && f.By == NotFound:
			return nil, false
		case f.line == nil:
			continue
		}
		if op == OpSave && f.sent {
			d.Body = append(d.Body, *f.line)
			d.Replaces = d.Replaces || f.line.Entry != "" || strings.Contains(f.Property, ".") || f.entries(k)
		}
		if op == OpQuery && f.shown {
			d.Answer = append(d.Answer, *f.line)
		}
		if op == OpQuery && f.filter || op != OpQuery && op != OpSave && f.property == "id" {
			d.Filter = append(d.Filter, *f.line)
		}
	}
	return d, true
}

// entries tells whether a property is one of rows, such as a multi-select.
func (f *found) entries(k *Kind) bool {
	field := k.Field(f.field)
	return field != nil && field.Columns != nil
}
