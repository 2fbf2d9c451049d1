package schema

import (
	"encoding/json"
	"fmt"
	"reflect"

	"cuelang.org/go/cue"
)

// place writes what may stand at one place.
func (x *export) place(s *shape) (jsonObject, error) {
	out, err := x.placed(s)
	if err == nil && s.expect != nil {
		if _, known := out["$ref"]; known {
			out = jsonObject{"allOf": []jsonObject{out}}
		}
		out["description"] = x.words(*s.expect)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	return out, nil
}

func (x *export) placed(s *shape) (jsonObject, error) {
	switch {
	case s.secret && s.accepts == cue.StructKind && s.pattern == nil:
		return ref(Secret), nil
	case s.accepts == cue.StructKind:
		return x.structure(s)
	case s.accepts == cue.ListKind:
		return x.list(s)
	}
	return x.value(x.at(s))
}

func (x *export) structure(s *shape) (jsonObject, error) {
	out := jsonObject{"type": "object", "additionalProperties": false}
	if s.pattern != nil {
		any, err := x.place(s.pattern)
		out["additionalProperties"] = any
		return out, err
	}
	properties, required := jsonObject{}, []string{}
	for _, f := range s.fields {
		sub, err := x.place(f.shape)
		if err != nil {
			return nil, err
		}
		properties[f.name] = sub
		if f.required {
			required = append(required, f.name)
		}
	}
	out["properties"], out["required"] = properties, required
	return out, nil
}

// list writes the elements of a list, and how many there may be.
func (x *export) list(s *shape) (jsonObject, error) {
	elem, err := x.place(s.elem)
	if err != nil {
		return nil, err
	}
	if s.expect != nil && s.elem.expect == s.expect {
		delete(elem, "description") // the list has it
	}
	out := jsonObject{"type": "array", "items": elem}
	c, err := x.schema.checker()
	if err != nil {
		return nil, err
	}
	defer x.schema.checkers.Put(c)
	const most = 100 // elements that a constraint may count
	if c.length(s, 0) && c.length(s, most) {
		return out, nil // constraints of a length leave no gaps
	}
	for n := range most {
		switch fits := c.length(s, n); {
		case fits && n > 0 && !c.length(s, n-1):
			out["minItems"] = n
		case !fits && n > 0 && c.length(s, n-1):
			out["maxItems"] = n - 1
			return out, nil
		}
	}
	return out, nil
}

// value writes the constraint of a scalar.
func (x *export) value(v cue.Value) (jsonObject, error) {
	op, args := v.Expr()
	switch op {
	case cue.AndOp:
		return x.both(args)
	case cue.OrOp:
		return x.either(args)
	case cue.SelectorOp:
		return x.value(cue.Dereference(v))
	case cue.CallOp:
		return call(args)
	case cue.NoOp:
		return x.leaf(v)
	case cue.RegexMatchOp, cue.NotRegexMatchOp, cue.NotEqualOp,
		cue.GreaterThanEqualOp, cue.LessThanEqualOp, cue.GreaterThanOp, cue.LessThanOp:
		return compared(op, args[0])
	}
	return nil, fmt.Errorf("no JSON Schema for %v", v)
}

// leaf writes a value, or a sort of value.
func (x *export) leaf(v cue.Value) (jsonObject, error) {
	if v.IncompleteKind() == cue.StructKind {
		return ref(Secret), nil // scalars and references to secrets share a place
	}
	if v.IsConcrete() {
		c, err := concrete(v)
		return jsonObject{"const": c}, err
	}
	if v.IncompleteKind() == cue.TopKind {
		return jsonObject{}, nil
	}
	names := map[cue.Kind]string{cue.StringKind: "string", cue.BoolKind: "boolean", cue.IntKind: "integer", cue.NumberKind: "number"}
	if name, known := names[v.IncompleteKind()]; known {
		return jsonObject{"type": name}, nil
	}
	return nil, fmt.Errorf("no JSON Schema for %v", v)
}

func concrete(v cue.Value) (json.RawMessage, error) { return v.MarshalJSON() }

func (x *export) both(args []cue.Value) (jsonObject, error) {
	var parts []jsonObject
	for _, a := range args {
		p, err := x.value(a)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return conjoined(parts), nil
}

// conjoined is what satisfies all parts: one object where no word stands in two of them.
func conjoined(parts []jsonObject) jsonObject {
	out := jsonObject{}
	for _, p := range parts {
		for word, v := range p {
			if had, twice := out[word]; twice && !reflect.DeepEqual(had, v) {
				return jsonObject{"allOf": parts}
			}
			out[word] = v
		}
	}
	return out
}

func (x *export) either(args []cue.Value) (jsonObject, error) {
	var parts []jsonObject
	var enum []any
	for _, a := range args {
		p, err := x.value(a)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
		if c, is := p["const"]; is {
			enum = append(enum, c)
		}
	}
	if len(enum) == len(parts) {
		return jsonObject{"enum": enum}, nil
	}
	return jsonObject{"anyOf": parts}, nil
}

// compared writes a comparison with a value.
func compared(op cue.Op, with cue.Value) (jsonObject, error) {
	if op == cue.RegexMatchOp || op == cue.NotRegexMatchOp {
		pattern, err := with.String()
		if op == cue.NotRegexMatchOp {
			return jsonObject{"type": "string", "not": jsonObject{"pattern": pattern}}, err
		}
		return jsonObject{"type": "string", "pattern": pattern}, err
	}
	c, err := concrete(with)
	if err != nil {
		return nil, err
	}
	if op == cue.NotEqualOp {
		out := jsonObject{"not": jsonObject{"const": c}}
		if with.Kind() == cue.StringKind {
			out["type"] = "string"
		}
		return out, nil
	}
	words := map[cue.Op]string{cue.GreaterThanEqualOp: "minimum", cue.LessThanEqualOp: "maximum",
		cue.GreaterThanOp: "exclusiveMinimum", cue.LessThanOp: "exclusiveMaximum"}
	return jsonObject{"type": "number", words[op]: c}, nil
}

// call writes the validators of CUE's library that kind files use.
func call(args []cue.Value) (jsonObject, error) {
	name := fmt.Sprint(args[0])
	if len(args) == 2 {
		limits := map[string]string{"strings.MinRunes": "minLength", "strings.MaxRunes": "maxLength"}
		switch word, known := limits[name]; {
		case known:
			n, err := args[1].Int64()
			return jsonObject{"type": "string", word: n}, err
		case name == "time.Format":
			if layout, _ := args[1].String(); layout == "2006-01-02" {
				return jsonObject{"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, nil
			}
		}
	}
	return nil, fmt.Errorf("no JSON Schema for a call of %s", name)
}
