package report

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

// schemaFields are the properties that the schema of the JSON gives an object, by
// the name of its definition.
func schemaFields(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../help/json.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for name, def := range schema.Defs {
		for field := range def.Properties {
			out[name] = append(out[name], field)
		}
		slices.Sort(out[name])
	}
	return out
}

// The schema of the JSON has each field of each object, and no other.
func TestSchemaHasAllFields(t *testing.T) {
	defs := schemaFields(t)
	d := document{}
	for name, object := range map[string]any{"run": d, "skipped": d.Skipped, "diagnostic": diagnostic{}, "tenant": tenantPlan{},
		"change": change{}, "field": fieldChange{}, "access": accessChange{}, "cell": accessCell{}, "waiver": waived{}, "secret": secretField{}, "step": stepJSON{}, "entry": entryJSON{}, "coverage": engine.Coverage{},
		"comparison": comparison{}, "compared": Compared{}, "kindComparison": engine.KindComparison{}, "ignored": engine.IgnoredField{}} {
		var fields []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(object)) {
			if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag != "" {
				fields = append(fields, tag)
			}
		}
		slices.Sort(fields)
		if diff := cmp.Diff(defs[name], fields); diff != "" {
			t.Errorf("%s (schema -, Go +): %s", name, diff)
		}
	}
}
