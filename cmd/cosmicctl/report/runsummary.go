package report

import (
	"fmt"
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
func (r *Run) summary() string {
	text := r.found()
	if partial := r.partial(); len(partial) > 0 {
		text += " " + r.story().partial + ": " + some(partial, Clean) + "."
	}
	if r.Failure != "" {
		text += " The run ended early."
	}
	return text
}

func (r *Run) found() string {
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
	parts := []string{count(r.Files, "file"), count(mistakes, "error")}
	if advice > 0 {
		parts = append(parts, fmt.Sprintf("%d advice", advice))
	}
	if len(r.Tenants) == 0 {
		return strings.Join(parts, ", ") + "."
	}
	tenants := len(r.Tenants)
	if r.pair() != nil {
		tenants = 2
	}
	parts = append(parts, count(tenants, "tenant"), count(failed, "problem"))
	if n := r.steps(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d by hand", n))
	}
	t := r.tally()
	if text := r.checked(English()); text != "" {
		return strings.Join(parts, ", ") + "; " + text + "."
	}
	if t.changes == 0 {
		return strings.Join(parts, ", ") + "; " + strings.ToLower(r.story().none) + "."
	}
	return strings.Join(parts, ", ") + "; " + t.text()
}
