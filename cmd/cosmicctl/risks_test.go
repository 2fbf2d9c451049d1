package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/schema"
)

// fields are those of an object in normal form.
type fields = map[string]any

// riskCase is a change of one object. Before holds what differs from an ordinary
// live object of the kind, after what the manifest says.
type riskCase struct {
	name, reason string
	kind         string
	version      engine.Version // 6.0.14 if empty
	action       engine.Action  // update if empty
	before       fields
	after        fields
	want         []string // the classes of each field or element that has some
}

func riskCases() []riskCase {
	return slices.Concat(appRisks(), appListRisks(), addressRisks(), otherRisks())
}

// flagRisks are the two ways of a flag; classes are those of on and of off.
func flagRisks(kind, flag, on, off string) []riskCase {
	turned := func(to bool, class string) riskCase {
		c := riskCase{name: fmt.Sprintf("%s becomes %t", flag, to), kind: kind, before: fields{flag: !to}, after: fields{flag: to}}
		if class != "" {
			c.want = []string{flag + " " + class}
		}
		return c
	}
	return []riskCase{turned(true, on), turned(false, off)}
}

func appRisks() []riskCase {
	const app = "ThirdPartyApp"
	return slices.Concat(
		flagRisks(app, "enabled", "widens-access", "narrows-access"),
		flagRisks(app, "enhancedToken", "narrows-access", "widens-access"),
		flagRisks(app, "basicAuth", "widens-access", "narrows-access"),
		flagRisks(app, "jwt", "", "narrows-access"),
		flagRisks(app, "digestAuth", "", "narrows-access"),
		flagRisks(app, "signatureAuth", "", "narrows-access"),
		[]riskCase{
			{name: "a new app that is off", kind: app, action: engine.Create, reason: "what was never on is not taken away",
				after: fields{"enabled": false, "enhancedToken": false, "apis": words("a"), "ipRules": rules("allow 10.0.0.0")},
				want:  []string{"apis widens-access", "ipRules widens-access"}},
			{name: "a new app for everything", kind: app, action: engine.Create,
				after: fields{"allowAllAPIs": true, "allowAllIPs": true, "agentUsers": words("u"), "basicAuth": true},
				want: []string{"agentUsers widens-access", "allowAllAPIs widens-access", "allowAllIPs widens-access", "basicAuth widens-access",
					"enabled widens-access"}},
			{name: "a new app that denies an address", kind: app, action: engine.Create, reason: "it took nobody's access",
				after: fields{"allowAllAPIs": true, "ipRules": rules("allow 10.0.0.0", "deny 10.0.0.2")},
				want:  []string{"allowAllAPIs widens-access", "enabled widens-access", "ipRules widens-access"}},
			{name: "a deleted app", kind: app, action: engine.Delete, want: []string{"narrows-access destroys"}},
			{name: "what is only said", kind: app, after: fields{"name": "new", "description": "new", "rateLimit": int64(5)}},
		})
}

func appListRisks() []riskCase {
	const app = "ThirdPartyApp"
	return []riskCase{
		{name: "all APIs", kind: app, after: fields{"allowAllAPIs": true}, want: []string{"allowAllAPIs widens-access"},
			reason: "the list that it replaces takes nothing away"},
		{name: "APIs in place of all", kind: app, before: fields{"allowAllAPIs": true, "apis": words("c")}, after: fields{"apis": words("a")},
			want: []string{"allowAllAPIs narrows-access"}, reason: "each was allowed before"},
		{name: "an API more", kind: app, after: fields{"apis": words("a", "b")}, want: []string{"apis+b widens-access"}},
		{name: "the first API", kind: app, before: fields{"apis": words()}, after: fields{"apis": words("a")}, want: []string{"apis+a widens-access"}},
		{name: "an API less", kind: app, before: fields{"apis": words("a", "b")}, after: fields{"apis": words("a")}, want: []string{"apis-b narrows-access"}},
		{name: "the last API", kind: app, after: fields{"apis": words()}, want: []string{"apis-a narrows-access"}},
		{name: "one API for another", kind: app, after: fields{"apis": words("b")}, want: []string{"apis+b widens-access", "apis-a narrows-access"}},
		{name: "another API where all is withdrawn", kind: app, version: "8.0.1", before: fields{"allowAllAPIs": true, "apis": words("a", "c")},
			after: fields{"apis": words("a", "b")}, want: []string{"allowAllAPIs narrows-access", "apis+b widens-access", "apis-c narrows-access"}},
		{name: "the first API where all is withdrawn", kind: app, version: "8.0.1", before: fields{"allowAllAPIs": true, "apis": words()},
			after: fields{"apis": words("a")}, want: []string{"allowAllAPIs narrows-access", "apis+a widens-access"}},
		{name: "no API where all is withdrawn", kind: app, version: "8.0.1", before: fields{"allowAllAPIs": true},
			after: fields{"apis": words()}, want: []string{"allowAllAPIs narrows-access", "apis-a narrows-access"}},

		{name: "the first agent users", kind: app, after: fields{"agentUsers": words("u")}, want: []string{"agentUserControl narrows-access"}},
		{name: "no agent users", kind: app, before: fields{"agentUserControl": true, "agentUsers": words("u")}, after: fields{"agentUsers": words()},
			want: []string{"agentUserControl widens-access"}, reason: "without control anybody may be one"},
		{name: "agent users under control for the first time", kind: app, before: fields{"agentUsers": words("u", "v")},
			after: fields{"agentUsers": words("u")}, want: []string{"agentUserControl narrows-access"}},
		{name: "another agent user", kind: app, before: fields{"agentUserControl": true, "agentUsers": words("u")},
			after: fields{"agentUsers": words("v")}, want: []string{"agentUsers+v widens-access", "agentUsers-u narrows-access"}},
		{name: "an agent user where control lets in nobody", kind: app, before: fields{"agentUserControl": true},
			after: fields{"agentUsers": words("u")}, want: []string{"agentUsers+u widens-access"}},
	}
}

func addressRisks() []riskCase {
	const app = "ThirdPartyApp"
	rule := func(name string, before, after engine.Rows, want ...string) riskCase {
		return riskCase{name: name, kind: app, before: fields{"ipRules": before}, after: fields{"ipRules": after}, want: want}
	}
	allow, both := rules("allow 10.0.0.1"), rules("allow 10.0.0.1", "deny 10.0.0.2")
	return []riskCase{
		{name: "all addresses", kind: app, before: fields{"ipRules": both}, after: fields{"allowAllIPs": true}, want: []string{"allowAllIPs widens-access"}},
		{name: "addresses in place of all", kind: app, before: fields{"allowAllIPs": true, "ipRules": rules()}, after: fields{"ipRules": both},
			want: []string{"allowAllIPs narrows-access"}},
		rule("an allow rule more", allow, rules("allow 10.0.0.1", "allow 10.0.0.3"), "ipRules+allow 10.0.0.3 widens-access"),
		rule("the first allow rule", rules("deny 10.0.0.2"), both, "ipRules+allow 10.0.0.1 widens-access"),
		rule("an allow rule less", rules("allow 10.0.0.1", "allow 10.0.0.3"), allow, "ipRules-allow 10.0.0.3 narrows-access"),
		rule("the last allow rule", both, rules("deny 10.0.0.2"), "ipRules-allow 10.0.0.1 narrows-access"),
		rule("a deny rule more", both, rules("allow 10.0.0.1", "deny 10.0.0.2", "deny 10.0.0.3"), "ipRules+deny 10.0.0.3 narrows-access"),
		rule("the first deny rule", allow, both, "ipRules+deny 10.0.0.2 narrows-access"),
		rule("a deny rule less", rules("allow 10.0.0.1", "deny 10.0.0.2", "deny 10.0.0.3"), both, "ipRules-deny 10.0.0.3 widens-access"),
		rule("the last deny rule", both, allow, "ipRules-deny 10.0.0.2 widens-access"),
	}
}

func otherRisks() []riskCase {
	const users, system = "ApiAuthorization", "BusinessSystem"
	member := func(name string, before, after engine.Set, want ...string) riskCase {
		return riskCase{name: name, kind: users, before: fields{"users": before}, after: fields{"users": after}, want: want}
	}
	calls := func(name string, before, after engine.List, want ...string) riskCase {
		return riskCase{name: name, kind: system, before: fields{"callbacks": before}, after: fields{"callbacks": after}, want: want}
	}
	return slices.Concat(flagRisks("TaxAccount", "enabled", "widens-access", "narrows-access"),
		flagRisks("RateLimit", "enabled", "narrows-access", "widens-access"), []riskCase{
			{name: "a new account", kind: "TaxAccount", action: engine.Create, after: fields{"enabled": true}},
			{name: "a new limit that is off", kind: "RateLimit", action: engine.Create, after: fields{"enabled": false}, reason: "nothing was limited before"},
			member("the first user", words(), words("u"), "users+u narrows-access"),
			member("the last user", words("u"), words(), "users-u widens-access"),
			member("a user more", words("u"), words("u", "v"), "users+v widens-access"),
			member("a user less", words("u", "v"), words("u"), "users-v narrows-access"),
			{name: "a first record", kind: users, action: engine.Create, after: fields{"users": words("u")}, want: []string{"users narrows-access"},
				reason: "without a record everybody may call"},
			{name: "a deleted record", kind: users, action: engine.Delete, want: []string{"widens-access destroys"},
				reason: "without a record everybody may call"},

			calls("a first callback", engine.List{}, engine.List{"x"}, "callbacks redirects-data"),
			calls("another callback", engine.List{"x"}, engine.List{"y"}, "callbacks redirects-data"),
			calls("no callback", engine.List{"x"}, engine.List{}, "callbacks redirects-data"),
			{name: "AES becomes base64", kind: system, before: fields{"encryption": "aes"}, after: fields{"encryption": "base64"}, want: []string{"encryption redirects-data"}},
			{name: "base64 becomes AES", kind: system, after: fields{"encryption": "aes", "aesKey": engine.SecretRef{Env: "K"}},
				want: []string{"aesKey rotates-secret", "encryption narrows-access"}},
			{name: "a new system in base64", kind: system, action: engine.Create, after: fields{"enabled": false}},
			{name: "a new system in AES", kind: system, action: engine.Create, after: fields{"encryption": "aes", "callbacks": engine.List{"x"}},
				want: []string{"callbacks redirects-data"}},
			{name: "a deleted system", kind: system, action: engine.Delete, want: []string{"destroys"}},
			{name: "a changed parameter", kind: "Parameter", before: fields{"value": "1"}, after: fields{"value": "2"}},
			{name: "a deleted parameter", kind: "Parameter", action: engine.Delete, want: []string{"destroys"}},
		}, flagRisks(system, "enabled", "widens-access", "narrows-access"))
}

func words(items ...string) engine.Set { return engine.NewSet(items...) }

// rules are of single addresses.
func rules(texts ...string) engine.Rows {
	var out []engine.Range
	for _, text := range texts {
		policy, address, _ := strings.Cut(text, " ")
		out = append(out, engine.Range{Policy: policy, Start: address, End: address})
	}
	return engine.NewRows(out...)
}

// ordinary is a live object of a kind: flags are off, lists have one element.
func ordinary(k *engine.Kind) fields {
	out := fields{}
	for _, f := range k.Fields {
		switch f.Type {
		case engine.TypeFlag:
			out[f.Name] = false
		case engine.TypeInt:
			out[f.Name] = int64(0)
		case engine.TypeRefs:
			out[f.Name] = words("a")
		case engine.TypeRanges:
			out[f.Name] = rules("allow 10.0.0.1")
		case engine.TypeList:
			out[f.Name] = engine.List{"x"}
		case engine.TypeEnum:
			out[f.Name] = slices.Max(slices.Collect(maps.Keys(f.Enum)))
		case engine.TypeText:
			out[f.Name] = "old"
		}
	}
	return out
}

// planChange plans one object of a kind. Live is nil where there is none, wanted
// is nil to delete it.
func planChange(kinds engine.Catalog, k *engine.Kind, v engine.Version, live, wanted fields) *engine.Plan {
	r := engine.Resource{Fields: fields{}, Absent: wanted == nil}
	for _, name := range k.Key {
		r.Fields[name] = "old"
	}
	maps.Copy(r.Fields, wanted)
	r.Ref = engine.Ref{Kind: k.Name, Key: k.KeyFrom(r.Fields)}
	r.Imply(k)
	o := &engine.Observation{Live: map[string]*engine.Live{k.Name: {}}, Lookups: map[string]*engine.Lookup{}}
	if live != nil {
		o.Live[k.Name].Objects = map[string][]engine.Resource{r.Ref.Key: {{Ref: r.Ref, Fields: live, ID: "1"}}}
	}
	for _, f := range k.Fields {
		if f.Ref != "" && o.Lookups[f.Ref] == nil {
			o.Lookups[f.Ref] = &engine.Lookup{Keys: map[string][]string{}}
		}
		set, _ := r.Fields[f.Name].(engine.Set)
		for _, key := range append(slices.Clone(set), "old") {
			if f.Ref != "" {
				o.Lookups[f.Ref].Keys[key] = []string{key}
			}
		}
	}
	t := &engine.Tenant{Environment: engine.Environment{Version: v}, Resources: []engine.Resource{r}}
	return engine.NewPlan(kinds, t, o, engine.PlanOptions{})
}

// outcome writes the classes of the change, as far as it has any but routine.
func (c *riskCase) outcome(t *testing.T, kinds engine.Catalog) []string {
	t.Helper()
	k := kinds.Kind(c.kind)
	live := ordinary(k)
	if c.kind == "ThirdPartyApp" {
		live["agentUsers"] = words() // there is no control to have some for
	}
	maps.Copy(live, c.before)
	if c.action == engine.Create {
		live = nil
	}
	after := c.after
	if c.action == engine.Delete {
		after = nil
	} else if after == nil {
		after = fields{}
	}
	v := c.version
	if v == "" {
		v = "6.0.14"
	}
	p := planChange(kinds, k, v, live, after)
	if len(p.Problems) > 0 || len(p.Changes()) != 1 {
		t.Fatalf("no change, but %+v", p.Problems)
	}
	change := p.Changes()[0]
	if change.Action == engine.Delete {
		return []string{classes(change.Risks)}
	}
	var out []string
	for _, f := range change.Fields {
		sign := ""
		if f.Element != "" {
			sign = map[bool]string{true: "+", false: "-"}[f.After != nil]
		}
		if len(f.Risks) > 0 {
			out = append(out, f.Field+sign+f.Element+" "+classes(f.Risks))
		}
	}
	slices.Sort(out)
	return out
}

func classes(risks []engine.Risk) string {
	var out []string
	for _, r := range risks {
		out = append(out, string(r))
	}
	return strings.Join(out, " ")
}

func TestRisksOfTheKinds(t *testing.T) {
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range riskCases() {
		t.Run(c.kind+" "+c.name, func(t *testing.T) {
			if got := c.outcome(t, s.Kinds); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Each word of each rule matters to a case: without it one would come out
// otherwise.
func TestEveryWordOfARiskRuleIsHeldToACase(t *testing.T) {
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, k := range s.Kinds {
		rules += len(k.Risks) + len(k.Deleting)
		for name, mutant := range mutants(k) {
			kinds := slices.Clone(s.Kinds)
			kinds[slices.Index(kinds, k)] = mutant
			noticed := slices.ContainsFunc(riskCases(), func(c riskCase) bool {
				return c.kind == k.Name && !slices.Equal(c.outcome(t, kinds), c.want)
			})
			if !noticed {
				t.Errorf("%s: no case needs %s", k.Name, name)
			}
		}
	}
	if rules < 30 {
		t.Fatalf("only %d rules found", rules)
	}
}

// mutants are a kind without one of its rules, or without a word of one.
func mutants(k *engine.Kind) map[string]*engine.Kind {
	out := map[string]*engine.Kind{}
	for i := range k.Risks {
		name := fmt.Sprintf("risks[%d] (%s of %s)", i, k.Risks[i].Class, k.Risks[i].Field)
		with := func(what string, edit func(*engine.RiskRule)) {
			m := *k
			m.Risks = slices.Clone(k.Risks)
			edit(&m.Risks[i])
			out[what+name] = &m
		}
		with("", func(r *engine.RiskRule) { r.Field = "no field" })
		for j, event := range k.Risks[i].On {
			with("on "+event+" of ", func(r *engine.RiskRule) { r.On = slices.Delete(slices.Clone(r.On), j, j+1) })
		}
		for while := range k.Risks[i].While {
			with("while "+while+" of ", func(r *engine.RiskRule) { r.While = maps.Clone(r.While); delete(r.While, while) })
		}
		if k.Risks[i].From != nil {
			with("from of ", func(r *engine.RiskRule) { r.From = nil })
		}
		if k.Risks[i].Of != "" {
			with("of of ", func(r *engine.RiskRule) { r.Of = "" })
		}
		if k.Risks[i].Span != (engine.Span{}) {
			with("span of ", func(r *engine.RiskRule) { r.Span = engine.Span{} })
		}
	}
	for i, r := range k.Deleting {
		m := *k
		m.Deleting = slices.Delete(slices.Clone(k.Deleting), i, i+1)
		out["deleting "+string(r)] = &m
	}
	return out
}
