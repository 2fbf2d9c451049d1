package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

// guarded is a kind that makes a table of access.
var guarded = engine.Catalog{{Name: "Gate", Title: engine.Text{EN: "gate", ZH: "门"}, Key: []string{"code"},
	Access: &engine.Access{Title: engine.Text{EN: "Who may pass which gate"},
		Columns: []engine.AccessColumn{{Title: engine.Text{EN: "gate"}}, {Title: engine.Text{EN: "from"}}}}}}

func gate(a engine.Action, key string, risks []engine.Risk, fields ...engine.FieldChange) engine.Change {
	return engine.Change{Action: a, Ref: engine.Ref{Kind: "Gate", Key: key}, Risks: risks, Fields: fields,
		Origin: engine.Position{File: "m/a.yaml", Line: 7, Col: 5}}
}

func planOf(changes ...engine.Change) *engine.Plan {
	return &engine.Plan{Tenant: "acme", Stages: [][]engine.Change{changes}}
}

func textOf(plans ...*engine.Plan) string {
	var b bytes.Buffer
	p := &report.PlanText{W: &b, Words: report.English(), Kinds: guarded}
	for _, plan := range plans {
		p.Plan(plan)
	}
	p.All()
	return b.String()
}

var routine = []engine.Risk{engine.Routine}

func TestPlanTextLeadsWithRisk(t *testing.T) {
	got := textOf(planOf(
		gate(engine.Update, "A", routine, engine.FieldChange{Field: "remark", Before: "a", After: "b", Risks: routine}),
		gate(engine.Delete, "B", []engine.Risk{engine.Narrows, engine.Destroys}),
		gate(engine.Update, "C", []engine.Risk{engine.Redirects},
			engine.FieldChange{Field: "remark", Before: "a", After: "b"},
			engine.FieldChange{Field: "to", Before: engine.List{"x", "y", "z"}, After: engine.List{"x", "Y"}, Risks: []engine.Risk{engine.Redirects}}),
		gate(engine.Create, "D", []engine.Risk{engine.Redirects, engine.Widens}),
	))
	want := `  + create gate D  (redirects data, widens access)  m/a.yaml:7
  ~ change gate C  (redirects data)  m/a.yaml:7
      remark  "a" → "b"
      to[1]   "y" → "Y"  (redirects data)
      to[2]   - z  (redirects data)
  - delete gate B  (narrows access, destroys)  m/a.yaml:7
  ~ change gate A  m/a.yaml:7
      remark  "a" → "b"
Plan: 1 to create, 2 to change, 1 to delete. Risks: 2 redirects data, 1 widens access, 1 narrows access, 1 destroys. 0 unchanged, 0 unmanaged.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPlanTextFolds(t *testing.T) {
	var changes []engine.Change
	for i := range 214 {
		c := gate(engine.Update, fmt.Sprintf("G%03d", i), routine, engine.FieldChange{Field: "size", Before: int64(1), After: int64(2)})
		c.Origin.Line = i
		changes = append(changes, c)
	}
	want := `  ~ change gate G000  m/a.yaml:0
      size  1 → 2
      the same on 214 gates: G000, G001, G002, G003, G004 … and 209 more
Plan: 0 to create, 214 to change, 0 to delete. 0 unchanged, 0 unmanaged.
`
	if diff := cmp.Diff(want, textOf(planOf(changes...))); diff != "" {
		t.Error(diff)
	}
}

func TestPlanTextSaysWhy(t *testing.T) {
	size := func(cause engine.Cause) engine.FieldChange {
		return engine.FieldChange{Field: "size", Before: int64(1), After: int64(2), Cause: cause}
	}
	name := func(cause engine.Cause) engine.FieldChange {
		return engine.FieldChange{Field: "name", Before: "a", After: "b", Cause: cause}
	}
	tests := []struct {
		name   string
		action engine.Action
		cause  engine.Cause
		risks  []engine.Risk
		fields []engine.FieldChange
		people []string
		want   string
	}{
		{"no base", engine.Update, "", routine, []engine.FieldChange{size("")}, []string{"张三"}, "      size  1 → 2\n"},
		{"no base, and a risk", engine.Update, "", []engine.Risk{engine.Widens}, []engine.FieldChange{size("")}, []string{"张三"},
			"      size  1 → 2\n      last changed by 张三 on 2026-11-20 14:03\n"},
		{"branch", engine.Update, engine.ByBranch, []engine.Risk{engine.Widens}, []engine.FieldChange{size(engine.ByBranch)}, []string{"张三"},
			"      size  1 → 2\n      this branch asks for it\n"},
		{"drift", engine.Update, engine.ByDrift, routine, []engine.FieldChange{size(engine.ByDrift)}, []string{"张三"},
			"      size  1 → 2\n      it was drift before this branch\n      undoes a change made by 张三 on 2026-11-20 14:03\n"},
		{"fields differ", engine.Update, engine.ByBoth, routine, []engine.FieldChange{name(engine.ByBranch), size(engine.ByDrift)}, []string{"张三"},
			"      name  \"a\" → \"b\"  this branch asks for it\n      size  1 → 2  it was drift before this branch\n" +
				"      undoes a change made by 张三 on 2026-11-20 14:03\n"},
		{"several people", engine.Update, engine.ByDrift, routine, []engine.FieldChange{size(engine.ByDrift)}, []string{"张三", "李四", "张三"},
			"      size  1 → 2\n      it was drift before this branch\n      undoes changes made by 张三, 李四\n" +
				"      the same on 3 gates: A, B, C\n"},
		{"a create undoes nobody", engine.Create, engine.ByDrift, routine, nil, []string{"张三"}, "      it was drift before this branch\n"},
		{"nobody is known", engine.Update, engine.ByDrift, routine, nil, []string{""}, "      it was drift before this branch\n"},
		{"hostile", engine.Delete, engine.ByDrift, routine, nil, []string{"x\nPlan: \x1b[2J"},
			"      it was drift before this branch\n      undoes a change made by x\\nPlan: \\u{1b}[2J on 2026-11-20 14:03\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var changes []engine.Change
			for i, who := range tt.people {
				c := gate(tt.action, string(rune('A'+i)), tt.risks, tt.fields...)
				c.Cause, c.By, c.When = tt.cause, who, "2026-11-20 14:03:59"
				changes = append(changes, c)
			}
			_, got, _ := strings.Cut(textOf(planOf(changes...)), "\n")
			got, _, _ = strings.Cut(got, "\nPlan: ")
			if diff := cmp.Diff(tt.want, got+"\n"); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPlanTextShowsAccessAndWaivers(t *testing.T) {
	plan := planOf(gate(engine.Delete, "A", routine))
	plan.Access = []engine.AccessRow{
		{Kind: "Gate", Gained: true, Cells: []engine.Scope{{Items: []string{"正门"}}, {All: true, Items: []string{"10.0.0.0/8"}}}},
		{Kind: "Gate", Cells: []engine.Scope{{All: true}, {Items: []string{"a\nb"}}}},
	}
	plan.Waivers = []engine.Waiver{{Rule: "open-gate", Object: "Gate/A", Owner: "王五", Reason: "until\nthe move", Expires: "2027-01-31",
		At: engine.Position{File: "m/a.yaml", Line: 3}}}
	want := `  ! waiver of open-gate for Gate/A, until 2027-01-31
      王五: until\nthe move  m/a.yaml:3
  - delete gate A  m/a.yaml:7
  Who may pass which gate  (+ from now on, - no longer)
      gate  from
    + 正门  all but 10.0.0.0/8
    - all   a\nb
Plan: 0 to create, 0 to change, 1 to delete. 0 unchanged, 0 unmanaged.
`
	if diff := cmp.Diff(want, textOf(plan)); diff != "" {
		t.Error(diff)
	}
}

// One very long cell does not push the columns of the others apart.
func TestPlanTextWithAVeryLongCell(t *testing.T) {
	plan := planOf(gate(engine.Delete, "A", routine))
	long := strings.Repeat("x", 61)
	for _, code := range []string{"A", long} {
		plan.Access = append(plan.Access, engine.AccessRow{Kind: "Gate", Cells: []engine.Scope{{Items: []string{code}}, {All: true}}})
	}
	want := "      gate  from\n    - A     all\n    - " + long + "  all\n"
	if got := textOf(plan); !strings.Contains(got, want) {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestPlanTextSumsUpTenants(t *testing.T) {
	broken := &engine.Plan{Tenant: "beta\n", Problems: []engine.Diagnostic{{Severity: engine.Error, Code: engine.CodeUnreadable}}}
	got := textOf(planOf(gate(engine.Delete, "A", []engine.Risk{engine.Destroys})), broken,
		planOf(gate(engine.Create, "B", []engine.Risk{engine.Destroys})))
	_, got, _ = strings.Cut(got, "problem.\n")
	_, got, _ = strings.Cut(got, "unmanaged.\n")
	want := "All 3 tenants: 1 to create, 0 to change, 1 to delete. Risks: 2 destroys.\nNot planned completely: beta\\n\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := textOf(&engine.Plan{}, &engine.Plan{}); !strings.HasSuffix(got, "\nAll 2 tenants: no changes.\n") {
		t.Errorf("%q", got)
	}
}

func TestPlanTextNamesElementsOfListsByTheirPlace(t *testing.T) {
	tests := []struct {
		name     string
		was, now engine.List
		want     string
	}{
		{"the first goes", engine.List{"a", "b", "c"}, engine.List{"b", "c"}, "      to[0]  - a\n"},
		{"one comes in between", engine.List{"a", "c"}, engine.List{"a", "b", "c"}, "      to[1]  + b\n"},
		{"all go", engine.List{"a", "b"}, engine.List{}, "      to[0]  - a\n      to[1]  - b\n"},
		{"one changes", engine.List{"a", "b", "c"}, engine.List{"a", "B", "c"}, "      to[1]  \"b\" → \"B\"\n"},
		{"twice the same", engine.List{"a", "a"}, engine.List{"a"}, "      to[1]  - a\n"},
		{"they swap", engine.List{"a", "b"}, engine.List{"b", "a"}, "      to[0]  \"a\" → \"b\"\n      to[1]  \"b\" → \"a\"\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got, _ := strings.Cut(textOf(planOf(gate(engine.Update, "A", routine,
				engine.FieldChange{Field: "to", Before: tt.was, After: tt.now}))), "\n")
			got, _, _ = strings.Cut(got, "Plan: ")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What two long texts begin with is left out, or the cut would hide the change.
func TestPlanTextShowsTheChangeInALongText(t *testing.T) {
	same := strings.Repeat("同", 400)
	got := textOf(planOf(gate(engine.Update, "A", routine, engine.FieldChange{Field: "remark", Before: same + "before", After: same + "after"})))
	kept := "…" + strings.Repeat("同", 20)
	if want := `remark  "` + kept + `before" → "` + kept + `after"`; !strings.Contains(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}
