package engine_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cosmicctl/engine"
)

// TestMain fixes the seed of all properties, so that a run can be repeated;
// another one is tried with -rapid.seed.
func TestMain(m *testing.M) {
	flag.Parse()
	seeded := false
	flag.Visit(func(f *flag.Flag) { seeded = seeded || f.Name == "rapid.seed" })
	if !seeded {
		_ = flag.Set("rapid.seed", "20261124")
	}
	_ = flag.Set("rapid.nofailfile", "true")
	m.Run()
}

func check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	rapid.Check(t, property)
}

func TestApplyThenPlanIsEmpty(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		f := w.live()
		p := planOf(w.tenant(), f, engine.PlanOptions{})
		r := applyTo(t, f, p, engine.ApplyOptions{})
		if r.Count(engine.Done, "") != len(p.Changes()) {
			t.Fatalf("not all done: %v", outcomes(r))
		}
		converged(t, w.tenant(), f)
		untouched(t, w, f)
	})
}

func TestPlanDoesNotDependOnOrder(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		if rapid.Bool().Draw(t, "doubled") {
			w.rows["gadget"] = append(w.rows["gadget"], gadgetRow("G0", row{"id": "990"}), gadgetRow("G1", row{"id": "991"}))
		}
		if rapid.Bool().Draw(t, "unknown") {
			w.wanted = append(w.wanted, want("Grant", "S8", fields{"members": set("nobody", "139")}), want("Gadget", "PRESET", fields{"name": "mine"}))
		}
		doubt := rapid.SampledFrom([]string{"", "gadget", "grant"}).Draw(t, "doubt")
		first := planOf(w.tenant(), w.doubting(doubt), engine.PlanOptions{})
		for form, rows := range w.rows {
			w.rows[form] = rapid.Permutation(rows).Draw(t, form)
		}
		w.wanted = rapid.Permutation(w.wanted).Draw(t, "wanted")
		second := planOf(w.tenant(), w.doubting(doubt), engine.PlanOptions{})
		if d := cmp.Diff(first, second); d != "" {
			t.Fatal(d)
		}
	})
}

// doubting is the live side with one form that is incompletely read.
func (w *world) doubting(form string) *fake {
	f := w.live()
	f.doubt = func(of string, _ engine.Filter) string {
		if of == form {
			return "a page is short"
		}
		return ""
	}
	return f
}

// A write may fail in any of these ways. After "dead" nothing works any more,
// as if the program or the network had died there.
var failures = map[string]func() *fault{
	"before its effect":       func() *fault { return &fault{err: errLost} },
	"after its effect":        func() *fault { return &fault{err: errLost, takes: -1} },
	"in the middle":           func() *fault { return &fault{err: errLost, takes: 1} },
	"unsent":                  func() *fault { return &fault{err: errUnsent} },
	"first row refused":       func() *fault { return &fault{refuses: map[int]string{0: "no"}} },
	"last row unmentioned":    func() *fault { return &fault{unspoken: 1} },
	"dead before its effect":  func() *fault { return &fault{err: errLost} },
	"dead after its effect":   func() *fault { return &fault{err: errLost, takes: -1} },
	"dead amid of its effect": func() *fault { return &fault{err: errLost, takes: 1} },
}

func TestAFailureAtAnyStepIsMadeGood(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		how := rapid.SampledFrom(slices.Sorted(maps.Keys(failures))).Draw(t, "failure")
		steps := func() int {
			f := w.live()
			applyTo(t, f, planOf(w.tenant(), f, engine.PlanOptions{}), engine.ApplyOptions{})
			return f.writes
		}()
		for n := range steps {
			f := w.live()
			p := planOf(w.tenant(), f, engine.PlanOptions{})
			breakAt(f, n, how)
			r := applyTo(t, f, p, engine.ApplyOptions{Parallel: 1})
			if len(r.Changes) != len(p.Changes()) {
				t.Fatalf("%d results of %d changes", len(r.Changes), len(p.Changes()))
			}
			f.fault, f.unreadable = nil, nil
			honest(t, w, f, r)
			again := applyTo(t, f, planOf(w.tenant(), f, engine.PlanOptions{}), engine.ApplyOptions{})
			if again.Count(engine.Done, "") != len(again.Changes) {
				t.Fatalf("write %d %s: the next run fails: %v", n, how, outcomes(again))
			}
			converged(t, w.tenant(), f)
			untouched(t, w, f)
		}
	})
}

func breakAt(f *fake, n int, how string) {
	dead := how[:4] == "dead"
	f.fault = func(i int, _ string, _ engine.Write) *fault {
		switch {
		case i == n && dead:
			f.unreadable = func(string, engine.Filter) error { return errors.New("dead") }
			return failures[how]()
		case i == n:
			return failures[how]()
		case i > n && dead:
			return &fault{err: errUnsent}
		}
		return nil
	}
}

// honest checks that what is called done needs no doing again, and that what
// was not tried was not touched.
func honest(t tb, w *world, f *fake, r *engine.Result) {
	t.Helper()
	open := map[engine.Ref]bool{}
	for _, c := range planOf(w.tenant(), f, engine.PlanOptions{}).Changes() {
		open[c.Ref] = true
	}
	for _, c := range r.Changes {
		if c.Status == engine.Done && open[c.Change.Ref] {
			t.Fatalf("%s %s is called done", c.Change.Action, c.Change.Ref)
		}
		if !c.Tried && !open[c.Change.Ref] {
			t.Fatalf("%s %s is called untried", c.Change.Action, c.Change.Ref)
		}
	}
}

// untouched checks that nothing is lost, doubled or written that no manifest
// asks for: what is unmanaged or protected is as it was, only tombstones
// delete, and each new object has its secret.
func untouched(t tb, w *world, f *fake) {
	t.Helper()
	wanted := map[string]engine.Resource{}
	for _, r := range w.wanted {
		wanted[formOf[r.Ref.Kind]+" "+r.Ref.Key] = r
	}
	before := map[string]map[string]any{}
	for form, rows := range w.rows {
		for _, r := range rows {
			before[form+" "+keyIn(form, r)] = r
		}
	}
	now := map[string]map[string]any{}
	for _, form := range formOf {
		for _, r := range f.forms[form] {
			name := form + " " + keyIn(form, r)
			if now[name] != nil {
				t.Fatalf("%s is doubled", name)
			}
			now[name] = r
			if want, named := wanted[name]; before[name] == nil {
				if !named || want.Absent {
					t.Fatalf("%s was made, and nobody wants it", name)
				}
				if _, secret := want.Fields["pass"]; secret && f.secrets[r["id"].(string)+".syspwd"] == "" {
					t.Fatalf("%s was made without its secret", name)
				}
			}
		}
	}
	for name, r := range before {
		want, named := wanted[name]
		if now[name] == nil && !(named && want.Absent) {
			t.Fatalf("%s was deleted without a tombstone", name)
		}
		if d := cmp.Diff(r, now[name]); !named && d != "" {
			t.Fatalf("%s is unmanaged and was changed: %s", name, d)
		}
	}
	if len(f.presetWrites) > 0 {
		t.Fatalf("preset objects were written: %v", f.presetWrites)
	}
}

// Protected objects are not written even if manifests name them.
func TestProtectedIsNeverWritten(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for _, r := range w.rows["gadget"] {
			if rapid.Bool().Draw(t, fmt.Sprint(r["number"])) {
				r["preset"] = "1"
			}
		}
		f := w.live()
		p := planOf(w.tenant(), f, engine.PlanOptions{SetSecrets: rapid.Bool().Draw(t, "set")})
		applyTo(t, f, p, engine.ApplyOptions{})
		untouched(t, w, f)
	})
}
