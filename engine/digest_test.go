package engine_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cosmicctl/engine"
)

// manifests are two tenants that say something of everything.
func manifests() []engine.Tenant {
	ref := engine.SecretRef{Env: "A", Dir: "m"}
	a := *tenant(want("Gadget", "G1", fields{"name": "a", "pass": engine.SecretRef{File: "f", Dir: "m"}}), gone("Setting", "t/n"))
	a.Labels = map[string]string{"x": "1", "y": "2"}
	a.Environment = engine.Environment{BaseURL: "https://a", Version: "6.0", AccountID: "1", Auth: engine.Auth{AppID: "app", AppSecret: ref},
		Headers: map[string]engine.HeaderValue{"X-A": {Ref: &ref}}}
	a.Waivers = []engine.Waiver{{Rule: "r", Expires: "2026-12-01"}, {Rule: "q"}}
	b := *tenant(want("Gadget", "G1", nil))
	b.Name = "beta"
	return []engine.Tenant{a, b}
}

func TestDigestManifests(t *testing.T) {
	tests := []struct {
		name string
		same bool
		edit func([]engine.Tenant)
	}{
		{"the order of tenants", true, func(t []engine.Tenant) { slices.Reverse(t) }},
		{"the order of resources", true, func(t []engine.Tenant) { slices.Reverse(t[0].Resources) }},
		{"the order of waivers", true, func(t []engine.Tenant) { slices.Reverse(t[0].Waivers) }},
		{"places", true, func(t []engine.Tenant) {
			t[0].Origin.Line, t[0].Resources[0].Origin.File, t[0].Resources[0].At, t[0].Waivers[0].At.Col = 9, "x", nil, 3
		}},
		{"the folder of a checkout", true, func(t []engine.Tenant) {
			t[0].Resources[0].Fields["pass"] = engine.SecretRef{File: "f", Dir: "/elsewhere"}
			t[0].Environment.Auth.AppSecret.Dir = "/elsewhere"
		}},
		{"a name", false, func(t []engine.Tenant) { t[1].Name = "gamma" }},
		{"a label", false, func(t []engine.Tenant) { t[0].Labels["x"] = "2" }},
		{"an address", false, func(t []engine.Tenant) { t[0].Environment.BaseURL = "https://b" }},
		{"a reference of the environment", false, func(t []engine.Tenant) { t[0].Environment.Auth.AppSecret.Env = "B" }},
		{"a reference of a header", false, func(t []engine.Tenant) { t[0].Environment.Headers["X-A"].Ref.Env = "B" }},
		{"a value", false, func(t []engine.Tenant) { t[0].Resources[0].Fields["name"] = "b" }},
		{"the type of a value", false, func(t []engine.Tenant) { t[0].Resources[0].Fields["name"] = engine.Set{"a"} }},
		{"a reference", false, func(t []engine.Tenant) { t[0].Resources[0].Fields["pass"] = env("f") }},
		{"a field less", false, func(t []engine.Tenant) { delete(t[0].Resources[0].Fields, "name") }},
		{"a tombstone", false, func(t []engine.Tenant) { t[0].Resources[1].Absent = false }},
		{"a waiver", false, func(t []engine.Tenant) { t[0].Waivers[0].Expires = "2027-12-01" }},
	}
	digest := func(m []engine.Tenant) engine.Digest {
		var all []engine.Declared
		for i := range m {
			all = append(all, engine.Declare(&m[i]))
		}
		return engine.DigestManifests(all)
	}
	first := digest(manifests())
	if !first.Valid() {
		t.Fatal(first)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := manifests()
			tt.edit(m)
			if got := digest(m); (got == first) != tt.same {
				t.Errorf("the same digest: %v", !tt.same)
			}
		})
	}
}

func TestDigestValid(t *testing.T) {
	for _, d := range []engine.Digest{"", "sha256:", "sha256:00", "00", engine.DigestManifests(nil) + "0", engine.DigestManifests(nil)[1:], "sha512:" + engine.DigestManifests(nil)[7:]} {
		if d.Valid() {
			t.Errorf("%q is taken for a digest", d)
		}
	}
}

func digestOf(t *engine.Tenant, p *engine.Plan) engine.Digest {
	var d engine.PlanDigest
	d.Add(t, p)
	return d.Digest()
}

// change is the first change of a plan.
func change(p *engine.Plan) *engine.Change { return &p.Stages[0][0] }

func TestPlanDigest(t *testing.T) {
	tn := tenant(want("Gadget", "G1", fields{"name": "new", "tools": set("hammer")}))
	plan := func() *engine.Plan {
		f := workshop()
		f.seed("gadget", gadgetRow("G1", row{"id": "7"}))
		return planOf(tn, f, engine.PlanOptions{})
	}
	tests := []struct {
		name string
		same bool
		edit func(*engine.Plan)
	}{
		{"places, causes and people", true, func(p *engine.Plan) {
			c := change(p)
			c.Origin.Line, c.Cause, c.By, c.When, c.Fields[0].At.Line, c.Fields[0].Cause = 99, engine.ByDrift, "x", "y", 9, engine.ByBoth
		}},
		{"what is around it", true, func(p *engine.Plan) { p.Unchanged, p.Unmanaged = 9, nil }},
		{"the action", false, func(p *engine.Plan) { change(p).Action = engine.Delete }},
		{"the object", false, func(p *engine.Plan) { change(p).Ref.Key = "G2" }},
		{"its id", false, func(p *engine.Plan) { change(p).ID = "8" }},
		{"the live state", false, func(p *engine.Plan) { change(p).Before["mode"] = "locked" }},
		{"what is wanted", false, func(p *engine.Plan) { change(p).After["name"] = "x" }},
		{"a field", false, func(p *engine.Plan) { change(p).Fields = change(p).Fields[1:] }},
		{"an element", false, func(p *engine.Plan) { change(p).Fields[1].Element = "x" }},
		{"the steps", false, func(p *engine.Plan) { change(p).Steps = nil }},
		{"a change less", false, func(p *engine.Plan) { p.Stages = nil }},
	}
	first := digestOf(tn, plan())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := plan()
			tt.edit(p)
			if got := digestOf(tn, p); (got == first) != tt.same {
				t.Errorf("the same digest: %v", !tt.same)
			}
		})
	}
	for name, edit := range map[string]func(*engine.Tenant){
		"its name": func(t *engine.Tenant) { t.Name = "other" }, "its account": func(t *engine.Tenant) { t.Environment.AccountID = "2" },
		"its number": func(t *engine.Tenant) { t.Environment.TenantID = "2" },
	} {
		other := *tn
		if edit(&other); digestOf(&other, plan()) == first {
			t.Errorf("the digest does not tell a tenant by %s", name)
		}
	}
}

func TestPlanDigestDoesNotDependOnOrder(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		first := digestOf(w.tenant(), planOf(w.tenant(), w.live(), engine.PlanOptions{}))
		slices.Reverse(w.wanted)
		for form := range w.rows {
			slices.Reverse(w.rows[form])
		}
		if digestOf(w.tenant(), planOf(w.tenant(), w.live(), engine.PlanOptions{})) != first {
			t.Fatal("another order has another digest")
		}
	})
}
