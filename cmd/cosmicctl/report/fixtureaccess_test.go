package report_test

import "cosmicctl/engine"

// accessKind is the kind whose table the rows made by hand belong to.
const accessKind = "ThirdPartyApp"

func accessRows(tenant string) []engine.AccessRow {
	if tenant != "acme" {
		return nil
	}
	some := func(items ...string) engine.Scope { return engine.Scope{Items: items} }
	all := func(but ...string) engine.Scope { return engine.Scope{All: true, Items: but} }
	return []engine.AccessRow{
		{Kind: accessKind, Gained: true, Cells: []engine.Scope{some("ERP01"), some("rim_deduction"), some("10.20.0.0/16", "10.40.0.0/16")}},
		{Kind: accessKind, Gained: true, Cells: []engine.Scope{some("ERP01"), some("sim_openApi"), some("10.40.0.0/16")}},
		{Kind: accessKind, Gained: true, Cells: []engine.Scope{some("OPEN"), all(), all("10.20.9.1 – 10.20.9.7")}},
		{Kind: accessKind, Cells: []engine.Scope{some("ERP01"), some("sim_queryInvoice"), some("10.20.0.0/16", "10.30.0.0/16")}},
		{Kind: accessKind, Cells: []engine.Scope{some("LEGACY"), all(), all()}},
	}
}

func waivers(tenant string) []engine.Waiver {
	if tenant != "acme" {
		return nil
	}
	at := engine.Position{File: "testdata/runs/actions/acme.yaml", Line: 21, Col: 5}
	return []engine.Waiver{
		{Rule: "allow-all-addresses", Object: "ThirdPartyApp/OPEN", Owner: "platform team", Expires: "2026-12-31", At: at,
			Reason: "the addresses of the partner are not known yet"},
		{Rule: "no-waf", Owner: "张三", Reason: "演示环境", Expires: "2027-01-31", At: at},
	}
}
