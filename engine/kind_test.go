package engine_test

import (
	"testing"

	"pgregory.net/rapid"

	"cosmicctl/engine"
)

func TestKeyOf(t *testing.T) {
	tests := []struct {
		name  string
		parts []string
		want  string
	}{
		{"one", []string{"a"}, "a"},
		{"two", []string{"a", "b"}, "a/b"},
		{"a slash inside", []string{"a/b", "c"}, `a\/b/c`},
		{"a backslash inside", []string{`a\`, "b"}, `a\\/b`},
		{"empty parts", []string{"", ""}, "/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := engine.KeyOf(tt.parts...); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDifferentKeysNeverJoinAlike(t *testing.T) {
	check(t, func(t *rapid.T) {
		part := rapid.StringOfN(rapid.RuneFrom([]rune(`ab/\`)), 0, 4, -1)
		a := []string{part.Draw(t, "a1"), part.Draw(t, "a2")}
		b := []string{part.Draw(t, "b1"), part.Draw(t, "b2")}
		same := a[0] == b[0] && a[1] == b[1]
		if (engine.KeyOf(a...) == engine.KeyOf(b...)) != same {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

func TestKeyFrom(t *testing.T) {
	tests := []struct {
		name   string
		kind   string
		fields fields
		want   string
	}{
		{"one part is taken as it is", "Gadget", fields{"code": "a/b"}, "a/b"},
		{"several are joined", "Setting", fields{"type": "t/1", "name": "n"}, `t\/1/n`},
		{"missing", "Gadget", fields{}, ""},
		{"no text", "Gadget", fields{"code": int64(1)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := catalog().Kind(tt.kind).KeyFrom(tt.fields); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestCatalog(t *testing.T) {
	kinds := catalog()
	if kinds.Kind("Gadget").Section != "gadgets" {
		t.Error("a kind is not found")
	}
	if kinds.Kind("Nothing") != nil {
		t.Error("a kind is found that is not there")
	}
	if kinds.Kind("Gadget").Field("nothing") != nil {
		t.Error("a field is found that is not there")
	}
}

func TestCreateValue(t *testing.T) {
	fresh := catalog().Kind("Gadget").Field("fresh")
	tests := []struct {
		name string
		v    engine.Version
		want any
	}{
		{"first span that holds", "6.0.1", true},
		{"next span", "5.0", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := fresh.CreateValue(tt.v); got != tt.want || !ok {
				t.Errorf("got %v %v", got, ok)
			}
		})
	}
	if _, ok := catalog().Kind("Gadget").Field("name").CreateValue("6.0"); ok {
		t.Error("a field without a default has one")
	}
}

func TestMenuOn(t *testing.T) {
	k := &engine.Kind{Menu: map[engine.Version]string{"6.0": "six", "5.0": "five", "10.0": "ten"}}
	for v, want := range map[engine.Version]string{"4.9": "five", "5.0.020": "five", "6.0": "six", "8.0.1": "six", "10.1": "ten"} {
		if got := k.MenuOn(v); got != want {
			t.Errorf("%s: %s, want %s", v, got, want)
		}
	}
	if got := (&engine.Kind{}).MenuOn("6.0"); got != "" {
		t.Error(got)
	}
}

func TestFieldsLike(t *testing.T) {
	kinds := catalog()
	for pattern, want := range map[string][]string{
		"Gadget.name": {"Gadget.name"}, "*.name": {"Gadget.name", "Deed.name"}, "Grant.*": {"Grant.members"},
		"Setting.name": nil, "Person.login": nil, "gadget.name": nil, "Gadget": nil, "[": nil, "": nil,
	} {
		same(t, pattern, want, kinds.FieldsLike(pattern))
	}
}
