package report

import (
	"cmp"
	"regexp"
	"strings"

	"cosmicctl/engine"
	"cosmicctl/schema/policy"
)

// rule describes the rule of a finding in a sentence, and says what to do.
func (w Words) rule(f finding) (short, help string) {
	help, known := w["rule-help-"+engine.Code(f.rule)]
	if difference, found := strings.CutPrefix(f.rule, compareRule); found && known {
		return w.Say("rule-of-comparison", "rule", difference), help
	}
	if known {
		risk := engine.Risk(strings.TrimPrefix(f.rule, riskRule))
		return w.Say("rule-of-plan", "rule", cmp.Or(w[riskCode(risk)], f.rule)), help
	}
	if id, ok := strings.CutPrefix(f.rule, policy.RulePrefix); ok {
		return w.Say("rule-of-policy", "rule", id), w.Say("see-topic", "text", f.text, "topic", "policy")
	}
	short = placeholder.ReplaceAllString(w[engine.Code(f.rule)], "…")
	if short == "" || short == "…" {
		short = cmp.Or(f.about, strings.ReplaceAll(f.rule, "-", " "))
	}
	return short, w.Say("see-topic", "text", short, "topic", "manifests")
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// secretReason says why a secret of a live object is written.
func (w Words) secretReason(s engine.SecretState) string {
	if reason := w["secret-"+engine.Code(s)]; reason != "" {
		return w["comma"] + reason
	}
	return ""
}

// exitMeaning says what the exit code of a run means.
func (w Words) exitMeaning(r *Run) string {
	return cmp.Or(w["exit-"+engine.Code(valueOf(r.ExitCode))], r.story(w).differs)
}
