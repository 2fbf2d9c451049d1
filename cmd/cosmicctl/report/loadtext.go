package report

import (
	"strings"

	"cosmicctl/engine"
	"cosmicctl/schema"
)

// Tenants counts tenants in words.
func (w Words) Tenants(n int) string { return w.Say("the-tenants", "tenants", w.Count(n, "n-tenants")) }

// LoadSummary says in one line what a validation looked at and found.
func (w Words) LoadSummary(r *schema.Result) string {
	errors, advice := 0, 0
	for _, d := range r.Diagnostics {
		if d.Severity == engine.Advice {
			advice++
		} else {
			errors++
		}
	}
	tenants := w.Say("tenants-checked", "tenants", w.Count(len(r.Names), "n-tenants"))
	if r.Unchosen > 0 {
		tenants = w.Say("tenants-chosen", "tenants", w.Count(len(r.Names), "n-tenants"), "n", len(r.Names)-r.Unchosen)
	}
	text := w.Say("loaded", "files", w.Count(r.Files, "n-files"), "tenants", tenants, "errors", w.Count(errors, "n-errors"))
	if advice > 0 {
		text += w["comma"] + w.Say("n-advice", "n", advice)
	}
	if s := w.SkippedSummary(r.Skipped); s != "" {
		text += w["full-stop"] + w["space"] + s
	}
	return text + w["full-stop"]
}

// SkippedSummary says what a folder held that is no manifest, or "".
func (w Words) SkippedSummary(s schema.Skipped) string {
	var parts []string
	for _, p := range []struct {
		n    int
		noun engine.Code
	}{{s.HiddenFolders, "n-hidden-folders"}, {s.Documents, "n-documents"}, {s.Links, "n-links"}} {
		if p.n > 0 {
			parts = append(parts, w.Count(p.n, p.noun))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return w.Say("skipped", "what", strings.Join(parts, w["list-comma"]))
}
