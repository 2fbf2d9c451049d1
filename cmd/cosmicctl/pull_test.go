package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	cryptorand "crypto/rand"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/cosmic/sandbox"
	"cosmicctl/schema"
)

// adoption is live tenants of a sandbox, drawn by chance from nothing but the kind
// files, and manifests that say how to reach them.
type adoption struct {
	schema  *schema.Schema
	box     *sandbox.Sandbox
	url     string
	admin   http.Handler
	dir     string
	draw    *rand.Rand
	entered map[string]int // rows, by kind
	refused int            // rows that the console did not take
	tame    bool           // only what a manifest may hold is drawn
}

func newAdoption(t *testing.T, seed uint64) *adoption {
	t.Helper()
	box, err := sandbox.Open(sandbox.Options{Now: time.Now, Rand: cryptorand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(box.Handler())
	t.Cleanup(func() {
		served.Close()
		_ = box.Close()
	})
	t.Setenv("ADOPT_SECRET", appSecret)
	t.Setenv("COSMICCTL_ALLOW_HOST", "127.0.0.1")
	a := &adoption{schema: schemaOf(t), box: box, url: served.URL, admin: box.Admin(), dir: t.TempDir(), draw: rand.New(rand.NewPCG(seed, 7)), entered: map[string]int{}}
	t.Setenv("XDG_STATE_HOME", filepath.Join(a.dir, "state"))
	return a
}

func (a *adoption) path(name string) string { return filepath.Join(a.dir, filepath.FromSlash(name)) }

func (a *adoption) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(a.path(name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.path(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (a *adoption) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(a.path(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// run runs a command and returns what it says.
func (a *adoption) run(t *testing.T, args ...string) (exitCode, string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	app := &app{in: strings.NewReader(""), out: &out, err: &errs, words: report.English(), schema: a.schema, client: unhurried()}
	if slices.Contains(args, "--sandbox") { // its limits are those of a tenant
		app.client = cosmic.Options{}
	} else {
		args = append(args, "--rate-second=-1", "--rate-minute=-1")
	}
	code := app.run(t.Context(), append(args, "--tenants=8"))
	return code, out.String(), errs.String()
}

// empty holds that a plan of some manifests finds nothing to do and no problem.
func (a *adoption) empty(t *testing.T, what string, paths ...string) {
	t.Helper()
	code, out, errs := a.run(t, append([]string{"plan"}, paths...)...)
	if code != exitClean || !strings.Contains(out, "No changes.") {
		for _, path := range paths {
			if data, err := os.ReadFile(path); err == nil {
				t.Logf("%s:\n%.6000s", path, data)
			}
		}
		t.Fatalf("%s: the plan after a pull exits with %d\n%.3000s%.3000s", what, code, out, errs)
	}
}

// A plan right after a pull is empty: of 60 tenants with whatever a console lets in,
// on every version, as manifests of their own, as further parts, and in place after
// the tenants moved, with what they want in bases too.
//
// COSMICCTL_ADOPTIONS says how many tenants; .ci/long says 500.
func TestPlanAfterPullIsEmpty(t *testing.T) {
	n := 60
	if s := os.Getenv("COSMICCTL_ADOPTIONS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	a := newAdoption(t, 20261125)
	commented, moved, refused := 0, 0, 0
	for at := 0; at < n; at += 25 {
		a.dir = t.TempDir()
		var names []string
		for i := at; i < min(at+25, n); i++ {
			names = append(names, fmt.Sprintf("t%03d", i))
			a.tenant(t, names[len(names)-1])
		}
		args := []string{"pull", a.path("m"), "-o", a.path("alone") + "/"}
		if a.often(2) {
			args = append(args, "--plain", "Parameter.value")
		}
		if code, _, errs := a.run(t, args...); code != exitClean {
			t.Fatalf("pull exits with %d\n%.3000s", code, errs)
		}
		a.empty(t, "alone", a.path("alone"))
		if at == 0 {
			a.together(t)
		}
		for _, name := range names {
			text := a.read(t, "alone/"+name+".yaml")
			if f := schema.Format(name, []byte(text)); string(f.After) != text {
				t.Fatalf("it is not formatted: %v\n%s\n%s", f.Diagnostics, text, f.After)
			}
			commented += strings.Count(a.read(t, "alone/"+name+".yaml"), "left out")
			switch {
			case a.often(3):
				a.asParts(t, name)
			default:
				m, r := a.inPlace(t, name, a.often(2))
				moved, refused = moved+m, refused+r
			}
		}
	}
	t.Logf("%d tenants: rows %v entered, %d refused by the console; %d remarks of what is left out; %d objects moved and pulled in place, %d manifests kept what no edit could change",
		n, a.entered, a.refused, commented, moved, refused)
	for _, k := range a.schema.Kinds {
		if k.Section != "" && !k.Formless() && a.entered[k.Name] < n/2 {
			t.Errorf("only %d objects of %s", a.entered[k.Name], k.Name)
		}
	}
	if commented < n/10 || moved < n/10 || refused > n/10 {
		t.Errorf("%d remarks, %d moved, %d refused", commented, moved, refused)
	}
}

// together pulls all tenants into one file.
func (a *adoption) together(t *testing.T) {
	t.Helper()
	if code, _, errs := a.run(t, "pull", a.path("m"), "-o", a.path("together.yaml")); code != exitClean {
		t.Fatalf("pull into one file exits with %d\n%.3000s", code, errs)
	}
	a.empty(t, "together", a.path("together.yaml"))
	before := a.read(t, "together.yaml")
	if code, _, errs := a.run(t, "pull", a.path("m"), "-o", a.path("together.yaml")); code != exitClean || a.read(t, "together.yaml") != before {
		t.Fatalf("a second pull exits with %d, or changes the file\n%.3000s", code, errs)
	}
}

// asParts pulls a tenant into a further file of its manifests.
func (a *adoption) asParts(t *testing.T, name string) {
	t.Helper()
	dir := "parts-" + name
	a.write(t, dir+"/environment.yaml", a.read(t, "m/"+name+".yaml"))
	if code, _, errs := a.run(t, "pull", a.path(dir), "-o", a.path(dir+"/rest.yaml")); code != exitClean {
		t.Fatalf("%s: pull into a part exits with %d\n%s", name, code, errs)
	}
	a.empty(t, name+" as parts", a.path(dir))
	before := a.read(t, dir+"/rest.yaml")
	if code, _, errs := a.run(t, "pull", a.path(dir), "-o", a.path(dir+"/rest.yaml")); code != exitClean || a.read(t, dir+"/rest.yaml") != before {
		t.Fatalf("%s: a second pull exits with %d, or makes something else of\n%s\n%s\n%s", name, code, before, a.read(t, dir+"/rest.yaml"), errs)
	}
}

// inPlace moves a tenant that was pulled, and pulls it again onto its manifest. It
// tells how many objects moved, and whether a manifest could not follow.
func (a *adoption) inPlace(t *testing.T, name string, based bool) (moved, refused int) {
	t.Helper()
	dir := "place-" + name
	text := a.read(t, "alone/"+name+".yaml")
	if based {
		text = a.based(t, dir, text)
	}
	a.write(t, dir+"/tenant.yaml", text)
	for _, k := range a.kinds() {
		for range a.draw.IntN(3) {
			a.enter(name, k, nil)
		}
		moved += a.move(t, name, k)
	}
	code, _, errs := a.run(t, "pull", "--write", a.path(dir))
	switch code {
	case exitClean:
		a.empty(t, name+" in place", a.path(dir))
	case exitDiffers:
		refused = 1
	default:
		t.Fatalf("%s: pull in place exits with %d\n%s\n%s", name, code, errs, text)
	}
	return moved, refused
}

// based moves the sections of a manifest into a base.
func (a *adoption) based(t *testing.T, dir, text string) string {
	t.Helper()
	at := len(text)
	for _, k := range a.schema.Kinds {
		if i := strings.Index(text, "\n"+k.Section+":\n"); k.Section != "" && i >= 0 {
			at = min(at, i+1)
		}
	}
	a.write(t, dir+"/base.yaml", "apiVersion: cosmicctl/v1\nkind: Base\n\n"+text[at:])
	return strings.Replace(text[:at], "\nenvironment:", "\nbases: [base.yaml]\nenvironment:", 1)
}

// Every kind that a manifest may hold comes back from a tenant as it was applied.
func TestEveryKindIsPulled(t *testing.T) {
	a := newAdoption(t, 1)
	state := a.path("sandbox.json")
	example := filepath.FromSlash("../../examples/every-field")
	if code, _, errs := a.run(t, "apply", "--sandbox", "--sandbox-state", state, "--auto-approve", "--journal", a.path("journal"), example); code != exitClean {
		t.Fatalf("exit %d: %s", code, errs)
	}
	declared := a.resources(t, example)
	for _, k := range a.schema.Kinds {
		if k.Section == "" || k.Formless() {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			file := a.path(k.Name + ".yaml")
			code, _, errs := a.run(t, "pull", "--sandbox", "--sandbox-state", state, "--kind", k.Name, "--plain", "Parameter.value", "-o", file, example)
			if code != exitClean {
				t.Fatalf("exit %d: %s", code, errs)
			}
			if code, out, errs := a.run(t, "plan", "--sandbox", "--sandbox-state", state, "--journal", a.path("another"), file); code != exitClean {
				t.Fatalf("the plan exits with %d: %s%s", code, out, errs)
			}
			pulled := a.resources(t, file)
			found := 0
			for ref, r := range declared {
				if ref.Kind != k.Name || r.Absent {
					continue
				}
				found++
				switch {
				case pulled[ref] == nil && k.AbsentMeans != nil: // no record says it
					continue
				case pulled[ref] == nil:
					t.Errorf("no %s", ref)
					continue
				}
				for _, f := range k.Fields {
					v, given := r.Fields[f.Name]
					if ref, secret := v.(engine.SecretRef); secret && ref.File != "" {
						continue // a file beside the other manifest
					}
					if f.Type == engine.TypeVirtual || !given || fmt.Sprint(v) == fmt.Sprint(pulled[ref].Fields[f.Name]) {
						continue
					}
					if says := fmt.Sprint(v); says != "false" && says != "[]" && f.Name != "aesVector" {
						t.Errorf("%s.%s is %v, was %v", ref, f.Name, pulled[ref].Fields[f.Name], v)
					}
				}
			}
			if found == 0 {
				t.Error("the example has none")
			}
			for ref := range pulled {
				if ref.Kind != k.Name {
					t.Errorf("%s was not asked for", ref)
				}
			}
		})
	}
}

func (a *adoption) resources(t *testing.T, path string) map[engine.Ref]*engine.Resource {
	t.Helper()
	res, err := a.schema.Load(t.Context(), []string{path}, schema.Options{Keep: true})
	if err != nil || res.Failed() || len(res.Tenants) != 1 {
		t.Fatalf("%s: %v %v", path, err, res.Diagnostics)
	}
	out := map[engine.Ref]*engine.Resource{}
	for _, r := range res.Tenants[0].Whole().Resources {
		out[r.Ref] = &r
	}
	return out
}
