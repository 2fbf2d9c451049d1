package report_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	nethtml "golang.org/x/net/html"
)

func markdownOf(tb testing.TB, run *report.Run, budget int) string {
	tb.Helper()
	o := options(tb)
	o.Budget = budget
	var b bytes.Buffer
	if err := report.Write(&b, "markdown", run, o); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// rendered is a document as a forge shows it.
func rendered(tb testing.TB, doc string) string {
	tb.Helper()
	var b bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := md.Convert([]byte(doc), &b); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// underline is a line that points into the one above; only long texts have it.
var underline = regexp.MustCompile(`(?m)^ [ ^]*\^\n`)

// elementsOf is what a browser sees of a document but its text: elements with
// their attributes, comments, and how many lines a fence has.
func elementsOf(tb testing.TB, doc string) []string {
	var out []string
	fenced := false
	z := nethtml.NewTokenizer(strings.NewReader(rendered(tb, doc)))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return out
		case nethtml.TextToken:
			if fenced {
				out = append(out, fmt.Sprintf("%d lines", bytes.Count(underline.ReplaceAll(z.Raw(), nil), []byte("\n"))))
			}
		default:
			t := z.Token()
			fenced = t.Data == "pre" && t.Type == nethtml.StartTagToken || fenced && t.Data == "code"
			out = append(out, t.String())
		}
	}
}

// Whatever texts from outside hold, the document begins with its one marker, and its
// fences have the same lines.
func TestMarkdownKeepsItsStructure(t *testing.T) {
	const budget = 1 << 20
	got, want := markdownOf(t, told(hostile), budget), markdownOf(t, told(tame), budget)
	elements := elementsOf(t, got)
	marker := "<!-- cosmicctl:plan " + told(tame).Digest + " -->"
	if diff := cmp.Diff(elementsOf(t, want), elements); diff != "" {
		t.Errorf("hostile texts change the structure: %s", diff)
	}
	for _, tag := range []string{"<table>", "<details>", "<pre>", "<code>", marker} {
		if !slices.Contains(elements, tag) {
			t.Errorf("no %s: the test looks at nothing", tag)
		}
	}
	if n := countOf(elements, marker); n != 1 || elements[0] != marker {
		t.Errorf("%d markers, the document begins with %s", n, elements[0])
	}
}

// A fence is longer than any that a text holds, even at the start of a line.
func TestMarkdownFences(t *testing.T) {
	for _, bars := range []int{3, 7, 40} {
		key := strings.Repeat("`", bars)
		run := &report.Run{Command: "plan"}
		run.Add(&engine.Tenant{Name: "acme"}, planOf(gate(engine.Delete, key, routine), gate(engine.Delete, key+"2", routine)))
		want := strings.ReplaceAll(markdownOf(t, run, 0), "`", "x")
		if !strings.Contains(want, strings.Repeat("x", bars+1)+"diff\n") {
			t.Errorf("%d backticks: %s", bars, want)
		}
	}
}

// A document stays within its budget, is whole, and the numbers of what it shows
// and leaves out are those of the run.
func TestMarkdownStaysWithinItsBudget(t *testing.T) {
	for _, f := range fixtures(t) {
		for _, budget := range []int{report.MinBudget, 4_500, 6_000, 10_000, 25_000, report.DefaultBudget} {
			doc := markdownOf(t, f.run, budget)
			if len(doc) > budget {
				t.Errorf("%s: %d bytes of %d", f.name, len(doc), budget)
			}
			if !utf8.ValidString(doc) {
				t.Errorf("%s: cut inside a character", f.name)
			}
			if tags := elementsOf(t, doc); countOf(tags, "<details>") != countOf(tags, "</details>") || countOf(tags, "<pre>") != countOf(tags, "</pre>") {
				t.Errorf("%s with %d bytes: a fold or a fence is cut", f.name, budget)
			}
			if shown, want := shownChanges(doc), changesOf(f.run); shown != want {
				t.Errorf("%s with %d bytes: %d changes are accounted for, the run has %d", f.name, budget, shown, want)
			}
		}
	}
}

func countOf(tags []string, tag string) int {
	n := 0
	for _, t := range tags {
		if t == tag {
			n++
		}
	}
	return n
}

func changesOf(r *report.Run) int {
	n := 0
	for _, t := range r.Tenants {
		n += len(t.Plan.Changes())
	}
	return n
}

var (
	titleLine = regexp.MustCompile(`^(?:<details><summary>|- )(?:<b>[a-z, ]+</b> · )?(?:create|change|delete|changed|missing|unwanted|new|differs|only <code>.*?</code> has) (?:(\d+) )?.*?(?: on (\d+) tenants)?(?:</summary>| \(details left out\))$`)
	moreLine  = regexp.MustCompile(`^\*\*And (\d+) more (?:change|difference)s?\*\*: (.*)\. All of them`)
)

// shownChanges adds up what titles say and what the last line counts.
func shownChanges(doc string) int {
	n := 0
	for line := range strings.Lines(doc) {
		line = strings.TrimSpace(line)
		if m := titleLine.FindStringSubmatch(line); m != nil {
			n += max(1, atoi(m[1]), atoi(m[2]))
		}
		if m := moreLine.FindStringSubmatch(line); m != nil {
			n += atoi(m[1])
			sum := 0
			for part := range strings.SplitSeq(m[2], ", ") {
				number, _, _ := strings.Cut(part, " ")
				sum += atoi(number)
			}
			if sum != atoi(m[1]) {
				return -1 // the classes do not add up
			}
		}
	}
	return n
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// What is kept is the riskiest: no change that is left out is riskier than one
// that is shown.
func TestMarkdownKeepsTheRiskiest(t *testing.T) {
	run := &report.Run{Command: "plan"}
	var changes []engine.Change
	for i := range 400 {
		risks := routine
		if i%8 == 7 {
			risks = []engine.Risk{engine.Redirects}
		}
		changes = append(changes, gate(engine.Update, fmt.Sprintf("G%03d", i), risks,
			engine.FieldChange{Field: "size", Before: int64(i), After: int64(i + 1)}))
	}
	run.Add(&engine.Tenant{Name: "acme"}, planOf(changes...))
	doc := markdownOf(t, run, 20_000)
	for i := 7; i < 400; i += 8 {
		if !strings.Contains(doc, fmt.Sprintf("<code>G%03d</code>", i)) {
			t.Errorf("G%03d is left out", i)
		}
	}
	if m := regexp.MustCompile(`\*\*And (\d+) more changes\*\*: (\d+) routine\.`).FindStringSubmatch(doc); m == nil || m[1] != m[2] {
		t.Errorf("%q", doc[len(doc)-200:])
	}
}

// Once a change found no room, none that is less risky is shown in its place.
func TestMarkdownShowsNothingLessRiskyThanWhatIsLeftOut(t *testing.T) {
	var changes []engine.Change
	for i := range 60 {
		changes = append(changes,
			gate(engine.Delete, fmt.Sprintf("%03d", i)+strings.Repeat("长", 150), []engine.Risk{engine.Redirects}),
			gate(engine.Update, fmt.Sprintf("SMALL%d", i), routine, engine.FieldChange{Field: "size", Before: int64(i), After: int64(i + 1)}))
	}
	for i := range changes {
		changes[i].CutsOff = i%4 == 0 // alike to no neighbour
		changes[i].Fields = append(changes[i].Fields, engine.FieldChange{Field: "n", Before: int64(i), After: int64(-1)})
	}
	run := &report.Run{Command: "plan"}
	run.Add(&engine.Tenant{Name: "acme"}, planOf(changes...))
	for budget := 5_000; budget < 12_000; budget += 50 {
		doc := markdownOf(t, run, budget)
		if !strings.Contains(doc, " redirects data, 60 routine.") || strings.Contains(doc, "SMALL") {
			t.Fatalf("with %d bytes: %s", budget, doc[len(doc)-400:])
		}
	}
}

// One change that is larger than the budget leaves room for the others.
func TestMarkdownWithOneHugeChange(t *testing.T) {
	long := make(engine.Set, 5000)
	for i := range long {
		long[i] = fmt.Sprintf("api_%06d", i)
	}
	var fields []engine.FieldChange
	for _, item := range long {
		fields = append(fields, engine.FieldChange{Field: "apis", Element: item, After: item})
	}
	run := &report.Run{Command: "plan"}
	run.Add(&engine.Tenant{Name: "acme"}, planOf(
		gate(engine.Update, "HUGE", []engine.Risk{engine.Redirects}, fields...),
		gate(engine.Create, "WIDE", []engine.Risk{engine.Redirects}, engine.FieldChange{Field: "apis", After: long}),
		gate(engine.Update, "SMALL", routine, engine.FieldChange{Field: "size", Before: int64(1), After: int64(2)})))
	doc := markdownOf(t, run, 10_000)
	for _, want := range []string{"<code>HUGE</code>", "  … and 4960 lines more\n", "<code>WIDE</code>", " bytes more\n", "<code>SMALL</code>", "- size  1\n+ size  2\n"} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %q in\n%s", want, doc)
		}
	}
}

func TestMarkdownVerdict(t *testing.T) {
	problem := []engine.Diagnostic{{Severity: engine.Error, Code: engine.CodeUnreadable}}
	advice := []engine.Diagnostic{{Severity: engine.Advice, Code: "open-to-all"}}
	one := planOf(gate(engine.Delete, "A", routine))
	tests := []struct {
		name string
		run  report.Run
		want string
	}{
		{"nothing to do", report.Run{Command: "plan"}, "**No changes.** 0 files read."},
		{"advice only", report.Run{Command: "plan", Diagnostics: advice}, "### cosmicctl plan: No changes"},
		{"changes", report.Run{Command: "plan", Tenants: []report.TenantPlan{{Plan: one}}}, "### cosmicctl plan: 1 change on 1 tenant"},
		{"changes on some", report.Run{Command: "plan", Tenants: []report.TenantPlan{{Plan: one}, {Plan: &engine.Plan{}}}},
			"### cosmicctl plan: 1 change on 1 of 2 tenants"},
		{"not all is known", report.Run{Command: "plan", Tenants: []report.TenantPlan{{Plan: one}, {Plan: &engine.Plan{Problems: problem}}}},
			"### cosmicctl plan: 1 change on 1 of 2 tenants, and not all is known"},
		{"a problem", report.Run{Command: "plan", Tenants: []report.TenantPlan{{Plan: &engine.Plan{Problems: problem}}}},
			"### cosmicctl plan: Not known what would change"},
		{"a tenant left out", report.Run{Command: "plan", Diagnostics: problem}, "### cosmicctl plan: Not known what would change"},
		{"stopped", report.Run{Command: "plan", Failure: "boo"}, "### cosmicctl plan: Not known what would change"},
		{"valid", report.Run{Command: "validate", Files: 2}, "**Valid.** 2 files read."},
		{"not valid", report.Run{Command: "validate", Diagnostics: problem}, "### cosmicctl validate: Not valid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := strings.SplitN(markdownOf(t, &tt.run, 0), "\n", 3)
			if diff := cmp.Diff([]string{"<!-- cosmicctl:" + tt.run.Command + " -->", tt.want}, lines[:2]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMarkdownDiff(t *testing.T) {
	long := "it pushes bills and asks for their invoices, once "
	tests := []struct {
		name   string
		fields []engine.FieldChange
		want   string
	}{
		{"short", []engine.FieldChange{{Field: "name", Before: "旧", After: "新"}}, "- name  \"旧\"\n+ name  \"新\"\n"},
		{"long", []engine.FieldChange{{Field: "name", Before: long + "a day", After: long + "a 周"}},
			"- name  \"" + long + "a day\"\n" + strings.Repeat(" ", 61) + "^^^\n+ name  \"" + long + "a 周\"\n" + strings.Repeat(" ", 61) + "^^\n"},
		{"long, and all of it", []engine.FieldChange{{Field: "name", Before: strings.Repeat("a", 50), After: strings.Repeat("b", 50)}},
			"- name  \"" + strings.Repeat("a", 50) + "\"\n+ name  \"" + strings.Repeat("b", 50) + "\"\n"},
		{"emptied", []engine.FieldChange{{Field: "name", Before: "x", After: ""}}, "- name  \"x\"\n+ name  \"\"\n"},
		{"elements", []engine.FieldChange{{Field: "to", Element: "a", Before: "a"}, {Field: "to", Element: "b", After: "b"}}, "- to  a\n+ to  b\n"},
		{"risks of one field", []engine.FieldChange{{Field: "to", Element: "b", After: "b", Risks: []engine.Risk{engine.Widens}}, {Field: "size", Before: int64(1), After: int64(2)}},
			"+ to    b\n        (widens access)\n- size  1\n+ size  2\n"},
		{"causes differ", []engine.FieldChange{{Field: "on", Before: true, After: false, Cause: engine.ByDrift}, {Field: "size", Before: int64(1), After: int64(2), Cause: engine.ByBranch}},
			"- on    true\n+ on    false\n        (it was drift before this branch)\n- size  1\n+ size  2\n        (this branch asks for it)\n"},
		{"a secret", []engine.FieldChange{{Field: "key", After: engine.SecretRef{Env: "KEY"}, Secret: true}}, "- key  (secret)\n+ key  (secret) from {env: KEY}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run := &report.Run{Command: "plan"}
			run.Add(&engine.Tenant{Name: "acme"}, planOf(gate(engine.Update, "A", routine, tt.fields...)))
			_, got, _ := strings.Cut(markdownOf(t, run, 0), "```diff\n")
			got, _, _ = strings.Cut(got, "```")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is the same on many objects is shown once, with all its places.
func TestMarkdownFolds(t *testing.T) {
	run := &report.Run{Command: "plan"}
	for _, tenant := range []string{"acme", "beta"} {
		var changes []engine.Change
		for i := range 107 {
			changes = append(changes, gate(engine.Update, fmt.Sprintf("G%03d", i), routine, engine.FieldChange{Field: "size", Before: int64(1), After: int64(2)}))
		}
		run.Add(&engine.Tenant{Name: tenant}, planOf(changes...))
	}
	doc := markdownOf(t, run, 0)
	for want, n := range map[string]int{
		"<summary>change 214 Gates: <code>G000</code>, <code>G001</code>, <code>G002</code>, <code>G003</code>, <code>G004</code> … and 102 more on 2 tenants</summary>": 1,
		"- size  1\n+ size  2\n": 1, "\n- acme  G106  m/a.yaml:7\n": 1, "\n- beta  G106  m/a.yaml:7\n": 1,
	} {
		if got := strings.Count(doc, want); got != n {
			t.Errorf("%d times %q in\n%.3000s", got, want, doc)
		}
	}
}

// The largest verdict leaves room for what must be said at the end.
func TestMarkdownOfHostileTextStaysWithinItsBudget(t *testing.T) {
	for name, text := range map[string]string{"cut": strings.Repeat("\U0010ffff", 400), "escaped": strings.Repeat("&", 400), "control": strings.Repeat("\x1b", 400),
		"wide": strings.Repeat("长", 400), "fence": strings.Repeat("`", 400)} {
		t.Run(name, func(t *testing.T) {
			run := told(func(n int) string { return fmt.Sprint(n) + text })
			for budget := report.MinBudget; budget < 40_000; budget += 997 {
				doc := markdownOf(t, run, budget)
				if len(doc) > budget || !utf8.ValidString(doc) {
					t.Errorf("%d bytes of %d", len(doc), budget)
				}
				if tags := elementsOf(t, doc); countOf(tags, "<details>") != countOf(tags, "</details>") || countOf(tags, "<pre>") != countOf(tags, "</pre>") {
					t.Errorf("with %d bytes a fold or a fence is cut", budget)
				}
			}
		})
	}
}

func TestMarkdownRefusesATinyBudget(t *testing.T) {
	o := options(t)
	o.Budget = report.MinBudget - 1
	if err := report.Write(&bytes.Buffer{}, "markdown", &report.Run{}, o); err == nil {
		t.Error("it was written")
	}
}
