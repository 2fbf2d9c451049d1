package engine_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cosmicctl/engine"
)

type row = map[string]any

func list(items ...any) []any { return items }

func TestDecode(t *testing.T) {
	tests := []struct {
		name  string
		row   row
		field string
		want  any // nil: the field stays out
	}{
		{"text", row{"name": "Räder"}, "name", "Räder"},
		{"text left out is empty", row{}, "name", ""},
		{"text null is empty", row{"name": nil}, "name", ""},
		{"text as a number keeps its digits", row{"name": json.Number("9007199254740993")}, "name", "9007199254740993"},
		{"text as a boolean", row{"name": true}, "name", "true"},
		{"text in languages", row{"name": row{"zh_CN": "轮", "en_US": "wheel"}}, "name", "轮"},
		{"text of no known shape", row{"name": list("x")}, "name", ""},
		{"flag 1", row{"allowall": "1"}, "open", true},
		{"flag 0", row{"allowall": "0"}, "open", false},
		{"flag as a number", row{"allowall": json.Number("1")}, "open", true},
		{"flag as a boolean", row{"allowall": false}, "open", false},
		{"flag as a word", row{"allowall": "TRUE"}, "open", true},
		{"flag left out cannot be read", row{}, "open", nil},
		{"flag null cannot be read", row{"allowall": nil}, "open", nil},
		{"flag of another word cannot be read", row{"allowall": "maybe"}, "open", nil},
		{"int as a text", row{"maxrate": "20"}, "limit", int64(20)},
		{"int as a number", row{"maxrate": json.Number("20")}, "limit", int64(20)},
		{"int above 2^53", row{"maxrate": "9007199254740993"}, "limit", int64(9007199254740993)},
		{"int left out is 0", row{}, "limit", int64(0)},
		{"enum", row{"mode": "1"}, "mode", "locked"},
		{"enum as a number", row{"mode": json.Number("0")}, "mode", "plain"},
		{"enum of an unknown code stays", row{"mode": "7"}, "mode", "7"},
		{"refs flattened by underscore", row{"toolentry": list(row{"toolid_number": "b"}, row{"toolid_number": "a"})}, "tools", set("a", "b")},
		{"refs flattened by dot", row{"toolentry": list(row{"toolid.number": "a"})}, "tools", set("a")},
		{"refs with the bare number", row{"toolentry": list(row{"number": "a"})}, "tools", set("a")},
		{"refs nested", row{"toolentry": list(row{"toolid": row{"number": "a", "name": "A"}})}, "tools", set("a")},
		{"refs as the column", row{"toolentry": list(row{"toolid": "a"})}, "tools", set("a")},
		{"refs as texts", row{"toolentry": list("b", "a", "b")}, "tools", set("a", "b")},
		{"refs that name nothing", row{"toolentry": list(row{"id": "1"}, nil)}, "tools", set()},
		{"refs left out are none", row{}, "tools", set()},
		{"list keeps its order", row{"url1": "z", "url3": "a"}, "urls", engine.List{"z", "a"}},
		{"list left out is empty", row{}, "urls", engine.List{}},
		{"ranges", row{"ruleentry": list(row{"policy": "1", "startip": "10.0.0.0", "endip": "10.0.0.255"},
			row{"policy": json.Number("0"), "startip": "::1", "endip": "::1"})}, "rules", ranges(t, "allow ::1/128", "deny 10.0.0.0/24")},
		{"range without an end is one address", row{"ruleentry": list(row{"policy": "0", "startip": "10.0.0.1"})}, "rules", ranges(t, "allow 10.0.0.1/32")},
		{"range in long form is made canonical", row{"ruleentry": list(row{"policy": "0", "startip": "FE80:0::1", "endip": " fe80::2 "})},
			"rules", ranges(t, "allow fe80::1-fe80::2")},
		{"range that is none stays to be seen", row{"ruleentry": list(row{"policy": "0", "startip": "any", "endip": "all"})},
			"rules", engine.Rows{{Policy: "allow", Start: "any", End: "all"}}},
		{"range without a policy allows", row{"ruleentry": list(row{"startip": "10.0.0.1"})}, "rules", ranges(t, "allow 10.0.0.1/32")},
		{"range of an unknown policy stays to be seen", row{"ruleentry": list(row{"policy": "2", "startip": "10.0.0.1"})},
			"rules", engine.Rows{{Policy: "2", Start: "10.0.0.1", End: "10.0.0.1"}}},
		{"secrets are never read", row{"syspwd": "******"}, "pass", nil},
		{"virtual fields are not there", row{"label": "x"}, "label", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := catalog().Kind("Gadget").Decode(tt.row).Fields[tt.field]
			if d := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDecodeObject(t *testing.T) {
	got := catalog().Kind("Gadget").Decode(row{"number": "G1", "id": json.Number("968563370657601536"), "preset": true,
		"modifier_name": row{"zh_CN": "李"}, "modifytime": "2026-11-01"})
	if got.Ref != (engine.Ref{Kind: "Gadget", Key: "G1"}) || got.ID != "968563370657601536" || got.By != "李" || got.When != "2026-11-01" {
		t.Errorf("got %v %s %s %s", got.Ref, got.ID, got.By, got.When)
	}
	if !got.Protected {
		t.Error("a preset row is not protected")
	}
}

func TestProtected(t *testing.T) {
	tests := []struct {
		name string
		row  row
		want bool
	}{
		{"one pattern holds", row{"preset": "1"}, true},
		{"as a number", row{"preset": json.Number("1")}, true},
		{"another pattern, whole", row{"origin": "vendor", "sealed": true}, true},
		{"another pattern, in part", row{"origin": "vendor"}, false},
		{"none", row{"preset": "0"}, false},
		{"left out", row{}, false},
	}
	k := &engine.Kind{Name: "X", Key: []string{"code"}, Fields: []*engine.Field{textField("code", "number")},
		Protected: []map[string]string{{"preset": "1"}, {"origin": "vendor", "sealed": "1"}}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := k.Decode(tt.row).Protected; got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// The property of an entry's first row stands in for one of the head.
func TestDecodeEntry(t *testing.T) {
	f := textField("name", "label")
	f.Entry = "labels"
	k := &engine.Kind{Name: "X", Key: []string{"name"}, Fields: []*engine.Field{f}}
	tests := []struct {
		name string
		row  row
		want string
	}{
		{"head", row{"label": "a", "labels": list(row{"label": "b"})}, "a"},
		{"entry", row{"labels": list(row{"label": "b"}, row{"label": "c"})}, "b"},
		{"empty entry", row{"labels": list()}, ""},
		{"entry of another shape", row{"labels": list("x")}, ""},
		{"neither", row{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := k.Decode(tt.row).Fields["name"]; got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestEncode(t *testing.T) {
	secret := engine.NewSecret("x")
	tests := []struct {
		name   string
		fields fields
		want   row
	}{
		{"nothing", fields{}, row{}},
		{"scalars", fields{"code": "G1", "limit": int64(9007199254740993), "open": true, "fresh": false},
			row{"number": "G1", "maxrate": int64(9007199254740993), "allowall": "1", "isfresh": "0"}},
		{"enum", fields{"mode": "locked"}, row{"mode": "1"}},
		{"refs", fields{"tools": set("b", "a")}, row{"toolentry": list(row{"toolid_number": "a"}, row{"toolid_number": "b"})}},
		{"no refs", fields{"tools": set()}, row{"toolentry": list()}},
		{"list fills its places", fields{"urls": engine.List{"x"}}, row{"url1": "x", "url2": "", "url3": ""}},
		{"ranges", fields{"rules": ranges(t, "deny 10.0.0.0/31", "allow fe80::/127")}, row{"ruleentry": list(
			row{"policy": "0", "family": "6", "startip": "fe80::", "endip": "fe80::1"},
			row{"policy": "1", "family": "4", "startip": "10.0.0.0", "endip": "10.0.0.1"})}},
		{"secret", fields{"pass": secret}, row{"syspwd": secret}},
		{"virtual", fields{"label": "x"}, row{}},
		{"unknown field", fields{"colour": "red"}, row{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := catalog().Kind("Gadget").Encode(tt.fields)
			if d := cmp.Diff(tt.want, got, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b engine.Secret) bool { return a.Reveal() == b.Reveal() })); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWithProperties(t *testing.T) {
	names := map[string]string{"preset": "yushe", "number": "bianhao", "url2": "dizhi2", "ruleentry": "guize", "ruleentry.startip": "qishi",
		"modifytime": "shijian"}
	kinds := catalog()
	renamed := kinds.WithProperties(map[string]map[string]string{"gadget": names})
	got := renamed.Kind("Gadget").Decode(row{"bianhao": "G1", "url1": "a", "dizhi2": "b", "yushe": "1", "shijian": "now",
		"guize": list(row{"policy": "0", "qishi": "10.0.0.1"})})
	if d := cmp.Diff(engine.List{"a", "b"}, got.Fields["urls"]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(ranges(t, "allow 10.0.0.1/32"), got.Fields["rules"]); d != "" {
		t.Error(d)
	}
	if got.Ref.Key != "G1" || !got.Protected || got.When != "now" {
		t.Errorf("got %v %v %q", got.Ref, got.Protected, got.When)
	}
	if kinds.Kind("Gadget").Field("code").Property != "number" || renamed.Kind("Part").Field("code").Property != "number" {
		t.Error("the names of one form reached another or the catalogue itself")
	}
}
