package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

func TestDiff(t *testing.T) {
	tests := []struct {
		name       string
		want, live fields
		changes    []engine.FieldChange
	}{
		{"equal", fields{"name": "a", "open": true, "limit": int64(3), "tools": set("x")},
			fields{"name": "a", "open": true, "limit": int64(3), "tools": set("x")}, nil},
		{"a field that is not wanted does not count", fields{"name": "a"}, fields{"name": "a", "limit": int64(3)}, nil},
		{"text", fields{"name": "b"}, fields{"name": "a"}, []engine.FieldChange{{Field: "name", Before: "a", After: "b"}}},
		{"text to nothing", fields{"name": ""}, fields{"name": "a"}, []engine.FieldChange{{Field: "name", Before: "a", After: ""}}},
		{"flag", fields{"open": true}, fields{"open": false}, []engine.FieldChange{{Field: "open", Before: false, After: true}}},
		{"int beyond a float", fields{"limit": int64(9007199254740993)}, fields{"limit": int64(9007199254740992)},
			[]engine.FieldChange{{Field: "limit", Before: int64(9007199254740992), After: int64(9007199254740993)}}},
		{"elements of a set come and go, sorted", fields{"tools": set("a", "c", "d")}, fields{"tools": set("b", "c")},
			[]engine.FieldChange{{Field: "tools", Element: "a", After: "a"}, {Field: "tools", Element: "b", Before: "b"},
				{Field: "tools", Element: "d", After: "d"}}},
		{"a set loses all", fields{"tools": set()}, fields{"tools": set("b")}, []engine.FieldChange{{Field: "tools", Element: "b", Before: "b"}}},
		{"list as a whole", fields{"urls": engine.List{"b", "a"}}, fields{"urls": engine.List{"a", "b"}},
			[]engine.FieldChange{{Field: "urls", Before: engine.List{"a", "b"}, After: engine.List{"b", "a"}}}},
		{"ranges", fields{"rules": ranges(t, "allow 10.0.0.0/8", "deny 10.0.0.1/32")}, fields{"rules": ranges(t, "allow 10.0.0.0-10.255.255.255")},
			[]engine.FieldChange{{Field: "rules", Element: "deny 10.0.0.1", After: "deny 10.0.0.1"}}},
		{"secrets cannot be compared", fields{"pass": env("P"), "note": env("N")}, fields{"note": "x"}, nil},
		{"virtual fields have no live value", fields{"label": "x"}, fields{}, nil},
		{"in the order of the kind's fields", fields{"limit": int64(1), "code": "G2", "name": "b"}, fields{"limit": int64(0), "code": "G1", "name": "a"},
			[]engine.FieldChange{{Field: "code", Before: "G1", After: "G2"}, {Field: "name", Before: "a", After: "b"},
				{Field: "limit", Before: int64(0), After: int64(1)}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := catalog().Kind("Gadget").Diff(tt.want, tt.live)
			if d := cmp.Diff(tt.changes, got); d != "" {
				t.Error(d)
			}
		})
	}
}
