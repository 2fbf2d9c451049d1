package engine

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"io"
)

// Declared is a tenant as manifests declare it, with its objects packed: among
// thousands of tenants only those whose turn it is take up room.
type Declared struct {
	Tenant // without its objects
	// Resources are its objects, and hide the empty field of the tenant.
	Resources []Packed
}

// Declare packs a tenant.
func Declare(t *Tenant) Declared {
	d := Declared{Tenant: *t, Resources: []Packed{Pack(t.Resources)}}
	d.Tenant.Resources = nil
	return d
}

// Whole returns the tenant with its objects, the caller's own.
func (d *Declared) Whole() *Tenant {
	t := d.Tenant
	for _, p := range d.Resources {
		t.Resources = append(t.Resources, p.Unpack()...)
	}
	return &t
}

// Packed is wanted objects in little memory, some twentieth of what they take up.
type Packed []byte

// packedObject is what a manifest says of an object. A secret's folder is no part of
// its value, and stands beside it.
type packedObject struct {
	Ref    Ref
	Fields map[string]Value
	Dirs   map[string]string `json:",omitempty"`
	Absent bool              `json:",omitempty"`
	Origin Position
	At     map[string]Position
}

// Pack packs objects of the wanted side. What only live objects have is not kept.
func Pack(resources []Resource) Packed { return new(Packer).Pack(resources) }

// A Packer packs many times, for one caller at a time; its tables are large, and used
// again. The zero Packer is ready.
type Packer struct {
	out bytes.Buffer
	to  *flate.Writer
}

// Pack does what the function of that name does.
func (p *Packer) Pack(resources []Resource) Packed {
	p.out.Reset()
	if p.to == nil {
		p.to, _ = flate.NewWriter(&p.out, flate.BestSpeed) // a level that there is
	} else {
		p.to.Reset(&p.out)
	}
	all := make([]packedObject, len(resources))
	for i := range resources {
		all[i] = pack(&resources[i])
	}
	_, _ = p.to.Write(inJSON(all)) // into memory
	_ = p.to.Close()
	return bytes.Clone(p.out.Bytes())
}

func pack(r *Resource) packedObject {
	p := packedObject{Ref: r.Ref, Fields: NewValues(r.Fields), Absent: r.Absent, Origin: r.Origin, At: r.At}
	for name, v := range r.Fields {
		if ref, is := v.(SecretRef); is && ref.Dir != "" {
			if p.Dirs == nil {
				p.Dirs = map[string]string{}
			}
			p.Dirs[name] = ref.Dir
		}
	}
	return p
}

// Unpack returns the objects, as they were packed; none of what is empty.
func (p Packed) Unpack() []Resource {
	if len(p) == 0 {
		return nil
	}
	data, err := io.ReadAll(flate.NewReader(bytes.NewReader(p)))
	var all []packedObject
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		panic(err) // nobody but Pack makes one
	}
	out := make([]Resource, len(all))
	for i := range all {
		out[i] = all[i].unpack()
	}
	return out
}

func (p *packedObject) unpack() Resource {
	r := Resource{Ref: p.Ref, Fields: Fields(p.Fields), Absent: p.Absent, Origin: p.Origin, At: p.At}
	for name, dir := range p.Dirs {
		ref := r.Fields[name].(SecretRef)
		ref.Dir = dir
		r.Fields[name] = ref
	}
	return r
}
