package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestFaultMatrix tries every fault of the sandbox on every operation of an apply,
// before and after its effect. The table of what comes of it is help/faults.md and its
// Chinese twin, which -update writes anew. Nothing may be lost, whatever the table says.
func TestFaultMatrix(t *testing.T) {
	t.Setenv("MATRIX_SECRET", matrixSecret)
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	cases := matrixCases()
	schemas := schemasOf(t)
	t.Run("cases", func(t *testing.T) {
		for i := range cases {
			c := &cases[i]
			t.Run(strings.Join([]string{c.fault, c.operation, c.change.name, c.when}, " "), func(t *testing.T) {
				t.Parallel()
				kinds := <-schemas
				defer func() { schemas <- kinds }()
				c.outcome = c.try(t, newMatrixSide(t, kinds, c.change))
			})
		}
	})
	if t.Failed() {
		return
	}
	for _, p := range []faultsGuide{englishFaults(), chineseFaults()} {
		got, unknown := p.page(cases)
		t.Logf("%d cases\n%s", len(cases), got)
		if len(unknown) > 0 {
			t.Fatalf("%s has no word for %q", p.file, unknown)
		}
		checkPage(t, p.file, got)
	}
}

func checkPage(t *testing.T, file, got string) {
	t.Helper()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what happens; go test ./cmd/cosmicctl -run TestFaultMatrix -update writes it anew", file)
	}
	if n := strings.Count(got, "\n"); n > 120 {
		t.Errorf("%s has %d lines", file, n)
	}
}

// A matrixCase is one fault on one operation of one change.
type matrixCase struct {
	change                 matrixChange
	fault, operation, when string // as the page tells them
	faults                 []string
	timeout                time.Duration
	outcome                matrixOutcome
}

func (c *matrixCase) late() bool { return strings.HasPrefix(c.fault, "late") }

// matrixOutcome is what an apply that met a fault came to.
type matrixOutcome struct {
	said       string
	code       exitCode
	made, late bool
}

// matrixFault is a fault as the sandbox takes it.
type matrixFault struct {
	name, kind, more string
	whens            []string
	on               string // query, write or save; "" is all operations, call all but a token request
}

var matrixBoth = []string{"before", "after"}

// matrixFaults are all faults of the sandbox.
func matrixFaults() []matrixFault {
	return []matrixFault{
		{"latency", "latency", `,"ms":5`, []string{"before", "between", "after"}, ""},
		{"late", "latency", `,"ms":60000,"detached":true`, []string{"between"}, "write"},
		{"hang", "hang", "", []string{"before", "between", "after"}, ""},
		{"reset", "reset", "", matrixBoth, ""},
		{"unreachable", "unreachable", "", matrixBoth, ""},
		{"truncate", "truncate", "", []string{"after"}, ""},
		{"401", "401", "", matrixBoth, ""},
		{"429", "429", "", matrixBoth, ""},
		{"500", "500", "", matrixBoth, ""},
		{"500 in HTTP 200", "500", `,"status":200`, matrixBoth, ""},
		{"502", "502", "", matrixBoth, ""},
		{"expire", "expire", "", []string{"before"}, "call"},
		{"row", "row", "", []string{"before"}, "write"},
		{"drop", "drop", `,"property":"name"`, []string{"before"}, "save"},
		{"hide all", "hide", "", []string{"before"}, "query"},
		{"hide the object", "hide", `,"keys":["OBJECT"]`, []string{"before"}, "query"},
		{"shift on", "shift", `,"by":1`, []string{"before"}, "query"},
		{"shift back", "shift", `,"by":-1`, []string{"before"}, "query"},
	}
}

// The matrix leaves no fault of the sandbox out.
func TestFaultMatrixIsComplete(t *testing.T) {
	tried := map[string]bool{}
	for _, f := range matrixFaults() {
		tried[f.kind] = true
	}
	for _, kind := range sandboxFaults(t) {
		if !tried[kind] {
			t.Errorf("nothing tries %s", kind)
		}
	}
}

// Queries of an apply in the matrix: three pages while planning, then one before the
// write and one after it.
var matrixReads = []struct {
	when string
	nth  int
}{{"planning", 1}, {"before the write", 4}, {"reading back", 5}}

func matrixCases() []matrixCase {
	var out []matrixCase
	for _, f := range matrixFaults() {
		for _, c := range matrixChanges() {
			out = append(out, f.ofWrites(c)...)
			if c.name == "create" || c.name == "delete" {
				out = append(out, f.ofQueries(c)...)
			}
			if c.name == "create" {
				out = append(out, f.ofTokens(c)...)
			}
		}
	}
	return out
}

func (f matrixFault) ofWrites(c matrixChange) []matrixCase {
	if f.on == "query" || f.on == "save" && c.op != "save" {
		return nil
	}
	var out []matrixCase
	for _, when := range f.whens {
		for times := range f.howOften() {
			out = append(out, f.strike(c, c.name, when, times, fmt.Sprintf(`"form":"third_app","op":%q,"when":%q`, c.op, when)))
		}
	}
	return out
}

func (f matrixFault) ofQueries(c matrixChange) []matrixCase {
	if f.on == "write" || f.on == "save" {
		return nil
	}
	var out []matrixCase
	for _, read := range matrixReads {
		for times := range f.howOften() {
			out = append(out, f.strike(c, "query for a "+c.name, read.when, times, fmt.Sprintf(`"form":"third_app","op":"query","nth":%d,"when":%q`, read.nth, f.whens[0])))
		}
	}
	return out
}

func (f matrixFault) ofTokens(c matrixChange) []matrixCase {
	if f.on != "" {
		return nil
	}
	var out []matrixCase
	for times := range f.howOften() {
		first := f.strike(c, "getToken", "first", times, fmt.Sprintf(`"op":"getToken","when":%q`, f.whens[0]))
		again := f.strike(c, "getToken", "renewal", times, fmt.Sprintf(`"op":"getToken","nth":2,"when":%q`, f.whens[0]))
		again.faults = append(again.faults, fmt.Sprintf(`{"kind":"expire","op":%q,"times":1}`, c.op))
		out = append(out, first, again)
	}
	return out
}

// howOften is 2 for a fault that may be over when a request is repeated, and 1 for
// one after which none is.
func (f matrixFault) howOften() int {
	if f.kind == "latency" || f.kind == "hang" || f.kind == "500" || f.kind == "row" || f.kind == "drop" || f.kind == "shift" {
		return 1
	}
	return 2
}

// strike makes a case of a fault that strikes once, or as long as the apply lasts.
func (f matrixFault) strike(c matrixChange, operation, when string, times int, selected string) matrixCase {
	name := f.name + " once"
	if times == 0 {
		name = f.name
	}
	more := strings.ReplaceAll(f.more, "OBJECT", c.code)
	timeout := matrixTimeout
	if f.kind == "hang" || f.name == "late" {
		timeout = 400 * time.Millisecond
	}
	return matrixCase{change: c, fault: name, operation: operation, when: when, timeout: timeout,
		faults: []string{fmt.Sprintf(`{"kind":%q,"times":%d,%s%s}`, f.kind, times, selected, more)}}
}

const (
	saidDone     = "done"
	saidUnknown  = "written, outcome unknown"
	saidNotThere = "not there after the save"
	saidFailed   = "failed, with the error"
	saidSkipped  = "not written, with the error"
	saidStill    = "still there after the delete"
)

// saidShort is what apply says in a few words.
func saidShort(text string) string {
	for _, s := range []struct{ phrase, short string }{
		{"written, but it could not be read back", saidUnknown},
		{"it is not there after the save", saidNotThere},
		{"it is still there after the delete", saidStill},
		{"could not be read again before the write", "not written: not read again"},
		{"it changed on the tenant since", "not written: moved"},
		{"nothing was written, because of these problems", "nothing written: cannot be planned"},
		{"the tenant refused the", "refused, with its reason"},
		{"the tenant took the save but not", "names the field not taken"},
		{"✗ failed", saidFailed},
		{"✗ skipped", saidSkipped},
		{"0 failed, 0 skipped", saidDone},
		{"cannot be read", "nothing written: not read"},
		{"not read completely", "nothing written: not read"},
		{"No changes", "no changes"},
	} {
		if strings.Contains(text, s.phrase) {
			return s.short
		}
	}
	return ""
}

// afterwards is what is there, and what the next apply does.
func (o matrixOutcome) afterwards() string {
	switch {
	case o.made:
		return "made"
	case o.late:
		return "made late"
	}
	return "not made"
}
