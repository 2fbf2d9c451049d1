package engine_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

func TestValueKeepsItsType(t *testing.T) {
	tests := []struct {
		name string
		v    any
		want string
	}{
		{"nothing", nil, `null`},
		{"a text", "a", `"a"`},
		{"a text like a number", "1", `"1"`},
		{"a flag", false, `false`},
		{"a number no float holds", int64(9007199254740993), `9007199254740993`},
		{"the smallest number", int64(math.MinInt64), `-9223372036854775808`},
		{"a set", engine.Set{"a", "b"}, `{"set":["a","b"]}`},
		{"an empty set", engine.Set{}, `{"set":[]}`},
		{"a list", engine.List{"b", "a"}, `{"list":["b","a"]}`},
		{"an empty list", engine.List{}, `{"list":[]}`},
		{"rows", engine.Rows{{Policy: "deny", Start: "::1", End: "::2"}}, `{"rows":[{"policy":"deny","start":"::1","end":"::2"}]}`},
		{"no rows", engine.Rows{}, `{"rows":[]}`},
		{"a reference", engine.SecretRef{File: "f"}, `{"secret":{"file":"f"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data, err := json.Marshal(engine.Value{V: tt.v})
			if err != nil || string(data) != tt.want {
				t.Fatalf("%s %v, want %s", data, err, tt.want)
			}
			var got engine.Value
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.v, got.V); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestValueRefuses(t *testing.T) {
	for _, data := range []string{`1.5`, `1e3`, `9223372036854775808`, `[]`, `["a"]`, `{}`, `{"set":["a"],"list":["a"]}`,
		`{"set":null}`, `{"set":[1]}`, `{"map":{}}`, `{"rows":[{"policy":"allow","x":1}]}`, `{"secret":{"literal":"x"}}`} {
		var v engine.Value
		if err := json.Unmarshal([]byte(data), &v); err == nil {
			t.Errorf("%s is taken as %#v", data, v.V)
		}
	}
	for _, v := range []any{1, 1.5, []string{"a"}, map[string]any{}} {
		if data, err := json.Marshal(engine.Value{V: v}); err == nil {
			t.Errorf("%T is written as %s", v, data)
		}
	}
}

func TestNilFieldsStayNil(t *testing.T) {
	for _, f := range []map[string]any{nil, {}, {"a": nil, "b": int64(1)}} {
		if d := cmp.Diff(f, engine.Fields(engine.NewValues(f))); d != "" {
			t.Error(d)
		}
	}
}
