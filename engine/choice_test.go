package engine_test

import (
	"strings"
	"testing"

	"cosmicctl/engine"
)

func TestSelector(t *testing.T) {
	labels := map[string]string{"env": "prod", "region": "north", "tier/size": "XL", "区域": "北", "none": ""}
	tests := map[string]bool{
		"": true, " ": true, "env=prod": true, "env==prod": true, " env = prod , region!=south": true, "env!=prod": false,
		"env=test": false, "env": true, "!env": false, "!colour": true, "colour": false, "colour!=red": true, "colour=": false, "none=": true,
		"env in (test,prod)": true, "env in (test)": false, "env notin (test)": true, "env notin (test, prod)": false, "colour notin (red)": true,
		"env in (prod),region=north": true, "env=prod,region=south": false, "tier/size=XL": true, "区域=北": true, "区域!=北": false, "none in ()": true,
		"in=x": false, "!in": true, "env=Prod": false,
	}
	for text, want := range tests {
		s, err := engine.ParseSelector(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if got := s.Matches(labels); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{",", "env=a=b", "=a", "env=prod,", "env>1", "env in a", "env in (a", "env in a)", "env in (a b)", "e nv", "!env=a", "!",
		"env=a;b", "(env)", "env in (a),)", "env=" + strings.Repeat("x", 64)} {
		if s, err := engine.ParseSelector(text); err == nil {
			t.Errorf("%q is read as %+v", text, s)
		}
	}
}

func TestChoice(t *testing.T) {
	for _, tt := range []struct {
		names    []string
		selector string
		want     bool
	}{
		{nil, "", true}, {[]string{"acme"}, "", true}, {[]string{"ac*"}, "", true}, {[]string{"x", "?cme"}, "", true}, {[]string{"ac"}, "", false},
		{[]string{"acme"}, "env=test", false}, {[]string{"x"}, "env=prod", false}, {[]string{"[a-b]*"}, "env=prod", true},
	} {
		c, err := engine.NewChoice(tt.names, tt.selector)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Means("acme", map[string]string{"env": "prod"}); got != tt.want {
			t.Errorf("%v %q: %v", tt.names, tt.selector, got)
		}
	}
	for _, names := range [][]string{{"["}, {""}, {"a", `\`}} {
		if _, err := engine.NewChoice(names, ""); err == nil {
			t.Errorf("%q is taken for patterns", names)
		}
	}
}
