package schema

import (
	"encoding/json"
	"fmt"
	"strings"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// An export writes the shapes as JSON Schema, for editors. What it cannot say (what
// depends on the version or on other documents, and what Go checks) only the
// validator refuses; what it does say it takes from the same shapes, and a constraint
// that it does not know is an error, never a place where anything may stand.
//
// CUE's own generator is not asked: of a struct with a condition in it, it says
// nothing at all.
type export struct {
	schema *Schema
	root   cue.Value
	words  func(engine.Text) string
	defs   jsonObject
}

// A jsonObject is a JSON object.
type jsonObject = map[string]any

// JSONSchema is what manifests may hold, tenants and bases, as JSON Schema 2020-12 with
// descriptions in the language of words.
func (s *Schema) JSONSchema(words func(engine.Text) string) ([]byte, error) {
	root, err := instance(cuecontext.New())
	if err != nil {
		return nil, err
	}
	x := &export{schema: s, root: root, words: words, defs: jsonObject{}}
	doc, err := x.document()
	if err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(doc, "", "  ")
	return append(b, '\n'), err
}

func (x *export) document() (jsonObject, error) {
	if err := x.secretRef(); err != nil {
		return nil, err
	}
	properties := jsonObject{"apiVersion": jsonObject{"const": APIVersion}, "kind": jsonObject{"enum": []string{DocKind, BaseKind}}, "metadata": jsonObject{}}
	for _, f := range append(x.schema.frame(), framePart{"baseMetadata", x.schema.baseMetadata}) {
		if err := x.define(f.name, f.sec); err != nil {
			return nil, err
		}
		if f.name != "metadata" && f.name != "baseMetadata" {
			properties[f.name] = ref(f.name)
		}
	}
	properties["waivers"] = jsonObject{"type": "array", "items": ref("waivers")}
	wholes := jsonObject{}
	for _, k := range x.schema.Kinds {
		if k.Section == "" {
			continue
		}
		if err := x.kind(k, x.schema.sections[k.Section]); err != nil {
			return nil, fmt.Errorf("kind %s: %w", k.Name, err)
		}
		properties[k.Section] = jsonObject{"type": "array", "items": ref(k.Name), "description": x.words(k.Title)}
		wholes[k.Section] = jsonObject{"items": ref(k.Name + ".whole")}
	}
	isBase := jsonObject{"properties": jsonObject{"kind": jsonObject{"const": BaseKind}}, "required": []string{"kind"}}
	return jsonObject{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "cosmicctl", "type": "object",
		"properties": properties, "additionalProperties": false, "required": []string{"apiVersion", "kind"},
		"$defs": x.defs,
		"allOf": []jsonObject{
			{
				"if":   isBase,
				"then": jsonObject{"properties": jsonObject{"metadata": ref("baseMetadata"), "environment": false}},
				"else": jsonObject{"properties": jsonObject{"metadata": ref("metadata")}, "required": []string{"metadata"}},
			},
			// What a base says of an object others may complete, and a manifest on a base
			// may say less of one.
			{"if": jsonObject{"anyOf": []jsonObject{isBase, {"required": []string{"bases"}}}}, "else": jsonObject{"properties": wholes}},
		},
	}, nil
}

func ref(name string) jsonObject { return jsonObject{"$ref": "#/$defs/" + name} }

// define writes a part of the frame of a manifest.
func (x *export) define(name string, sec *section) error {
	def, err := x.place(sec.shape)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	whole, err := x.whole(sec)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(whole) > 0 {
		def["allOf"] = whole
	}
	x.defs[name] = def
	return nil
}

// kind writes two definitions: what any piece of an object is, and what a whole one is
// beside that.
func (x *export) kind(k *engine.Kind, sec *section) error {
	def, err := x.place(sec.shape)
	if err != nil {
		return err
	}
	properties := def["properties"].(jsonObject)
	for _, f := range k.Fields {
		if p, ok := properties[f.Name].(jsonObject); ok && f.Label != "" {
			p["description"] = strings.TrimRight(f.Label+"\n"+fmt.Sprint(orNothing(p["description"])), "\n")
		}
	}
	needed := def["required"]
	def["description"], def["required"] = x.words(k.Title), k.Key
	whole, err := x.whole(sec)
	if err != nil {
		return err
	}
	all := jsonObject{"required": needed}
	if len(whole) > 0 {
		all["allOf"] = whole
	}
	x.defs[k.Name], x.defs[k.Name+".whole"] = def, all
	if sec.noTombstone != nil {
		return nil
	}
	named := jsonObject{"state": jsonObject{}}
	for _, name := range k.Key {
		named[name] = jsonObject{}
	}
	properties["state"] = jsonObject{"const": "absent"}
	gone := jsonObject{"required": []string{"state"}}
	def["if"], def["then"] = gone, jsonObject{"properties": named, "additionalProperties": false}
	x.defs[k.Name+".whole"] = jsonObject{"if": gone, "else": all}
	return nil
}

func orNothing(v any) any {
	if v == nil {
		return ""
	}
	return v
}

// whole is what spans several fields of an object.
func (x *export) whole(sec *section) ([]jsonObject, error) {
	var out []jsonObject
	for _, group := range sec.exactlyOne {
		out = append(out, jsonObject{"oneOf": oneEach(group)})
	}
	for _, r := range sec.rules {
		if r.Severity == engine.Advice || r.Span != (engine.Span{}) {
			continue
		}
		broken, err := x.broken(r)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", r.Code, err)
		}
		out = append(out, jsonObject{"not": broken, "description": x.words(r.Text)})
	}
	return out, nil
}

func oneEach(names []string) []jsonObject {
	out := make([]jsonObject, len(names))
	for i, name := range names {
		out[i] = jsonObject{"required": []string{name}}
	}
	return out
}

// broken is what an object that breaks a rule looks like.
func (x *export) broken(r *rule) (jsonObject, error) {
	if r.Each != "" {
		when, err := x.value(x.at(r.each))
		return jsonObject{"required": []string{r.Each}, "properties": jsonObject{r.Each: jsonObject{"contains": when}}}, err
	}
	required, properties := []string{}, jsonObject{}
	for _, c := range r.when {
		if c.presence == cue.RequiredConstraint {
			required = append(required, c.field)
		}
		if c.forbids {
			properties[c.field] = false
			continue
		}
		if c.shape == nil {
			continue
		}
		holds, err := x.value(x.at(c.shape))
		if err != nil {
			return nil, err
		}
		properties[c.field] = holds
	}
	return jsonObject{"required": required, "properties": properties}, nil
}

func (x *export) at(s *shape) cue.Value { return x.root.LookupPath(s.path) }

// secretRef writes the references to secrets.
func (x *export) secretRef() error {
	def, err := x.structure(x.schema.secret)
	if err != nil {
		return err
	}
	var sources []string
	for _, f := range x.schema.secret.fields {
		if f.name != "rotate" {
			sources = append(sources, f.name)
		}
	}
	def["oneOf"] = oneEach(sources)
	x.defs[Secret] = def
	return nil
}
