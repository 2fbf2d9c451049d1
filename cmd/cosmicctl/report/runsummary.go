package report

import (
	"slices"
	"strings"

	"cosmicctl/engine"
)

// tally counts the changes of all tenants.
func (r *Run) tally() tally {
	t := tally{pair: r.pair()}
	for i := range r.Tenants {
		t.plan(r.Tenants[i].Plan)
	}
	return t
}

// incomplete tells whether a tenant was not read, or not completely.
func (r *Run) incomplete() bool {
	return slices.ContainsFunc(r.Tenants, func(t TenantPlan) bool {
		return slices.ContainsFunc(t.Plan.Problems, func(d engine.Diagnostic) bool { return d.Class == engine.ClassUnreadable })
	})
}

// steps counts what is left to a person.
func (r *Run) steps() int {
	n := 0
	for i := range r.Tenants {
		n += len(r.Tenants[i].Plan.ByHand)
	}
	return n
}

// partial names the tenants whose plan does not say all.
func (r *Run) partial() []string {
	var out []string
	for _, t := range r.Tenants {
		if someProblem(t.Plan) {
			out = append(out, t.title())
		}
	}
	return out
}

// summary says in a line what a run found, and whether that is all.
func (r *Run) summary(w Words) string {
	text := r.found(w)
	if partial := r.partial(); len(partial) > 0 {
		text += w["space"] + r.story(w).partial + w["colon"] + w.some(partial, Clean) + w["full-stop"]
	}
	if r.Failure != "" {
		text += w["space"] + w["ended-early"] + w["full-stop"]
	}
	return text
}

func (r *Run) found(w Words) string {
	mistakes, advice, failed := 0, 0, 0
	for _, d := range r.Diagnostics {
		if d.Severity == engine.Advice {
			advice++
		} else {
			mistakes++
		}
	}
	for i := range r.Tenants {
		p := r.Tenants[i].Plan
		failed += problems(p)
		advice += len(p.Problems) - problems(p)
	}
	parts := []string{w.Count(r.Files, "n-files"), w.Count(mistakes, "n-errors")}
	if advice > 0 {
		parts = append(parts, w.Say("n-advice", "n", advice))
	}
	if len(r.Tenants) == 0 {
		return strings.Join(parts, w["comma"]) + w["full-stop"]
	}
	tenants := len(r.Tenants)
	if r.pair() != nil {
		tenants = 2
	}
	parts = append(parts, w.Count(tenants, "n-tenants"), w.Count(failed, "n-problems"))
	if n := r.steps(); n > 0 {
		parts = append(parts, w.Say("n-by-hand", "n", n))
	}
	t := r.tally()
	if text := r.checked(w); text != "" {
		return strings.Join(parts, w["comma"]) + w["semicolon"] + text + w["full-stop"]
	}
	if t.changes == 0 {
		return strings.Join(parts, w["comma"]) + w["semicolon"] + strings.ToLower(r.story(w).none) + w["full-stop"]
	}
	return strings.Join(parts, w["comma"]) + w["semicolon"] + t.text(w)
}
