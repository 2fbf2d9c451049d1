package report

import (
	"slices"

	"cosmicctl/engine"
)

// pageSummary counts changes by tenant, class and kind.
type pageSummary struct {
	Risks   []pageRisk // those that occur
	Tenants []pageTenant
	Totals  []int
	Kinds   []pageKind
	touched int
}

// pageTenant is a tenant with its counts, in the order of the summary's classes.
type pageTenant struct {
	Name, URL, About string
	Changes          int
	Problems         string // where not all is known
	Counts           []pageCount
}

type pageCount struct {
	Risk string
	N    int
}

type pageKind struct {
	ID    string
	Title engine.Text
	N     int
}

func newPageSummary(w Words, r *Run, kinds engine.Catalog) pageSummary {
	var s pageSummary
	byRisk := make([]map[engine.Risk]int, len(r.Tenants))
	total, byKind := map[engine.Risk]int{}, map[string]int{}
	for i := range r.Tenants {
		byRisk[i] = map[engine.Risk]int{}
		for _, c := range r.Tenants[i].Plan.Changes() {
			byKind[c.Ref.Kind]++
			for _, risk := range c.Risks {
				byRisk[i][risk]++
				total[risk]++
			}
		}
	}
	occur := slices.DeleteFunc(engine.Risks(), func(r engine.Risk) bool { return total[r] == 0 })
	s.Risks = w.pageRisks(occur)
	for _, risk := range occur {
		s.Totals = append(s.Totals, total[risk])
	}
	for i := range r.Tenants {
		s.add(w, &r.Tenants[i], occur, byRisk[i])
	}
	for _, k := range kinds {
		if n := byKind[k.Name]; n > 0 {
			s.Kinds = append(s.Kinds, pageKind{k.Name, title(kinds, k.Name), n})
		}
	}
	return s
}

func (s *pageSummary) add(w Words, t *TenantPlan, occur []engine.Risk, counts map[engine.Risk]int) {
	out := pageTenant{Name: Clean(t.title()), URL: Clean(t.BaseURL), About: "Cosmic " + Clean(string(t.Version))}
	if t.Pair != nil {
		out.URL = Clean(t.Pair.First.BaseURL) + " → " + out.URL
		out.About = "Cosmic " + Clean(string(t.Pair.First.Version)) + " → " + out.About
	}
	out.Changes = len(t.Plan.Changes())
	if out.Changes > 0 {
		s.touched++
	}
	if someProblem(t.Plan) {
		out.Problems = openText(w, t.Plan)
	} else {
		out.About += " · " + t.unchanged(w)
		if t.Pair == nil {
			out.About += w["comma"] + w.Say("n-unmanaged", "n", len(t.Plan.Unmanaged))
		}
	}
	for _, risk := range occur {
		out.Counts = append(out.Counts, pageCount{string(risk), counts[risk]})
	}
	s.Tenants = append(s.Tenants, out)
}
