package schema

import (
	"slices"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
)

// A Topic is what the kind files say of one part of a manifest, for a person to read:
// an element of a kind's section, the environment, or another part of its frame.
type Topic struct {
	Name string
	// Kind is nil for what is no kind.
	Kind *engine.Kind
	Place
	// ExactlyOne lists groups of fields of which one is given.
	ExactlyOne [][]string
	Rules      []TopicRule
}

// TopicRule is a rule in words. An advice that needs the rest of the tenant has no At.
type TopicRule struct {
	engine.Span
	Code     engine.Code
	Severity engine.Severity
	At       string
	Text     engine.Text
}

// A Place is what may stand at one place of a manifest.
type Place struct {
	Name     string
	Required bool
	// Takes names the sorts of value: text, boolean, whole number, number, list, map
	// or secret.
	Takes   []string
	Expect  *engine.Text
	Options []string
	// Fields are those of a map; Any is the value of each, whatever its name, and
	// Element what each element of a list is.
	Fields       []Place
	Any, Element *Place
}

// Secret is the sort of value that is a reference to a secret.
const Secret = "secret"

// Topics lists the kinds, those with a section first, and then the frame around them.
func (s *Schema) Topics() []Topic {
	var out, looked []Topic
	for _, k := range s.Kinds {
		if sec := s.sections[k.Section]; sec != nil {
			out = append(out, s.topic(k.Name, sec))
			continue
		}
		t := Topic{Name: k.Name, Kind: k}
		for _, f := range k.Fields {
			t.Fields = append(t.Fields, Place{Name: f.Name, Required: f.Required, Takes: []string{string(f.Type)}})
		}
		looked = append(looked, t)
	}
	out = append(out, looked...)
	for _, f := range s.frame() {
		out = append(out, s.topic(f.name, f.sec))
	}
	return append(out, Topic{Name: Secret, Place: placeOf(Secret, s.secret, false)})
}

// A framePart is a part of a manifest that is no section of a kind.
type framePart struct {
	name string
	sec  *section
}

func (s *Schema) frame() []framePart {
	return []framePart{{"metadata", s.metadata}, {"bases", s.bases}, {"environment", s.environment}, {"protect", s.protect}, {"waivers", s.waivers}}
}

func (s *Schema) topic(name string, sec *section) Topic {
	t := Topic{Name: name, Kind: sec.kind, ExactlyOne: sec.exactlyOne, Place: placeOf(name, sec.shape, false)}
	for _, r := range sec.rules {
		t.Rules = append(t.Rules, TopicRule{r.Span, r.Code, r.Severity, r.At, r.Text})
	}
	for _, e := range sec.expects {
		t.Rules = append(t.Rules, TopicRule{Code: e.Code, Severity: engine.Advice, Text: e.Text})
	}
	return t
}

// placeOf is what a shape says. The fields of a reference to a secret are a topic of
// their own.
func placeOf(name string, s *shape, required bool) Place {
	p := Place{Name: name, Required: required, Takes: takes(s), Expect: s.expect, Options: s.options}
	for _, f := range s.fields {
		p.Fields = append(p.Fields, placeOf(f.name, f.shape, f.required))
	}
	if s.pattern != nil {
		any := placeOf("", s.pattern, false)
		p.Any = &any
	}
	if s.elem != nil {
		elem := placeOf("", s.elem, false)
		p.Element = &elem
	}
	return p
}

// takes names the sorts of value that a place takes.
func takes(s *shape) []string {
	var out []string
	for _, k := range []cue.Kind{cue.StringKind, cue.BoolKind, cue.IntKind, cue.FloatKind, cue.ListKind, cue.StructKind} {
		switch name := wanted(k); {
		case s.accepts&k == 0:
		case k == cue.StructKind && s.secret:
			out = append(out, Secret)
		case k == cue.FloatKind:
			out = slices.DeleteFunc(out, func(n string) bool { return n == string(intNode) })
			out = append(out, name)
		default:
			out = append(out, name)
		}
	}
	return out
}
