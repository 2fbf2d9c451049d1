package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// Value is a value in normal form that keeps its type in JSON: a text and a flag
// as they are, a number as its digits, and every other type by its name. No
// value becomes another on the way, and none passes through a float.
type Value struct{ V any }

// MarshalJSON implements [json.Marshaler].
func (v Value) MarshalJSON() ([]byte, error) {
	var t typed
	switch x := v.V.(type) {
	case nil, string, bool, int64:
		return json.Marshal(x)
	case Set:
		x = append(Set{}, x...) // an empty one is not null
		t.Set = &x
	case List:
		x = append(List{}, x...)
		t.List = &x
	case Rows:
		x = append(Rows{}, x...)
		t.Rows = &x
	case SecretRef:
		t.Secret = &x
	default:
		return nil, fmt.Errorf("a %T is no value in normal form", x)
	}
	return json.Marshal(t)
}

// typed is a value whose type JSON does not tell; one of its fields is set.
type typed struct {
	Set    *Set       `json:"set,omitempty"`
	List   *List      `json:"list,omitempty"`
	Rows   *Rows      `json:"rows,omitempty"`
	Secret *SecretRef `json:"secret,omitempty"`
}

// UnmarshalJSON implements [json.Unmarshaler]. It takes what MarshalJSON writes
// and nothing else.
func (v *Value) UnmarshalJSON(data []byte) error {
	switch {
	case len(data) > 0 && data[0] == '{':
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		var t typed
		if err := d.Decode(&t); err != nil {
			return err
		}
		return v.typed(t)
	case len(data) > 0 && data[0] == '"':
		var x string
		err := json.Unmarshal(data, &x)
		v.V = x
		return err
	}
	switch string(data) {
	case "null":
		v.V = nil
		return nil
	case "true", "false":
		v.V = data[0] == 't'
		return nil
	}
	n, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil {
		return fmt.Errorf("%.40s is no value in normal form", data)
	}
	v.V = n
	return nil
}

func (v *Value) typed(t typed) error {
	given := 0
	if t.Set != nil {
		v.V, given = *t.Set, given+1
	}
	if t.List != nil {
		v.V, given = *t.List, given+1
	}
	if t.Rows != nil {
		v.V, given = *t.Rows, given+1
	}
	if t.Secret != nil {
		v.V, given = *t.Secret, given+1
	}
	if given != 1 {
		return fmt.Errorf("a value has one type, not %d", given)
	}
	return nil
}

// NewValues wraps fields; nil stays nil, which is not the same as no field.
func NewValues(fields map[string]any) map[string]Value {
	if fields == nil {
		return nil
	}
	out := make(map[string]Value, len(fields))
	for name, v := range fields {
		out[name] = Value{v}
	}
	return out
}

// Fields is the opposite of [NewValues].
func Fields(values map[string]Value) map[string]any {
	if values == nil {
		return nil
	}
	out := make(map[string]any, len(values))
	for name, v := range values {
		out[name] = v.V
	}
	return out
}
