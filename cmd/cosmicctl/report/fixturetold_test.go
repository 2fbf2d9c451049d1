package report_test

import (
	"fmt"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"
)

// told fills every text from outside of a run with text, which is given a number
// that is another one each time.
func told(text func(n int) string) *report.Run {
	n := 0
	next := func() string { n++; return text(n) }
	place := func() engine.Position { return engine.Position{File: next(), Line: 7, Col: 5} }
	problem := func(code engine.Code, args ...string) engine.Diagnostic {
		d := engine.Diagnostic{Severity: engine.Error, Code: code, Pos: place(), Path: next(), Args: map[string]string{}}
		for _, a := range args {
			d.Args[a] = next()
		}
		return d
	}
	field := func(name string, before, after any) engine.FieldChange {
		return engine.FieldChange{Field: name, Before: before, After: after, Risks: []engine.Risk{engine.Widens}, Cause: engine.ByBoth, At: place()}
	}
	longer := func(s string) (any, any) { return s + " before", s + " after" }
	before, after := longer(next())
	element := next()
	change := func(a engine.Action, kind string, fields ...engine.FieldChange) engine.Change {
		return engine.Change{Action: a, Ref: engine.Ref{Kind: kind, Key: next()}, Origin: place(), Fields: fields, Steps: []string{engine.OpSave},
			Risks: []engine.Risk{engine.Redirects, engine.Widens}, Cause: engine.ByBoth, By: next(), When: next(), ID: next()}
	}
	plan := &engine.Plan{
		Tenant: "tenant", Unchanged: 1,
		Stages: [][]engine.Change{{
			change(engine.Create, "ThirdPartyApp",
				engine.FieldChange{Field: "name", After: next(), At: place()},
				engine.FieldChange{Field: "secret", After: engine.SecretRef{Exec: []string{next(), next()}}, Secret: true, At: place()},
				engine.FieldChange{Field: "apis", After: engine.NewSet(next(), next()), At: place()}),
			change(engine.Update, "ThirdPartyApp", field("description", before, after),
				engine.FieldChange{Field: "apis", Element: element, After: element, At: place()}),
			change(engine.Update, "BusinessSystem", field("callbacks", engine.List{next()}, engine.List{next(), next()}),
				engine.FieldChange{Field: "aesKey", After: engine.SecretRef{File: next()}, Secret: true, At: place()}),
		}, {
			change(engine.Delete, "Parameter"),
		}},
		Access: []engine.AccessRow{{Kind: "ThirdPartyApp", Gained: true, Cells: []engine.Scope{
			{Items: []string{next()}}, {All: true, Items: []string{next(), next()}}, {Items: []string{next()}}}}},
		Waivers:   []engine.Waiver{{Rule: next(), Object: next(), Owner: next(), Reason: next(), Expires: next(), At: place()}},
		Unmanaged: []engine.Ref{{Kind: "ThirdPartyApp", Key: next()}},
		ByHand: []engine.ByHand{
			{Action: engine.Ensure, Ref: engine.Ref{Kind: "ThirdPartyApp", Key: next()}, Op: engine.OpQuery, Form: next(), Risks: []engine.Risk{engine.Widens}, Origin: place(),
				Reminders: []engine.Code{engine.RemindPreset}, Fields: []engine.FieldChange{{Field: "name", After: next()}, {Field: "apis", After: engine.NewSet(next(), next())},
					{Field: "secret", After: engine.SecretRef{Env: next()}, Secret: true}, {Field: "ipRules", After: engine.NewRows(engine.Range{Policy: "allow", Start: next(), End: next()})}}},
			{Action: engine.Update, Ref: engine.Ref{Kind: "BusinessSystem", Key: next()}, Op: engine.OpSave, Form: next(), Risks: []engine.Risk{engine.Routine}, Origin: place(),
				Fields: []engine.FieldChange{{Field: "remark", Before: next(), After: next()}, {Field: "callbacks", Before: engine.List{next()}, After: engine.List{next(), next()}}}},
		},
		NotComparable: []engine.SecretField{{Ref: engine.Ref{Kind: "Parameter", Key: next()}, Field: "value"}},
		Problems: []engine.Diagnostic{problem(engine.CodeUnreadable, "kind", "error"), problem(engine.CodeDoubled, "key", "ids"),
			problem(engine.CodeUnknownRef, "kind", "value")},
	}
	run := &report.Run{Command: "plan", ExitCode: 4, Files: 1, Base: next(), Failure: next(), Digest: "sha256:00",
		Diagnostics: []engine.Diagnostic{problem(schema.CodeValue, "value"), problem(schema.CodeNoFile, "reason"), problem("a-rule-of-somebody")}}
	run.Diagnostics[2].Text = &engine.Text{EN: next(), ZH: next()}
	run.Diagnostics[0].Severity = engine.Advice
	run.Add(&engine.Tenant{Name: next(), Environment: engine.Environment{BaseURL: "https://cosmic.example.com/" + next(), Version: engine.Version(next())}}, plan)
	return run
}

// toldOfTwo is the same of a comparison.
func toldOfTwo(text func(n int) string) *report.Run {
	n := 1000
	next := func() string { n++; return text(n) }
	run := told(text)
	run.Command, run.Base, run.Digest = "compare", "", ""
	t := &run.Tenants[0]
	actions := []engine.Action{engine.OnlyFirst, engine.Differs, engine.Differs, engine.OnlySecond}
	for _, stage := range t.Plan.Stages {
		for i := range stage {
			c := &stage[i]
			c.Action, actions = actions[0], actions[1:]
			c.Risks, c.Steps, c.Cause = nil, nil, ""
			for j := range c.Fields {
				f := &c.Fields[j]
				if f.Risks, f.Cause = nil, ""; c.Action == engine.OnlyFirst {
					f.Before, f.After = f.After, nil
				}
			}
		}
	}
	t.Plan.Waivers, t.Plan.Unmanaged, t.Plan.ByHand = nil, nil, nil
	t.Pair = &report.Pair{First: report.Compared{Name: next(), BaseURL: next(), Version: engine.Version(next())}, Second: t.Name,
		Kinds:   []engine.KindComparison{{Kind: "BusinessSystem", Differs: 1}, {Kind: "Parameter", OnlySecond: 1}, {Kind: "ThirdPartyApp", Differs: 1, OnlyFirst: 1, Preset: 2}},
		Ignored: []engine.IgnoredField{{Field: next(), Objects: 1}}}
	return run
}

// tellers make the runs that hold texts from outside.
func tellers() map[string]func(func(n int) string) *report.Run {
	return map[string]func(func(n int) string) *report.Run{"plan": told, "compare": toldOfTwo}
}

// attacks are texts that would change the structure of one format or the other.
func attacks() []string {
	return []string{
		"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J",
		"one\ntwo\r\nthree\rfour\u2028five\u2029six\vseven\feight\u0085nine",
		"```\n```diff\n~~~~\n+ a line of a diff",
		"@team @org/team #1 octo/repo#2 GH-3",
		"</details></summary><details open><summary>more",
		"<!-- cosmicctl:plan --> --> <!--",
		"::error file=a,line=1::boo%0A::warning::x",
		"##vso[task.setvariable variable=a]b ##teamcity[x] ##[command]",
		"\n::set-output name=a::b\n::stop-commands::x\n##[error]boo",
		"<script>alert(1)</script><img src=x onerror=alert(1)>",
		`" onload="alert(1)' x='1`,
		"| a | b |\n|---|---|\n| c | d |",
		"# heading\n- item\n> quote\n1. one\n---\n***",
		"[link](https://evil.example) ![img](x) <https://evil.example> https://evil.example www.evil.example",
		"**bold** _em_ ~~del~~ `code` \\` $x$ &lt;&#60; ]]> </testcase></failure>",
		"No changes. 0 unchanged.\nPlan: 0 to create",
		"\u202eright to left\u202c \u2066x\u2069 \u200bzero\ufeff \x00 \x7f \ufffe \U000e0041",
		"{\"a\": 1}\\u0022,\\\"}],",
		"\xff\xfe not UTF-8 \xc3",
		"</style></title></textarea></script>{{.}}${{ secrets.X }}$(id)`id`",
	}
}

// hostile is a text of attacks; the number keeps the order of texts what it
// would be without.
func hostile(n int) string {
	all := attacks()
	return fmt.Sprintf("t%03d %s", n, all[n%len(all)])
}

// tame is as long as [hostile], and harmless.
func tame(n int) string {
	h := []rune(hostile(n))
	return string(h[:5]) + strings.Repeat("x", len(h)-5)
}
