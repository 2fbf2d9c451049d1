package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/schema"
)

// What rules and tables name is there, and of the type that they need.
func TestRulesAndTablesNameFields(t *testing.T) {
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	kinds := s.Kinds
	tables := 0
	for _, k := range s.Kinds {
		is := func(where, field string, types ...engine.Type) {
			if f := k.Field(field); f == nil || !slices.Contains(types, f.Type) {
				t.Errorf("%s: %s names %q, which is no field of type %v", k.Name, where, field, types)
			}
		}
		for i, r := range k.Risks {
			where := fmt.Sprintf("risks[%d]", i)
			switch r.Becomes.(type) {
			case nil:
				is(where, r.Field, engine.TypeRefs, engine.TypeList, engine.TypeRanges)
			case bool:
				is(where, r.Field, engine.TypeFlag)
			default:
				is(where, r.Field, engine.TypeEnum)
				for _, word := range []any{r.Becomes, r.From} {
					if text, _ := word.(string); text != "" && k.Field(r.Field).Enum[text] == "" {
						t.Errorf("%s: %s names %q, which %s never is", k.Name, where, text, r.Field)
					}
				}
			}
			if r.Of != "" {
				is(where+".of", r.Field, engine.TypeRanges)
			}
			for while := range r.While {
				is(where+".while", while, engine.TypeFlag)
			}
		}
		if s := k.Self; s != nil {
			is("self", s.Field, engine.TypeText, engine.TypeRefs)
			for _, name := range s.Breaks {
				is("self.breaks", name, engine.TypeFlag)
			}
			if s.API != "" {
				is("self.api", s.API, engine.TypeText)
				selfPath(t, kinds, k)
			}
		}
		if k.Access == nil {
			continue
		}
		tables++
		if k.Access.If != "" {
			is("access.if", k.Access.If, engine.TypeFlag)
		}
		for _, c := range k.Access.Columns {
			is("access", c.Field, engine.TypeText, engine.TypeEnum, engine.TypeRefs, engine.TypeList, engine.TypeRanges)
			if c.All.Flag != "" {
				is("access.all", c.All.Flag, engine.TypeFlag)
			}
			if c.Title.EN == "" || c.Title.ZH == "" || k.Access.Title.EN == "" || k.Access.Title.ZH == "" {
				t.Errorf("%s: the table is not titled in both languages", k.Name)
			}
		}
		if k.Access.Columns[0].Field != k.Key[0] || len(k.Key) != 1 {
			t.Errorf("%s: the table does not begin with the key", k.Name)
		}
	}
	if tables < 3 {
		t.Fatalf("only %d tables found", tables)
	}
}

// selfPath: the API that a list is about has an address to tell it by.
func selfPath(t *testing.T, kinds engine.Catalog, k *engine.Kind) {
	t.Helper()
	api := kinds.Kind(k.Field(k.Self.API).Ref)
	if api == nil || api.Section != "" || api.Field(k.Self.Path) == nil {
		t.Errorf("%s: self.path names %q, which is no field of what %s refers to", k.Name, k.Self.Path, k.Self.API)
	}
}

// Where somebody gains access, or data goes elsewhere, the change says so, and
// where somebody loses it too.
func TestAccessRowsHaveRisks(t *testing.T) {
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for seed := range uint64(3000) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		for _, k := range s.Kinds {
			if k.Access == nil {
				continue
			}
			p := drawPlan(rnd, s.Kinds, k)
			if len(p.Problems) > 0 {
				t.Fatalf("seed %d: %+v", seed, p.Problems)
			}
			for _, r := range p.Access {
				rows[fmt.Sprint(k.Name, r.Gained)]++
				c := p.Changes()[0]
				if !slices.ContainsFunc(c.Risks, explains(k, p.Access, r)) {
					t.Errorf("seed %d: %s of %v is %v, but the plan has the row %+v of %+v", seed, c.Action, c.Before, c.Risks, r, p.Access)
				}
			}
		}
	}
	for name, n := range rows {
		if n < 100 {
			t.Errorf("only %d rows of %s were tried", n, name)
		}
	}
	if len(rows) != 6 {
		t.Errorf("rows of %d sorts were tried: %v", len(rows), rows)
	}
}

// explains returns which classes explain a row. A row that differs from one of the
// other sort in an enum only, as in how data is encrypted, is explained by any of
// access or data: nobody else gets it, it is told otherwise.
func explains(k *engine.Kind, all []engine.AccessRow, row engine.AccessRow) func(engine.Risk) bool {
	classes := []engine.Risk{engine.Redirects, engine.Narrows, engine.Destroys}
	if row.Gained {
		classes = []engine.Risk{engine.Redirects, engine.Widens}
	}
	told := func(r engine.AccessRow) string {
		text := ""
		for i, c := range k.Access.Columns {
			if k.Field(c.Field).Type != engine.TypeEnum {
				text += fmt.Sprint(r.Cells[i])
			}
		}
		return text
	}
	if slices.ContainsFunc(all, func(r engine.AccessRow) bool { return r.Gained != row.Gained && told(r) == told(row) }) {
		classes = append(classes, engine.Narrows, engine.Widens)
	}
	return func(r engine.Risk) bool { return slices.Contains(classes, r) }
}

// drawPlan draws an object of a kind, or none, and what a manifest wants of it.
func drawPlan(rnd *rand.Rand, kinds engine.Catalog, k *engine.Kind) *engine.Plan {
	live, wanted := fields{}, fields{}
	for _, f := range k.Fields {
		if slices.Contains(k.Key, f.Name) {
			live[f.Name] = "old"
			continue
		}
		if v := drawValue(rnd, f); v != nil {
			live[f.Name] = v
		}
		if v := drawValue(rnd, f); v != nil && rnd.IntN(2) == 0 {
			wanted[f.Name] = v
		}
	}
	for _, i := range k.Implies { // a manifest gives one of a pair
		if v, given := wanted[i.Field]; given && v != false {
			maps.DeleteFunc(wanted, func(name string, _ any) bool { _, implied := i.Set[name]; return implied })
		} else {
			delete(wanted, i.Field)
		}
	}
	switch rnd.IntN(5) {
	case 0:
		live = nil
	case 1:
		if k.AbsentMeans == nil { // what a missing record means, no tombstone asks for
			wanted = nil
		}
	}
	v := []engine.Version{"5.0", "6.0.14", "8.0.1"}[rnd.IntN(3)]
	return planChange(kinds, k, v, live, wanted)
}

// drawValue draws from few values, so that the two sides often share some.
func drawValue(rnd *rand.Rand, f *engine.Field) any {
	some := func(from ...string) []string {
		return slices.DeleteFunc(from, func(string) bool { return rnd.IntN(2) == 0 })
	}
	switch f.Type {
	case engine.TypeFlag:
		return rnd.IntN(2) == 0
	case engine.TypeRefs:
		return words(some("a", "b", "c")...)
	case engine.TypeList:
		return engine.List(some("x", "y"))
	case engine.TypeEnum:
		all := slices.Sorted(maps.Keys(f.Enum))
		return all[rnd.IntN(len(all))]
	case engine.TypeRanges:
		var rows []engine.Range
		for _, policy := range some("allow", "allow", "allow", "deny", "deny") {
			ends := []int{rnd.IntN(5), rnd.IntN(5)}
			rows = append(rows, engine.Range{Policy: policy, Start: fmt.Sprint("10.0.0.", slices.Min(ends)), End: fmt.Sprint("10.0.0.", slices.Max(ends))})
		}
		return engine.NewRows(rows...)
	}
	return nil
}
