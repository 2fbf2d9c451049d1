package report

import (
	"cmp"
	"html/template"
	"strconv"
	"strings"

	"cosmicctl/engine"
)

// page is what the template of a page shows, in words and safe to print.
type page struct {
	CSS    template.CSS
	JS     template.JS
	Policy string

	Lang       string
	Title      string
	Heading    string // over the changes
	All, Some  string // how many of them are shown, for the filter
	State      string // ok, differs or failed: the colour of the verdict
	Lead       string // what the verdict is about, in a sentence
	Actions    string
	Failure    string
	Problems   []pageMessage
	Advice     []pageMessage
	Waivers    []pageWaiver
	Summary    pageSummary
	Access     []pageAccess
	Runbooks   []pageRunbook
	ByHand     pageByHand
	Steps      int
	Changes    []*pageChange
	Count      int
	Unmanaged  []pageObject
	Secrets    []pageObject
	Checks     []pageCheck
	SecretHint string
	Facts      []string
}

// pageMessage is a diagnostic.
type pageMessage struct{ Where, Path, Message, Hint string }

type pageWaiver struct {
	Tenant, Where string
	engine.Waiver
}

type pageObject struct{ Tenant, Title, Key, Field string }

func newPage(r *Run, o Options) *page {
	w, story := o.Words, r.story(o.Words)
	p := &page{Lang: w[language], Heading: story.heading, All: w.form(story.noun), Some: w[story.some], SecretHint: story.secrets, Failure: cleanLines(r.Failure)}
	p.ByHand = newPageByHand(w, r)
	p.messages(o.Words, "", r.Diagnostics)
	for i := range r.Tenants {
		p.tenant(&r.Tenants[i], o)
	}
	for _, g := range groups(o.Kinds, r.Tenants) {
		p.Changes = append(p.Changes, newPageChange(g, o, story))
		p.Count += len(g.places)
	}
	p.Summary = newPageSummary(w, r, o.Kinds)
	for _, t := range w.accessTables(o.Kinds, r.Tenants) {
		p.Access = append(p.Access, newPageAccess(w, &t, story))
	}
	t := r.tally()
	p.Actions = t.actions(w)
	p.verdict(w, r)
	p.facts(w, r)
	return p
}

// tenant adds what stands beside the changes of a tenant.
func (p *page) tenant(t *TenantPlan, o Options) {
	name := Clean(t.title())
	p.messages(o.Words, name, t.Plan.Problems)
	p.Checks = append(p.Checks, newPageChecks(o.Words, t)...)
	p.runbook(t, o)
	for _, w := range t.Plan.Waivers {
		p.Waivers = append(p.Waivers, pageWaiver{name, placeOf(w.At), engine.Waiver{Rule: Clean(w.Rule), Object: Clean(w.Object),
			Owner: Clean(w.Owner), Reason: Clean(w.Reason), Expires: Clean(w.Expires)}})
	}
	for _, s := range t.Plan.NotComparable {
		p.Secrets = append(p.Secrets, pageObject{name, o.Words.kindTitle(o.Kinds, s.Ref.Kind), Clean(s.Ref.Key), Clean(s.Field)})
	}
	if !o.Unmanaged {
		return
	}
	for _, u := range t.Plan.Unmanaged {
		p.Unmanaged = append(p.Unmanaged, pageObject{name, o.Words.kindTitle(o.Kinds, u.Kind), Clean(u.Key), ""})
	}
}

func (p *page) messages(words Words, tenant string, diags []engine.Diagnostic) {
	for _, d := range diags {
		m := pageMessage{placeOf(d.Pos), Clean(d.Path), words.Message(d), words.Hint(d)}
		if d.Pos.File != "" && !isFlag(d.Pos) {
			m.Where += ":" + strconv.Itoa(d.Pos.Col)
		} else if d.Pos.File == "" && tenant != "" {
			m.Where = words.Say("of-tenant", "tenant", tenant)
		}
		if d.Severity == engine.Advice {
			p.Advice = append(p.Advice, m)
		} else {
			p.Problems = append(p.Problems, m)
		}
	}
}

// verdict says first what a reviewer must know.
func (p *page) verdict(w Words, r *Run) {
	story := r.story(w)
	changes := w.Say("changes-on", "changes", w.Count(p.Count, story.noun), "tenants", w.Count(p.Summary.touched, "n-tenants"))
	if pair := r.pair(); pair != nil {
		changes = pair.between(w, w.Count(p.Count, story.noun), Clean)
	}
	if p.Steps > 0 && p.Count > 0 {
		changes += w["comma"] + p.ByHand.State
	}
	switch {
	case len(p.Problems) > 0:
		p.State, p.Title = "failed", w.Count(len(p.Problems), "n-problems")
	case p.Failure != "":
		p.State, p.Title = "failed", w["run-failed-title"]
	case p.Count > 0:
		p.State, p.Title = "differs", changes
	case p.Steps > 0:
		p.State, p.Title = "differs", p.ByHand.State
	default:
		p.State, p.Title = "ok", story.none
	}
	switch {
	case p.State == "differs" && r.incomplete():
		p.Lead = p.ByHand.Lead
	case p.State != "failed" || r.Command == "validate":
	case p.Count == 0:
		p.Lead = story.open
	default:
		p.Lead = w.Say("known-so-far", "changes", changes)
	}
}

// facts are how the page came to be.
func (p *page) facts(w Words, r *Run) {
	p.Facts = []string{"cosmicctl " + Clean(r.Command), w.Count(r.Files, "n-files"), w.Say("exit-code", "code", r.ExitCode)}
	if r.Base != "" {
		p.Facts = append(p.Facts, w.Say("compared-with", "base", Clean(r.Base)))
	}
	if r.Digest != "" {
		p.Facts = append(p.Facts, w.Say("with-digest", "digest", Clean(r.Digest)))
	}
	if s := w.SkippedSummary(r.Skipped); s != "" {
		p.Facts = append(p.Facts, s)
	}
	if pair := r.pair(); pair != nil {
		p.Facts = append(append(p.Facts, w.Say("compared-as", "as", pair.as(w))), pair.left(w, Clean)...)
	}
}

// placeOf is [at], or nothing where no manifest is.
func placeOf(p engine.Position) string {
	if p.File == "" {
		return ""
	}
	return at(p)
}

// title is what people call a kind.
func title(kinds engine.Catalog, kind string) engine.Text {
	k := kinds.Kind(kind)
	if k == nil {
		return engine.Text{EN: Clean(kind)}
	}
	return engine.Text{EN: cmp.Or(k.Title.EN, Clean(kind)), ZH: k.Title.ZH}
}

// pageRisk is a class of changes.
type pageRisk struct{ ID, Words string }

func (w Words) pageRisks(risks []engine.Risk) []pageRisk {
	out := make([]pageRisk, len(risks))
	for i, r := range risks {
		out[i] = pageRisk{string(r), w[riskCode(r)]}
	}
	return out
}

// cleanLines keeps the line breaks of an error, each line of which is cleaned.
func cleanLines(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		out = append(out, Clean(line))
	}
	return strings.Join(out, "\n")
}
