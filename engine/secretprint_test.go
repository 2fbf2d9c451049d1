package engine_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"testing"
	"text/template"

	"cosmicctl/engine"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// What people use to look at values shows no secret, in whatever it is held.
func TestSecretInEveryPrinter(t *testing.T) {
	type Holder struct {
		S    engine.Secret
		P    *engine.Secret
		List []engine.Secret
		Map  map[string]engine.Secret
		Any  any
	}
	type hidden struct {
		Name string
		s    engine.Secret
		list []engine.Secret
	}
	s := engine.NewSecret(goodSecret)
	holder := Holder{s, &s, []engine.Secret{s}, map[string]engine.Secret{"a": s}, s}
	values := map[string]any{"plain": s, "pointer": &s, "holder": holder, "pointer to a holder": &holder,
		"unexported": hidden{"x", s, []engine.Secret{s}}, "login": engine.Login{App: "A", Secret: s}, "write": engine.Write{Rows: []map[string]any{{"syspwd": s}}}}
	printers := map[string]func(any) (string, error){
		"%v": func(v any) (string, error) {
			return fmt.Sprintf("%v %+v %#v %s %q %x %X % x %d %p %t %e %U %c", repeated(v, 14)...), nil
		},
		"json": func(v any) (string, error) { b, err := json.MarshalIndent(v, "", " "); return string(b), err },
		"yaml": func(v any) (string, error) { b, err := yaml.Marshal(v); return string(b), err },
		"xml":  func(v any) (string, error) { b, err := xml.Marshal(v); return string(b), err },
		"gob": func(v any) (string, error) {
			var b bytes.Buffer
			err := gob.NewEncoder(&b).Encode(v)
			return b.String(), err
		},
		"slog": func(v any) (string, error) {
			var b bytes.Buffer
			slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
			slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v, slog.Group("g", "v", v))
			return b.String(), nil
		},
		"template": func(v any) (string, error) {
			var b bytes.Buffer
			err := template.Must(template.New("").Parse("{{.}} {{printf \"%#v\" .}}")).Execute(&b, v)
			return b.String(), err
		},
		"errors": func(v any) (string, error) { return fmt.Errorf("x: %w", fmt.Errorf("%v", v)).Error(), nil },
		"cmp": func(v any) (string, error) {
			return cmp.Diff(v, nil, cmp.Exporter(func(reflect.Type) bool { return true })), nil
		},
		"panic": func(v any) (text string, err error) {
			defer func() { text = fmt.Sprint(recover()) }()
			panic(v)
		},
	}
	for printer, show := range printers {
		for name, v := range values {
			t.Run(printer+" of "+name, func(t *testing.T) {
				text, err := show(v)
				if leaks(text) || err != nil && leaks(err.Error()) {
					t.Errorf("it shows the secret: %s %v", text, err)
				}
			})
		}
	}
}

func repeated(v any, n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = v
	}
	return out
}
