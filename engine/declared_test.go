package engine_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

// declaredFully is a tenant whose objects have a value of every type, places and
// folders.
func declaredFully() *engine.Tenant {
	at := func(line int) engine.Position { return engine.Position{File: "m/acme.yaml", Line: line, Col: 7} }
	first := want("Gadget", "G1", fields{"text": "值", "flag": false, "number": int64(1)<<62 + 1, "set": engine.Set{}, "list": engine.List{"b", "a"},
		"rows": engine.Rows{{Policy: "deny", Start: "::1", End: "::2"}}, "pass": engine.SecretRef{File: "f", Dir: "m", Rotate: 2},
		"other": engine.SecretRef{Exec: []string{"a", "b"}, Dir: "base"}, "plain": engine.SecretRef{Env: "E"}, "nothing": nil})
	first.Origin, first.At = at(3), map[string]engine.Position{"text": at(4), "list[1]": {File: "base.yaml", Line: 9, Col: 1}}
	second := gone("Setting", "t/n")
	second.Origin = at(9)
	t := tenant(first, second)
	t.Labels, t.Protect = map[string]string{"env": "prod"}, []engine.Protection{{Object: "Gadget/x"}}
	return t
}

func TestDeclaredIsWholeAgain(t *testing.T) {
	tn := declaredFully()
	d := engine.Declare(tn)
	if d.Tenant.Resources != nil || len(tn.Resources) != 2 {
		t.Errorf("packed beside %d objects, of %d", len(d.Tenant.Resources), len(tn.Resources))
	}
	got := d.Whole()
	if diff := cmp.Diff(tn, got); diff != "" {
		t.Error(diff)
	}
	got.Resources[0].Fields["text"] = "changed"
	if diff := cmp.Diff(tn, d.Whole()); diff != "" {
		t.Errorf("it is not the caller's own: %s", diff)
	}
	if none := engine.Packed(nil).Unpack(); len(none) != 0 {
		t.Errorf("%v out of nothing", none)
	}
	several := engine.Declared{Tenant: d.Tenant, Resources: []engine.Packed{engine.Pack(tn.Resources[:1]), engine.Pack(tn.Resources[1:])}}
	if diff := cmp.Diff(tn, several.Whole()); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkPack also says how many bytes an object takes up, packed.
func BenchmarkPack(b *testing.B) {
	var all []engine.Resource
	for i := range 30 {
		r := declaredFully().Resources[0]
		r.Ref.Key = fmt.Sprint("G", i)
		all = append(all, r)
	}
	p := engine.Pack(all)
	b.Run("pack", func(b *testing.B) {
		var packer engine.Packer
		for b.Loop() {
			packer.Pack(all)
		}
		b.ReportMetric(float64(len(p))/float64(len(all)), "packed-bytes/object")
	})
	b.Run("unpack", func(b *testing.B) {
		for b.Loop() {
			p.Unpack()
		}
	})
}
