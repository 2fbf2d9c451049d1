package report

import (
	"fmt"
	"io"

	"cosmicctl/engine"
	"cosmicctl/schema/policy"
)

// Rules lists the rules of policies.
func (w Words) Rules(out io.Writer, style Style, rules []*policy.Rule) {
	for i, r := range rules {
		if i == 0 || rules[i-1].Policy != r.Policy {
			fmt.Fprintf(out, "%s\n", style.bold(w.Say("policy-heading", "policy", Clean(r.Policy))))
		}
		severity := w["severity-error"]
		if r.Severity == engine.Advice {
			severity = w["severity-warning"]
		}
		fmt.Fprintf(out, "  %s  %s, %s\n      %s\n", style.bold(r.ID), Clean(r.Kind), severity, Clean(w.Text(r.Message)))
		if r.Help != "" {
			fmt.Fprintf(out, "      %s\n", style.dim(Clean(r.Help)))
		}
	}
}

// PolicySummary says in one line what a test of policies came to.
func (w Words) PolicySummary(rules, files, findings int, diags []engine.Diagnostic) string {
	errors := 0
	for _, d := range diags {
		if d.Severity == engine.Error {
			errors++
		}
	}
	text := w.Say("policy-held", "files", w.Count(files, "n-files"), "rules", w.Count(rules, "n-rules"), "findings", w.Count(findings, "n-findings"))
	if errors == 0 {
		return w.Say("policy-as-wanted", "held", text)
	}
	return text + w["comma"] + w.Count(errors, "n-errors") + w["full-stop"]
}
