package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// mostAnnotations is how many annotations of one level GitHub shows of a step.
const mostAnnotations = 10

// writeGitHub writes a run as workflow commands, which GitHub shows as annotations
// at the lines of the manifests: the riskiest, and one that sums up the run.
func writeGitHub(w io.Writer, r *Run, o Options) error {
	b := bufio.NewWriter(w)
	shown, left := map[level]int{levelNote: 1}, 0 // the summary is a notice too
	for _, f := range annotations(r, o) {
		if shown[f.level]++; shown[f.level] > mostAnnotations {
			left++
			continue
		}
		annotate(b, f)
	}
	text := r.summary(o.Words)
	if left > 0 {
		text += o.Words["space"] + o.Words.Say("annotations-left", "annotations", o.Words.Count(left, "n-annotations"))
	}
	annotate(b, finding{level: levelNote, rule: "cosmicctl " + r.Command, text: text})
	return b.Flush()
}

// annotations are the findings of a run, of which changes that are the same on
// many objects are one.
func annotations(r *Run, o Options) []finding {
	var out []finding
	if r.Failure != "" {
		out = append(out, finding{rule: "failure", text: Clean(r.Failure)})
	}
	for _, d := range r.Diagnostics {
		out = append(out, o.diagnostic("", d))
	}
	for i := range r.Tenants {
		out = append(out, o.aboutTenant(&r.Tenants[i])...)
	}
	for _, g := range groups(o.Kinds, r.Tenants) {
		f := o.changes(g)[0]
		if n := len(g.places) - 1; n > 0 {
			f.text += o.Words["semicolon"] + o.Words.Say("the-same-on", "objects", o.Words.Count(n, "n-others"))
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, compareFindings)
	return out
}

// annotate writes one workflow command.
func annotate(w io.Writer, f finding) {
	var props []string
	if f.pos.File != "" && !isFlag(f.pos) {
		props = append(props, "file="+property(Clean(f.pos.File)), fmt.Sprintf("line=%d", max(1, f.pos.Line)))
		if f.pos.Col > 0 {
			props = append(props, fmt.Sprintf("col=%d", f.pos.Col))
		}
	}
	props = append(props, "title="+property(Clean(f.rule)))
	command := [...]string{"error", "warning", "notice"}[f.level]
	fmt.Fprintf(w, "::%s %s::%s\n", command, strings.Join(props, ","), escapeData(f.text))
}

// escapeData and property escape as the runner of GitHub reads it back.
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(escapeData(s))
}
