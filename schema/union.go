package schema

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cosmicctl/engine"
)

// A union is what a list of bases says together, those that they name among them.
// Tenants with the same list share it.
type union struct {
	once    sync.Once
	parts   []*part // each base once
	objects map[engine.Ref]*object
	order   []*object
	diags   []engine.Diagnostic
	// vague tells that some base could not be read, so that labels may be missing.
	vague bool
	err   error
}

// An object is what bases say of one object: of one field only one of them. It may
// lack what the manifests add.
type object struct {
	declared
	sec    *section
	pieces []*piece
	whole  *node
	valid  bool // but for what is missing
	torn   bool // two pieces contradict each other
	// resource is the object as it is where no manifest adds to it, which tenants
	// share; nil if it is invalid as that, or not asked for. diags say why.
	resource engine.Packed
	diags    []engine.Diagnostic
}

// A piece is what one document of a base says of an object.
type piece struct {
	declared
	part  *part
	node  *node
	valid bool
}

// object returns what the union says of an object, or nil. A nil union says nothing.
func (u *union) object(ref engine.Ref) *object {
	if u == nil {
		return nil
	}
	return u.objects[ref]
}

// union joins bases; nil if there are none.
func (c *check) union(list []step) *union {
	if len(list) == 0 {
		return nil
	}
	var key strings.Builder
	for _, s := range list {
		key.WriteString(s.base.target + "\x00")
	}
	c.bases.mu.Lock()
	u := c.bases.unions[key.String()]
	if u == nil {
		u = &union{objects: map[engine.Ref]*object{}}
		c.bases.unions[key.String()] = u
	}
	c.bases.mu.Unlock()
	u.once.Do(func() {
		chk := &check{checker: c.checker, bases: c.bases}
		d := &descent{check: chk, union: u, seen: map[*base]bool{}}
		for _, s := range list {
			d.into(s)
		}
		chk.unite(u)
		u.diags, u.err = append(u.diags, chk.diags...), chk.err
	})
	if u.err != nil {
		c.err = u.err
	}
	return u
}

// descent follows bases to those that they name.
type descent struct {
	*check
	union *union
	seen  map[*base]bool
	trail []step
}

// step is a base, and where it is named.
type step struct {
	base *base
	pos  engine.Position
}

func (d *descent) into(s step) {
	b, above := s.base, d.trail
	d.trail = append(d.trail, s)
	defer func() { d.trail = above }()
	if i := slices.IndexFunc(above, func(s step) bool { return s.base == b }); i >= 0 {
		d.circle(d.trail[i+1:])
		return
	}
	if d.seen[b] {
		return
	}
	if len(above) == MaxBaseDepth {
		d.fault(CodeBaseDepth, s.pos, "bases", "max", strconv.Itoa(MaxBaseDepth))
		return
	}
	d.seen[b] = true
	for _, p := range b.parts {
		found := d.reached(p.refs)
		d.union.vague = d.union.vague || len(found) < len(p.refs)
		for _, next := range found {
			d.into(next)
		}
	}
	d.union.vague = d.union.vague || len(b.parts) == 0
	d.union.parts = append(d.union.parts, b.parts...)
	d.union.diags = append(d.union.diags, b.diags...)
}

// circle reports bases that name each other, at the same place wherever the circle
// was entered.
func (d *descent) circle(steps []step) {
	first := 0
	for i := range steps {
		if steps[i].pos.Compare(steps[first].pos) < 0 {
			first = i
		}
	}
	names := []string{steps[(first+len(steps)-1)%len(steps)].base.path}
	for i := range steps {
		names = append(names, steps[(first+i)%len(steps)].base.path)
	}
	d.fault(CodeBaseCycle, steps[first].pos, "bases", "chain", strings.Join(names, " → "))
}

// unite joins the pieces of each object.
func (c *check) unite(u *union) {
	for _, p := range u.parts {
		for i := range p.pieces {
			c.add(u, &p.pieces[i])
		}
	}
	for _, o := range u.order {
		alone := &check{checker: c.checker, bases: c.bases}
		if o.whole.get("state") == nil && !o.torn {
			alone.complete(o.sec, o.whole, o.path())
		}
		if c.err = cmp.Or(c.err, alone.err); c.err != nil {
			return
		}
		o.diags = alone.diags
		o.retrace()
		if c.bases.o.Keep && o.valid && !o.torn && !failed(o.diags) {
			o.resource = c.packer.Pack([]engine.Resource{*normal(o.sec.kind, o.whole)})
		}
	}
}

func (c *check) add(u *union, p *piece) {
	o := u.objects[p.ref()]
	if o == nil {
		whole := *p.node
		whole.piece = false
		o = &object{declared: p.declared, sec: p.sec, pieces: []*piece{p}, whole: &whole, valid: p.valid}
		u.objects[p.ref()] = o
		u.order = append(u.order, o)
		return
	}
	if slices.ContainsFunc(o.pieces, func(q *piece) bool { return q.part == p.part }) {
		c.fault(CodeSameKey, p.pos(p.part), p.path(), "key", p.key, "first", o.place().String())
		o.torn = true
		return
	}
	whole, ok := c.join(p.sec, o, p.node, p.path())
	whole.pos = o.whole.pos
	o.whole, o.valid, o.torn = whole, o.valid && p.valid, o.torn || !ok
	o.pieces = append(o.pieces, p)
}

// retrace names places in the second and further pieces as these count them.
func (o *object) retrace() {
	for i := range o.diags {
		d := &o.diags[i]
		for _, p := range o.pieces {
			if rest, ok := strings.CutPrefix(d.Path, o.path()); ok && d.Pos.File == p.part.pos.File {
				d.Path = p.path() + rest
				break
			}
		}
	}
}

// place is where the key of the object stands first.
func (o *object) place() engine.Position { return o.pos(o.pieces[0].part) }

// join adds the fields that stand elsewhere to those of an object. What both set is
// reported and stays as it was.
func (c *check) join(sec *section, o *object, n *node, path string) (*node, bool) {
	before := len(c.diags)
	whole := &node{kind: mapNode, pos: n.pos, merged: n.merged || o.whole.merged, entries: slices.Clone(n.entries)}
	if (n.get("state") != nil || o.whole.get("state") != nil) && n.kind == mapNode {
		c.fault(CodeSameKey, n.pos, path, "key", o.key, "first", o.place().String())
		return whole, false
	}
	for _, e := range o.whole.entries {
		switch {
		case slices.Contains(sec.kind.Key, e.key):
		case n.get(e.key) != nil:
			c.fault(CodeSetTwice, n.keyPos(e.key), join(path, e.key), "field", e.key, "first", e.pos.String())
		default:
			whole.entries = append(whole.entries, e)
		}
	}
	return whole, len(c.diags) == before
}

// completed checks what a manifest and its bases say of an object together. A
// mistake that the bases make without it stands there, any other in the manifest.
func (c *check) completed(o *object, n *node, path string) (*node, bool) {
	whole, ok := c.join(o.sec, o, n, path)
	if !ok || !o.valid || o.torn {
		return whole, false
	}
	before := len(c.diags)
	c.complete(o.sec, whole, path)
	for i := before; i < len(c.diags); i++ {
		d := &c.diags[i]
		of := slices.IndexFunc(o.diags, func(x engine.Diagnostic) bool { return x.Code == d.Code && x.Pos == d.Pos })
		switch {
		case d.Pos.File == n.pos.File:
		case of >= 0:
			*d = o.diags[of]
		default:
			d.Pos = n.pos
		}
	}
	return whole, !failed(c.diags[before:])
}

// lacking says what is wrong with the object on a tenant that adds nothing to it.
func (o *object) lacking(tenant string) []engine.Diagnostic {
	out := slices.Clone(o.diags)
	for i, d := range out {
		hint := engine.Code("")
		switch {
		case d.Code == CodeMissing || d.Code == CodeOneOfNone:
			hint = HintLacking
		case d.Span != engine.Span{} && d.Hint == "":
			hint = HintConcerned
		default:
			continue
		}
		out[i].Hint, out[i].Args = hint, map[string]string{"tenants": tenant}
		maps.Copy(out[i].Args, d.Args)
	}
	return out
}

// once leaves of what is wrong with bases one of each, whichever tenants stand on
// them. They are sorted by place.
func once(diags []engine.Diagnostic) []engine.Diagnostic {
	var out []engine.Diagnostic
	seen := map[string]int{}
	tenants := map[int][]string{}
	for _, d := range diags {
		tenant := d.Args["tenants"]
		args := maps.Clone(d.Args)
		delete(args, "tenants")
		key := fmt.Sprint(d.Pos, d.Severity, d.Code, d.Path, args)
		i, twice := seen[key]
		if !twice {
			i = len(out)
			seen[key] = i
			out = append(out, d)
		}
		if tenant != "" {
			tenants[i] = append(tenants[i], tenant)
		}
	}
	for i, names := range tenants {
		slices.Sort(names)
		names = slices.Compact(names)
		text := strings.Join(names[:min(3, len(names))], ", ")
		if more := len(names) - 3; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		out[i].Args["tenants"] = text
	}
	return out
}
