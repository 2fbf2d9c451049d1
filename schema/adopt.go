package schema

import (
	"fmt"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// Adopted is what became of a live object that a manifest was to declare.
type Adopted struct {
	Ref engine.Ref
	// Declared says that the manifest declares it now.
	Declared bool
	// Secrets are those that the manifest must refer to for that.
	Secrets []PlaceholderSecret
	// Left is what it does not say, and why.
	Left []engine.Fault
}

// Remark puts into words why a field of an object is left out, or the object. It
// stands in the manifest as a comment.
type Remark func(ref engine.Ref, why engine.Fault) string

// Adopt declares live objects, those of a kind in the order that they have, each as
// far as a manifest may say what is live; what it may not is left out, with a comment.
// An object that may not be declared at all is one comment, with all that is right of
// it, for whoever completes it. Adopting again adds no comment twice.
func (d *Draft) Adopt(t *engine.Tenant, objects []engine.Adoptee, remark Remark) ([]Adopted, []engine.Diagnostic) {
	var out []Adopted
	var diags []engine.Diagnostic
	for _, k := range d.schema.Kinds {
		var group []engine.Adoptee
		for _, o := range objects {
			if o.Ref.Kind == k.Name {
				group = append(group, o)
			}
		}
		if len(group) > 0 {
			done, refused := d.adopt(t, d.schema.sections[k.Section], group, remark)
			out, diags = append(out, done...), append(diags, refused...)
		}
	}
	return out, diags
}

// adopt declares objects of one kind, in one edit.
func (d *Draft) adopt(t *engine.Tenant, sec *section, objects []engine.Adoptee, remark Remark) ([]Adopted, []engine.Diagnostic) {
	r := &engine.Resource{Ref: objects[0].Ref, Origin: engine.Position{File: d.file, Line: 1, Col: 1}}
	at, declared := d.home(t, sec)
	if at < 0 {
		return nil, uneditable(r)
	}
	doc := d.docs[at].root
	r.Origin = doc.keyPos(sec.kind.Section)
	p := &splicer{ruler: ruler{d.src}}
	root, err := p.document(doc)
	if err != nil {
		return nil, uneditable(r)
	}
	there := d.remarks()
	var out []Adopted
	var adds []addition
	var items []*node
	if list := doc.get(sec.kind.Section); list != nil {
		items = list.items
	}
	for i := range objects {
		if declared[objects[i].Ref.Key] {
			return nil, uneditable(&engine.Resource{Ref: objects[i].Ref, Origin: r.Origin})
		}
		done, add := d.addition(t, sec, &objects[i], func(why engine.Fault) (string, bool) {
			line := "# " + remark(objects[i].Ref, why)
			return line, !there[line]
		})
		out = append(out, done)
		if add.want != nil {
			items = append(slices.Clip(items), add.want)
		}
		if add.want != nil || len(add.remarks) > 0 {
			adds = append(adds, add)
		}
	}
	p.adopt(&root, sec.kind.Section, adds)
	want := doc
	if len(items) > 0 {
		want = replaced(doc, sec.kind.Section, items)
	}
	if diags := d.commit(at, p, want, r); len(diags) > 0 {
		if src, err := p.bytes(); err == nil && len(src) > MaxFileBytes {
			diags = placedAt([]engine.Diagnostic{{Severity: engine.Error, Code: CodeTooLarge, Args: pairs([]string{"max", fmt.Sprint(MaxFileBytes >> 20)})}}, r.Origin, r.Ref)
		}
		return nil, diags
	}
	return out, nil
}

// addition makes the resource of one object, with the comments that are new.
func (d *Draft) addition(t *engine.Tenant, sec *section, o *engine.Adoptee, remark func(engine.Fault) (string, bool)) (Adopted, addition) {
	f := &fit{check: d.check, sec: sec, version: t.Environment.Version, live: o.Live, key: o.Ref.Key, without: map[string]bool{}}
	f.env = func(key, field string) string { return d.variable(t.Name, o.Ref, field) }
	done := Adopted{Ref: o.Ref}
	var add addition
	var block *node
	if o.Undeclarable() {
		done.Left = slices.DeleteFunc(slices.Clone(o.Faults), func(f engine.Fault) bool { return !f.Object })
	} else {
		add.want, block, done.Left = f.most(o.Faults)
	}
	for _, why := range done.Left {
		if line, fresh := remark(why); fresh {
			add.remarks = append(add.remarks, line)
		}
	}
	if add.want != nil {
		done.Declared, done.Secrets = true, f.secrets
	} else if block != nil && len(add.remarks) > 0 {
		p := &splicer{ruler: ruler{[]byte("\n")}}
		for line := range strings.Lines("- " + p.block(block, 2)) {
			add.remarks = append(add.remarks, "#   "+strings.TrimSuffix(line, "\n"))
		}
	}
	return done, add
}

// remarks are the comments that have lines of their own.
func (d *Draft) remarks() map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(string(d.src)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			out[line] = true
		}
	}
	return out
}
