package schema

import (
	"bytes"
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

// addition is a resource that a section gets, with the comments before it. Without a
// resource there are only comments.
type addition struct {
	want    *node
	remarks []string
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
		done, add := d.addition(t, sec, &objects[i], remark)
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

// addition makes the resource of one object.
func (d *Draft) addition(t *engine.Tenant, sec *section, o *engine.Adoptee, remark Remark) (Adopted, addition) {
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
		if line := "# " + remark(o.Ref, why); !d.holds(line) {
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

// holds tells whether a line of the file is a comment.
func (d *Draft) holds(comment string) bool {
	for line := range strings.Lines(string(d.src)) {
		if strings.TrimSpace(line) == comment {
			return true
		}
	}
	return false
}

// most returns the resource with as many of its live fields as a manifest may give,
// and why it gives no more. If none can be, it is nil, and the node holds what is
// right of it; that is nil too if its key is not.
func (f *fit) most(faults []engine.Fault) (want, partly *node, left []engine.Fault) {
	left = slices.Clone(faults)
	for _, fault := range faults {
		f.without[fault.Field] = true
	}
	for range f.sec.kind.Fields {
		n, why := f.find()
		if n != nil {
			return n, nil, left
		}
		found, stuck := f.culprits(why)
		left = append(left, found...)
		for _, fault := range found {
			f.without[fault.Field] = true
		}
		if len(found) == 0 {
			return nil, f.partly(), f.wholly(left, stuck)
		}
	}
	return nil, f.partly(), f.wholly(left, engine.Fault{Why: engine.Diagnostic{Severity: engine.Error, Code: CodeInexpressible}})
}

// wholly is why an object cannot be declared: because of a last mistake, or, if that
// only follows, for want of what had to be left out before.
func (f *fit) wholly(left []engine.Fault, last engine.Fault) []engine.Fault {
	out := []engine.Fault{last}
	if last.Why.Code == CodeOneOfNone || last.Why.Code == CodeInexpressible {
		alternative := func(of engine.Fault) bool {
			return slices.ContainsFunc(f.sec.exactlyOne, func(group []string) bool { return slices.Contains(group, of.Field) })
		}
		if causes := slices.DeleteFunc(slices.Clone(left), func(of engine.Fault) bool { return !alternative(of) }); len(causes) > 0 {
			out = causes
		}
	}
	for i := range out {
		out[i].Object = true
	}
	return out
}

// culprits are the fields without which mistakes would not be there. If there are
// none, a mistake is stuck: no field can be left out for it.
func (f *fit) culprits(why []engine.Diagnostic) (found []engine.Fault, stuck engine.Fault) {
	stuck.Why = engine.Diagnostic{Severity: engine.Error, Code: CodeInexpressible}
	for i, d := range why {
		_, path, _ := strings.Cut(d.Path, ".")
		fault := engine.Fault{Field: path[:len(path)-len(strings.TrimLeftFunc(path, isName))], Why: d}
		field := f.sec.kind.Field(fault.Field)
		switch {
		case field == nil || field.Required || f.without[field.Name]:
			if i == 0 {
				stuck = fault
			}
		case !slices.ContainsFunc(found, func(x engine.Fault) bool { return x.Field == field.Name }):
			found = append(found, fault)
		}
	}
	return found, stuck
}

func isName(r rune) bool { return r != '.' && r != '[' }

// partly is the resource with the fields that are right by themselves, if its key is.
func (f *fit) partly() *node {
	names := f.given()
	for name := range f.without {
		names[name] = false
	}
	for _, group := range f.sec.exactlyOne {
		for _, name := range group {
			names[name] = names[name] && says(f.live[name])
		}
	}
	n := f.build(names)
	for _, d := range f.mistakes(n) {
		_, path, _ := strings.Cut(d.Path, ".")
		if slices.Contains(f.sec.kind.Key, path) {
			return nil
		}
	}
	return n
}

// variable names the environment variable of a secret: by its object and field, and
// by the tenant too or by a number if that is the name of another one.
func (e *Editor) variable(tenant string, ref engine.Ref, field string) string {
	owner := tenant + " " + ref.String() + "." + field
	name := envNameOf(ref.Key, field)
	for n := 1; e.taken[name] != "" && e.taken[name] != owner; n++ {
		if name = envNameOf(tenant+"_"+ref.Key, field); n > 1 {
			name += fmt.Sprintf("_%d", n)
		}
	}
	e.taken[name] = owner
	return name
}

// Know notes the environment variables that a tenant's manifests refer to, so that no
// other secret gets the name of one.
func (e *Editor) Know(t *engine.Tenant) {
	if env := t.Environment.Auth.AppSecret.Env; env != "" {
		e.taken[env] = t.Name + " environment"
	}
	for _, r := range t.Resources {
		for field, v := range r.Fields {
			if ref, secret := v.(engine.SecretRef); secret && ref.Env != "" {
				e.taken[ref.Env] = t.Name + " " + r.Ref.String() + "." + field
			}
		}
	}
}

// adopt puts resources at the end of a section, which begins with them if it is not
// there.
func (p *splicer) adopt(root *stretch, name string, adds []addition) {
	_, list := root.get(name)
	if root.flow || list != nil && list.flow && len(list.parts) > 0 {
		p.adoptInFlow(root, name, list, adds)
		return
	}
	begun := func(n *node) string { return "- " + p.block(n, 4) }
	declares := slices.ContainsFunc(adds, func(a addition) bool { return a.want != nil })
	switch {
	case len(adds) == 0:
	case list == nil:
		end := p.tail(root.parts[len(root.parts)-1].end, 1)
		p.replace(end, end, p.lineBreak())
		if !declares { // the comments stand for the section
			p.below(end, 0, adds, nil)
			return
		}
		p.replace(end, end, p.lineBreak()+name+":")
		p.below(end, 2, adds, begun)
	case len(list.parts) > 0:
		column := p.column(list.parts[0].head)
		p.below(p.tail(list.parts[len(list.parts)-1].end, max(column, 1)), column, adds, func(n *node) string { return p.alike(list, n) })
	case declares:
		p.replace(p.beforeBlanks(list.begin), list.end, "")
		p.below(p.tail(list.end, 1), 2, adds, begun)
	default:
		p.below(p.tail(list.end, 1), 2, adds, nil)
	}
}

// tail is the end of a line with the comments on the lines right below it that stand
// in a column or further in.
func (p *splicer) tail(at, column int) int {
	end := p.lineEnd(at)
	for next := p.nextLine(end); next > end && p.is(p.blanks(next), '#') && p.blanks(next)-next >= column; next = p.nextLine(end) {
		end = p.lineEnd(next)
	}
	return end
}

// beforeBlanks is where the blanks before a place begin.
func (p *splicer) beforeBlanks(at int) int { return len(bytes.TrimRight(p.src[:at], " ")) }

// below puts additions on lines of their own after the one that ends at a place.
func (p *splicer) below(end, indent int, adds []addition, write func(*node) string) {
	br := p.lineBreak() + strings.Repeat(" ", indent)
	for _, a := range adds {
		for _, line := range a.remarks {
			p.replace(end, end, br+line)
		}
		if a.want != nil {
			p.replace(end, end, br+write(a.want))
		}
	}
}

// adoptInFlow adds resources between brackets, where no comment can stand.
func (p *splicer) adoptInFlow(root *stretch, name string, list *stretch, adds []addition) {
	fresh := &node{kind: listNode}
	for _, a := range adds {
		switch {
		case a.want == nil:
		case list != nil && len(list.parts) > 0:
			p.append(list, a.want)
		default:
			fresh.items = append(fresh.items, a.want)
		}
	}
	switch {
	case len(fresh.items) == 0:
	case list != nil:
		p.replace(list.begin, list.end, written(fresh, true, 0))
	default:
		p.add(root, len(root.parts)-1, name+": "+written(fresh, true, 0))
	}
}
