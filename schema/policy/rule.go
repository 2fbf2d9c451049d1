package policy

import (
	"maps"
	"slices"
	"strings"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// Rule is one rule of a policy.
type Rule struct {
	ID       string
	Policy   string // the pack or folder that it stands in
	Kind     string
	Severity engine.Severity
	Message  engine.Text
	Help     string
	At       engine.Position
}

// Tenant is the kind of a rule about the tenant as a whole.
const Tenant = "Tenant"

// Set is some policies that are checked together.
type Set struct {
	kinds   engine.Catalog
	sources []source
	rules   [][]*Rule // of each source
}

// Rules of all policies, by policy and id.
func (s *Set) Rules() []*Rule { return slices.Concat(s.rules...) }

// Load reads policies: packs by their names, all else folders. A mistake in a
// policy is a diagnostic; the error is a [LimitError].
func Load(kinds engine.Catalog, names []string, limits Limits) (*Set, []engine.Diagnostic, error) {
	s := &Set{kinds: kinds}
	var diags []engine.Diagnostic
	seen := map[string]*Rule{}
	for _, name := range names {
		src, d := read(name)
		if d != nil {
			diags = append(diags, *d)
			continue
		}
		r, err := within(limits, name, func() ruling { return s.ruling(src) })
		if err != nil {
			return nil, nil, err
		}
		for _, rule := range r.rules {
			if first := seen[rule.ID]; first != nil {
				r.diags = append(r.diags, *fault(CodeSameRule, rule.At, "rule", rule.ID, "first", first.At.String()))
			}
			seen[rule.ID] = rule
		}
		diags = append(diags, r.diags...)
		s.sources, s.rules = append(s.sources, src), append(s.rules, r.rules)
	}
	return s, diags, nil
}

// ruling is what reading a policy gives.
type ruling struct {
	rules []*Rule
	diags []engine.Diagnostic
}

func (s *Set) ruling(src source) ruling {
	ctx := cuecontext.New()
	v, diags := src.compile(ctx)
	if diags != nil {
		return ruling{diags: diags}
	}
	list := v.LookupPath(cue.ParsePath("rules"))
	it, err := list.Fields()
	if !list.Exists() || err != nil {
		return ruling{diags: []engine.Diagnostic{*fault(CodeNoRules, whole(src.name))}}
	}
	lang := ctx.CompileBytes(language)
	var out ruling
	for it.Next() {
		r, diags := s.rule(src, lang, it.Selector(), it.Value())
		out.diags = append(out.diags, diags...)
		if len(diags) == 0 {
			out.rules = append(out.rules, r)
		}
	}
	if len(out.rules)+len(out.diags) == 0 {
		out.diags = append(out.diags, *fault(CodeNoRules, whole(src.name)))
	}
	return out
}

// rule reads one rule: its form, its data, and the names in its patterns.
func (s *Set) rule(src source, lang cue.Value, id cue.Selector, v cue.Value) (*Rule, []engine.Diagnostic) {
	at := src.at(v)
	entry := cue.MakePath(cue.Str("rules"), id)
	form := lang.FillPath(entry, v).LookupPath(entry)
	if err := form.Validate(); err != nil {
		return nil, src.faults(err, at)
	}
	for _, name := range []string{"kind", "require", "message"} {
		if !v.LookupPath(cue.ParsePath(name)).Exists() {
			return nil, []engine.Diagnostic{*fault(CodeMissing, at, "rule", id.Unquoted(), "field", name)}
		}
	}
	r := &Rule{ID: id.Unquoted(), Policy: src.name, At: at, Severity: engine.Error}
	if err := r.decode(form); err != nil {
		return nil, src.faults(err, at)
	}
	return r, s.unknown(src, r, v)
}

func (r *Rule) decode(form cue.Value) error {
	get := func(path string) (string, error) {
		text, err := form.LookupPath(cue.ParsePath(path)).String()
		return strings.Join(strings.Fields(text), " "), err
	}
	var err error
	if r.Kind, err = get("kind"); err != nil {
		return err
	}
	severity, err := get("severity")
	if err != nil {
		return err
	}
	if severity == "warning" {
		r.Severity = engine.Advice
	}
	if form.LookupPath(cue.ParsePath("help")).Exists() {
		if r.Help, err = get("help"); err != nil {
			return err
		}
	}
	if form.LookupPath(cue.ParsePath("message")).IncompleteKind() == cue.StringKind {
		r.Message.EN, err = get("message")
		r.Message.ZH = r.Message.EN
		return err
	}
	if r.Message.EN, err = get("message.en"); err != nil {
		return err
	}
	if r.Message.ZH = r.Message.EN; form.LookupPath(cue.ParsePath("message.zh")).Exists() {
		r.Message.ZH, err = get("message.zh")
	}
	return err
}

// unknown finds a kind, or fields of patterns, that do not exist: such a rule
// would never be met, or never broken.
func (s *Set) unknown(src source, r *Rule, v cue.Value) []engine.Diagnostic {
	objects := s.fieldsOf(r.Kind)
	if objects == nil {
		names := []string{Tenant}
		for _, k := range s.kinds {
			if k.Section != "" {
				names = append(names, k.Name)
			}
		}
		at := src.at(v.LookupPath(cue.ParsePath("kind")))
		return []engine.Diagnostic{*suggest(fault(CodeKind, at, "value", r.Kind, "options", strings.Join(names, ", ")), r.Kind, names)}
	}
	var diags []engine.Diagnostic
	for name, fields := range map[string][]string{"where": tenantFields(), "when": objects, "require": objects} {
		it, err := v.LookupPath(cue.ParsePath(name)).Fields(cue.Optional(true))
		for err == nil && it.Next() {
			field := it.Selector().Unquoted()
			if !slices.Contains(fields, field) {
				at := src.at(it.Value())
				diags = append(diags, *suggest(fault(CodeField, at, "field", field, "pattern", name), field, fields))
			}
		}
	}
	slices.SortFunc(diags, engine.Diagnostic.Compare)
	return diags
}

func suggest(d *engine.Diagnostic, got string, names []string) *engine.Diagnostic {
	if best := engine.Closest(got, names); best != "" {
		d.Hint, d.Args["suggestion"] = engine.HintDidYouMean, best
	}
	return d
}

// fieldsOf names what a rule about a kind may speak of; nil for no such kind.
func (s *Set) fieldsOf(kind string) []string {
	var out []string
	for _, k := range s.kinds {
		switch {
		case k.Section == "":
		case kind == Tenant:
			out = append(out, k.Section)
		case kind == k.Name:
			for _, f := range k.Fields {
				out = append(out, f.Name)
			}
		}
	}
	if kind == Tenant {
		out = append(out, tenantFields()...)
	}
	return out
}

func tenantFields() []string {
	return slices.Sorted(maps.Keys(tenantHead(&engine.Tenant{})))
}
