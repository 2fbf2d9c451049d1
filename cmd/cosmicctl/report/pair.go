package report

import (
	"fmt"
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

// unchanged says what becomes of objects without a change.
func (t *TenantPlan) unchanged() string {
	if t.Pair == nil {
		return "unchanged"
	}
	return "the same"
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

func (p *Pair) between(quote func(string) string) string {
	return "between " + quote(p.First.Name) + " and " + quote(p.Second)
}

// as says what of the tenants was compared.
func (p *Pair) as() string {
	if p.Live {
		return "they are live"
	}
	return "their manifests want them"
}

// named fills in the words of a story that are names.
func (s *story) named(p *Pair) {
	s.before, s.after = Clean(p.First.Name), Clean(p.Second)
	s.gained, s.lost = "only "+s.after, "only "+s.before
	s.gains, s.loses = s.gained, s.lost
}

// actions counts differences.
func (p *Pair) actions(n map[engine.Action]int, quote func(string) string) string {
	differ := "differ"
	if n[engine.Differs] == 1 {
		differ = "differs"
	}
	var parts []string
	for _, x := range []struct {
		action engine.Action
		words  string
	}{{engine.Differs, differ}, {engine.OnlyFirst, "only " + quote(p.First.Name)}, {engine.OnlySecond, "only " + quote(p.Second)}} {
		if n[x.action] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[x.action], x.words))
		}
	}
	return strings.Join(parts, ", ")
}

// counts are those of the kinds of which there is any object.
func (p *Pair) counts() []engine.KindComparison {
	return slices.DeleteFunc(slices.Clone(p.Kinds), func(k engine.KindComparison) bool {
		return k == engine.KindComparison{Kind: k.Kind, Preset: k.Preset}
	})
}

// left says what was left out of the comparison, and of how many objects.
func (p *Pair) left(quote func(string) string) []string {
	var out []string
	for _, f := range p.Ignored {
		out = append(out, fmt.Sprintf("ignored: %s differs on %s", quote(f.Field), count(f.Objects, "object")))
	}
	preset := 0
	for _, k := range p.Kinds {
		preset += k.Preset
	}
	if preset > 0 {
		out = append(out, "left out: "+count(preset, "preset object")+" that one tenant alone has")
	}
	return out
}

// given writes a value that a manifest may leave open, and a live side may give in
// place of a secret.
func given(v any, secret bool) string {
	switch {
	case v == nil:
		return "(not managed)"
	case secret && v == engine.Redacted:
		return engine.Redacted
	}
	return Value(v)
}

// otherwise says why an object differs whose fields are the same.
func otherwise(c *engine.Change) string {
	if c.Action == engine.Differs && len(c.Fields) == 0 {
		return "the same fields let something else through on the version of the other tenant"
	}
	return ""
}
