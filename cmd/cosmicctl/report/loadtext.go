package report

import (
	"fmt"
	"strings"

	"cosmicctl/engine"
	"cosmicctl/schema"
)

// Tenants counts tenants in words.
func Tenants(n int) string { return "the " + count(n, "tenant") }

// LoadSummary says in one line what a validation looked at and found.
func LoadSummary(r *schema.Result) string {
	errors, advice := 0, 0
	for _, d := range r.Diagnostics {
		if d.Severity == engine.Advice {
			advice++
		} else {
			errors++
		}
	}
	tenants := count(len(r.Names), "tenant")
	if r.Unchosen > 0 {
		tenants = fmt.Sprintf("%s checked, %d of them chosen", tenants, len(r.Names)-r.Unchosen)
	} else {
		tenants += " checked"
	}
	text := fmt.Sprintf("%s of %s: %s", count(r.Files, "file"), tenants, count(errors, "error"))
	if advice > 0 {
		text += fmt.Sprintf(", %d advice", advice)
	}
	if s := SkippedSummary(r.Skipped); s != "" {
		text += ". " + s
	}
	return text + "."
}

// SkippedSummary says what a folder held that is no manifest, or "".
func SkippedSummary(s schema.Skipped) string {
	var parts []string
	for _, p := range []struct {
		n    int
		noun string
	}{{s.HiddenFolders, "hidden folder"}, {s.Documents, "document"}, {s.Links, "link"}} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.noun))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Skipped: " + strings.Join(parts, ", ") + " (not cosmicctl/v1)"
}
