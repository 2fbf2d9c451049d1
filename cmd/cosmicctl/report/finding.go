package report

import (
	"cmp"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// finding is one thing that a run says at one place: a diagnostic, or a change
// under one of its risks. Formats that know nothing of plans are lists of them.
type finding struct {
	rule    string
	level   level
	pos     engine.Position
	tenant  string
	subject string // the object of a change, or the path of a diagnostic
	text    string
	// about describes the rule, if the catalogue of messages does not.
	about string
	// twin is what tells apart findings of one rule about one subject.
	twin string
}

// level is how much a finding matters.
type level int

const (
	levelError level = iota
	levelWarning
	levelNote
)

// The rules of plans beside the codes of diagnostics.
const (
	riskRule     = "risk/"
	compareRule  = "compare/"
	driftRule    = string(engine.ByDrift)
	conflictRule = string(engine.ByBoth)
	waiverRule   = "waiver"
)

// findings lists what a run found, what matters most first.
func findings(r *Run, o Options) []finding {
	var out []finding
	for _, d := range r.Diagnostics {
		out = append(out, o.diagnostic("", d))
	}
	for i := range r.Tenants {
		t := &r.Tenants[i]
		out = append(out, o.aboutTenant(t)...)
		for _, stage := range t.Plan.Stages {
			for j := range stage {
				out = append(out, o.changes(t.single(&stage[j]))...)
			}
		}
	}
	slices.SortStableFunc(out, compareFindings)
	return out
}

// compareFindings puts what matters most first.
func compareFindings(a, b finding) int {
	return cmp.Or(cmp.Compare(a.level, b.level), cmp.Compare(a.advice(), b.advice()), cmp.Compare(ruleRank(a.rule), ruleRank(b.rule)))
}

// advice is 1 for a piece of advice: much of it must not crowd out what changes.
func (f finding) advice() int {
	if f.level == levelWarning && f.rule != waiverRule && !f.change() {
		return 1
	}
	return 0
}

// change tells whether a finding is about a change, not a diagnostic.
func (f finding) change() bool {
	return f.rule == driftRule || f.rule == conflictRule || strings.HasPrefix(f.rule, riskRule) || strings.HasPrefix(f.rule, compareRule)
}

// aboutTenant is what a plan says beside its changes: problems, and the waivers
// that the branch adds or extends.
func (o Options) aboutTenant(t *TenantPlan) []finding {
	var out []finding
	for _, d := range t.Plan.Problems {
		out = append(out, o.diagnostic(t.title(), d))
	}
	out = append(out, o.byHandFindings(t)...)
	for _, w := range t.Plan.Waivers {
		out = append(out, finding{rule: waiverRule, level: levelWarning, pos: w.At, tenant: t.Name, subject: w.Rule + " " + w.Object,
			text: o.Words.Say("waiver-finding", "waiver", o.Words.waiver(w), "reason", o.Words.waiverReason(w))})
	}
	return out
}

func (o Options) diagnostic(tenant string, d engine.Diagnostic) finding {
	f := finding{rule: string(d.Code), pos: d.Pos, tenant: tenant, subject: d.Path, text: o.Words.MessageAndHint(d), twin: d.Args["value"]}
	if d.Severity == engine.Advice {
		f.level = levelWarning
	}
	if d.Text != nil {
		f.about = o.Words.Text(*d.Text)
	}
	return f
}

// changes are the findings about one change of a group: one for each risk, at the
// line that asks for it.
func (o Options) changes(g *group) []finding {
	w, c, tenant := o.Words, g.Change, g.places[0].tenant
	headline := o.headline(&g.places[0])
	if risks := w.risky(c.Risks); len(risks) > 0 {
		headline += w.Say("in-brackets", "text", strings.Join(risks, w["comma"]))
	}
	var out []finding
	for _, rule := range rulesOf(c) {
		f := finding{rule: rule, level: levelOf(rule), pos: c.Origin, tenant: tenant, subject: c.Ref.String()}
		var parts []string
		for _, l := range w.fieldLines(c) {
			if !concerns(rule, l.field) {
				continue
			}
			if len(parts) == 0 && l.field.At.File != "" {
				f.pos = l.field.At
			}
			parts = append(parts, w.lineText(l))
		}
		if why := w["cause-"+engine.Code(rule)]; why != "" && mixedCauses(c) {
			parts = append(parts, why)
		}
		parts = append(parts, g.notes(w, Clean)...)
		f.text = strings.Join(append([]string{headline}, parts...), w["semicolon"])
		out = append(out, f)
	}
	return out
}

// rulesOf are the rules that a change falls under, riskiest first. That it undoes
// drift says more than that it is routine. A difference of two tenants has no risk.
func rulesOf(c *engine.Change) []string {
	if len(c.Risks) == 0 {
		return []string{compareRule + string(c.Action)}
	}
	var out []string
	if undoes(c) && c.Cause == engine.ByBoth {
		out = append(out, conflictRule)
	}
	for _, r := range c.Risks {
		if r != engine.Routine || !undoes(c) {
			out = append(out, riskRule+string(r))
		}
	}
	if undoes(c) && c.Cause != engine.ByBoth {
		out = append(out, driftRule)
	}
	return out
}

// concerns tells whether a field is why its change falls under a rule. What is
// routine is the whole of the change.
func concerns(rule string, f *engine.FieldChange) bool {
	risk, isRisk := strings.CutPrefix(rule, riskRule)
	switch {
	case rule == driftRule:
		return f.Cause == engine.ByDrift
	case rule == conflictRule:
		return f.Cause == engine.ByBoth
	}
	return strings.HasPrefix(rule, compareRule) || isRisk && (risk == string(engine.Routine) || slices.Contains(f.Risks, engine.Risk(risk)))
}

func levelOf(rule string) level {
	switch rule {
	case riskRule + string(engine.Redirects), riskRule + string(engine.Widens), conflictRule:
		return levelWarning
	}
	return levelNote
}

// ruleRank sorts findings of one level: diagnostics, then changes by their risk.
func ruleRank(rule string) int {
	if risk, found := strings.CutPrefix(rule, riskRule); found {
		return 1 + engine.Risk(risk).Rank()
	}
	if rule == driftRule || strings.HasPrefix(rule, compareRule) {
		return 1 + engine.Routine.Rank()
	}
	return 0
}

// headline says in a few words what a change does to which object.
func (o Options) headline(p *place) string {
	w := o.Words
	text := p.verb(w, Clean) + " " + w.objectName(o.Kinds, p.Ref)
	if p.pair != nil {
		return text + w["comma"] + Clean(p.tenant)
	}
	return w.Say("change-on-tenant", "change", text, "tenant", Clean(p.tenant))
}

// verb says what is done to an object, or what it does; quote makes a name safe.
func (p *place) verb(w Words, quote func(string) string) string {
	switch p.Action {
	case engine.OnlyFirst:
		return w.Say("only-has", "tenant", quote(p.pair.First.Name))
	case engine.OnlySecond:
		return w.Say("only-has", "tenant", quote(p.pair.Second))
	}
	return cmp.Or(w["verb-"+engine.Code(p.Action)], string(p.Action))
}

// lineText writes what becomes of a field in one line.
func (w Words) lineText(l fieldLine) string { return l.name + " " + (&PlanText{Words: w}).values(l) }

// single is a change as the group of itself.
func (t *TenantPlan) single(c *engine.Change) *group {
	return &group{Change: c, places: []place{t.place(c)}}
}
