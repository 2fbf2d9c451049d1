package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

// guarded are the kinds of these tests with what guards need: cosmicctl logs in
// with the gadget SELF as the person ann, and a grant says who may call an API.
func guarded() engine.Catalog {
	kinds := catalog()
	g := kinds.Kind("Gadget")
	g.Risks = []engine.RiskRule{{Class: engine.Narrows, Field: "enabled", Becomes: false, From: true},
		{Class: engine.Widens, Field: "open", Becomes: true}}
	g.Self = &engine.Self{Field: "code", Auth: "appId", Breaks: []string{"fresh"}}
	grant := kinds.Kind("Grant")
	grant.Field("subject").Ref = "Api"
	grant.Access = &engine.Access{Columns: []engine.AccessColumn{{Field: "members", EmptyIsAll: true}}}
	grant.Self = &engine.Self{Field: "members", Auth: "user", API: "subject", Path: "path"}
	grant.NoTombstone = &engine.Text{EN: "write no members"}
	return append(kinds, &engine.Kind{Name: "Api", Form: "api", Key: []string{"number"},
		Fields: []*engine.Field{textField("number", "number"), textField("path", "address")}})
}

// caller is a live side that cosmicctl calls below /own/.
type caller struct{ *fake }

func (caller) Calls(_ *engine.Kind, path string) bool { return strings.HasPrefix(path, "/own/") }

func guardedTenant(resources ...engine.Resource) *engine.Tenant {
	t := tenant(resources...)
	t.Environment.Auth = engine.Auth{AppID: "SELF", User: "ann"}
	return t
}

func guardedPlan(t *engine.Tenant, f *fake, opts engine.PlanOptions) *engine.Plan {
	kinds := guarded()
	return engine.NewPlan(kinds, t, engine.Observe(context.Background(), caller{f}, kinds, t, nil, opts.Prune.Kinds()...), opts)
}

func ref(kind, key string) engine.Ref { return engine.Ref{Kind: kind, Key: key} }

func TestProtect(t *testing.T) {
	tests := []struct {
		name     string
		reason   string
		protect  string
		want     engine.Resource
		opts     engine.PlanOptions
		problems []string
		steps    []string
	}{
		{name: "a change", protect: "Gadget/G1", want: want("Gadget", "G1", fields{"name": "new"}), problems: []string{"protected-by-manifest Gadget/G1"}},
		{name: "a tombstone", protect: "Gadget/G1", want: gone("Gadget", "G1"), problems: []string{"protected-by-manifest Gadget/G1"}},
		{name: "equal", protect: "Gadget/G1", want: want("Gadget", "G1", fields{"name": "old", "pass": env("P")})},
		{name: "a secret set anew", reason: "whether it is the same cannot be known", protect: "Gadget/G1", opts: engine.PlanOptions{SetSecrets: true},
			want: want("Gadget", "G1", fields{"pass": env("P")}), problems: []string{"protected-by-manifest Gadget/G1"}},
		{name: "by the beginning of its key", protect: "Gadget/G*", want: want("Gadget", "G1", fields{"name": "new"}), problems: []string{"protected-by-manifest Gadget/G1"}},
		{name: "all of a kind", protect: "Gadget/*", want: gone("Gadget", "G1"), problems: []string{"protected-by-manifest Gadget/G1"}},
		{name: "another object", protect: "Gadget/G", want: want("Gadget", "G1", fields{"name": "new"}), steps: []string{"1 update Gadget/G1: save"}},
		{name: "another kind", protect: "Part/G1", want: want("Gadget", "G1", fields{"name": "new"}), steps: []string{"1 update Gadget/G1: save"}},
		{name: "a new object", reason: "nothing is changed or deleted", protect: "Deed/D1", want: want("Deed", "D1", nil), steps: []string{"1 create Deed/D1: save submit audit"}},
		{name: "a first record", reason: "no record stands for a state, which the record changes", protect: "Grant/*",
			want: want("Grant", "other", fields{"members": set("bob")}), problems: []string{"protected-by-manifest Grant/other"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", gadgetRow("G1", nil))
			f.seed("api", row{"number": "other", "address": "/other"})
			tn := guardedTenant(tt.want)
			tn.Protect = []engine.Protection{{Object: "Part/none"}, {Object: tt.protect, At: engine.Position{File: "p.yaml", Line: 7, Col: 3}}}
			p := guardedPlan(tn, f, tt.opts)
			same(t, "steps", tt.steps, steps(p))
			same(t, "problems", tt.problems, problems(p))
			for _, d := range p.Problems {
				if d.Class != engine.ClassRefused || d.Pos != tt.want.Origin || d.Args["at"] != "p.yaml:7:3" || d.Args["object"] != tt.protect {
					t.Errorf("%+v", d)
				}
			}
		})
	}
}

func TestOwnApp(t *testing.T) {
	own := ref("Gadget", "SELF")
	tests := []struct {
		name     string
		reason   string
		want     engine.Resource
		live     row
		opts     engine.PlanOptions
		version  engine.Version
		problems []string
		steps    []string
	}{
		{name: "renamed", want: want("Gadget", "SELF", fields{"name": "new"}), steps: []string{"1 update Gadget/SELF: save", "2 update Part/T1: save"}},
		{name: "widened", want: want("Gadget", "SELF", fields{"open": true, "tools": set()}), steps: []string{"1 update Gadget/SELF: save", "2 update Part/T1: save"}},
		{name: "disabled", want: want("Gadget", "SELF", fields{"enabled": false}), problems: []string{"own-access Gadget/SELF"}},
		{name: "deleted", want: gone("Gadget", "SELF"), problems: []string{"own-access Gadget/SELF"}},
		{name: "another secret", want: want("Gadget", "SELF", fields{"pass": env("P")}), opts: engine.PlanOptions{SetSecrets: true}, problems: []string{"own-access Gadget/SELF"}},
		{name: "another token flow", want: want("Gadget", "SELF", fields{"fresh": false}), problems: []string{"own-access Gadget/SELF"}},
		{name: "disabled for its edit", want: want("Gadget", "SELF", fields{"name": "new"}), version: "5.0.019", problems: []string{"own-access Gadget/SELF"}},
		{name: "another object", want: want("Gadget", "G1", fields{"enabled": false}), steps: []string{"1 update Gadget/G1: disable", "2 update Part/T1: save"}},
		{name: "allowed, and then last", want: want("Gadget", "SELF", fields{"enabled": false, "name": "new"}), opts: engine.PlanOptions{AllowSelf: []engine.Ref{own}},
			reason: "nothing can be saved any more once it is off", steps: []string{"1 update Part/T1: save", "2 update Gadget/SELF: save disable"}},
		{name: "its end allowed", want: gone("Gadget", "SELF"), opts: engine.PlanOptions{AllowSelf: []engine.Ref{own}},
			steps: []string{"1 update Part/T1: save", "2 delete Gadget/SELF: delete"}},
		{name: "another allowed", want: gone("Gadget", "SELF"), opts: engine.PlanOptions{AllowSelf: []engine.Ref{ref("Gadget", "SELF2"), ref("Grant", "SELF")}},
			problems: []string{"own-access Gadget/SELF"}},
		{name: "disabled for its edit, allowed", reason: "it could not be enabled again", want: want("Gadget", "SELF", fields{"name": "new"}), version: "5.0.019",
			opts: engine.PlanOptions{AllowSelf: []engine.Ref{own}}, problems: []string{"own-access-cut-off Gadget/SELF"}},
		{name: "disabled after an edit, allowed", reason: "it cannot be saved before, and nothing after", want: want("Gadget", "SELF", fields{"name": "new", "enabled": false}),
			version: "5.0.019", opts: engine.PlanOptions{AllowSelf: []engine.Ref{own}}, problems: []string{"own-access-cut-off Gadget/SELF"}},
		{name: "only disabled, allowed", want: want("Gadget", "SELF", fields{"enabled": false}), version: "5.0.019",
			opts: engine.PlanOptions{AllowSelf: []engine.Ref{own}}, steps: []string{"1 update Part/T1: save", "2 update Gadget/SELF: disable"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", gadgetRow("G1", nil), gadgetRow("SELF", nil))
			f.seed("part", row{"number": "T1", "gadgetcode": "x"})
			tn := guardedTenant(tt.want, want("Part", "T1", fields{"gadget": "y"}))
			if tt.version != "" {
				tn.Environment.Version = tt.version
			}
			p := guardedPlan(tn, f, tt.opts)
			same(t, "problems", tt.problems, problems(p))
			if len(tt.problems) == 0 {
				same(t, "steps", tt.steps, steps(p))
			}
			for _, d := range p.Problems {
				if d.Class != engine.ClassRefused || d.Pos != tt.want.Origin || d.Args["name"] != "SELF" || d.Args["object"] != "Gadget/SELF" {
					t.Errorf("%+v", d)
				}
			}
		})
	}
}

func TestOwnUser(t *testing.T) {
	tests := []struct {
		name    string
		reason  string
		user    string // cosmicctl's own
		address string // of the API
		live    []any  // members of the record; nil for none
		members []string
		allow   bool
		refused bool
	}{
		{name: "shut out by a first record", members: []string{"bob"}, refused: true},
		{name: "shut out of an empty record", live: list(), members: []string{"bob"}, refused: true},
		{name: "shut out of a list", live: list(row{"userid_number": "P1"}, row{"userid_number": "P2"}), members: []string{"bob"}, refused: true},
		{name: "allowed", members: []string{"bob"}, allow: true},
		{name: "let in by another name", reason: "lists hold numbers", live: list(row{"userid_number": "P1"}), members: []string{"ann", "bob"}},
		{name: "let in by its number", members: []string{"P1"}},
		{name: "everybody", live: list(row{"userid_number": "P1"}), members: []string{}},
		{name: "was not in it", live: list(row{"userid_number": "P2"}), members: []string{"P3"}},
		{name: "of an API that cosmicctl does not call", address: "/invoices", members: []string{"bob"}},
		{name: "of an API whose address is not known", address: "-", members: []string{"bob"}, refused: true},
		{name: "by a phone that two have", reason: "either may be it", user: "139", members: []string{"P2"}, refused: true},
		{name: "by a phone that two have, both let in", user: "139", members: []string{"P2", "P3"}},
		{name: "by a name that the tenant does not tell", user: "ann@example.com", members: []string{"P1"}, refused: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			api := row{"number": "api", "address": "/own/save"}
			if tt.address == "-" {
				delete(api, "address")
			} else if tt.address != "" {
				api["address"] = tt.address
			}
			f.seed("api", api)
			if tt.live != nil {
				f.seed("grant", row{"subjectno": "api", "members": tt.live})
			}
			tn := guardedTenant(want("Grant", "api", fields{"members": set(tt.members...)}))
			if tt.user != "" {
				tn.Environment.Auth.User = tt.user
			}
			opts := engine.PlanOptions{}
			if tt.allow {
				opts.AllowSelf = []engine.Ref{ref("Grant", "api")}
			}
			p := guardedPlan(tn, f, opts)
			refused := []string{"own-access Grant/api"}
			if !tt.refused {
				refused = nil
			}
			same(t, "problems", refused, problems(p))
			if p.Empty() != tt.refused {
				t.Errorf("planned: %v", steps(p))
			}
		})
	}
}

func TestPrune(t *testing.T) {
	created := func(kind string, ids ...string) engine.Prune {
		set := map[string]bool{}
		for _, id := range ids {
			set[id] = true
		}
		return engine.Prune{Created: map[string]map[string]bool{kind: set}}
	}
	named := func(kind, key string) engine.Prune { return engine.Prune{Named: []engine.Ref{ref(kind, key)}} }
	tests := []struct {
		name      string
		reason    string
		prune     engine.Prune
		want      []engine.Resource
		protect   string
		doubt     bool
		steps     []string
		problems  []string
		unmanaged int
	}{
		{name: "nothing asked for", want: []engine.Resource{want("Gadget", "G1", nil)}, unmanaged: 5},
		{name: "created", prune: created("Gadget", "1", "2"), want: []engine.Resource{want("Gadget", "G1", nil)},
			steps: []string{"1 delete Gadget/G2: delete"}, unmanaged: 4},
		{name: "created, of a kind that no manifest names", prune: created("Gadget", "2"), steps: []string{"1 delete Gadget/G2: delete"}, unmanaged: 5},
		{name: "nothing created", reason: "an id, not a key, says what this tool made", prune: created("Gadget", "G1"), unmanaged: 6},
		{name: "created, of another kind", prune: created("Part", "1"), want: []engine.Resource{want("Gadget", "G1", nil)}, unmanaged: 5},
		{name: "created and preset by now", prune: created("Gadget", "3"), unmanaged: 6},
		{name: "created and doubled by now", prune: created("Gadget", "4", "5"), unmanaged: 6},
		{name: "created and protected", prune: created("Gadget", "1", "2"), protect: "Gadget/G*", unmanaged: 6},
		{name: "created and cosmicctl's own", prune: created("Gadget", "6"), problems: []string{"own-access Gadget/SELF"}, unmanaged: 6},
		{name: "created, in a listing that may lack something", prune: created("Gadget", "1"), doubt: true, problems: []string{"incompletely-read gadgets"}, unmanaged: 6},
		{name: "created, where a missing record means something", prune: created("Grant", "7"), unmanaged: 1},
		{name: "named", prune: named("Gadget", "G2"), want: []engine.Resource{want("Gadget", "G1", nil)}, steps: []string{"1 delete Gadget/G2: delete"}, unmanaged: 4},
		{name: "named and not there", prune: named("Gadget", "G9"), unmanaged: 6},
		{name: "named and declared", prune: named("Gadget", "G1"), want: []engine.Resource{want("Gadget", "G1", nil)}, problems: []string{"prune-declared Gadget/G1"}, unmanaged: 5},
		{name: "named and preset", prune: named("Gadget", "G3"), problems: []string{"prune-preset Gadget/G3"}, unmanaged: 6},
		{name: "named and doubled", prune: named("Gadget", "G4"), problems: []string{"doubled-key Gadget/G4"}, unmanaged: 6},
		{name: "named and protected", prune: named("Gadget", "G2"), protect: "Gadget/G2", problems: []string{"protected-by-manifest Gadget/G2"}, unmanaged: 6},
		{name: "named and cosmicctl's own", prune: named("Gadget", "SELF"), problems: []string{"own-access Gadget/SELF"}, unmanaged: 6},
		{name: "named, in a listing that may lack something", prune: named("Gadget", "G1"), doubt: true, problems: []string{"incompletely-read gadgets"}, unmanaged: 6},
		{name: "named, where a missing record means something", prune: named("Grant", "api"), unmanaged: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			for i, code := range []string{"G1", "G2", "G3", "G4", "G4", "SELF"} {
				f.seed("gadget", gadgetRow(code, row{"id": fmt.Sprint(i + 1)}))
			}
			f.row("gadget", "number", "G3")["preset"] = "1"
			f.seed("grant", row{"id": "7", "subjectno": "api", "members": list()})
			if tt.doubt {
				f.doubt = func(string, engine.Filter) string { return "a page is short" }
			}
			tn := guardedTenant(tt.want...)
			if tt.protect != "" {
				tn.Protect = []engine.Protection{{Object: tt.protect}}
			}
			p := guardedPlan(tn, f, engine.PlanOptions{Prune: tt.prune})
			same(t, "steps", tt.steps, steps(p))
			same(t, "problems", tt.problems, problems(p))
			if len(p.Unmanaged) != tt.unmanaged {
				t.Errorf("%d unmanaged, want %d", len(p.Unmanaged), tt.unmanaged)
			}
			for _, c := range p.Changes() {
				if origin := c.Origin.File; origin != "--prune Gadget" && origin != "--prune-foreign Gadget/G2" || c.ID != "2" || c.Before["name"] != "old" || c.Cause != "" {
					t.Errorf("%+v", c)
				}
			}
		})
	}
}

// What a flag deletes is neither the branch's nor drift.
func TestPruneHasNoCause(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil))
	tn, base := guardedTenant(want("Gadget", "G1", fields{"name": "new"})), guardedTenant(want("Gadget", "G1", fields{"name": "old"}))
	p := guardedPlan(tn, f, engine.PlanOptions{Prune: engine.Prune{Named: []engine.Ref{ref("Gadget", "G2")}}, Base: base})
	var causes []string
	for _, c := range p.Changes() {
		causes = append(causes, c.Ref.Key+" "+string(c.Cause))
	}
	same(t, "causes", []string{"G1 branch", "G2 "}, causes)
}

func TestLimits(t *testing.T) {
	limits := func(change, del int, risk engine.Risk) engine.Limits {
		return engine.Limits{Change: change, Delete: del, Risk: risk}
	}
	tests := []struct {
		name                             string
		reason                           string
		limits                           engine.Limits
		live                             int
		updates, deletes, creates, opens int
		codes                            []string
	}{
		{name: "as many as allowed", limits: engine.DefaultLimits(), live: 10, updates: 3},
		{name: "one more", limits: engine.DefaultLimits(), live: 10, updates: 4, codes: []string{"limit-change 4 of 10, 30"}},
		{name: "deletes are changes", limits: engine.DefaultLimits(), live: 10, updates: 2, deletes: 2, codes: []string{"limit-change 4 of 10, 30"}},
		{name: "creates do not count", limits: engine.DefaultLimits(), live: 10, updates: 3, creates: 20},
		{name: "few objects", reason: "a share of them says nothing", limits: engine.DefaultLimits(), live: 9, updates: 9},
		{name: "few objects, all deleted", limits: limits(0, 0, ""), live: 9, deletes: 9},
		{name: "no change at all", limits: limits(0, 10, ""), live: 10, updates: 1, codes: []string{"limit-change 1 of 10, 0"}},
		{name: "everything", limits: limits(100, 100, ""), live: 10, deletes: 10},
		{name: "deletes as many as allowed", limits: engine.DefaultLimits(), live: 40, deletes: 10},
		{name: "one delete more", limits: engine.DefaultLimits(), live: 40, deletes: 11, codes: []string{"limit-delete 11 of 40, 10"}},
		{name: "both", limits: engine.DefaultLimits(), live: 30, deletes: 11, codes: []string{"limit-change 11 of 30, 30", "limit-delete 11 of 30, 10"}},
		{name: "not a whole share", limits: engine.DefaultLimits(), live: 11, updates: 4, codes: []string{"limit-change 4 of 11, 30"}},
		{name: "a risk that is allowed", limits: limits(100, 100, engine.Widens), live: 2, opens: 1},
		{name: "a riskier one, of few objects too", limits: limits(100, 100, engine.Narrows), live: 2, opens: 1, updates: 1, codes: []string{"limit-risk 1 of 2, narrows-access"}},
		{name: "a riskier one among the new", limits: limits(100, 100, engine.Routine), live: 0, creates: 1, opens: 1, codes: []string{"limit-risk 1 of 0, routine"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			var wanted []engine.Resource
			for i := range tt.live {
				code := fmt.Sprintf("G%02d", i)
				f.seed("gadget", gadgetRow(code, nil))
				switch {
				case i < tt.opens:
					wanted = append(wanted, want("Gadget", code, fields{"open": true}))
				case i < tt.opens+tt.updates:
					wanted = append(wanted, want("Gadget", code, fields{"name": "new"}))
				case i < tt.opens+tt.updates+tt.deletes:
					wanted = append(wanted, gone("Gadget", code))
				}
			}
			for i := range tt.creates {
				wanted = append(wanted, want("Gadget", fmt.Sprintf("N%02d", i), fields{"open": tt.opens > 0}))
			}
			kinds, tn := guarded(), guardedTenant(wanted...)
			seen := engine.Observe(context.Background(), f, kinds, tn, nil)
			p := engine.NewPlan(kinds, tn, seen, engine.PlanOptions{})
			var got []string
			for _, d := range tt.limits.Check(kinds, p, seen) {
				got = append(got, fmt.Sprintf("%s %s of %s, %s", d.Code, d.Args["n"], d.Args["all"], d.Args["max"]))
				if d.Severity != engine.Advice || d.Class != engine.ClassRefused || d.Pos.File != "Gadget.yaml" || d.Path != "gadgets" || d.Hint != engine.HintOverride {
					t.Errorf("%+v", d)
				}
			}
			same(t, "codes", tt.codes, got)
		})
	}
}

// The way an address is written makes no other tenant of it.
func TestLiveID(t *testing.T) {
	id := func(base, account string) string {
		return (&engine.Environment{BaseURL: base, AccountID: account}).LiveID()
	}
	same := id("https://host.example/ierp", "1")
	for _, base := range []string{"https://host.example/ierp/", "https://HOST.Example/ierp", "HTTPS://host.example/ierp", "https://host.example:443/ierp", "https://host.example./ierp", "https://host.example.:443/ierp", "https://host.example/i%65rp"} {
		if d := cmp.Diff(same, id(base, "1")); d != "" {
			t.Errorf("%s: %s", base, d)
		}
	}
	for _, other := range []string{id("https://host.example/ierp", "2"), id("https://host.example/IERP", "1"), id("https://host.example:8443/ierp", "1"),
		id("https://other.example/ierp", "1"), id("https://host.example", "1"), id("http://host.example/ierp", "1")} {
		if other == same {
			t.Errorf("%s is the same", other)
		}
	}
}
