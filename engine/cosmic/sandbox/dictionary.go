package sandbox

import (
	_ "embed"
	"fmt"
	"slices"
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
	title   string
	multi   bool
	columns []*column
	byName  map[string]*column
}

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
		title, multi := strings.CutSuffix(caption, "(multi-select)")
		p = &part{table: table, title: strings.TrimSpace(title), multi: multi, byName: map[string]*column{}}
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
