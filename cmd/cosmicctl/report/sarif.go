package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"cosmicctl/engine"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// mostResults is how many results of a run GitHub's code scanning takes.
const mostResults = 25_000

// sarifSchema is where OASIS publishes the schema.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// sourceRoot stands for the folder that a command ran in, as code scanning
// expects it: the root of the checkout.
const sourceRoot = "%SRCROOT%"

// writeSARIF writes a run as SARIF 2.1.0: a result for each finding, a rule for
// each of their codes.
func writeSARIF(w io.Writer, r *Run, o Options) error {
	all := findings(r, o)
	kept := all[:min(len(all), mostResults)]
	tool := sarif.NewToolComponent().WithName("cosmicctl").WithVersion(cmp.Or(o.Version, "unknown"))
	run := sarif.NewRun().WithTool(sarif.NewTool().WithDriver(tool)).WithColumnKind("unicodeCodePoints").
		WithInvocations([]*sarif.Invocation{invocation(o.Words, r, len(all)-len(kept))})
	rules, seen := map[string]int{}, map[string]int{}
	for _, f := range kept {
		if _, known := rules[f.rule]; !known {
			rules[f.rule] = len(tool.Rules)
			tool.AddRule(ruleOf(f, o.Words))
		}
		run.AddResult(resultOf(f, rules[f.rule], seen))
	}
	log := sarif.NewReport().AddRun(run)
	log.Schema = sarifSchema
	return log.PrettyWrite(cleanJSON{w})
}

// invocation says how the run ended and what the results leave out.
func invocation(w Words, r *Run, left int) *sarif.Invocation {
	out := sarif.NewInvocation().WithExecutionSuccessful(r.Failure == "" && !r.incomplete()).WithExitCode(r.ExitCode)
	if r.Failure != "" {
		out.AddToolExecutionNotification(notification("error", r.Failure))
	}
	if left > 0 {
		out.AddToolExecutionNotification(notification("warning",
			w.Say("results-left", "results", w.Count(left, "n-results"), "most", mostResults)))
	}
	return out
}

func notification(level, text string) *sarif.Notification {
	return sarif.NewNotification().WithLevel(level).WithMessage(sarifText(Clean(text)))
}

// sarifText is a message that holds no link: what looks like one comes from a name
// or value outside.
func sarifText(text string) *sarif.Message {
	return sarif.NewTextMessage(strings.ReplaceAll(text, "](", "] ("))
}

func sarifLevel(l level) string { return [...]string{"error", "warning", "note"}[l] }

// ruleOf describes the rule of a finding.
func ruleOf(f finding, words Words) *sarif.ReportingDescriptor {
	short, help := words.rule(f)
	return sarif.NewRule(f.rule).WithName(f.rule).
		WithDescription(short).
		WithFullDescription(sarif.NewMultiformatMessageString().WithText(short)).
		WithHelp(sarif.NewMultiformatMessageString().WithText(help)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarifLevel(f.level)))
}

func resultOf(f finding, rule int, seen map[string]int) *sarif.Result {
	text := f.text
	if path := Clean(f.subject); path != "" && f.rule != waiverRule && !f.change() {
		text = path + ": " + text
	}
	out := sarif.NewRuleResult(f.rule).WithRuleIndex(rule).WithLevel(sarifLevel(f.level)).WithMessage(sarifText(text)).
		WithPartialFingerprints(map[string]string{"primaryLocationLineHash": fingerprint(f, seen)})
	if f.pos.File != "" && !isFlag(f.pos) {
		out.AddLocation(sarif.NewLocationWithPhysicalLocation(physical(f.pos)))
	}
	if f.tenant != "" {
		out.WithProperties(sarif.NewPropertyBag().Add("tenant", f.tenant))
	}
	return out
}

// fingerprint is the same for a finding whose lines moved. Its name is the one
// that GitHub compares, and so is the form: a hash, and a number among equals.
func fingerprint(f finding, seen map[string]int) string {
	parts := []string{f.rule, f.tenant, f.subject, f.twin}
	if !f.change() {
		parts = append(parts, f.pos.File)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", parts))
	id := hex.EncodeToString(sum[:8])
	seen[id]++
	return fmt.Sprintf("%s:%d", id, seen[id])
}

func physical(p engine.Position) *sarif.PhysicalLocation {
	out := sarif.NewPhysicalLocation().WithArtifactLocation(artifact(p.File))
	if p.Line < 1 {
		return out
	}
	region := sarif.NewRegion().WithStartLine(p.Line)
	if p.Col > 0 {
		region.WithStartColumn(p.Col)
	}
	return out.WithRegion(region)
}

// artifact names a file: below the root by a relative URI, or by an absolute one.
func artifact(file string) *sarif.ArtifactLocation {
	slashed := path.Clean(filepath.ToSlash(file))
	if filepath.IsAbs(file) {
		return sarif.NewSimpleArtifactLocation((&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(slashed, "/")}).String())
	}
	return sarif.NewSimpleArtifactLocation((&url.URL{Path: slashed}).String()).WithURIBaseID(sourceRoot)
}
