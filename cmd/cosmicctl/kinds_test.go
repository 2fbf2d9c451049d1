package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/notify"
	"cosmicctl/schema"
)

// examples loads all manifests that the repository shows.
func examples(t *testing.T, s *schema.Schema) *schema.Result {
	t.Helper()
	res, err := s.Load(context.Background(), []string{"../../examples"}, schema.Options{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		if d.Severity == engine.Error {
			t.Errorf("%s: %s", d.Pos, d.Code)
		}
	}
	return res
}

// What every kind file must be, so that Go need not know any by name.
func TestKinds(t *testing.T) {
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{} // kinds, and their fields
	for _, tenant := range examples(t, s).Tenants {
		for _, r := range tenant.Whole().Resources {
			declared[r.Ref.Kind] = true
			for name := range r.Fields {
				declared[r.Ref.Kind+"."+name] = true
			}
		}
	}
	if len(s.Kinds) == 0 {
		t.Fatal("no kinds")
	}
	for _, k := range s.Kinds {
		t.Run(k.Name, func(t *testing.T) {
			for _, name := range k.Key {
				if f := k.Field(name); f == nil || !f.Required || f.Type != engine.TypeText {
					t.Errorf("key %s is not a required text", name)
				}
			}
			for _, f := range k.Fields {
				if f.Ref != "" && s.Kinds.Kind(f.Ref) == nil {
					t.Errorf("%s refers to %s, which is no kind", f.Name, f.Ref)
				}
				if f.Type == engine.TypeSecret && !f.MaySecret {
					t.Errorf("%s is a secret without @secret", f.Name)
				}
				if k.Section != "" && !declared[k.Name+"."+f.Name] {
					t.Errorf("no example gives %s", f.Name)
				}
				if (f.Property == "") != (k.Formless() || f.Type == engine.TypeVirtual) {
					t.Errorf("%s has the property %q, and the kind the form %q", f.Name, f.Property, k.Form)
				}
				if (f.On == "") != (f.Off == "") {
					t.Errorf("%s has one of on and off", f.Name)
				}
			}
			for _, i := range k.Implies {
				for name := range i.Set {
					if k.Field(i.Field) == nil || k.Field(name) == nil {
						t.Errorf("%s implies %s: no such fields", i.Field, name)
					}
				}
			}
			if k.Title.EN == "" || k.Title.ZH == "" {
				t.Error("the title is not in both languages")
			}
			if k.Section != "" && !declared[k.Name] {
				t.Error("no example declares it")
			}
		})
	}
}

// Whoever sends a person into the menus must name the fields as the screen does.
func TestKindsWithAMenuHaveLabels(t *testing.T) {
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	menus := 0
	for _, k := range s.Kinds {
		if k.Section != "" && k.MenuOn("6.0") == "" {
			t.Errorf("%s has no menu", k.Name)
		}
		if len(k.Menu) == 0 {
			continue
		}
		menus++
		for _, f := range k.Fields {
			var words []string
			switch f.Type {
			case engine.TypeVirtual:
				continue // on no screen
			case engine.TypeEnum:
				words = slices.Collect(maps.Keys(f.Enum))
			case engine.TypeRanges:
				words = []string{"policy", "allow", "deny", "start", "end"}
			}
			if f.Label == "" {
				t.Errorf("%s.%s has no @label", k.Name, f.Name)
			}
			for _, word := range words {
				if f.Options[word] == "" {
					t.Errorf("the @label of %s.%s does not say what %s is on the screen", k.Name, f.Name, word)
				}
			}
		}
	}
	if menus == 0 {
		t.Fatal("no kind has a menu: the test looks at nothing")
	}
}

// Access switches must not be left to the server, whose defaults allow
// everything: a create decides each of them.
func TestCreatesDecideEveryFlag(t *testing.T) {
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range s.Kinds {
		implied := map[string]bool{}
		for _, i := range k.Implies {
			for name := range i.Set {
				implied[name] = true
			}
		}
		for _, f := range k.Fields {
			_, byDefault := f.CreateValue("6.0.14")
			_, onV5 := f.CreateValue("5.0")
			if f.Type == engine.TypeFlag && !implied[f.Name] && !(byDefault && onV5) {
				t.Errorf("%s.%s is left to the server", k.Name, f.Name)
			}
		}
	}
}

// What is written through the sandbox comes back in the same normal form: after
// an apply of every field of every kind a plan finds nothing.
func TestEveryKindSurvivesTheRoundTrip(t *testing.T) {
	state := filepath.Join(t.TempDir(), "sandbox.json")
	for _, want := range []string{"Plan: ", "No changes."} {
		var out, errs bytes.Buffer
		code := run(context.Background(), []string{"apply", "--sandbox", "--sandbox-state", state, "--auto-approve", "../../examples/every-field"},
			os.Stdin, &out, &errs)
		if code != exitClean || !bytes.Contains(out.Bytes(), []byte(want)) {
			t.Fatalf("exit %d, want 0 and %q: %s%s", code, want, &out, &errs)
		}
	}
}

// Every message has words in the catalogue.
func TestEveryCodeHasWords(t *testing.T) {
	codes := slices.Concat(cosmic.Hints(), cosmic.GatewayCodes(), cosmic.CallbackCodes(), notify.Codes())
	declared := regexp.MustCompile(`(?m)^\s+(?:Code|Hint)\w+\s+(?:engine\.)?Code = "([a-z0-9-]+)"`)
	for _, pattern := range []string{"../../engine/*.go", "../../schema/*.go", "../../schema/policy/*.go", "report/*.go"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range declared.FindAllSubmatch(text, -1) {
				codes = append(codes, engine.Code(m[1]))
			}
		}
	}
	// Its words are the kind file's own.
	codes = slices.DeleteFunc(codes, func(c engine.Code) bool { return c == schema.CodeNoTombstone })
	if len(codes) < 70 {
		t.Fatalf("only %d codes found", len(codes))
	}
	words := report.English()
	for _, c := range codes {
		if words[c] == "" {
			t.Errorf("%s has no words", c)
		}
	}
	// Hints stand behind messages of any kind, with arguments of their own.
	for _, c := range cosmic.Hints() {
		if strings.Contains(words[c]+report.Chinese()[c], "{") {
			t.Errorf("%s wants an argument", c)
		}
	}
}
