package report

// loadWords sum up what was loaded.
func loadWords() Words {
	return Words{
		"the-tenants":      "the {tenants}",
		"tenants-checked":  "{tenants} checked",
		"tenants-chosen":   "{tenants} checked, {n} of them chosen",
		"loaded":           "{files} of {tenants}: {errors}",
		"skipped":          "Skipped: {what} (not cosmicctl/v1)",
		"files-read":       "{files} read.",
		"files-checked":    "{files} checked",
		"policy-heading":   "Policy {policy}",
		"severity-error":   "error",
		"severity-warning": "warning",
		"policy-held":      "{files} held against {rules}: {findings}",
		"policy-as-wanted": "{held}, as wanted.",
	}
}

// compareWords tell how two tenants differ.
func compareWords() Words {
	return Words{
		"compare-heading":      "{what}, as {as}",
		"compare-tenants":      "Compare {tenants}",
		"as-live":              "they are live",
		"as-wanted":            "their manifests want them",
		"compare-none-known":   "No difference known; {n} the same",
		"compare-the-same":     "The same: {objects}",
		"compare-differences":  "{tenants}: {differences}; {n} the same",
		"between":              "{differences} between {first} and {second}",
		"ignored":              "ignored: {field} differs on {objects}",
		"preset-left-out":      "left out: {objects} that one tenant alone has",
		"otherwise-on-version": "the same fields let something else through on the version of the other tenant",
		"column-kind":          "kind",
		"differ":               "differ",
		"the-same":             "the same",
	}
}

// documentWords are those of documents: Markdown, a page, and what machines take.
func documentWords() Words {
	return Words{
		"changes-on":        "{changes} on {tenants}",
		"changes-on-some":   "{changes} on {n} of {all} tenants",
		"and-not-all-known": "{changes}, and not all is known",
		"known-so-far":      "Not all is known. What is known: {changes}.",
		"on-tenant":         " on {tenant}",
		"on-n-tenants":      " on {n} tenants",
		"what-on-n-tenants": "{what} on {n} tenants",
		"change-on-tenant":  "{change} on tenant {tenant}",
		"of-tenant":         "tenant {tenant}",
		"exit-code":         "exit code {code}",
		"exit-code-means":   "Exit code {code} ({meaning})",
		"exit-0":            "nothing to do",
		"exit-1":            "error",
		"exit-3":            "invalid input",
		"exit-4":            "a tenant could not be read, or not completely",
		"exit-5":            "refused",
		"exit-6":            "stale",
		"exit-7":            "partly done",
		"exit-130":          "interrupted",
		"exit-143":          "terminated",
		"compared-with":     "compared with {base}",
		"compared-as":       "compared as {as}",
		"with-digest":       "digest {digest}",
		"ended-early":       "The run ended early",
		"run-failed-title":  "The run failed",
		"problems":          "Problems",
		"branch-waives":     "This branch lets findings stand",
		"rule-for-object":   "{rule} for {object}",
		"markdown-waiver":   "{rule} until {expires}, {owner}: {reason} ({at})",
		"markdown-cut-off":  "**Callers are cut off:** this version wants {steps}.",
		"the-same-on-these": "The same on",
		"details-left-out":  "details left out",
		"and-more-changes":  "**And {changes}**: {classes}. All of them are in the JSON and the HTML of this run.",
		"no-room":           "**{what}** found no room here.",
		"column-risk":       "risk",
		"column-tenant":     "tenant",
		"markdown-budget":   "a budget of {bytes} bytes is too small for a Markdown document; give at least {least}",
		"unknown-format":    "format \"{format}\" is not one of {formats}",
		"annotations-left":  "{annotations} not shown here.",
		"results-left":      "{results} of the lowest risk left out, to stay within {most}",
	}
}

// pageWords are those of a plan's page alone.
func pageWords() Words {
	return Words{
		"html-failure":           "What ended the run",
		"html-waivers":           "Waivers that this branch adds or extends",
		"html-waivers-table":     "Waivers",
		"html-rule":              "Rule",
		"html-for":               "For",
		"html-reason":            "Reason",
		"html-owner":             "Owner",
		"html-until":             "Until",
		"html-place":             "Place",
		"html-access":            "Who may reach what",
		"html-tenant":            "Tenant",
		"html-kind":              "Kind",
		"html-risk":              "Risk",
		"html-show-all":          "Show all",
		"html-no-match":          "Nothing matches the filter.",
		"html-advice":            "Advice",
		"html-secrets":           "Secrets that cannot be compared",
		"html-secrets-of":        "{n} of existing objects; the tenant gives none back.",
		"html-unmanaged":         "Unmanaged",
		"html-unmanaged-objects": "{n} live object that no manifest mentions, left alone.|{n} live objects that no manifest mentions, left alone.",
		"html-checks":            "Checks",
		"html-summary":           "Summary",
		"html-summary-table":     "Changes by tenant and risk",
		"html-rows-differ":       "{n} differs|{n} differ",
		"html-field":             "Field",
		"html-value":             "Value",
		"html-default":           "default",
	}
}

// ruleWords say what to look at in a change of a class, or a difference.
func ruleWords() Words {
	return Words{
		"rule-of-comparison":            "In a comparison: {rule}",
		"rule-of-plan":                  "In a plan: {rule}",
		"rule-of-policy":                "Rule {rule} of a policy",
		"rule-help-risk/redirects-data": "Data of the tenant goes elsewhere, or less protected. Check that each new address is the organisation's own and that encryption is not weakened.",
		"rule-help-risk/widens-access":  "More callers, users or addresses reach an API than before. Check that each of them is meant to.",
		"rule-help-risk/narrows-access": "Callers, users or addresses lose access. Check that none of them still needs it: their calls fail from the apply on.",
		"rule-help-risk/rotates-secret": "A secret is written anew. Check that its callers have the new one at the same time.",
		"rule-help-risk/destroys":       "An object is deleted. It cannot be restored, only made anew.",
		"rule-help-risk/routine":        "A change without a risk that cosmicctl knows of.",
		"rule-help-drift":               "The tenant was changed beside the manifests, and the plan undoes that. Check whether the manifests should follow instead.",
		"rule-help-waiver":              "The branch lets a finding of a policy stand for a time. Check that its owner may, and that the reason holds until it expires.",
		"rule-help-conflict":            "The branch and somebody on the tenant changed the same field. Agree with them before this is applied.",
		"rule-help-compare/differs":     "Both tenants have the object, and it is not the same. Check whether that is meant; `--ignore` leaves out what differs by nature.",
		"rule-help-compare/only-first":  "The first tenant has the object, the second lacks it. Check whether it is still to be brought there.",
		"rule-help-compare/only-second": "The second tenant has the object, the first lacks it. Check where it came from.",
	}
}
