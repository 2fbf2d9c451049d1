package schema

import (
	"bytes"
	"encoding/json"
	"fmt"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
)

// attr is one attribute of a field of a kind file.
type attr struct{ cue.Attribute }

// attrs are all attributes of a field; CUE parses them anew each time that it is asked.
type attrs []cue.Attribute

func attributes(v cue.Value) attrs { return v.Attributes(cue.FieldAttr) }

// first returns the first attribute of that name, or nil.
func (all attrs) first(name string) *attr {
	if named := all.named(name); len(named) > 0 {
		return named[0]
	}
	return nil
}

func (all attrs) named(name string) []*attr {
	var out []*attr
	for _, a := range all {
		if a.Name() == name {
			out = append(out, &attr{a})
		}
	}
	return out
}

func (a *attr) arg(i int) string {
	s, err := a.String(i)
	if err != nil {
		return ""
	}
	return s
}

func (a *attr) named(key string) string {
	s, _, _ := a.Lookup(0, key)
	return s
}

func (a *attr) flag(key string) bool {
	for i := range a.NumArgs() {
		if k, v := a.Arg(i); k == key && v == "" {
			return true
		}
	}
	return false
}

// words returns the arguments of the form key=value.
func (a *attr) words() map[string]string {
	m := map[string]string{}
	for i := range a.NumArgs() {
		if k, v := a.Arg(i); v != "" {
			m[k] = v
		}
	}
	return m
}

// expectation of a field, in words.
func expectOf(all attrs) *engine.Text {
	a := all.first("expect")
	if a == nil {
		return nil
	}
	return &engine.Text{EN: a.named("en"), ZH: a.named("zh")}
}

// defaultsOf reads the values that a create takes where the manifest is silent.
func defaultsOf(all attrs) ([]engine.Default, error) {
	var out []engine.Default
	for _, a := range all.named("create") {
		d := engine.Default{Span: engine.Span{
			Since: engine.Version(a.named("since")),
			Until: engine.Version(a.named("until")),
		}}
		switch text := a.arg(0); text {
		case "":
			return nil, fmt.Errorf("@create without a value")
		case "true", "false":
			d.Value = text == "true"
		default:
			d.Value = text
		}
		out = append(out, d)
	}
	return out, nil
}

// decode reads the named concrete fields of a value that holds others too.
// Numbers keep every digit.
func decode(v cue.Value, into any, names ...string) error {
	parts := map[string]json.RawMessage{}
	for _, name := range names {
		f := v.LookupPath(cue.MakePath(cue.Str(name)))
		if !f.Exists() {
			continue
		}
		b, err := f.MarshalJSON()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		parts[name] = b
	}
	b, err := json.Marshal(parts)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(into)
}

// normalValues brings values that a kind file writes to the normal form of its
// fields.
func normalValues(k *engine.Kind, values map[string]any) map[string]any {
	if values == nil {
		return nil
	}
	out := make(map[string]any, len(values))
	for name, v := range values {
		switch v := v.(type) {
		case []any:
			out[name] = listValue(k.Field(name), v)
		case json.Number:
			out[name], _ = v.Int64()
		default:
			out[name] = v
		}
	}
	return out
}

// listValue brings a list to the form of its field. Of address ranges a kind
// file only ever says that there are none.
func listValue(f *engine.Field, list []any) any {
	words := make([]string, len(list))
	for i, item := range list {
		words[i] = fmt.Sprint(item)
	}
	switch {
	case f != nil && f.Type == engine.TypeRanges:
		return engine.NewRows()
	case f != nil && f.Type == engine.TypeList:
		return engine.List(words)
	}
	return engine.NewSet(words...)
}
