package report

import (
	"encoding/xml"
	"io"
	"strings"

	"cosmicctl/engine"
)

// testSuites is a run as JUnit XML, in the attributes that Jenkins and GitLab both
// read: a suite for the manifests and one for each tenant. A change is a failure,
// and what keeps a tenant from being planned is an error.
type testSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []*testSuite `xml:"testsuite"`
}

type testSuite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Cases    []testCase `xml:"testcase"`
}

// testCase is known to a server by class and name, so that these hold nothing that
// moves, such as a line, and are English in every language.
type testCase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	File    string   `xml:"file,attr,omitempty"`
	Line    int      `xml:"line,attr,omitempty"`
	Failure *outcome `xml:"failure"`
	Error   *outcome `xml:"error"`
	Out     string   `xml:"system-out,omitempty"`
}

type outcome struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Body    string `xml:",chardata"`
}

// writeJUnit writes a run as JUnit XML.
func writeJUnit(w io.Writer, r *Run, o Options) error {
	doc := &testSuites{Name: "cosmicctl " + r.Command}
	doc.add(o.manifests(r))
	for i := range r.Tenants {
		doc.add(o.tenantSuite(&r.Tenants[i]))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (d *testSuites) add(s *testSuite) {
	d.Suites = append(d.Suites, s)
	d.Tests += s.Tests
	d.Failures += s.Failures
	d.Errors += s.Errors
}

func (s *testSuite) add(c testCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	}
}

// manifests is the suite of what was found before any tenant: a case for each
// diagnostic, or one that passes, and one for what ended the run.
func (o Options) manifests(r *Run) *testSuite {
	s := &testSuite{Name: "manifests"}
	failed := false
	for _, d := range r.Diagnostics {
		c := o.diagnosed(Clean(d.Pos.File), d)
		failed = failed || c.Error != nil
		c.Failure, c.Error = c.Error, nil
		s.add(c)
	}
	if r.Failure != "" {
		s.add(testCase{Class: "cosmicctl", Name: "run", Error: &outcome{"failure", Clean(r.Failure), ""}})
	} else if !failed {
		s.add(testCase{Class: "manifests", Name: "valid", Out: o.Words.Say("files-checked", "files", o.Words.Count(r.Files, "n-files"))})
	}
	return s
}

// tenantSuite is the suite of a tenant: a case for each change and problem, and
// one that passes if all of it could be compared. Objects that are as wanted are
// only counted.
func (o Options) tenantSuite(t *TenantPlan) *testSuite {
	s, class := &testSuite{Name: "tenant " + Clean(t.title())}, Clean(t.title())
	for _, d := range t.Plan.Problems {
		s.add(o.diagnosed(class, d))
	}
	for _, c := range o.passed(t) {
		s.add(c)
	}
	if !someProblem(t.Plan) && len(t.Checks) == 0 {
		s.add(testCase{Class: class, Name: "compared", Out: t.unchanged(o.Words)})
	}
	for _, w := range t.Plan.Waivers {
		s.add(testCase{Class: class, Name: "waiver " + English().waiver(w), File: Clean(w.At.File), Line: w.At.Line, Out: o.Words.waiverReason(w)})
	}
	for _, h := range o.runbook(t, Clean) {
		s.add(testCase{Class: class, Name: English().objectName(o.Kinds, h.Ref), File: Clean(h.Origin.File), Line: h.Origin.Line,
			Failure: &outcome{byHandRule, h.title, where(h.Origin) + h.flat()}})
	}
	for _, stage := range t.Plan.Stages {
		for i := range stage {
			s.add(o.changed(t.single(&stage[i])))
		}
	}
	return s
}

// diagnosed is a case of a diagnostic: an error, or an advice that passes.
func (o Options) diagnosed(class string, d engine.Diagnostic) testCase {
	f := o.diagnostic("", d)
	c := testCase{Class: class, Name: strings.TrimPrefix(Clean(d.Path)+": "+f.rule, ": "), File: Clean(d.Pos.File), Line: d.Pos.Line}
	if d.Severity == engine.Advice {
		c.Out = o.Words["advice"] + o.Words["colon"] + f.text
		return c
	}
	c.Error = &outcome{f.rule, f.text, where(d.Pos) + f.text}
	return c
}

// changed is a case of a change, a failure whose type is its riskiest class.
func (o Options) changed(g *group) testCase {
	c, p := g.Change, &g.places[0]
	w, name := o.Words, English().objectName(o.Kinds, c.Ref)
	message := p.verb(w, Clean) + " " + w.objectName(o.Kinds, c.Ref)
	if risks := w.risky(c.Risks); len(risks) > 0 {
		message += w["colon"] + strings.Join(risks, w["list-comma"])
	}
	body := []string{where(c.Origin) + o.headline(p)}
	for _, l := range w.fieldLines(c) {
		body = append(body, "  "+w.lineText(l))
	}
	body = append(body, g.notes(w, Clean)...)
	return testCase{Class: Clean(p.tenant), Name: name, File: Clean(c.Origin.File), Line: c.Origin.Line,
		Failure: &outcome{rulesOf(c)[0], message, strings.Join(body, "\n")}}
}

func where(p engine.Position) string {
	if p.File == "" {
		return ""
	}
	return at(p) + ": "
}
