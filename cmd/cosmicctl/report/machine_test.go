package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"slices"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func machineDoc(t testing.TB, format string, r *report.Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, format, r, report.Options{Words: report.English(), Kinds: kinds, Unmanaged: true, Version: "v1.2.3"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// breakout is a text that would break out of each format.
const breakout = "x\n::error::oops\r::set-output name=a::b\x1b[2J\x00%0A::stop-commands::t ]]></failure><script>alert(1)</script>\"'&,:[a](http://evil) \xff\u202e{0}"

func risky() engine.Change {
	return engine.Change{Action: engine.Update, Ref: engine.Ref{Kind: "Gadget", Key: breakout},
		Origin: engine.Position{File: "m/总部 a#1.yaml", Line: 4, Col: 5},
		Risks:  []engine.Risk{engine.Redirects, engine.Widens}, Cause: engine.ByBoth, By: breakout,
		Fields: []engine.FieldChange{
			{Field: "name", Before: breakout, After: "new", Cause: engine.ByBoth, At: engine.Position{File: "m/总部 a#1.yaml", Line: 5, Col: 7}},
			{Field: "to", Before: "a", After: breakout, Risks: []engine.Risk{engine.Redirects}, At: engine.Position{File: "m/总部 a#1.yaml", Line: 6, Col: 9}},
			{Field: "tools", Element: breakout, After: breakout, Risks: []engine.Risk{engine.Widens}, At: engine.Position{File: "m/总部 a#1.yaml", Line: 7}},
		}}
}

func routineChange(key string) engine.Change {
	return engine.Change{Action: engine.Create, Ref: engine.Ref{Kind: "Gadget", Key: key}, Risks: []engine.Risk{engine.Routine},
		Origin: engine.Position{File: "m/b.yaml", Line: 9, Col: 5}, Fields: []engine.FieldChange{{Field: "on", After: true}}}
}

func machineRun() *report.Run {
	r := &report.Run{Command: "plan", ExitCode: 3, Files: 2, Failure: "stopped: " + breakout,
		Diagnostics: []engine.Diagnostic{
			{Severity: engine.Advice, Code: "callback-plain-http", Text: &engine.Text{EN: "use https"}, Pos: engine.Position{File: "m/b.yaml", Line: 2, Col: 3}, Path: "a.b"},
			{Severity: engine.Error, Code: "unknown-field", Pos: engine.Position{File: "../" + breakout, Line: 2, Col: 3}, Path: breakout, Args: map[string]string{"field": breakout}},
			{Severity: engine.Error, Code: "unknown-field", Pos: engine.Position{File: "/abs/c.yaml"}, Args: map[string]string{"field": "x"}},
			{Severity: engine.Error, Code: "not-connected", Args: map[string]string{"error": breakout}},
		}}
	r.Add(&engine.Tenant{Name: "acme"}, &engine.Plan{Stages: [][]engine.Change{{routineChange("A"), routineChange("B"), risky()}}, Unchanged: 2})
	r.Add(&engine.Tenant{Name: breakout}, &engine.Plan{Problems: []engine.Diagnostic{
		{Severity: engine.Error, Code: engine.CodeUnreadable, Class: engine.ClassUnreadable, Args: map[string]string{"kind": "Gadget", "error": breakout}}}})
	return r
}

// emptyRun is a plan without anything to do.
func emptyRun() *report.Run {
	r := &report.Run{Command: "plan", Files: 1}
	r.Add(&engine.Tenant{Name: "acme"}, &engine.Plan{Unchanged: 2})
	r.Add(&engine.Tenant{Name: "beta"}, &engine.Plan{Unchanged: 1})
	return r
}

func schemaFile(t testing.TB, file string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.UseLoader(offline{})
	c.AssertFormat()
	s, err := c.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// offline loads schemas from files and nothing else.
type offline struct{ jsonschema.FileLoader }

func validate(t testing.TB, s *jsonschema.Schema, doc []byte) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

// shortFixtures are the shared runs; what is long of them is checked as well when
// it is shorter.
func shortFixtures(t testing.TB) []fixture {
	all := fixtures(t)
	for i := range all {
		if all[i].name == "many" {
			all[i].run = many(200)
		}
	}
	return all
}

// strictSchema is the schema of the JSON, but that it allows no field that it does
// not know.
func strictSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open("../help/json.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, def := range doc.(map[string]any)["$defs"].(map[string]any) {
		if def := def.(map[string]any); def["properties"] != nil {
			def["additionalProperties"] = false
		}
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("strict.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("strict.json")
}

func TestJSONIsValid(t *testing.T) {
	s := strictSchema(t)
	for _, f := range shortFixtures(t) {
		var b bytes.Buffer
		if err := report.Write(&b, "json", f.run, options(t)); err != nil {
			t.Fatal(err)
		}
		if err := validate(t, s, b.Bytes()); err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
	}
	doc := string(machineDoc(t, "json", machineRun()))
	for _, broken := range [][2]string{{`"kind": "Gadget"`, `"kynd": "Gadget"`}, {`"redirects-data"`, `"redirects"`}, {`"exitCode": 3`, `"exitCode": "3"`}} {
		if !strings.Contains(doc, broken[0]) || validate(t, s, []byte(strings.Replace(doc, broken[0], broken[1], 1))) == nil {
			t.Errorf("the schema accepts %s", broken[1])
		}
	}
}

// A secret that the client withheld from a message is marked in it.
func TestJSONMarksWithheldArguments(t *testing.T) {
	r := emptyRun()
	r.Diagnostics = []engine.Diagnostic{
		{Severity: engine.Error, Code: "not-connected", Args: map[string]string{"error": "token (secret) refused"}},
		{Severity: engine.Error, Code: "not-connected", Args: map[string]string{"error": "refused"}},
	}
	var doc struct{ Diagnostics []struct{ Redacted bool } }
	if err := json.Unmarshal(machineDoc(t, "json", r), &doc); err != nil {
		t.Fatal(err)
	}
	if !doc.Diagnostics[0].Redacted || doc.Diagnostics[1].Redacted {
		t.Errorf("%+v", doc)
	}
}

// sarifLog is what the tests read of a SARIF file.
type sarifLog struct {
	Runs []struct {
		ColumnKind string
		Tool       struct {
			Driver struct {
				Name, Version string
				Rules         []struct {
					ID   string
					Help struct{ Text string }
				}
			}
		}
		Invocations []struct {
			ExecutionSuccessful        bool
			ExitCode                   int
			ToolExecutionNotifications []struct {
				Level   string
				Message struct{ Text string }
			}
		}
		Results []struct {
			RuleID              string
			RuleIndex           int
			Level               string
			Message             struct{ Text string }
			PartialFingerprints map[string]string
			Locations           []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI, URIBaseID string }
					Region           struct{ StartLine, StartColumn int }
				}
			}
		}
	}
}

func readSARIF(t *testing.T, doc []byte) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal(doc, &log); err != nil || len(log.Runs) != 1 {
		t.Fatalf("%v, %d runs", err, len(log.Runs))
	}
	return log
}

func TestSARIFIsValid(t *testing.T) {
	schema := schemaFile(t, "testdata/sarif-schema-2.1.0.json")
	for name, r := range map[string]*report.Run{"full": machineRun(), "empty": emptyRun(), "nothing": {Command: "validate"}} {
		if err := validate(t, schema, machineDoc(t, "sarif", r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, f := range shortFixtures(t) {
		var b bytes.Buffer
		if err := report.Write(&b, "sarif", f.run, options(t)); err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, b.Bytes()); err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
	}
	broken := bytes.Replace(machineDoc(t, "sarif", machineRun()), []byte(`"level": "error"`), []byte(`"level": "fatal"`), 1)
	if validate(t, schema, broken) == nil {
		t.Error("the schema accepts a level that SARIF does not know")
	}
}

func TestSARIFResults(t *testing.T) {
	run := readSARIF(t, machineDoc(t, "sarif", machineRun())).Runs[0]
	type place struct {
		rule, level, uri, base string
		line, col              int
	}
	want := []place{
		{"unknown-field", "error", "../x%0A::error::oops%0D::set-output%20name=a::b%1B%5B2J%00%250A::stop-commands::t%20%5D%5D%3E%3C/failure%3E%3Cscript%3Ealert%281%29%3C/script%3E%22%27&,:%5Ba%5D%28http:/evil%29%20%FF%E2%80%AE%7B0%7D", "%SRCROOT%", 2, 3},
		{"unknown-field", "error", "file:///abs/c.yaml", "", 0, 0},
		{"not-connected", "error", "", "", 0, 0},
		{"unreadable", "error", "", "", 0, 0},
		{"conflict", "warning", "m/%E6%80%BB%E9%83%A8%20a%231.yaml", "%SRCROOT%", 5, 7},
		{"risk/redirects-data", "warning", "m/%E6%80%BB%E9%83%A8%20a%231.yaml", "%SRCROOT%", 6, 9},
		{"risk/widens-access", "warning", "m/%E6%80%BB%E9%83%A8%20a%231.yaml", "%SRCROOT%", 7, 0},
		{"callback-plain-http", "warning", "m/b.yaml", "%SRCROOT%", 2, 3},
		{"risk/routine", "note", "m/b.yaml", "%SRCROOT%", 9, 5},
		{"risk/routine", "note", "m/b.yaml", "%SRCROOT%", 9, 5},
	}
	var got []place
	prints := map[string]bool{}
	for _, x := range run.Results {
		p := place{rule: x.RuleID, level: x.Level}
		if len(x.Locations) == 1 {
			at := x.Locations[0].PhysicalLocation
			p.uri, p.base, p.line, p.col = at.ArtifactLocation.URI, at.ArtifactLocation.URIBaseID, at.Region.StartLine, at.Region.StartColumn
		}
		got = append(got, p)
		prints[x.PartialFingerprints["primaryLocationLineHash"]] = true
		if run.Tool.Driver.Rules[x.RuleIndex].ID != x.RuleID || run.Tool.Driver.Rules[x.RuleIndex].Help.Text == "" {
			t.Errorf("%s has not its rule with help", x.RuleID)
		}
		if strings.ContainsAny(x.Message.Text, "\n\r\x1b\x00\u202e") || strings.Contains(x.Message.Text, "](") {
			t.Errorf("%q", x.Message.Text)
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(place{})); diff != "" {
		t.Error(diff)
	}
	if len(prints) != len(want) || prints[""] {
		t.Errorf("%d fingerprints of %d results", len(prints), len(want))
	}
	i := run.Invocations[0]
	if i.ExecutionSuccessful || i.ExitCode != 3 || len(i.ToolExecutionNotifications) != 1 || run.Tool.Driver.Version != "v1.2.3" || run.ColumnKind != "unicodeCodePoints" {
		t.Errorf("%+v", i)
	}
}

// Each rule says in words what it is: a diagnostic by its message without what it is
// about, a rule of a kind file in that file's own words, a risk by what to look at.
func TestSARIFRules(t *testing.T) {
	want := map[string]string{
		"unknown-field":       "unknown field `…`. See `cosmicctl help manifests`.",
		"callback-plain-http": "use https. See `cosmicctl help manifests`.",
		"not-connected":       "not connected. See `cosmicctl help manifests`.",
		"unreadable":          "the … objects cannot be read: …. See `cosmicctl help manifests`.",
		"risk/redirects-data": "Data of the tenant goes elsewhere, or less protected. Check that each new address is the organisation's own and that encryption is not weakened.",
	}
	for _, rule := range readSARIF(t, machineDoc(t, "sarif", machineRun())).Runs[0].Tool.Driver.Rules {
		if w, asked := want[rule.ID]; asked && rule.Help.Text != w {
			t.Errorf("%s: %q, want %q", rule.ID, rule.Help.Text, w)
		}
		delete(want, rule.ID)
	}
	if len(want) > 0 {
		t.Errorf("no rules for %v", want)
	}
}

// Code scanning takes so many results and no more; those of the lowest risk are
// left out, and the log says how many.
func TestSARIFLimit(t *testing.T) {
	var b bytes.Buffer
	if err := report.Write(&b, "sarif", many(21_000), options(t)); err != nil {
		t.Fatal(err)
	}
	run := readSARIF(t, b.Bytes()).Runs[0]
	told := run.Invocations[0].ToolExecutionNotifications
	if len(run.Results) != 25_000 || len(told) != 1 || told[0].Message.Text != "1250 results of the lowest risk left out, to stay within 25000" {
		t.Errorf("%d results, %+v", len(run.Results), told)
	}
	risks := map[string]int{}
	for _, r := range run.Results {
		risks[r.RuleID]++
	}
	if risks["risk/redirects-data"] != 5250 || risks["risk/routine"] != 4000 {
		t.Errorf("%v", risks)
	}
}

// A finding whose lines moved is the same finding; one of another value is not.
func TestSARIFFingerprint(t *testing.T) {
	print := func(mutate func(*report.Run)) string {
		r := machineRun()
		mutate(r)
		for _, x := range readSARIF(t, machineDoc(t, "sarif", r)).Runs[0].Results {
			if x.RuleID == "risk/redirects-data" {
				return x.PartialFingerprints["primaryLocationLineHash"]
			}
		}
		return ""
	}
	same := print(func(*report.Run) {})
	moved := print(func(r *report.Run) {
		c := &r.Tenants[0].Plan.Stages[0][2]
		c.Origin.Line, c.Fields[1].At.Line, c.Fields[1].At.Col = 80, 90, 1
	})
	other := print(func(r *report.Run) { r.Tenants[0].Plan.Stages[0][2].Ref.Key = "other" })
	if same == "" || same != moved || same == other {
		t.Errorf("%q, moved %q, other %q", same, moved, other)
	}
}

// junitDoc is what the tests read of a JUnit file.
type junitDoc struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Tests int    `xml:"tests,attr"`
		Cases []struct {
			Name    string `xml:"name,attr"`
			Failure *struct {
				Type string `xml:"type,attr"`
				Text string `xml:",chardata"`
			} `xml:"failure"`
			Error *struct {
				Type string `xml:"type,attr"`
			} `xml:"error"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func readJUnit(t *testing.T, doc []byte) junitDoc {
	t.Helper()
	var d junitDoc
	if err := xml.Unmarshal(doc, &d); err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	return d
}

func TestJUnit(t *testing.T) {
	doc := machineDoc(t, "junit", machineRun())
	d := readJUnit(t, doc)
	if d.Tests != 10 || d.Failures != 6 || d.Errors != 2 || len(d.Suites) != 3 {
		t.Errorf("%d tests, %d failures, %d errors, %d suites", d.Tests, d.Failures, d.Errors, len(d.Suites))
	}
	acme := d.Suites[1]
	if acme.Name != "tenant acme" || acme.Cases[0].Failure != nil || acme.Cases[3].Failure == nil || acme.Cases[3].Failure.Type != "conflict" {
		t.Errorf("%+v", acme)
	}
	if gone := d.Suites[2]; len(gone.Cases) != 1 || gone.Cases[0].Error == nil || gone.Cases[0].Error.Type != "unreadable" {
		t.Errorf("%+v", gone)
	}
	if bytes.Contains(doc, []byte("<script")) || bytes.ContainsAny(doc, "\x1b\x00") {
		t.Error("breakout text stands in the document as it is")
	}
}

func TestGitHub(t *testing.T) {
	out := string(machineDoc(t, "github", machineRun()))
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	want := []string{
		"::error title=failure::",
		"::error file=../x\\n%3A%3Aerror%3A%3Aoops\\u{d}%3A%3Aset-output name=a%3A%3Ab",
		"::error file=/abs/c.yaml,line=1,title=unknown-field::",
		"::error title=not-connected::",
		"::error title=unreadable::",
		"::warning file=m/总部 a#1.yaml,line=5,col=7,title=conflict::change gadget x\\n::error::oops",
		"::warning file=m/b.yaml,line=2,col=3,title=callback-plain-http::use https",
		"::notice file=m/b.yaml,line=9,col=5,title=risk/routine::create gadget A on tenant acme; on true; the same on 1 other",
		"::notice title=cosmicctl plan::2 files, 3 errors, 1 advice, 2 tenants, 1 problem; 2 to create, 1 to change, 0 to delete. Risks: 1 redirects data, 1 widens access.",
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), len(want), out)
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], w) {
			t.Errorf("line %d is %q, want %q", i, lines[i], w)
		}
	}
	if strings.ContainsAny(out, "\r\x1b\x00") {
		t.Error("control characters stand in the output")
	}
	if !strings.Contains(out, "%250A::stop-commands") || strings.Contains(out, "%0A") {
		t.Error("a % of a text is read back as an escape")
	}
}

// GitHub shows ten annotations of a level; the riskiest are written, and the last
// one says how many are not.
func TestGitHubLimit(t *testing.T) {
	r := emptyRun()
	var stage []engine.Change
	for i := range 30 {
		c := routineChange(strings.Repeat("k", i+1))
		c.Fields[0].Field = c.Ref.Key // none like another
		if i == 29 {
			c.Risks = []engine.Risk{engine.Destroys}
		}
		stage = append(stage, c)
	}
	r.Tenants[0].Plan.Stages = [][]engine.Change{stage}
	for range 12 {
		r.Diagnostics = append(r.Diagnostics, engine.Diagnostic{Severity: engine.Advice, Code: schema.CodeMore})
	}
	stage[7].Risks = []engine.Risk{engine.Redirects}
	lines := strings.Split(strings.TrimSpace(string(machineDoc(t, "github", r))), "\n")
	if !strings.Contains(lines[0], "title=risk/redirects-data") {
		t.Errorf("advice stands before a risk: %q", lines[0])
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "::warning") })
	if len(lines) != 10 || !strings.Contains(lines[0], "title=risk/destroys") || !strings.HasSuffix(lines[9], "23 annotations not shown here.") {
		t.Errorf("%d lines: %q … %q", len(lines), lines[0], lines[len(lines)-1])
	}
}
