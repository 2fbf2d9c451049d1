package report_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every format of every shared run is what its golden file says. go test -run
// TestGolden -update writes them anew.
func TestGolden(t *testing.T) {
	dir := filepath.Join("testdata", "golden")
	var want []string
	for _, f := range fixtures(t) {
		for _, format := range report.Formats() {
			name := f.name + "." + format
			want = append(want, name)
			t.Run(name, func(t *testing.T) {
				golden(t, filepath.Join(dir, name), abridged(f.name, format, documentOf(t, format, f.run)))
			})
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(want, e.Name()) {
			t.Errorf("%s belongs to no shared run and format; remove it", e.Name())
		}
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; read what the format writes, then go test ./cmd/cosmicctl/report -run TestGolden -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// looks is the style and the script of a page, and what names them.
var looks = regexp.MustCompile(`(?s)(<style>|<script>).*?(</)|(sha256-)(?:[A-Za-z0-9+/=]|&#43;)+`)

// abridged keeps megabytes out of the repository: of the largest run the head,
// the size and a digest, but of Markdown, which has a budget, all. How a page looks
// and moves is no part of it either.
func abridged(run, format string, doc []byte) []byte {
	if format == "html" {
		doc = looks.ReplaceAll(doc, []byte("$1$3…$2"))
	}
	if run != "many" || format == "markdown" {
		return doc
	}
	head := doc
	if end := 2000; len(head) > end {
		end += bytes.IndexByte(head[end:], '\n') + 1
		head = head[:min(end, 4000)]
	}
	return fmt.Appendf(nil, "%d bytes, sha256 %x, beginning with\n%s", len(doc), sha256.Sum256(doc), head)
}

// documentOf is a run in a format.
func documentOf(tb testing.TB, format string, run *report.Run) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := write(&b, format, run, options(tb)); err != nil {
		tb.Fatalf("%s: %v", format, err)
	}
	return b.Bytes()
}

// write writes a run as the commands do, text too.
func write(w io.Writer, format string, run *report.Run, o report.Options) error {
	if format != report.Text {
		return report.Write(w, format, run, o)
	}
	report.Diagnostics(w, report.Style{}, o.Words, run.Diagnostics)
	text := &report.PlanText{W: w, Words: o.Words, Kinds: o.Kinds, Unmanaged: o.Unmanaged}
	if run.Command == "drift" {
		text.Coverage = true
		for _, t := range run.Tenants {
			d := &engine.Drift{Plan: t.Plan, Coverage: t.Coverage}
			text.Drift(&engine.Tenant{Name: t.Name, Environment: engine.Environment{BaseURL: t.BaseURL, Version: t.Version}}, d)
		}
		text.AllDrift()
		return nil
	}
	if run.Command == "compare" {
		for _, t := range run.Tenants {
			sides := [2]*engine.Tenant{}
			for i, c := range []report.Compared{t.Pair.First, {Name: t.Name, BaseURL: t.BaseURL, Version: t.Version}} {
				sides[i] = &engine.Tenant{Name: c.Name, Environment: engine.Environment{BaseURL: c.BaseURL, Version: c.Version}}
			}
			text.Comparison(sides[0], sides[1], t.Pair.Live, &engine.Comparison{Plan: t.Plan, Kinds: t.Pair.Kinds, Ignored: t.Pair.Ignored})
		}
		return nil
	}
	if run.Command == "verify" {
		for _, t := range run.Tenants {
			text.Checks(&engine.Tenant{Name: t.Name, Environment: engine.Environment{BaseURL: t.BaseURL, Version: t.Version}}, t.Checks, nil)
		}
		text.AllChecks(run)
		return nil
	}
	for _, t := range run.Tenants {
		text.Heading(&engine.Tenant{Name: t.Name, Environment: engine.Environment{BaseURL: t.BaseURL, Version: t.Version}})
		text.Plan(t.Plan)
		report.Diagnostics(w, report.Style{}, o.Words, t.Plan.Problems)
	}
	text.All()
	if run.Command == "plan" && run.Digest != "" {
		text.Digest(run.Digest)
	}
	if run.Failure != "" {
		fmt.Fprintln(w, "cosmicctl:", report.Clean(run.Failure))
	}
	return nil
}
