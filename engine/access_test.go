package engine_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cosmicctl/engine"
)

// doorKind has a table with every sort of column.
func doorKind() *engine.Kind {
	return &engine.Kind{Name: "Door", Section: "doors", Form: "door", Key: []string{"code"},
		Fields: []*engine.Field{textField("code", "number"), flagField("enabled", "enable"), flagField("open", "allowall"),
			refsField("tools", "toolentry", "toolid", "Tool"), flagField("wide", "allowip"),
			{Name: "rules", Property: "ruleentry", Type: engine.TypeRanges}, {Name: "guests", Property: "guest", Type: engine.TypeList},
			textField("note", "note")},
		Access: &engine.Access{If: "enabled", Columns: []engine.AccessColumn{{Field: "code"},
			{Field: "tools", All: engine.Opener{Flag: "open", Span: engine.Span{Until: "8.0.1"}}},
			{Field: "rules", All: engine.Opener{Flag: "wide"}}, {Field: "guests", EmptyIsAll: true}}},
	}
}

// accessOf plans a door from what is live, nil for no object, to what is wanted,
// nil for a tombstone.
func accessOf(k *engine.Kind, v engine.Version, live, wanted fields) *engine.Plan {
	ref := engine.Ref{Kind: "Door", Key: "D"}
	seen := &engine.Live{Objects: map[string][]engine.Resource{}}
	if live != nil {
		live["code"] = "D"
		seen.Objects["D"] = []engine.Resource{{Ref: ref, Fields: live, ID: "1"}}
	}
	r := engine.Resource{Ref: ref, Fields: fields{"code": "D"}, Absent: wanted == nil}
	maps.Copy(r.Fields, wanted)
	t := &engine.Tenant{Environment: engine.Environment{Version: v}, Resources: []engine.Resource{r}}
	kinds := engine.Catalog{k, {Name: "Tool", Key: []string{"number"}, Fields: []*engine.Field{textField("number", "number")}}}
	names := map[string][]string{"saw": {"saw"}, "drill": {"drill"}}
	return engine.NewPlan(kinds, t, &engine.Observation{Live: map[string]*engine.Live{"Door": seen},
		Lookups: map[string]*engine.Lookup{"Tool": {Keys: names}}}, engine.PlanOptions{})
}

// cells writes the rows of a plan as text, without the object.
func cells(p *engine.Plan) []string {
	var out []string
	for _, row := range p.Access {
		line := map[bool]string{true: "+", false: "-"}[row.Gained]
		for _, c := range row.Cells[1:] {
			line += fmt.Sprintf(" %s%s", map[bool]string{true: "all but "}[c.All], c.Items)
		}
		out = append(out, line)
	}
	return out
}

func TestAccess(t *testing.T) {
	base := func(more fields) fields {
		all := fields{"enabled": true, "open": false, "wide": false, "tools": set("saw"), "guests": engine.List{},
			"rules": ranges(t, "allow 10.0.0.0/8"), "note": ""}
		maps.Copy(all, more)
		return all
	}
	nobody := doorKind()
	nobody.AbsentMeans = fields{"enabled": true, "open": false, "wide": true, "tools": set("saw"), "guests": engine.List{"ann"}}
	tests := []struct {
		name, reason string
		kind         *engine.Kind
		version      engine.Version
		live, wanted fields
		want         []string
	}{
		{name: "a new object", wanted: base(nil), want: []string{"+ [saw] [10.0.0.0/8] all but []"}},
		{name: "a new object that is off", wanted: base(fields{"enabled": false})},
		{name: "a deleted object", live: base(nil), want: []string{"- [saw] [10.0.0.0/8] all but []"}},
		{name: "switched on", live: base(fields{"enabled": false}), wanted: fields{"enabled": true, "tools": set("drill")},
			reason: "what is on is what it will be, not what it was", want: []string{"+ [drill] [10.0.0.0/8] all but []"}},
		{name: "nothing that a table shows", live: base(nil), wanted: fields{"note": "new"}},
		{name: "an element inside what is open anyway", live: base(fields{"open": true}), wanted: fields{"tools": set("drill")}},
		{name: "a list in place of everything", live: base(fields{"open": true, "tools": set()}), wanted: fields{"open": false, "tools": set("saw")},
			want: []string{"- all but [saw] [10.0.0.0/8] all but []"}},
		{name: "an opening that is withdrawn", live: base(fields{"open": true, "tools": set()}), wanted: fields{"open": false, "tools": set("saw")},
			version: "8.0.1", want: []string{"+ [saw] [10.0.0.0/8] all but []"}},
		{name: "two columns", live: base(nil), wanted: fields{"tools": set("saw", "drill"), "wide": true}, reason: "rows do not overlap",
			want: []string{"+ [drill] all but [] all but []", "+ [saw] all but [10.0.0.0/8] all but []"}},
		{name: "nothing in common", live: base(nil), wanted: fields{"tools": set("drill"), "guests": engine.List{"bob", "ann"}},
			want: []string{"+ [drill] [10.0.0.0/8] [ann bob]", "- [saw] [10.0.0.0/8] all but []"}},
		{name: "the first guest locks out the others", live: base(nil), wanted: fields{"guests": engine.List{"ann"}},
			want: []string{"- [saw] [10.0.0.0/8] all but [ann]"}},
		{name: "another guest", live: base(fields{"guests": engine.List{"ann"}}), wanted: fields{"guests": engine.List{"bob", "ann"}},
			want: []string{"+ [saw] [10.0.0.0/8] [bob]"}},
		{name: "a hole", live: base(nil), wanted: fields{"rules": ranges(t, "allow 10.0.0.0/8", "deny 10.0.0.0/9", "deny 10.255.255.255-10.255.255.255")},
			want: []string{"- [saw] [10.0.0.0/9 10.255.255.255] all but []"}},
		{name: "a range inside another", live: base(nil), wanted: fields{"rules": ranges(t, "allow 10.0.0.0/8", "allow 10.1.0.0/16", "deny 11.0.0.0/8")}},
		{name: "ranges that touch", live: base(nil), wanted: fields{"rules": ranges(t, "allow 10.0.0.0/8", "allow 11.0.0.0-11.0.0.4", "allow 11.0.0.5-11.0.0.7", "allow ::1-::1")},
			want: []string{"+ [saw] [11.0.0.0/29 ::1] all but []"}},
		{name: "rules that cannot be read", live: base(fields{"rules": engine.Rows{{"allow", "10.0.0.0/8", "10.0.0.0/8"}, {"allow", "10.0.0.9", "10.0.0.1"}, {"allow", "10.0.0.1", "::1"}, {"7", "10.0.0.1", "10.0.0.1"}}}),
			wanted: fields{"rules": ranges(t, "allow 10.0.0.1-10.0.0.1")}, want: []string{"+ [saw] [10.0.0.1] all but []"}},
		{name: "flags that the live side does not give", live: fields{"tools": set("saw"), "rules": ranges(t, "allow ::/0"), "guests": engine.List{}},
			wanted: fields{"tools": set("drill")}, want: []string{"+ [drill] [::/0] all but []", "- [saw] [::/0] all but []"}},
		{name: "no object means something", kind: nobody, wanted: base(fields{"guests": engine.List{"bob"}, "wide": true}),
			want: []string{"+ [saw] all but [] [bob]", "- [saw] all but [] [ann]"}},
		{name: "a delete leaves what no object means", kind: nobody, live: base(fields{"wide": true}), want: []string{"- [saw] all but [] all but [ann]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.kind == nil {
				tt.kind = doorKind()
			}
			if tt.version == "" {
				tt.version = testVersion
			}
			if d := cmp.Diff(tt.want, cells(accessOf(tt.kind, tt.version, tt.live, tt.wanted))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAccessIsSorted(t *testing.T) {
	var doors []engine.Resource
	for _, code := range []string{"B", "C", "A"} {
		doors = append(doors, engine.Resource{Ref: engine.Ref{Kind: "Door", Key: code}, Origin: engine.Position{Line: -len(doors)},
			Fields: fields{"code": code, "enabled": true, "wide": true, "open": true}})
	}
	p := engine.NewPlan(engine.Catalog{doorKind()}, &engine.Tenant{Resources: doors},
		&engine.Observation{Live: map[string]*engine.Live{"Door": {}}}, engine.PlanOptions{})
	var got []string
	for _, row := range p.Access {
		got = append(got, row.Cells[0].Items...)
	}
	if d := cmp.Diff([]string{"A", "B", "C"}, got); d != "" {
		t.Error(d)
	}
}

// point is one thing that somebody may do.
type point struct{ tool, address, guest string }

// lets tells whether a door lets a point through, as a person would look it up.
func lets(state fields, v engine.Version, at point) bool {
	if state == nil || state["enabled"] == false {
		return false
	}
	guests := state["guests"].(engine.List)
	return (state["open"] == true && v == testVersion || slices.Contains(state["tools"].(engine.Set), at.tool)) &&
		(state["wide"] == true || allows(state["rules"].(engine.Rows), at.address)) &&
		(len(guests) == 0 || slices.Contains(guests, at.guest))
}

func allows(rules engine.Rows, address string) bool {
	allowed := false
	for _, r := range rules {
		if !inRange(r.Start, r.End, address) {
			continue
		}
		if r.Policy == "deny" {
			return false
		}
		allowed = allowed || r.Policy == "allow"
	}
	return allowed
}

func inRange(start, end, address string) bool {
	from, err1 := netip.ParseAddr(start)
	to, err2 := netip.ParseAddr(end)
	a := netip.MustParseAddr(address)
	return err1 == nil && err2 == nil && from.Is4() == to.Is4() && from.Is4() == a.Is4() && from.Compare(a) <= 0 && a.Compare(to) <= 0
}

// covering counts the rows that a point is in.
func covering(p *engine.Plan, gained bool, at point) int {
	n := 0
	for _, row := range p.Access {
		if row.Gained == gained && inScope(row.Cells[1], at.tool) && addressInScope(row.Cells[2], at.address) && inScope(row.Cells[3], at.guest) {
			n++
		}
	}
	return n
}

func inScope(s engine.Scope, item string) bool { return s.All != slices.Contains(s.Items, item) }

func addressInScope(s engine.Scope, address string) bool {
	return s.All != slices.ContainsFunc(s.Items, func(item string) bool {
		if p, err := netip.ParsePrefix(item); err == nil {
			return p.Contains(netip.MustParseAddr(address))
		}
		from, to, pair := strings.Cut(item, "–")
		if !pair {
			to = from
		}
		return inRange(from, to, address)
	})
}

var doorAddresses = []string{"0.0.0.0", "0.0.0.1", "10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "255.255.255.254", "255.255.255.255",
	"::", "::1", "::2", "::3", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}

func drawDoor(t *rapid.T, label string) fields {
	some := func(what string, from ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, 2, rapid.ID[string]).Draw(t, label+" "+what)
	}
	end := rapid.SampledFrom(append([]string{"unreadable", ""}, doorAddresses...))
	rules := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) engine.Range {
		return engine.Range{Policy: rapid.SampledFrom([]string{"allow", "allow", "deny", "7"}).Draw(t, "policy"), Start: end.Draw(t, "start"), End: end.Draw(t, "end")}
	}), 0, 5).Draw(t, label+" rules")
	flag := func(what string) bool { return rapid.IntRange(0, 3).Draw(t, label+" "+what) == 0 }
	return fields{"enabled": !flag("off"), "open": flag("open"), "wide": flag("wide"), "tools": set(some("tools", "saw", "drill")...),
		"rules": engine.NewRows(rules...), "guests": engine.List(some("guests", "ann", "bob"))}
}

// Each point is in exactly one row if what lets it through changes, and in none
// if not.
func TestAccessIsTheDifference(t *testing.T) {
	check(t, func(t *rapid.T) {
		k, v := doorKind(), rapid.SampledFrom([]engine.Version{testVersion, "8.0.1"}).Draw(t, "version")
		before, after := drawDoor(t, "before"), drawDoor(t, "after")
		wanted := maps.Clone(after)
		switch rapid.SampledFrom([]string{"create", "update", "part", "delete", "record"}).Draw(t, "action") {
		case "create":
			before = nil
		case "delete":
			after, wanted = nil, nil
		case "part":
			for _, name := range rapid.SliceOf(rapid.SampledFrom([]string{"enabled", "open", "tools", "rules", "guests"})).Draw(t, "unmanaged") {
				after[name] = before[name]
				delete(wanted, name)
			}
		case "record":
			k.AbsentMeans = maps.Clone(before)
		}
		live := maps.Clone(before)
		if k.AbsentMeans != nil {
			live = nil
		}
		p := accessOf(k, v, live, wanted)
		for _, row := range p.Access {
			if slices.ContainsFunc(row.Cells, func(c engine.Scope) bool { return !c.All && len(c.Items) == 0 }) {
				t.Fatalf("a row of nothing: %v", cells(p))
			}
		}
		for _, tool := range []string{"saw", "drill", "rope"} {
			for _, address := range doorAddresses {
				for _, guest := range []string{"ann", "bob", "eve"} {
					at := point{tool, address, guest}
					was, is := lets(before, v, at), lets(after, v, at)
					gained, lost := covering(p, true, at), covering(p, false, at)
					if gained != count(is && !was) || lost != count(was && !is) {
						t.Fatalf("%v: before %t, after %t, in %d rows gained and %d lost: %v", at, was, is, gained, lost, cells(p))
					}
				}
			}
		}
	})
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
