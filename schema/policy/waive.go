package policy

import "cosmicctl/engine"

// waive takes back the findings that a waiver lets stand, and gives advice on the
// waivers of its rules that there is nothing for.
func (s *Set) waive(found []engine.Diagnostic, waivers []engine.Waiver, today string) []engine.Diagnostic {
	matched := make([]bool, len(waivers))
	var out []engine.Diagnostic
	for _, d := range found {
		waived := false
		for i, w := range waivers {
			if w.Rule == d.Args["rule"] && w.Object == d.Args["object"] {
				matched[i] = true
				waived = waived || !w.Expired(today)
			}
		}
		if !waived {
			out = append(out, d)
		}
	}
	for _, r := range s.Rules() {
		for i, w := range waivers {
			if w.Rule == r.ID && !matched[i] && !w.Expired(today) {
				out = append(out, r.unused(w))
			}
		}
	}
	return out
}

// unused is advice on a waiver that waives nothing, with the likely reason.
func (r *Rule) unused(w engine.Waiver) engine.Diagnostic {
	d := engine.Diagnostic{Severity: engine.Advice, Code: CodeUnused, Pos: w.At, Path: "waivers",
		Args: map[string]string{"rule": r.ID, "kind": r.Kind}}
	switch {
	case w.Object == "" && r.Kind != Tenant:
		d.Hint = HintObject
	case w.Object != "" && r.Kind == Tenant:
		d.Hint = HintTenant
	}
	return d
}
