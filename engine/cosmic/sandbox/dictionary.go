package sandbox

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// dictionaryText is the part of the vendor's data dictionary V5.0.011 that the facts page carries.
//
//go:embed forms.tsv
var dictionaryText string

// dictionary holds the forms by name. Nothing that is not in forms.tsv is in it, except the bare forms that columns refer to
// and that the dictionary does not spell out: of those only id, number and name are known.
type dictionary map[string]*form

type form struct {
	name   string
	app    string
	key    []string // natural candidate key
	main   []*column
	parts  []*part
	bare   bool // known only as the target of references
	byName map[string]*column
}

// part is an entry table or a multi-select of base data.
type part struct {
	table   string
	multi   bool
	columns []*column
	byName  map[string]*column
}

type column struct {
	name     string // without the leading f
	title    string
	kind     kind
	length   int
	fallback string // value of a new row; "" means NULL
	values   []string
	ref      string // form referred to
	secret   bool   // never given back
	server   bool   // set by the server alone
}

type kind int

const (
	text kind = iota
	integer
	long
	moment
	reference
)

func parseDictionary(tsv string) (dictionary, error) {
	d := dictionary{}
	lines := strings.Split(strings.TrimRight(tsv, "\n"), "\n")
	for i, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != 7 {
			return nil, fmt.Errorf("dictionary line %d has %d cells, want 7", i+2, len(cells))
		}
		if err := d.add(cells); err != nil {
			return nil, fmt.Errorf("dictionary line %d: %w", i+2, err)
		}
	}
	d.addBareForms()
	return d, nil
}

func (d dictionary) add(cells []string) error {
	f := d[cells[0]]
	if f == nil {
		f = newForm(cells[0])
		d[f.name] = f
	}
	c, err := parseColumn(f.name, cells)
	if err != nil {
		return err
	}
	f.place(c, cells[1])
	return nil
}

// place puts a column where the v2 API shows it. A split table (分表, 使用范围表) holds one row per object,
// so its columns stand flat beside the main ones (inferred).
func (f *form) place(c *column, where string) {
	table, caption, _ := strings.Cut(where, " ")
	if table == "main" || strings.Contains(caption, "分表") || strings.Contains(caption, "使用范围表") {
		f.addMain(c)
		return
	}
	p := f.part(table)
	if p == nil {
		p = &part{table: table, multi: strings.Contains(caption, "multi-select"), byName: map[string]*column{}}
		f.parts = append(f.parts, p)
	}
	p.columns = append(p.columns, c)
	p.byName[c.name] = c
}

func (f *form) addMain(c *column) {
	f.main = append(f.main, c)
	f.byName[c.name] = c
}

func (f *form) part(table string) *part {
	for _, p := range f.parts {
		if p.table == table {
			return p
		}
	}
	return nil
}

func newForm(name string) *form {
	return &form{name: name, app: appOf(name), key: naturalKey(name), byName: map[string]*column{}}
}

func (d dictionary) addBareForms() {
	for _, name := range d.names() {
		for _, c := range d[name].allColumns() {
			if c.ref == "" || d[c.ref] != nil {
				continue
			}
			bare := newForm(c.ref)
			bare.bare = true
			bare.addMain(&column{name: "number", kind: text, length: 255})
			bare.addMain(&column{name: "name", kind: text, length: 255})
			d[c.ref] = bare
		}
	}
}

func (d dictionary) names() []string {
	names := make([]string, 0, len(d))
	for name := range d {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (f *form) allColumns() []*column {
	all := slices.Clone(f.main)
	for _, p := range f.parts {
		all = append(all, p.columns...)
	}
	return all
}

func parseColumn(form string, cells []string) (*column, error) {
	name, found := strings.CutPrefix(cells[2], "f")
	if !found {
		return nil, fmt.Errorf("column %q does not begin with f", cells[2])
	}
	c := &column{name: name, title: cells[3], secret: secretColumn(form, name)}
	if err := c.setType(cells[4]); err != nil {
		return nil, err
	}
	for value := range strings.SplitSeq(cells[6], ", ") {
		if code, _, _ := strings.Cut(value, " "); code != "" {
			c.values = append(c.values, code)
		}
	}
	if fallback := cells[5]; fallback != "null" && fallback != "now" && c.kind != reference {
		c.fallback = fallback
	}
	c.server = serverColumn(form, c)
	return c, nil
}

func (c *column) setType(declared string) error {
	base, ref, _ := strings.Cut(declared, " → ")
	size, sized := strings.CutSuffix(base, ")")
	name, digits, _ := strings.Cut(size, "(")
	switch {
	case ref != "":
		c.kind, c.ref = reference, ref
	case base == "int8":
		c.kind = long
	case base == "int4":
		c.kind = integer
	case base == "timestamp":
		c.kind = moment
	case sized && (name == "varchar" || name == "char"):
		n, err := strconv.Atoi(digits)
		if err != nil {
			return fmt.Errorf("length of %q: %w", declared, err)
		}
		c.kind, c.length = text, n
	default:
		return fmt.Errorf("type %q is not known", declared)
	}
	return nil
}
