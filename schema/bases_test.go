package schema_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
)

const baseHeader = "apiVersion: cosmicctl/v1\nkind: Base\n"

// onBase is a tenant on base.yaml that completes the app of it.
func onBase(n int) string {
	name := fmt.Sprintf("t%d", n)
	text := strings.ReplaceAll(strings.Replace(header, "accountId: \"1\"", fmt.Sprintf("accountId: \"%d\"", n), 1), "acme", name)
	return text + "bases: [../base.yaml]\nthirdPartyApps:\n  - {code: A, secret: {env: S}}\n"
}

// fleet is a base and so many tenants on it.
func fleet(n int, base string) map[string]string {
	files := map[string]string{"base.yaml": baseHeader + base}
	for i := range n {
		files[fmt.Sprintf("m/%d.yaml", i)] = onBase(i)
	}
	return files
}

const appOfBase = "thirdPartyApps:\n  - {code: A, apis: [x], allowAllIPs: true}\nbusinessSystems:\n  - {code: A, remark: r}\n"

func TestABaseIsReadOnceAndShared(t *testing.T) {
	dir := folder(t, fleet(300, appOfBase))
	var mu sync.Mutex
	read := map[string]int{}
	res, err := newSchema(t).Load(context.Background(), []string{filepath.Join(dir, "m")}, schema.Options{Keep: true, Fetch: func(path string) error {
		mu.Lock()
		defer mu.Unlock()
		read[filepath.Base(path)]++
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"base.yaml": 1}, read); diff != "" {
		t.Error(diff)
	}
	if len(res.Tenants) != 300 || len(res.Diagnostics) != 0 || res.Files != 301 {
		t.Fatalf("%d tenants, %d files, %v", len(res.Tenants), res.Files, res.Diagnostics)
	}
	shared := map[string]bool{} // by where it is kept
	for _, tn := range res.Tenants {
		all := tn.Whole().Resources
		app, system := all[0], all[1]
		if len(all) != 2 || app.At["secret"].File == app.At["apis"].File || system.Origin.File != app.At["apis"].File {
			t.Fatalf("%+v", all)
		}
		shared[fmt.Sprintf("%p", tn.Resources[1])] = true
	}
	if len(shared) != 1 {
		t.Errorf("an object of the base is kept %d times", len(shared))
	}
}

func TestAMistakeOfABaseIsReportedOnce(t *testing.T) {
	dir := folder(t, fleet(200, appOfBase+"parameters:\n  - {type: t, name: n, colour: red}\nprotect: [Nothing/x]\n"))
	for name, paths := range map[string][]string{"with the base": {dir}, "the tenants alone": {filepath.Join(dir, "m")}} {
		t.Run(name, func(t *testing.T) {
			res, err := newSchema(t).Load(context.Background(), paths, schema.Options{Keep: true})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"8:24 unknown-field", "9:11 protect-kind"}, places(res.Diagnostics)); diff != "" {
				t.Error(diff)
			}
			if len(res.Tenants) != 0 {
				t.Errorf("%d tenants stand on it all the same", len(res.Tenants))
			}
		})
	}
}

func TestWhatABaseLacksNamesTheTenants(t *testing.T) {
	files := fleet(6, appOfBase)
	for i := 1; i < 6; i++ {
		name := fmt.Sprintf("m/%d.yaml", i)
		files[name], _, _ = strings.Cut(files[name], "thirdPartyApps")
	}
	res, err := newSchema(t).Load(context.Background(), []string{folder(t, files)}, schema.Options{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"4:6 missing-field"}, places(res.Diagnostics)); diff != "" {
		t.Fatal(diff)
	}
	if d := res.Diagnostics[0]; d.Args["tenants"] != "t1, t2, t3 and 2 more" || d.Hint != schema.HintLacking {
		t.Errorf("%+v", d)
	}
	if len(res.Tenants) != 1 || res.Tenants[0].Name != "t0" {
		t.Errorf("%v", res.Tenants)
	}
}

// However a tenant is spread over bases, it is the same one.
func TestBasesAreJoinedByUnion(t *testing.T) {
	s := newSchema(t)
	const body = "waivers: [{rule: r, owner: o, reason: r, expires: \"2999-01-01\"}]\nprotect: [Parameter/t/n]\n" +
		"parameters:\n  - {type: t, name: n, value: 1}\n"
	const app = "thirdPartyApps:\n  - {code: A, apis: [x], allowAllIPs: true, secret: {env: S}}\nbusinessSystems:\n  - {code: A, remark: r}\n"
	labels := strings.Replace(header, "name: acme", "name: acme\n  labels: {a: x, b: y}", 1)
	part := "---\n" + partOfAcme
	tests := map[string]map[string]string{
		"whole":            {"m.yaml": labels + app + body},
		"one base":         {"m.yaml": labels + "bases: [b.yaml]\n", "b.yaml": baseHeader + app + body},
		"a base of fields": {"m.yaml": labels + "bases: [b.yaml]\n" + body + "thirdPartyApps: [{code: A, secret: {env: S}}]\n", "b.yaml": baseHeader + appOfBase},
		"two bases of one object": {"m.yaml": labels + "bases: [c.yaml, b.yaml]\n" + body, "b.yaml": baseHeader + appOfBase,
			"c.yaml": baseHeader + "thirdPartyApps: [{code: A, secret: {env: S}}]\n"},
		"labels of a base": {"m.yaml": header + "bases: [b.yaml]\n" + app, "b.yaml": baseHeader + "metadata: {labels: {a: x}}\n" + body + "bases: [c.yaml]\n",
			"c.yaml": baseHeader + "metadata: {labels: {b: y}}\n"},
		"a base by two ways": {"m.yaml": labels + "bases: [b.yaml, c.yaml, ./d.yaml]\n" + app, "b.yaml": baseHeader + "bases: [d.yaml]\n",
			"c.yaml": baseHeader + "bases: [../" + "x/d.yaml]\n", "d.yaml": baseHeader + body},
		"two parts on one base": {"m.yaml": labels + "bases: [b.yaml]\n" + part + "bases: [b.yaml]\nthirdPartyApps: [{code: A, secret: {env: S}}]\n",
			"b.yaml": baseHeader + appOfBase + body},
		"parts the other way round": {"m.yaml": labels + "bases: [b.yaml]\nthirdPartyApps: [{code: A, secret: {env: S}}]\n" + part + "bases: [b.yaml]\n",
			"b.yaml": baseHeader + appOfBase + body},
		"several documents": {"m.yaml": labels + "bases: [b.yaml]\n", "b.yaml": baseHeader + app + "---\n" + baseHeader + body},
	}
	var want engine.Digest
	for _, name := range append([]string{"whole"}, keys(tests)...) {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for file, text := range tests[name] {
				files["x/"+file] = text
			}
			res, err := s.Load(context.Background(), []string{folder(t, files)}, schema.Options{Keep: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Diagnostics) > 0 || len(res.Tenants) != 1 {
				t.Fatal(res.Diagnostics)
			}
			got := engine.DigestManifests(res.Tenants)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("another tenant: %+v", res.Tenants[0])
			}
		})
	}
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func TestBasesThatNameFurtherOnes(t *testing.T) {
	s := newSchema(t)
	chain := func(n int) map[string]string {
		files := map[string]string{"m/0.yaml": header + "bases: [../1.yaml]\n"}
		for i := 1; i <= n; i++ {
			files[fmt.Sprintf("%d.yaml", i)] = baseHeader + fmt.Sprintf("bases: [%d.yaml]\n", i+1)
		}
		files[fmt.Sprintf("%d.yaml", n)] = baseHeader
		return files
	}
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"as deep as may be", chain(schema.MaxBaseDepth), []string{}},
		{"deeper", chain(schema.MaxBaseDepth + 1), []string{"3:9 base-depth"}},
		{"itself", map[string]string{"m/0.yaml": header + "bases: [../1.yaml]\n", "1.yaml": baseHeader + "bases: [1.yaml]\n"}, []string{"3:9 base-cycle"}},
		{"a circle", map[string]string{"m/0.yaml": header + "bases: [../2.yaml]\n", "1.yaml": baseHeader + "bases: [2.yaml]\n",
			"2.yaml": baseHeader + "bases: [1.yaml]\n"}, []string{"3:9 base-cycle"}},
		{"a field of two bases", map[string]string{"m/0.yaml": header + "bases: [../1.yaml, ../2.yaml]\n",
			"1.yaml": baseHeader + "parameters: [{type: t, name: n, value: 1}]\n", "2.yaml": baseHeader + "parameters: [{type: t, name: n, value: 1}]\n"},
			[]string{"3:33 set-twice"}},
		{"a deletion and an object", map[string]string{"m/0.yaml": header + "bases: [../1.yaml, ../2.yaml]\n",
			"1.yaml": baseHeader + "parameters: [{type: t, name: n, state: absent}]\n", "2.yaml": baseHeader + "parameters: [{type: t, name: n}]\n"},
			[]string{"3:15 same-key"}},
		{"a waiver of two bases", map[string]string{"m/0.yaml": header + "bases: [../1.yaml, ../2.yaml]\n",
			"1.yaml": baseHeader + "waivers: [{rule: r, owner: o, reason: r, expires: \"2999-01-01\"}]\n",
			"2.yaml": baseHeader + "waivers: [{rule: r, owner: o, reason: r, expires: \"2999-01-01\"}]\n"}, []string{"3:12 same-waiver"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := s.Load(context.Background(), []string{filepath.Join(folder(t, tt.files), "m")}, schema.Options{Keep: true})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, places(res.Diagnostics)); diff != "" {
				t.Error(diff, res.Diagnostics)
			}
			if len(tt.want) > 0 && len(res.Tenants) > 0 {
				t.Error("the tenant counts as valid")
			}
		})
	}
}

// A rule that holds for some versions is asked for the version of each tenant.
func TestVersionsOfTenantsOnABase(t *testing.T) {
	files := map[string]string{"base.yaml": baseHeader + "thirdPartyApps:\n  - {code: A, secret: {env: S}, allowAllAPIs: true, allowAllIPs: true}\nbusinessSystems: [{code: A}]\n",
		"m/old.yaml": header + "bases: [../base.yaml]\n",
		"m/new.yaml": strings.NewReplacer("acme", "other", "6.0.14", "8.0.1").Replace(header) + "bases: [../base.yaml]\n"}
	res, err := newSchema(t).Load(context.Background(), []string{folder(t, files)}, schema.Options{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Tenants) != 1 || res.Tenants[0].Name != "acme" {
		t.Errorf("%v", res.Tenants)
	}
	if diff := cmp.Diff([]string{"4:47 allow-all-apis-withdrawn", "4:47 open-to-all"}, places(res.Diagnostics)); diff != "" {
		t.Fatal(diff)
	}
	if d := res.Diagnostics[0]; d.Args["tenants"] != "other" || d.Hint != schema.HintConcerned {
		t.Errorf("%+v", d)
	}
}
