package schema

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// An Editor changes manifests. It serves one goroutine.
type Editor struct {
	schema *Schema
	check  *check
	// taken are the environment variables of secrets, with whose each is.
	taken map[string]string
}

// Editor returns an editor for manifests of this schema.
func (s *Schema) Editor() (*Editor, error) {
	c, err := s.checker()
	return &Editor{schema: s, check: &check{checker: c}, taken: map[string]string{}}, err
}

// A Draft is a manifest that is edited. What it wants changes and nothing else of
// it: comments, order, quotes, blank lines and line ends stay byte for byte. After
// each edit it is read again, and an edit after which it does not say exactly what
// it should is not made.
type Draft struct {
	*Editor
	file   string
	mark   []byte // that of UTF-8, if there is one
	src    []byte
	docs   []document
	places map[engine.Position]place
}

// place is where a resource is found however the file was edited.
type place struct {
	document     int
	section, key string
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// Draft begins to edit a file.
func (e *Editor) Draft(file string, src []byte) (*Draft, error) {
	d := &Draft{Editor: e, file: file, places: map[engine.Position]place{}}
	rest, marked := bytes.CutPrefix(src, byteOrderMark)
	if marked {
		d.mark = byteOrderMark
	}
	if d.src = rest; !d.read(rest) {
		return nil, errors.New(file + " cannot be read as a manifest; see what cosmicctl validate says of it")
	}
	for i, doc := range d.docs {
		for _, section := range doc.root.entries {
			for j, item := range section.value.items {
				if sec := e.schema.sections[section.key]; sec != nil && item.kind == mapNode {
					if about, ok := declaredBy(item, sec, j); ok {
						d.places[item.pos] = place{i, section.key, about.key}
					}
				}
			}
		}
	}
	return d, nil
}

// read parses bytes, and keeps what they say if they can be read.
func (d *Draft) read(src []byte) bool {
	plain, fault := text(d.file, src)
	if fault != nil || len(src) > MaxFileBytes {
		return false
	}
	docs, diags := parse(d.file, plain)
	if len(diags) > 0 {
		return false
	}
	d.docs = docs
	return true
}

// Bytes is the file as it is now.
func (d *Draft) Bytes() []byte { return slices.Concat(d.mark, d.src) }

// Change makes a resource of a tenant want what is live, of the fields that it
// manages. It returns the secrets that the manifest must refer to for that.
func (d *Draft) Change(t *engine.Tenant, r *engine.Resource, live map[string]any) ([]PlaceholderSecret, []engine.Diagnostic) {
	if r.Absent {
		return nil, uneditable(r)
	}
	s, diags := d.seek(r)
	if diags != nil {
		return nil, diags
	}
	old := s.item().node
	f := &fit{check: d.check, sec: s.sec, version: t.Environment.Version, old: old, was: r.Fields, live: live, key: r.Ref.Key}
	want, diags := f.find()
	if want == nil {
		return nil, placedAt(diags, r.Origin, r.Ref)
	}
	p := s.splicer
	p.fields(s.item(), want)
	items := slices.Clone(s.list().node.items)
	items[s.index] = want
	return f.secrets, d.commit(s.place.document, p, replaced(s.root.node, s.place.section, items), r)
}

// Remove takes a resource out.
func (d *Draft) Remove(r *engine.Resource) []engine.Diagnostic {
	s, diags := d.seek(r)
	if diags != nil {
		return diags
	}
	items := slices.Delete(slices.Clone(s.list().node.items), s.index, s.index+1)
	s.splicer.list(s.place.section, s.list(), items)
	return d.commit(s.place.document, s.splicer, replaced(s.root.node, s.place.section, items), r)
}

// Append declares a live object in the last document of a tenant that has a section
// for it, or else in the tenant's last document. It returns the secrets that the
// manifest must refer to for that.
func (d *Draft) Append(t *engine.Tenant, ref engine.Ref, live map[string]any) ([]PlaceholderSecret, []engine.Diagnostic) {
	kind := d.schema.Kinds.Kind(ref.Kind)
	sec := d.schema.sections[kind.Section]
	r := &engine.Resource{Ref: ref, Origin: engine.Position{File: d.file, Line: 1, Col: 1}}
	at, declared := d.home(t, sec)
	if at < 0 || declared[ref.Key] {
		return nil, uneditable(r)
	}
	r.Origin = d.docs[at].root.keyPos(kind.Section)
	f := &fit{check: d.check, sec: sec, version: t.Environment.Version, live: live, key: ref.Key}
	want, diags := f.find()
	if want == nil {
		return nil, placedAt(diags, r.Origin, ref)
	}
	p := &splicer{ruler: ruler{d.src}}
	root, err := p.document(d.docs[at].root)
	if err != nil {
		return nil, uneditable(r)
	}
	var items []*node
	if _, list := root.get(kind.Section); list != nil {
		items = list.node.items
		p.append(list, want)
	} else {
		p.section(&root, kind.Section, want)
	}
	return f.secrets, d.commit(at, p, replaced(root.node, kind.Section, append(slices.Clip(items), want)), r)
}

// home is the document to which a section's new resources are added, or -1, and the
// keys that the tenant's documents declare.
func (d *Draft) home(t *engine.Tenant, sec *section) (at int, declared map[string]bool) {
	at, declared = -1, map[string]bool{}
	name := sec.kind.Section
	for i, doc := range d.docs {
		if foreign(doc.root) || doc.root.get("metadata").str("name") != t.Name {
			continue
		}
		list := doc.root.get(name)
		if at < 0 || list != nil || d.docs[at].root.get(name) == nil {
			at = i
		}
		if list == nil {
			continue
		}
		for _, n := range list.items {
			if about, ok := declaredBy(n, sec, 0); ok {
				declared[about.key] = true
			}
		}
	}
	return at, declared
}

// append puts a resource at the end of a section, written as the last one is.
func (p *splicer) append(list *stretch, want *node) {
	last := len(list.parts) - 1
	switch {
	case last < 0:
		p.replace(list.begin, list.end, written(&node{kind: listNode, items: []*node{want}}, true, 0))
	case list.flow:
		p.add(list, last, written(want, true, 0))
	default:
		p.add(list, last, p.alike(list, want))
	}
}

// alike writes a resource in a block as the last one of a section is written.
func (p *splicer) alike(list *stretch, want *node) string {
	item := list.parts[len(list.parts)-1]
	if item.flow {
		return "- " + written(want, true, 0)
	}
	dash := "- "
	if p.lineStart(item.begin) == p.lineStart(item.head) {
		dash = string(p.src[item.head:item.begin])
	}
	return dash + p.block(want, p.column(item.head)+len(dash))
}

// section begins a section with a resource at the end of a document.
func (p *splicer) section(root *stretch, name string, want *node) {
	last := len(root.parts) - 1
	if root.flow {
		p.add(root, last, name+": ["+written(want, true, 0)+"]")
		return
	}
	br := p.lineBreak()
	end := p.lineEnd(root.parts[last].end)
	p.replace(end, end, br)
	p.add(root, last, name+":"+br+"  - "+p.block(want, 4))
}

// widest is the length of a line from which on a list has a line for each element.
const widest = 100

// block writes a map with a line for each entry.
func (p *splicer) block(n *node, indent int) string {
	br := p.lineBreak() + strings.Repeat(" ", indent)
	lines := make([]string, len(n.entries))
	for i, e := range n.entries {
		lines[i] = e.key + ": " + written(e.value, false, 0)
		if e.value.kind == listNode && len(e.value.items) > 1 && indent+len([]rune(lines[i])) > widest {
			lines[i] = e.key + ":"
			for _, item := range e.value.items {
				lines[i] += br + "  - " + written(item, false, 0)
			}
		}
	}
	return strings.Join(lines, br)
}

// site is a resource where it stands, with the document around it.
type site struct {
	*splicer
	sec     *section
	place   place
	root    stretch
	section int // number of the entry of its section
	index   int
}

func (s *site) list() *stretch { return &s.root.parts[s.section] }
func (s *site) item() *stretch { return &s.list().parts[s.index] }

// seek finds a resource that stood in the file when it was opened.
func (d *Draft) seek(r *engine.Resource) (*site, []engine.Diagnostic) {
	at, known := d.places[r.Origin]
	if !known || at.key != r.Ref.Key {
		return nil, uneditable(r)
	}
	s := &site{splicer: &splicer{ruler: ruler{d.src}}, sec: d.schema.sections[at.section], place: at}
	var err error
	if s.root, err = s.splicer.document(d.docs[at.document].root); err != nil {
		return nil, uneditable(r)
	}
	var list *stretch
	if s.section, list = s.root.get(at.section); list == nil {
		return nil, uneditable(r)
	}
	s.index = -1
	twice := false
	for i, n := range list.node.items {
		if about, ok := declaredBy(n, s.sec, 0); ok && about.key == at.key {
			s.index, twice = i, s.index >= 0
		}
	}
	if s.index < 0 || twice {
		return nil, uneditable(r)
	}
	return s, nil
}

// replaced is a document with other elements in a section.
func replaced(root *node, section string, items []*node) *node {
	out := *root
	out.entries = slices.Clone(root.entries)
	list := &node{kind: listNode, items: items}
	for i := range out.entries {
		if out.entries[i].key == section {
			out.entries[i].value = list
			return &out
		}
	}
	out.entries = append(out.entries, entry{key: section, value: list})
	return &out
}

// commit makes an edit if the file then says what it should, in every document.
func (d *Draft) commit(document int, p *splicer, want *node, r *engine.Resource) []engine.Diagnostic {
	src, err := p.bytes()
	before := d.docs
	if err != nil || !d.read(src) {
		return uneditable(r)
	}
	same := len(d.docs) == len(before)
	for i := 0; same && i < len(before); i++ {
		expected := before[i].root
		if i == document {
			expected = want
		}
		same = sameNode(expected, d.docs[i].root)
	}
	if !same {
		d.docs = before
		return uneditable(r)
	}
	d.src = src
	return nil
}

// uneditable says that the bytes of a file do not allow an edit.
func uneditable(r *engine.Resource) []engine.Diagnostic {
	return placedAt([]engine.Diagnostic{{Severity: engine.Error, Code: CodeUneditable}}, r.Origin, r.Ref)
}

// placedAt says what is wrong with a live object at the place that would want it.
func placedAt(diags []engine.Diagnostic, at engine.Position, ref engine.Ref) []engine.Diagnostic {
	for i := range diags {
		diags[i].Pos = at
		diags[i].Path = ref.String() + strings.TrimPrefix(diags[i].Path, kindless(diags[i].Path))
	}
	return diags
}

// kindless is what of a path names the section.
func kindless(path string) string {
	section, _, _ := strings.Cut(path, ".")
	return section
}
