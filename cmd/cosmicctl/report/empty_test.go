package report_test

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
)

// saysNothing tells, by format, whether a document says that there is nothing to
// say. It looks at the document only.
func saysNothing() map[string]func(testing.TB, []byte) bool {
	return map[string]func(testing.TB, []byte) bool{
		"text": linesSayNothing(`^Tenant |^No changes\. |^  · unmanaged |^All \d+ tenants: no (changes|drift)\.|^Compare |^The same: |^  [a-z]+  https://|^[A-Z][a-z -]+: \d+ the same$|^No drift[:.] |^  [^ ].*: (not compared, no|\d+ objects?, read completely)`),
		"markdown": func(_ testing.TB, doc []byte) bool {
			_, verdict, _ := strings.Cut(string(doc), "-->\n")
			return strings.HasPrefix(verdict, "**No changes.** ") || strings.HasPrefix(verdict, "**No drift.** ") || strings.HasPrefix(verdict, "**Valid.** ") || strings.HasPrefix(verdict, "**The same.** ")
		},
		"json":  jsonSaysNothing,
		"sarif": sarifSaysNothing,
		"junit": junitSaysNothing,
		"html": func(_ testing.TB, doc []byte) bool {
			return bytes.Contains(doc, []byte(`class="verdict ok"`)) && !bytes.Contains(doc, []byte("<h2>Advice</h2>"))
		},
		// One notice that sums up.
		"github": linesSayNothing(`^::notice title=cosmicctl [a-z]+::\d+ files?, 0 errors(, \d+ tenants?, 0 problems; (?:no changes|no drift|the same))?\.$`),
	}
}

// linesSayNothing tells whether each line is one that says nothing.
func linesSayNothing(pattern string) func(testing.TB, []byte) bool {
	nothing := regexp.MustCompile(pattern)
	return func(_ testing.TB, doc []byte) bool {
		for line := range strings.Lines(string(doc)) {
			if !nothing.MatchString(strings.TrimSuffix(line, "\n")) {
				return false
			}
		}
		return true
	}
}

func jsonSaysNothing(tb testing.TB, doc []byte) bool {
	var d struct {
		Failure     string
		Diagnostics []any
		Tenants     []struct{ Changes, Problems []any }
	}
	decode(tb, doc, &d)
	n := len(d.Diagnostics) + len(d.Failure)
	for _, t := range d.Tenants {
		n += len(t.Changes) + len(t.Problems)
	}
	return n == 0
}

func sarifSaysNothing(tb testing.TB, doc []byte) bool {
	var d struct {
		Runs []struct {
			Results     []any
			Invocations []struct{ ToolExecutionNotifications []any }
		}
	}
	decode(tb, doc, &d)
	n := 0
	for _, r := range d.Runs {
		n += len(r.Results)
		for _, i := range r.Invocations {
			n += len(i.ToolExecutionNotifications)
		}
	}
	return n == 0
}

// junitSaysNothing knows an advice as a case that passes and has something to say.
func junitSaysNothing(tb testing.TB, doc []byte) bool {
	tb.Helper()
	var d struct {
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
	}
	if err := xml.Unmarshal(doc, &d); err != nil {
		tb.Fatal(err)
	}
	return d.Failures+d.Errors == 0 && !bytes.Contains(doc, []byte("<system-out>advice"))
}

// onlyRuns are empty but for one thing each.
func onlyRuns() []fixture {
	problem := engine.Diagnostic{Severity: engine.Error, Code: engine.CodeUnreadable, Args: map[string]string{"kind": "app", "error": "refused"}}
	advice := engine.Diagnostic{Severity: engine.Advice, Code: "an-advice", Text: &engine.Text{EN: "think again"}}
	of := func(p *engine.Plan) *report.Run {
		run := &report.Run{Command: "plan", Files: 1}
		run.Add(&engine.Tenant{Name: "same"}, &engine.Plan{Tenant: "same", Unchanged: 1})
		run.Add(&engine.Tenant{Name: "other"}, p)
		return concluded(run)
	}
	out := []fixture{
		{"nothing", of(&engine.Plan{Unchanged: 1, Unmanaged: []engine.Ref{{Kind: "Parameter", Key: "a/b"}}})},
		{"no tenant", &report.Run{Command: "plan", Files: 1}},
		{"a problem", of(&engine.Plan{Problems: []engine.Diagnostic{problem}})},
		{"a failure", &report.Run{Command: "plan", ExitCode: 1, Failure: "disk full"}},
		{"a mistake", &report.Run{Command: "validate", ExitCode: 3, Diagnostics: []engine.Diagnostic{problem}}},
		{"an advice", &report.Run{Command: "validate", Diagnostics: []engine.Diagnostic{advice}}},
	}
	for _, a := range []engine.Action{engine.Create, engine.Update, engine.Delete} {
		c := engine.Change{Action: a, Ref: engine.Ref{Kind: "Parameter", Key: "a/b"}, Risks: []engine.Risk{engine.Routine}}
		out = append(out, fixture{"a " + string(a), of(&engine.Plan{Stages: [][]engine.Change{{c}}})})
	}
	return out
}

// A run is empty exactly when every format says so.
func TestEveryFormatSaysWhetherARunIsEmpty(t *testing.T) {
	for _, format := range report.Formats() {
		says := saysNothing()[format]
		if says == nil {
			t.Errorf("%s: this test does not know how it says that there is nothing to do", format)
			continue
		}
		for _, f := range append(fixtures(t), onlyRuns()...) {
			if got, want := says(t, documentOf(t, format, f.run)), f.run.Empty(); got != want {
				t.Errorf("%s of %s: it says empty: %v, the run is empty: %v", format, f.name, got, want)
			}
		}
	}
}
