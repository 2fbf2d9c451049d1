package saved_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
	"cosmicctl/engine/saved"
)

func kinds() engine.Catalog {
	fields := []*engine.Field{{Name: "code"}, {Name: "users", Type: engine.TypeRefs}, {Name: "n", Type: engine.TypeInt}}
	return engine.Catalog{{Name: "App", Fields: fields}}
}

// values holds one of each type in normal form.
func values() map[string]any {
	return map[string]any{
		"text": "中文 \u2028 </script>", "empty": "", "on": true, "big": int64(9007199254740993), "none": nil,
		"set": engine.Set{"a", "b"}, "no set": engine.Set{}, "list": engine.List{"b", "a"},
		"rows":   engine.Rows{{Policy: "allow", Start: "10.0.0.0", End: "10.0.0.255"}},
		"secret": engine.SecretRef{Exec: []string{"pass", "show"}},
	}
}

func digest(digit string) engine.Digest { return engine.Digest("sha256:" + strings.Repeat(digit, 64)) }

func example() *saved.Plan {
	change := engine.Change{Action: engine.Update, Ref: engine.Ref{Kind: "App", Key: "ERP01"}, ID: "18446744073709551615",
		Before: values(), After: values(), Steps: []string{"save"}, Risks: []engine.Risk{engine.Widens},
		Fields: []engine.FieldChange{{Field: "n", Before: int64(1), After: int64(2)}, {Field: "users", Element: "a", After: "a"}}}
	problem := engine.Diagnostic{Severity: engine.Error, Code: engine.CodeUnreadable, Class: engine.ClassUnreadable, Args: map[string]string{"kind": "App"}}
	return &saved.Plan{Created: time.Unix(1764000000, 0).UTC(), Tool: "v1", Manifests: digest("a"), Digest: digest("b"), SetSecrets: true, Base: "main", Files: 2,
		Diagnostics: []engine.Diagnostic{{Severity: engine.Advice, Code: "advice", Text: &engine.Text{EN: "x"}}},
		Tenants: []saved.Tenant{{Name: "demo", BaseURL: "https://x", Version: "6.0", Plan: &engine.Plan{Tenant: "demo",
			Stages: [][]engine.Change{{change}, {{Action: engine.Create, Ref: engine.Ref{Kind: "App", Key: "new"}, After: values(), Risks: []engine.Risk{engine.Routine}}}},
			ByHand: []engine.ByHand{{Action: engine.Ensure, Ref: engine.Ref{Kind: "App", Key: "hand"}, Op: "query", Form: "app", Risks: []engine.Risk{engine.Routine},
				Fields: []engine.FieldChange{{Field: "n", After: int64(9007199254740993)}, {Field: "users", After: engine.Set{"a"}}}}},
			Access: []engine.AccessRow{{Kind: "App", Gained: true}}, Problems: []engine.Diagnostic{problem},
			Witnesses: map[string]map[string]any{"App": {"code": "stays"}}}}},
		Fingerprints: &saved.Fingerprints{Key: "k", Of: []saved.Fingerprint{{Tenant: "demo", Value: "v"}}}}
}

func encode(t *testing.T, p *saved.Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := saved.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	data := encode(t, example())
	if !saved.Is(data) {
		t.Error("it does not know its own file")
	}
	got, err := saved.Decode(data, kinds())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(example(), got); d != "" {
		t.Error(d)
	}
	if !bytes.Equal(data, encode(t, got)) {
		t.Error("the same plan makes another file")
	}
}

// A field that is added to the engine's types must come through a file too.
func TestEveryFieldComesThrough(t *testing.T) {
	plan := &engine.Plan{}
	filled(t, reflect.ValueOf(plan).Elem())
	plan.Stages[0][0].Action, plan.Stages[0][0].Ref.Kind = engine.Delete, "App"
	plan.Stages[0][0].Fields[0].Field = "code"
	plan.Unmanaged[0].Kind, plan.NotComparable[0].Ref.Kind, plan.NotComparable[0].Field, plan.Access[0].Kind = "App", "App", "code", "App"
	plan.Stages[0][0].Risks = []engine.Risk{engine.Destroys}
	step := &plan.ByHand[0]
	step.Action, step.Ref.Kind, step.Fields[0].Field, step.Risks = engine.EnsureGone, "App", "code", []engine.Risk{engine.Destroys}
	plan.Stages[0][0].Live = nil // the one that must not
	want := &saved.Plan{Manifests: digest("a"), Digest: digest("b"), Tenants: []saved.Tenant{{Plan: plan}}}
	got, err := saved.Decode(encode(t, want), kinds())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// filled sets every field to something.
func filled(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Interface:
		v.Set(reflect.ValueOf("x"))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(t, v.Index(0))
	case reflect.Map:
		item := reflect.New(v.Type().Elem()).Elem()
		filled(t, item)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("x"), item)
	case reflect.Struct:
		for i := range v.NumField() {
			// A span limits a diagnostic of a manifest before it is shown, and never after.
			if v.Type() != reflect.TypeFor[engine.Diagnostic]() || v.Type().Field(i).Name != "Span" {
				filled(t, v.Field(i))
			}
		}
	default:
		t.Fatalf("cannot fill a %s", v.Type())
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole := string(encode(t, example()))
	foreignKind := example()
	foreignKind.Tenants[0].Plan.Stages[0][0].Ref.Kind = "Gone"
	foreignField := example()
	foreignField.Tenants[0].Plan.Stages[0][0].Fields[0].Field = "gone"
	foreignStep, foreignAction := example(), example()
	foreignStep.Tenants[0].Plan.ByHand[0].Fields[0].Field = "gone"
	foreignAction.Tenants[0].Plan.ByHand[0].Action = "burn"
	noRisk, noDigest := example(), example()
	noRisk.Tenants[0].Plan.Stages[0][0].Risks = nil
	noDigest.Digest = "sha256:\n::error::"
	tests := []struct {
		name string
		data string
		want error
	}{
		{"nothing", "", saved.ErrForeign},
		{"a manifest", "apiVersion: cosmicctl/v1\n", saved.ErrForeign},
		{"other JSON", `{"formatVersion":1}`, saved.ErrForeign},
		{"a name only", `"cosmicctl"`, saved.ErrForeign},
		{"the beginning", whole[:40], saved.ErrTruncated},
		{"the half", whole[:len(whole)/2], saved.ErrTruncated},
		{"all but the end", whole[:len(whole)-2], saved.ErrTruncated},
		{"another value", strings.Replace(whole, `"stays"`, `"moves"`, 1), saved.ErrEdited},
		{"no JSON", strings.Replace(whole, `"code"`, `code`, 1), saved.ErrEdited},
		{"an older version", strings.Replace(whole, `"formatVersion":2`, `"formatVersion":0`, 1), saved.ErrEdited},
		{"a newer version", strings.Replace(whole, `"formatVersion":2`, `"formatVersion":3`, 1), saved.ErrNewer},
		{"something unknown", strings.Replace(whole, `"formatVersion":2`, `"formatVersion":2,"x":1`, 1), saved.ErrEdited},
		{"something behind it", whole + "{}", saved.ErrEdited},
		{"a kind of another program", string(encode(t, foreignKind)), saved.ErrUnknown},
		{"a change without a risk", string(encode(t, noRisk)), saved.ErrUnknown},
		{"a text in place of a digest", string(encode(t, noDigest)), saved.ErrUnknown},
		{"a field of another program", string(encode(t, foreignField)), saved.ErrUnknown},
		{"a step about a field of another program", string(encode(t, foreignStep)), saved.ErrUnknown},
		{"a step of another program", string(encode(t, foreignAction)), saved.ErrUnknown},
		{"the first version", strings.Replace(whole, `"formatVersion":2`, `"formatVersion":1`, 1), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := saved.Decode([]byte(tt.data), kinds()); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

// sealed is a file of any payload whose checksum fits.
func sealed(payload []byte) []byte {
	return fmt.Appendf(nil, `{"cosmicctl":"plan","formatVersion":1,"sha256":"%x","plan":%s}`, sha256.Sum256(payload), payload)
}

// No file makes the reader panic, and what it takes it writes back as it was.
func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := saved.Encode(&b, example()); err != nil {
		f.Fatal(err)
	}
	_, payload, _ := bytes.Cut(bytes.TrimSuffix(b.Bytes(), []byte("}\n")), []byte(`"plan":`))
	if _, err := saved.Decode(sealed(payload), kinds()); err != nil {
		f.Fatal(err)
	}
	f.Add(payload)
	f.Add([]byte("null"))
	f.Add([]byte(`{"tenants":[{"plan":{"stages":[[{"action":"create","ref":{"kind":"App"},"steps":["save"],"risks":["routine"],"after":{"x":{"set":[]}}}]]}}],"manifests":"` + string(digest("a")) + `","digest":"` + string(digest("b")) + `"}`))
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()/2])
	f.Add([]byte(`{"cosmicctl":"plan","formatVersion":1,"sha256":"","plan":null}`))
	f.Add([]byte(`{"cosmicctl":"plan","formatVersion":99999999999999999999}`))
	f.Add([]byte(`{"cosmicctl":"plan",` + strings.Repeat("[", 20000)))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = saved.Decode(data, kinds())
		p, err := saved.Decode(sealed(data), kinds())
		if err != nil {
			return
		}
		again, err := saved.Decode(encode(t, p), kinds())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p, again); d != "" {
			t.Error(d)
		}
	})
}
