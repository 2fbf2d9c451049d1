package report

import (
	"slices"
	"strings"

	"cosmicctl/engine"
)

// Pair is what a tenant was compared with, the first, and how much of the two is the
// same.
type Pair struct {
	First  Compared
	Second string // the name of the tenant itself
	// Live says that what is live was compared, not what the manifests want.
	Live    bool
	Kinds   []engine.KindComparison
	Ignored []engine.IgnoredField
}

// Compared is a tenant of a comparison.
type Compared struct {
	Name    string         `json:"tenant"`
	BaseURL string         `json:"baseURL"`
	Version engine.Version `json:"version"`
}

// AddComparison adds how the second of two tenants differs from the first.
func (r *Run) AddComparison(first, second *engine.Tenant, live bool, c *engine.Comparison) {
	r.Add(second, c.Plan)
	r.Tenants[len(r.Tenants)-1].Pair = newPair(first, second, live, c)
}

func newPair(first, second *engine.Tenant, live bool, c *engine.Comparison) *Pair {
	return &Pair{First: Compared{first.Name, first.Environment.BaseURL, first.Environment.Version}, Second: second.Name,
		Live: live, Kinds: c.Kinds, Ignored: c.Ignored}
}

// pair is the comparison that a run is about; nil if it is about something else.
func (r *Run) pair() *Pair {
	if len(r.Tenants) == 0 {
		return nil
	}
	return r.Tenants[0].Pair
}

// title names a tenant, or two that were compared.
func (t *TenantPlan) title() string {
	if t.Pair == nil {
		return t.Name
	}
	return t.Pair.First.Name + " → " + t.Name
}

// unchanged counts objects without a change.
func (t *TenantPlan) unchanged(w Words) string {
	if t.Pair == nil {
		return w.Say("n-unchanged", "n", t.Plan.Unchanged)
	}
	return w.Say("n-the-same", "n", t.Plan.Unchanged)
}

// place is where a change of the tenant is made.
func (t *TenantPlan) place(c *engine.Change) place { return place{t.title(), c, t.Pair} }

// side names the second tenant, to which things come, or the first.
func (p *Pair) side(comes bool) string {
	if comes {
		return p.Second
	}
	return p.First.Name
}

// between says between which tenants there are differences.
func (p *Pair) between(w Words, differences string, quote func(string) string) string {
	return w.Say("between", "differences", differences, "first", quote(p.First.Name), "second", quote(p.Second))
}

// as says what of the tenants was compared.
func (p *Pair) as(w Words) string {
	if p.Live {
		return w["as-live"]
	}
	return w["as-wanted"]
}

// named fills in the words of a story that are names.
func (s *story) named(w Words, p *Pair) {
	s.before, s.after = Clean(p.First.Name), Clean(p.Second)
	s.gained, s.lost = w.Say("only", "tenant", s.after), w.Say("only", "tenant", s.before)
	s.gains, s.loses = s.gained, s.lost
}

// actions counts differences.
func (p *Pair) actions(w Words, n map[engine.Action]int, quote func(string) string) string {
	var parts []string
	for _, x := range []struct {
		action engine.Action
		code   engine.Code
		tenant string
	}{{engine.Differs, "n-differ", ""}, {engine.OnlyFirst, "n-only", p.First.Name}, {engine.OnlySecond, "n-only", p.Second}} {
		if n[x.action] > 0 {
			parts = append(parts, w.Count(n[x.action], x.code, "tenant", quote(x.tenant)))
		}
	}
	return strings.Join(parts, w["comma"])
}

// counts are those of the kinds of which there is any object.
func (p *Pair) counts() []engine.KindComparison {
	return slices.DeleteFunc(slices.Clone(p.Kinds), func(k engine.KindComparison) bool {
		return k == engine.KindComparison{Kind: k.Kind, Preset: k.Preset}
	})
}

// left says what was left out of the comparison, and of how many objects.
func (p *Pair) left(w Words, quote func(string) string) []string {
	var out []string
	for _, f := range p.Ignored {
		out = append(out, w.Say("ignored", "field", quote(f.Field), "objects", w.Count(f.Objects, "n-objects")))
	}
	preset := 0
	for _, k := range p.Kinds {
		preset += k.Preset
	}
	if preset > 0 {
		out = append(out, w.Say("preset-left-out", "objects", w.Count(preset, "n-preset-objects")))
	}
	return out
}

// given writes a value that a manifest may leave open, and a live side may give in
// place of a secret.
func (w Words) given(v any, secret bool) string {
	switch {
	case v == nil:
		return w["not-managed"]
	case secret && v == engine.Redacted:
		return w["secret"]
	}
	return w.value(v)
}

// otherwise says why an object differs whose fields are the same.
func (w Words) otherwise(c *engine.Change) string {
	if c.Action == engine.Differs && len(c.Fields) == 0 {
		return w["otherwise-on-version"]
	}
	return ""
}
