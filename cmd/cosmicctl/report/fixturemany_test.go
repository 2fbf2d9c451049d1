package report_test

import (
	"fmt"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
)

// manyChanges is how many changes the run "many" has.
const manyChanges = 10_000

// many is a plan of n changes: a hundred on each tenant, of which every other
// one is the same on all tenants and so folds.
func many(n int) *report.Run { return manyOn(n/100, 100) }

// manyOn is a plan of as many changes on each tenant.
func manyOn(tenants, each int) *report.Run {
	run := &report.Run{Command: "plan", Files: tenants}
	for i := range tenants {
		name := fmt.Sprintf("tenant-%03d", i)
		plan := &engine.Plan{Tenant: name, Unchanged: each, Stages: [][]engine.Change{make([]engine.Change, each)}}
		for j := range each {
			plan.Stages[0][j] = manyth(i, j)
			plan.Access = append(plan.Access, accessOf(&plan.Stages[0][j])...)
		}
		run.Add(&engine.Tenant{Name: name, Environment: engine.Environment{BaseURL: "https://cosmic.example.com/" + name, Version: "6.0.14"}}, plan)
	}
	return concluded(run)
}

// manyth is a change on a tenant of [many].
func manyth(tenant, i int) engine.Change {
	at := engine.Position{File: fmt.Sprintf("manifests/tenant-%03d.yaml", tenant), Line: 10 + 4*i, Col: 5}
	c := engine.Change{Action: engine.Update, Origin: at, Steps: []string{engine.OpSave}, ID: fmt.Sprint(1000 + i)}
	field := func(name string, before, after any, risks ...engine.Risk) {
		at.Line++
		c.Fields = append(c.Fields, engine.FieldChange{Field: name, Before: before, After: after, Risks: risks, At: at})
		c.Risks = append(c.Risks, risks...)
	}
	switch i % 4 {
	case 0:
		c.Ref = engine.Ref{Kind: "ThirdPartyApp", Key: fmt.Sprintf("APP%02d", i)}
		field("enhancedToken", false, true, engine.Narrows)
	case 1:
		c.Ref = engine.Ref{Kind: "BusinessSystem", Key: fmt.Sprintf("ERP%02d", i)}
		field("callbacks", engine.List{fmt.Sprintf("https://old.example.com/%d/%d", tenant, i)},
			engine.List{fmt.Sprintf("https://new.example.com/%d/%d", tenant, i)}, engine.Redirects)
	case 2:
		c.Ref = engine.Ref{Kind: "Parameter", Key: fmt.Sprintf("rim_config/key%02d", i)}
		field("value", "1", "2", engine.Routine)
	case 3:
		c.Ref = engine.Ref{Kind: "ThirdPartyApp", Key: fmt.Sprintf("OLD%02d", i)}
		c.Action, c.Steps, c.Risks = engine.Delete, []string{engine.OpDelete}, []engine.Risk{engine.Narrows, engine.Destroys}
		c.By, c.When = fmt.Sprintf("user%d", tenant), "2026-11-20 14:03:22"
	}
	return c
}

// accessOf is what a change of [many] that redirects data makes of the table of
// that.
func accessOf(c *engine.Change) []engine.AccessRow {
	if c.Ref.Kind != "BusinessSystem" {
		return nil
	}
	row := func(gained bool, to any) engine.AccessRow {
		return engine.AccessRow{Kind: c.Ref.Kind, Gained: gained, Cells: []engine.Scope{{Items: []string{c.Ref.Key}}, {Items: to.(engine.List)}, {Items: []string{"aes"}}}}
	}
	return []engine.AccessRow{row(true, c.Fields[0].After), row(false, c.Fields[0].Before)}
}
