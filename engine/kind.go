package engine

import (
	"maps"
	"slices"
	"strings"
)

// Text is a text for people in the languages that kind files carry.
type Text struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// Kind is everything known about one sort of object. It is data, read from
// schema/kind/<kind>.cue; nothing in Go knows a kind by name.
type Kind struct {
	Name    string
	Section string // section of the manifest; "" for a kind that is only looked up
	App     string // application segment of the API path
	Form    string // Cosmic form; "" if none is known
	Title   Text
	// Menu is where a person finds its objects in the console, by the version from
	// which on that holds.
	Menu   map[Version]string
	Key    []string // fields that make the key, in order
	Fields []*Field
	// Aliases are further fields by which references may name an object.
	Aliases []string
	// Personal forbids suggestions: the keys are people's data.
	Personal bool
	// Only tells that a tenant has one object.
	Only bool
	// Notes are what a person minds who does a step by hand.
	Notes []Text
	// Protected lists property values that mark a live object as preset.
	Protected []map[string]string
	// Frozen are fields that a live object in a certain state keeps.
	Frozen []Frozen
	// Attribution names the properties that tell who changed an object, and when.
	Attribution Attribution
	// AbsentMeans gives the fields that a missing record stands for, where
	// "no record" and "an empty record" are the same thing.
	AbsentMeans map[string]any
	// Implies gives, per field, what else holds once the manifest gives it.
	Implies []Implication
	// SecretsWith names secrets that are written with a change of a field, also
	// on an existing object: without them the change would leave it broken.
	SecretsWith []SecretsWith
	// Risks say which changes of a field are risky, and Deleting what it is to
	// delete an object, beside destroying it.
	Risks    []RiskRule
	Deleting []Risk
	// Probe is the token request that proves a secret of the kind; nil for none.
	Probe *Probe
	// Gateway names what data of an outside system is sent by; nil for none.
	Gateway *Gateway
	// NoTombstone says why an object must not be deleted; nil if it may.
	NoTombstone *Text
	// Permanent tells that the live side deletes no object of it.
	Permanent bool
	// Self says which objects let cosmicctl itself in; nil if none does.
	Self *Self
	// Traps are what is known to go wrong with its live objects.
	Traps []Trap
	// Access is the kind's table of who may reach what; nil for none.
	Access *Access
	// After lists the operations that a save must be followed by.
	After []string
	// EditDisabled is the span of versions in which an enabled object must be
	// disabled before it can be saved, and by which field.
	EditDisabled *EditDisabled
}

// Attribution names the properties that tell who changed an object, and when.
type Attribution struct {
	By string `json:"by,omitempty"`
	At string `json:"at,omitempty"`
}

// Implication says that a manifest which gives Field also decides Set.
// With NonEmpty the implied value of each field is whether Field's list holds
// anything.
type Implication struct {
	Field    string         `json:"field"`
	Set      map[string]any `json:"set,omitempty"`
	NonEmpty []string       `json:"nonEmpty,omitempty"`
}

// SecretsWith says that a change of Field to Becomes writes Secrets too.
type SecretsWith struct {
	Field   string   `json:"field"`
	Becomes string   `json:"becomes"`
	Secrets []string `json:"secrets"`
}

// EditDisabled is a span of versions in which Field must be off during a save.
type EditDisabled struct {
	Span
	Field string `json:"field"`
}

// Type says how a field is written on the live side.
type Type string

// The types of fields.
const (
	TypeText    Type = "text"
	TypeFlag    Type = "flag" // 0/1 on the live side
	TypeInt     Type = "int"
	TypeEnum    Type = "enum"    // words here, codes there
	TypeSecret  Type = "secret"  // write-only
	TypeRefs    Type = "refs"    // a set of references, rows there
	TypeList    Type = "list"    // an ordered list, numbered properties there
	TypeRanges  Type = "ranges"  // address ranges, rows there
	TypeVirtual Type = "virtual" // not on the live side
)

// Field is one field of a kind.
type Field struct {
	Name     string
	Property string
	Type     Type
	Required bool
	// More are the further properties of a list, after Property.
	More []string
	// Enum maps the manifest's word to the live code.
	Enum map[string]string
	// Columns maps the parts of a row to the columns of its entry table.
	Columns map[string]string
	// Label is what the screen calls the field, and Options what it calls the words
	// and the parts of its value.
	Label   string
	Options map[string]string
	// Ref is the kind that the value, or each element, refers to.
	Ref string
	// Create lists values for a create that the manifest leaves open; the
	// first whose span holds applies.
	Create []Default
	// MaySecret allows a reference to a secret; Rule is what the resolved
	// secret must be like.
	MaySecret bool
	Rule      SecretRule
	// Entry is the entry table whose first row may hold the property.
	Entry string
	// On and Off are the operations that change the field of an existing
	// object; without them a save does.
	On, Off string
}

// Default is a value for a create, within a span of versions.
type Default struct {
	Span
	Value any
}

// Field returns the field of that name, or nil.
func (k *Kind) Field(name string) *Field {
	for _, f := range k.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// MenuOn is the menu path of the kind on a version, or "" if none is known. What is
// older than all that are known is taken for the oldest of them.
func (k *Kind) MenuOn(v Version) string {
	known := slices.SortedFunc(maps.Keys(k.Menu), Version.Compare)
	if len(known) == 0 {
		return ""
	}
	at := known[0]
	for _, since := range known {
		if v.Compare(since) >= 0 {
			at = since
		}
	}
	return k.Menu[at]
}

// KeyOf joins the parts of a key into the text that names an object. A slash
// inside a part is escaped, so that different keys never join alike.
func KeyOf(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, p := range parts {
		escaped[i] = keyEscape.Replace(p)
	}
	return strings.Join(escaped, "/")
}

var keyEscape = strings.NewReplacer(`\`, `\\`, `/`, `\/`)

// KeyFrom makes the key of an object from its fields; a key of one part is
// that part.
func (k *Kind) KeyFrom(fields map[string]any) string {
	if len(k.Key) == 1 {
		s, _ := fields[k.Key[0]].(string)
		return s
	}
	parts := make([]string, len(k.Key))
	for i, name := range k.Key {
		parts[i], _ = fields[name].(string)
	}
	return KeyOf(parts...)
}

// WithProperties returns the kind with the live names of a tenant in place of
// the kind file's: a property, or "entry.column" for a column of an entry.
func (k *Kind) WithProperties(names map[string]string) *Kind {
	if len(names) == 0 {
		return k
	}
	rename := func(p string) string {
		if n, ok := names[p]; ok {
			return n
		}
		return p
	}
	c := *k
	c.Fields = make([]*Field, len(k.Fields))
	for i, f := range k.Fields {
		c.Fields[i] = f.renamed(names, rename)
	}
	c.Attribution = Attribution{By: rename(k.Attribution.By), At: rename(k.Attribution.At)}
	c.Frozen = slices.Clone(k.Frozen)
	for i, f := range c.Frozen {
		c.Frozen[i].While = map[string]string{}
		for name, v := range f.While {
			c.Frozen[i].While[rename(name)] = v
		}
	}
	c.Protected = nil
	for _, p := range k.Protected {
		m := make(map[string]string, len(p))
		for name, v := range p {
			m[rename(name)] = v
		}
		c.Protected = append(c.Protected, m)
	}
	return &c
}

func (f *Field) renamed(names map[string]string, rename func(string) string) *Field {
	c := *f
	c.Property = rename(f.Property)
	if f.Entry != "" {
		c.Entry = rename(f.Entry)
		if n, ok := names[f.Entry+"."+f.Property]; ok {
			c.Property = n
		}
	}
	c.More = nil
	for _, p := range f.More {
		c.More = append(c.More, rename(p))
	}
	if f.Columns != nil {
		c.Columns = make(map[string]string, len(f.Columns))
		for part, col := range f.Columns {
			if n, ok := names[f.Property+"."+col]; ok {
				col = n
			}
			c.Columns[part] = col
		}
	}
	return &c
}

// OnScreen is what the screen calls a word or a part of the field's value; anything
// else is itself.
func (f *Field) OnScreen(word string) string {
	if text, known := f.Options[word]; known {
		return text
	}
	return word
}

// CreateValue returns the kind's value for a create on that version, if any.
func (f *Field) CreateValue(v Version) (any, bool) {
	for _, d := range f.Create {
		if d.Holds(v) {
			return d.Value, true
		}
	}
	return nil, false
}

// Catalog is the set of all kinds.
type Catalog []*Kind

// Kind returns the kind of that name, or nil.
func (c Catalog) Kind(name string) *Kind {
	for _, k := range c {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// WithProperties returns the catalog with a tenant's own property names, by form.
func (c Catalog) WithProperties(byForm map[string]map[string]string) Catalog {
	out := make(Catalog, len(c))
	for i, k := range c {
		out[i] = k.WithProperties(byForm[k.Form])
	}
	return out
}
