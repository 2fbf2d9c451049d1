package schema

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
)

//go:embed meta.cue language.cue kind/*.cue
var files embed.FS

// CheckKinds holds the kind files that are built in against the language that they are
// written in, which [New] takes for granted.
func CheckKinds() error {
	v, err := instance(cuecontext.New(), "language.cue")
	if err != nil {
		return err
	}
	if err := v.LookupPath(cue.MakePath(cue.Str("kinds"))).Validate(); err != nil {
		return fmt.Errorf("kind files: %s", errors.Details(err, nil))
	}
	return nil
}

// Schema is everything that the kind files say.
type Schema struct {
	Kinds       engine.Catalog
	sections    map[string]*section
	environment *section
	metadata    *section
	waivers     *section // an element of the list
	protect     *section // the list
	channels    *section // an element of the list
	secret      *shape
	shapes      []*shape // by number, for the checkers

	checkers     sync.Pool
	baseMetadata *section
	bases        *section // the list
}

// section is what validation knows of one section of a manifest, or of the
// environment.
type section struct {
	kind        *engine.Kind // nil for the environment
	shape       *shape
	exactlyOne  [][]string
	rules       []*rule
	expects     []expectation
	noTombstone *engine.Text
}

// expectation is advice that needs the rest of the tenant: an object of that
// kind with the same key.
type expectation struct {
	Code engine.Code `json:"code"`
	Kind string      `json:"kind"`
	Text engine.Text `json:"text"`
}

// New reads the kind files that are built in.
func New() (*Schema, error) {
	ctx := cuecontext.New()
	root, err := instance(ctx)
	if err != nil {
		return nil, err
	}
	s := &Schema{sections: map[string]*section{}}
	ref := root.LookupPath(cue.MakePath(cue.Def("SecretRef")))
	if s.secret, err = s.shape(ref, ref.Path()); err != nil {
		return nil, err
	}
	kinds, err := root.LookupPath(cue.MakePath(cue.Str("kinds"))).Fields()
	if err != nil {
		return nil, err
	}
	for kinds.Next() {
		if err := s.add(kinds.Selector().String(), kinds.Value()); err != nil {
			return nil, fmt.Errorf("kind %s: %w", kinds.Selector(), err)
		}
	}
	for _, of := range []struct {
		name string
		sec  **section
	}{
		{"environment", &s.environment}, {"metadata", &s.metadata}, {"baseMetadata", &s.baseMetadata},
		{"bases", &s.bases}, {"waivers", &s.waivers}, {"protect", &s.protect}, {"channels", &s.channels},
	} {
		if *of.sec, err = s.section(root.LookupPath(cue.MakePath(cue.Str(of.name)))); err != nil {
			return nil, err
		}
	}
	first := &checker{schema: s} // most runs need no other
	if err := first.begin(ctx, root); err != nil {
		return nil, err
	}
	s.checkers.Put(first)
	return s, nil
}

// section reads what validation needs of a kind file.
func (s *Schema) section(v cue.Value) (*section, error) {
	var d struct {
		ExactlyOne  [][]string
		Expects     []expectation
		NoTombstone *engine.Text
	}
	if err := decode(v, &d, "exactlyOne", "expects", "noTombstone"); err != nil {
		return nil, err
	}
	spec := v.LookupPath(cue.MakePath(cue.Str("spec")))
	shape, err := s.shape(spec, spec.Path())
	if err != nil {
		return nil, err
	}
	rules, err := s.rules(v)
	return &section{shape: shape, exactlyOne: d.ExactlyOne, rules: rules, expects: d.Expects, noTombstone: d.NoTombstone}, err
}

// instance evaluates the kind files, and more.
func instance(ctx *cue.Context, also ...string) (cue.Value, error) {
	inst := build.NewContext().NewInstance("kind", nil)
	names, err := fs.Glob(files, "kind/*.cue")
	if err != nil {
		return cue.Value{}, err
	}
	for _, name := range slices.Concat(names, []string{"meta.cue"}, also) {
		src, err := files.ReadFile(name)
		if err != nil {
			return cue.Value{}, err
		}
		f, err := parser.ParseFile(name, src)
		if err != nil {
			return cue.Value{}, err
		}
		if err := inst.AddSyntax(f); err != nil {
			return cue.Value{}, err
		}
	}
	if err := inst.Complete(); err != nil {
		return cue.Value{}, err
	}
	v := ctx.BuildInstance(inst)
	if err := v.Err(); err != nil {
		return cue.Value{}, fmt.Errorf("kind files: %s", errors.Details(err, nil))
	}
	return v, nil
}

func (s *Schema) add(name string, v cue.Value) error {
	sec, err := s.section(v)
	if err != nil {
		return err
	}
	k := &engine.Kind{Name: name}
	sec.kind, k.NoTombstone = k, sec.noTombstone
	if err := decodeKind(k, v); err != nil {
		return err
	}
	for _, block := range []string{"spec", "switches"} {
		if err := addFields(k, v.LookupPath(cue.MakePath(cue.Str(block)))); err != nil {
			return err
		}
	}
	k.AbsentMeans = normalValues(k, k.AbsentMeans)
	for i := range k.Implies {
		k.Implies[i].Set = normalValues(k, k.Implies[i].Set)
	}
	s.Kinds = append(s.Kinds, k)
	if k.Section != "" {
		s.sections[k.Section] = sec
	}
	return nil
}

// decodeKind reads the data that stands beside the spec.
func decodeKind(k *engine.Kind, v cue.Value) error {
	var d struct {
		Section, App, Form string
		Title              engine.Text
		Menu               map[engine.Version]string
		Key, Aliases       []string
		Personal           bool
		Permanent, Only    bool
		Notes              []engine.Text
		Protected          []map[string]string
		Frozen             []engine.Frozen
		Attribution        engine.Attribution
		Implies            []engine.Implication
		AbsentMeans        map[string]any
		SecretsWith        []engine.SecretsWith
		Risks              []engine.RiskRule
		Deleting           []engine.Risk
		Access             *engine.Access
		Probe              *engine.Probe
		Gateway            *engine.Gateway
		Self               *engine.Self
		Traps              []engine.Trap
		After              []string
		EditDisabled       *engine.EditDisabled
	}
	if err := decode(v, &d, "section", "app", "form", "title", "menu", "key", "aliases", "personal", "permanent", "only", "notes", "protected", "frozen",
		"attribution", "implies", "absentMeans", "secretsWith", "risks", "deleting", "access", "probe", "gateway", "self", "traps", "after", "editDisabled"); err != nil {
		return err
	}
	k.Section, k.App, k.Form, k.Title, k.Menu = d.Section, d.App, d.Form, d.Title, d.Menu
	k.Key, k.Aliases, k.Personal, k.Permanent = d.Key, d.Aliases, d.Personal, d.Permanent
	k.Only, k.Notes, k.Frozen = d.Only, d.Notes, d.Frozen
	k.Protected, k.Attribution, k.After, k.EditDisabled = d.Protected, d.Attribution, d.After, d.EditDisabled
	k.SecretsWith, k.Risks, k.Deleting, k.Access = d.SecretsWith, d.Risks, d.Deleting, d.Access
	k.Probe, k.Gateway, k.Self, k.Traps = d.Probe, d.Gateway, d.Self, d.Traps
	for i := range k.Traps {
		k.Traps[i].Result = cmp.Or(k.Traps[i].Result, engine.Warned)
	}
	k.AbsentMeans, k.Implies = d.AbsentMeans, d.Implies
	return nil
}

// addFields reads the attributes of the fields of a spec.
func addFields(k *engine.Kind, spec cue.Value) error {
	if !spec.Exists() {
		return nil
	}
	it, err := spec.Fields(cue.Optional(true))
	if err != nil {
		return err
	}
	for it.Next() {
		name := strings.TrimRight(it.Selector().String(), "!?")
		f, err := newField(name, it.Value(), it.FieldType().ConstraintType() == cue.RequiredConstraint)
		if err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
		k.Fields = append(k.Fields, f)
	}
	return nil
}

func newField(name string, v cue.Value, required bool) (*engine.Field, error) {
	all := attributes(v)
	live := all.first("live")
	if live == nil {
		return nil, fmt.Errorf("no @live attribute")
	}
	f := &engine.Field{
		Name: name, Property: live.arg(0), Type: engine.Type(live.arg(1)), Required: required,
		On: live.named("on"), Off: live.named("off"), Entry: live.named("entry"),
	}
	switch f.Type {
	case engine.TypeEnum:
		f.Enum = live.words()
	case engine.TypeRefs, engine.TypeRanges:
		f.Columns = live.words()
	case engine.TypeList:
		f.More = strings.Split(live.named("more"), ";")
	case engine.TypeText, engine.TypeFlag, engine.TypeInt, engine.TypeSecret, engine.TypeVirtual:
	default:
		return nil, fmt.Errorf("unknown type %q", f.Type)
	}
	if label := all.first("label"); label != nil {
		f.Label, f.Options = label.arg(0), label.words()
	}
	if ref := all.first("ref"); ref != nil {
		f.Ref = ref.arg(0)
	}
	if secret := all.first("secret"); secret != nil {
		f.MaySecret = true
		f.Rule.Min, _ = strconv.Atoi(secret.named("min"))
		f.Rule.Max, _ = strconv.Atoi(secret.named("max"))
		f.Rule.Mixed = secret.flag("mixed")
	}
	var err error
	f.Create, err = defaultsOf(all)
	return f, err
}
