package report

import (
	"fmt"
	"io"

	"cosmicctl/engine"
	"cosmicctl/schema/policy"
)

// Rules lists the rules of policies.
func Rules(w io.Writer, style Style, rules []*policy.Rule) {
	for i, r := range rules {
		if i == 0 || rules[i-1].Policy != r.Policy {
			fmt.Fprintf(w, "%s\n", style.bold("Policy "+Clean(r.Policy)))
		}
		severity := string(r.Severity)
		if r.Severity == engine.Advice {
			severity = "warning"
		}
		fmt.Fprintf(w, "  %s  %s, %s\n      %s\n", style.bold(r.ID), Clean(r.Kind), severity, Clean(r.Message.EN))
		if r.Help != "" {
			fmt.Fprintf(w, "      %s\n", style.dim(Clean(r.Help)))
		}
	}
}

// PolicySummary says in one line what a test of policies came to.
func PolicySummary(rules, files, findings int, diags []engine.Diagnostic) string {
	errors := 0
	for _, d := range diags {
		if d.Severity == engine.Error {
			errors++
		}
	}
	text := fmt.Sprintf("%s held against %s: %s", count(files, "file"), count(rules, "rule"), count(findings, "finding"))
	if errors == 0 {
		return text + ", as wanted."
	}
	return fmt.Sprintf("%s, %s.", text, count(errors, "error"))
}
