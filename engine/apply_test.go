package engine_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"cosmicctl/engine"
)

// on returns a fault for the nth write.
func on(n int, broken *fault) func(int, string, engine.Write) *fault {
	return func(i int, _ string, _ engine.Write) *fault {
		if i == n {
			return broken
		}
		return nil
	}
}

// applyCase is a plan, what goes wrong with it, and what becomes of it.
type applyCase struct {
	name     string
	reason   string
	live     func(*fake)
	meantime func(*fake) // between plan and apply
	want     []engine.Resource
	outcomes []string
	log      []string
	args     map[string]string // of the first failure
	unclean  bool              // a further plan is not empty
}

func TestApply(t *testing.T) {
	checkApplyCases(t, []applyCase{
		{name: "create, update and delete", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil)) },
			want:     []engine.Resource{want("Gadget", "G1", fields{"name": "new"}), gone("Gadget", "G2"), want("Gadget", "G3", fields{"tools": set("saw"), "pass": env("P")})},
			outcomes: []string{"done update Gadget/G1", "done create Gadget/G3", "done delete Gadget/G2"}, log: []string{"gadget save 2", "gadget delete 1"}},
		{name: "steps", reason: "a new object is submitted and audited by the id that the save told", live: func(f *fake) { f.seed("deed", row{"number": "D1", "name": "a"}) },
			want:     []engine.Resource{want("Deed", "D1", fields{"name": "b"}), want("Deed", "D2", nil)},
			outcomes: []string{"done update Deed/D1", "done create Deed/D2"}, log: []string{"deed save 2", "deed submit 2", "deed audit 2"}},
		{name: "moved", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil), gadgetRow("G3", nil)) },
			meantime: func(f *fake) { f.row("gadget", "number", "G1")["maxrate"] = "7" }, unclean: true,
			want:     []engine.Resource{want("Gadget", "G1", fields{"name": "new"}), want("Gadget", "G2", fields{"name": "new"}), gone("Gadget", "G3")},
			outcomes: []string{"stale update Gadget/G1: moved-since-plan", "done update Gadget/G2", "done delete Gadget/G3"}, log: []string{"gadget save 1", "gadget delete 1"}},
		{name: "made by another", reason: "a second one would double the key", meantime: func(f *fake) { f.seed("gadget", gadgetRow("G1", row{"name": "theirs"})) },
			want: []engine.Resource{want("Gadget", "G1", fields{"name": "ours"})}, unclean: true, outcomes: []string{"stale create Gadget/G1: moved-since-plan"}},
		{name: "made anew by another", reason: "the same content under another id is another object", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) },
			meantime: func(f *fake) { f.row("gadget", "number", "G1")["id"] = "5" }, unclean: true,
			want: []engine.Resource{want("Gadget", "G1", fields{"name": "new"})}, outcomes: []string{"stale update Gadget/G1: moved-since-plan"}},
		{name: "preset in the meantime", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) },
			meantime: func(f *fake) { f.row("gadget", "number", "G1")["preset"] = "1" }, unclean: true,
			want: []engine.Resource{want("Gadget", "G1", fields{"name": "new"})}, outcomes: []string{"stale update Gadget/G1: moved-since-plan"}},
		{name: "gone in the meantime", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) },
			meantime: func(f *fake) { f.forms["gadget"] = nil },
			want:     []engine.Resource{gone("Gadget", "G1")}, outcomes: []string{"stale delete Gadget/G1: moved-since-plan"}},
		{name: "doubled in the meantime", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) },
			meantime: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) }, unclean: true,
			want: []engine.Resource{gone("Gadget", "G1")}, outcomes: []string{"stale delete Gadget/G1: moved-since-plan"}},
		{name: "not re-read", live: func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) }, unclean: true,
			meantime: func(f *fake) { f.doubt = func(string, engine.Filter) string { return "short" } },
			want:     []engine.Resource{want("Gadget", "G1", fields{"name": "new"})}, outcomes: []string{"skipped update Gadget/G1: not-reread"}},
		{name: "filters ignored", live: func(f *fake) {
			f.ignoresFilters = true
			f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil))
		}, want: []engine.Resource{want("Gadget", "G1", fields{"name": "new"}), gone("Gadget", "G2"), want("Gadget", "G3", nil)},
			outcomes: []string{"done update Gadget/G1", "done create Gadget/G3", "done delete Gadget/G2"}, log: []string{"gadget save 2", "gadget delete 1"}},
		{name: "filters not understood", reason: "an object that another made meanwhile must not be doubled", live: func(f *fake) {
			f.blind = true
			f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G9", nil))
		}, meantime: func(f *fake) { f.seed("gadget", gadgetRow("G2", row{"name": "theirs"})) }, unclean: true,
			want:     []engine.Resource{want("Gadget", "G1", fields{"name": "new"}), want("Gadget", "G2", fields{"name": "ours"}), want("Gadget", "G3", nil)},
			outcomes: []string{"done update Gadget/G1", "stale create Gadget/G2: moved-since-plan", "done create Gadget/G3"}, log: []string{"gadget save 2"}},
	})
}

func TestApplyOfEntriesAndProperties(t *testing.T) {
	checkApplyCases(t, []applyCase{
		{name: "rows stayed", reason: "the API merges entries instead of overriding them", live: func(f *fake) {
			f.merges = true
			f.seed("gadget", gadgetRow("G1", nil))
		}, want: []engine.Resource{want("Gadget", "G1", fields{"tools": set("hammer")})}, unclean: true,
			outcomes: []string{"failed update Gadget/G1: rows-stayed"}, args: map[string]string{"fields": "tools"}},
		{name: "ranges stayed", live: func(f *fake) {
			f.merges = true
			f.seed("gadget", gadgetRow("G1", row{"ruleentry": list(row{"policy": "0", "startip": "10.0.0.1"})}))
		}, want: []engine.Resource{want("Gadget", "G1", fields{"rules": ranges(t, "deny 10.0.0.2/32")})}, unclean: true,
			outcomes: []string{"failed update Gadget/G1: rows-stayed"}, args: map[string]string{"fields": "rules"}},
		{name: "silently dropped", live: func(f *fake) {
			f.drops["maxrate"], f.drops["url1"] = true, true
			f.seed("gadget", gadgetRow("G1", nil))
		}, want: []engine.Resource{want("Gadget", "G1", fields{"name": "new", "limit": int64(5), "urls": engine.List{"a"}}), want("Gadget", "G2", fields{"name": "new"})}, unclean: true,
			outcomes: []string{"failed update Gadget/G1: silently-dropped", "done create Gadget/G2"}, args: map[string]string{"fields": "limit, urls"}},
	})
}

func TestApplyOfFailures(t *testing.T) {
	checkApplyCases(t, []applyCase{
		{name: "a row refused", live: func(f *fake) { f.fault = on(0, &fault{refuses: map[int]string{0: "code is taken"}}) }, unclean: true,
			want:     []engine.Resource{want("Gadget", "G1", nil), want("Gadget", "G2", nil)},
			outcomes: []string{"failed create Gadget/G1: refused-by-live-side", "done create Gadget/G2"}, args: map[string]string{"error": "code is taken", "op": "save"}},
		{name: "a delete refused", live: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", nil))
			f.fault = on(0, &fault{refuses: map[int]string{0: "in use"}})
		}, unclean: true, want: []engine.Resource{gone("Gadget", "G1")}, outcomes: []string{"failed delete Gadget/G1: refused-by-live-side"}},
		{name: "answer lost after the effect", reason: "reading back settles it", live: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", nil))
			f.fault = on(0, &fault{err: errLost, takes: -1})
		}, want: []engine.Resource{want("Gadget", "G1", fields{"name": "new"}), want("Gadget", "G2", nil)}, outcomes: []string{"done update Gadget/G1", "done create Gadget/G2"}, log: []string{"gadget save 2"}},
		{name: "answer lost before the effect", live: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", nil))
			f.fault = on(0, &fault{err: errLost})
		}, want: []engine.Resource{want("Gadget", "G1", fields{"name": "new"}), want("Gadget", "G2", nil)}, unclean: true, log: []string{"gadget save 2"},
			outcomes: []string{"failed update Gadget/G1: request-failed", "failed create Gadget/G2: request-failed"}, args: map[string]string{"error": "connection reset"}},
		{name: "answer lost in the middle of the effect", live: func(f *fake) { f.fault = on(0, &fault{err: errLost, takes: 1}) }, unclean: true,
			want: []engine.Resource{want("Gadget", "G1", nil), want("Gadget", "G2", nil)}, outcomes: []string{"done create Gadget/G1", "failed create Gadget/G2: request-failed"}},
		{name: "answer to a delete lost", live: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", nil))
			f.fault = on(0, &fault{err: errLost, takes: -1})
		}, want: []engine.Resource{gone("Gadget", "G1")}, outcomes: []string{"done delete Gadget/G1"}},
		{name: "an answer that passes over a row", live: func(f *fake) { f.fault = on(0, &fault{unspoken: 1}) },
			want: []engine.Resource{want("Gadget", "G1", nil), want("Gadget", "G2", nil)}, outcomes: []string{"done create Gadget/G1", "done create Gadget/G2"}},
		{name: "not sent", reason: "nothing was tried", live: func(f *fake) { f.fault = on(0, &fault{err: errUnsent}) }, unclean: true,
			want: []engine.Resource{want("Gadget", "G1", nil)}, outcomes: []string{"skipped create Gadget/G1: request-failed"}},
		{name: "a later step refused", live: func(f *fake) {
			f.seed("gadget", gadgetRow("G1", row{"enable": "0"}))
			f.fault = on(1, &fault{refuses: map[int]string{0: "no licence"}})
		}, unclean: true, want: []engine.Resource{want("Gadget", "G1", fields{"name": "new", "enabled": true})},
			outcomes: []string{"failed update Gadget/G1: refused-by-live-side"}, args: map[string]string{"op": "enable"}},
		{name: "a later operation unproven", reason: "reading back does not show whether it was audited", live: func(f *fake) { f.fault = on(2, &fault{err: errLost, takes: -1}) },
			want: []engine.Resource{want("Deed", "D1", nil)}, outcomes: []string{"failed create Deed/D1: request-failed"}, log: []string{"deed save 1", "deed submit 1", "deed audit 1"}},
		{name: "a refused step stops the next ones", live: func(f *fake) { f.fault = on(1, &fault{refuses: map[int]string{1: "no"}}) },
			want:     []engine.Resource{want("Deed", "D1", nil), want("Deed", "D2", nil)},
			outcomes: []string{"done create Deed/D1", "failed create Deed/D2: refused-by-live-side"}, log: []string{"deed save 2", "deed submit 2", "deed audit 1"}},
	})
}

func checkApplyCases(t *testing.T, tests []applyCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			if tt.live != nil {
				tt.live(f)
			}
			tn := tenant(tt.want...)
			p := planOf(tn, f, engine.PlanOptions{})
			if tt.meantime != nil {
				tt.meantime(f)
			}
			r := applyTo(t, f, p, engine.ApplyOptions{})
			same(t, "outcomes", tt.outcomes, outcomes(r))
			if tt.log != nil {
				same(t, "writes", tt.log, f.log)
			}
			sameArgs(t, tt.args, r)
			if !tt.unclean {
				converged(t, tn, f)
			}
		})
	}
}

func sameArgs(t *testing.T, want map[string]string, r *engine.Result) {
	t.Helper()
	i := slices.IndexFunc(r.Changes, func(c engine.ChangeResult) bool { return c.Why != nil })
	for name, v := range want {
		if got := r.Changes[i].Why.Args[name]; got != v {
			t.Errorf("%s: %q, want %q", name, got, v)
		}
	}
}

// Objects that vanish between the write and the reading back, or that do not
// vanish though they should.
func TestApplyReadsBack(t *testing.T) {
	tests := []struct {
		name     string
		want     engine.Resource
		after    func(*fake) // what happens once the write was answered
		outcomes []string
	}{
		{"not there", want("Gadget", "G9", nil), func(f *fake) { f.forms["gadget"] = nil }, []string{"failed create Gadget/G9: not-there"}},
		{"still there", gone("Gadget", "G1"), func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) }, []string{"failed delete Gadget/G1: still-there"}},
		{"doubled", want("Gadget", "G1", fields{"name": "new"}), func(f *fake) { f.seed("gadget", gadgetRow("G1", nil)) }, []string{"failed update Gadget/G1: doubled-key"}},
		{"unreadable", want("Gadget", "G1", fields{"name": "new"}),
			func(f *fake) { f.unreadable = func(string, engine.Filter) error { return errors.New("gone") } }, []string{"failed update Gadget/G1: not-read-back"}},
		{"a delete incompletely read back", gone("Gadget", "G1"),
			func(f *fake) { f.doubt = func(string, engine.Filter) string { return "short" } }, []string{"failed delete Gadget/G1: not-read-back"}},
		{"an update incompletely read back but seen", want("Gadget", "G1", fields{"name": "new"}),
			func(f *fake) { f.doubt = func(string, engine.Filter) string { return "short" } }, []string{"done update Gadget/G1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", gadgetRow("G1", nil))
			p := planOf(tenant(tt.want), f, engine.PlanOptions{})
			r, err := engine.Apply(t.Context(), catalog(), p, &afterWrite{fake: f, then: tt.after}, engine.ApplyOptions{Secrets: resolve})
			if err != nil {
				t.Fatal(err)
			}
			same(t, "outcomes", tt.outcomes, outcomes(r))
		})
	}
}

// afterWrite lets something happen right after each write.
type afterWrite struct {
	*fake
	then func(*fake)
}

func (a *afterWrite) Write(ctx context.Context, k *engine.Kind, w engine.Write) ([]engine.Outcome, error) {
	out, err := a.fake.Write(ctx, k, w)
	a.then(a.fake)
	return out, err
}

// In versions that save only what is disabled an object is let in again
// whatever became of the save.
func TestApplyCutsOff(t *testing.T) {
	tests := []struct {
		name     string
		reason   string
		want     fields
		fault    func(int, string, engine.Write) *fault
		outcomes []string
		log      []string
		enabled  string
	}{
		{name: "all well", want: fields{"name": "new"}, outcomes: []string{"done update Gadget/G1"}, enabled: "1",
			log: []string{"gadget disable 1", "gadget save 1", "gadget enable 1"}},
		{name: "save refused", want: fields{"name": "new"}, fault: on(1, &fault{refuses: map[int]string{0: "no"}}), enabled: "1",
			outcomes: []string{"failed update Gadget/G1: refused-by-live-side"}, log: []string{"gadget disable 1", "gadget save 1", "gadget enable 1"}},
		{name: "save not sent", want: fields{"name": "new"}, fault: on(1, &fault{err: errUnsent}), enabled: "1",
			outcomes: []string{"failed update Gadget/G1: request-failed"}, log: []string{"gadget disable 1", "gadget save 1", "gadget enable 1"}},
		{name: "save's answer lost", want: fields{"name": "new"}, fault: on(1, &fault{err: errLost, takes: -1}), enabled: "1",
			outcomes: []string{"done update Gadget/G1"}, log: []string{"gadget disable 1", "gadget save 1", "gadget enable 1"}},
		{name: "disabling not sent", want: fields{"name": "new"}, fault: on(0, &fault{err: errUnsent}), enabled: "1",
			outcomes: []string{"skipped update Gadget/G1: request-failed"}, log: []string{"gadget disable 1"}},
		{name: "disabling lost", reason: "it may have happened", want: fields{"name": "new"}, fault: on(0, &fault{err: errLost, takes: -1}), enabled: "1",
			outcomes: []string{"failed update Gadget/G1: request-failed"}, log: []string{"gadget disable 1", "gadget enable 1"}},
		{name: "enabling lost without effect", reason: "callers stay cut off, though the manifest says nothing of it", want: fields{"name": "new"},
			fault: on(2, &fault{err: errLost}), outcomes: []string{"failed update Gadget/G1: request-failed"}, enabled: "0"},
		{name: "enabling lost after its effect", want: fields{"name": "new"}, fault: on(2, &fault{err: errLost, takes: -1}),
			outcomes: []string{"done update Gadget/G1"}, enabled: "1"},
		{name: "enabling refused", want: fields{"name": "new", "enabled": true}, fault: on(2, &fault{refuses: map[int]string{0: "no licence"}}),
			outcomes: []string{"failed update Gadget/G1: refused-by-live-side"}, enabled: "0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.locked = "enable"
			f.seed("gadget", gadgetRow("G1", nil))
			tn := tenant(want("Gadget", "G1", tt.want))
			tn.Environment.Version = "5.0.019"
			p := planOf(tn, f, engine.PlanOptions{})
			f.fault = tt.fault
			r := applyTo(t, f, p, engine.ApplyOptions{})
			same(t, "outcomes", tt.outcomes, outcomes(r))
			if tt.log != nil {
				same(t, "writes", tt.log, f.log)
			}
			if got := f.row("gadget", "number", "G1")["enable"]; got != tt.enabled {
				t.Errorf("enabled is %v, want %s", got, tt.enabled)
			}
		})
	}
}

func TestApplySkipsDependants(t *testing.T) {
	tests := []struct {
		name     string
		fault    func(int, string, engine.Write) *fault
		want     []engine.Resource
		outcomes []string
	}{
		{"create", on(0, &fault{refuses: map[int]string{0: "no"}}),
			[]engine.Resource{want("Gadget", "G1", nil), want("Gadget", "G2", nil), want("Part", "T3", fields{"gadget": "G1"}), want("Part", "T4", fields{"gadget": "G2"})},
			[]string{"failed create Gadget/G1: refused-by-live-side", "done create Gadget/G2", "skipped create Part/T3: dependency-failed", "done create Part/T4"}},
		{"delete", func(_ int, form string, w engine.Write) *fault {
			if form == "part" && w.Op == engine.OpDelete {
				return &fault{refuses: map[int]string{0: "in use"}}
			}
			return nil
		}, []engine.Resource{gone("Gadget", "OLD1"), gone("Gadget", "OLD2"), gone("Part", "T1"), gone("Part", "T2")},
			[]string{"failed delete Part/T1: refused-by-live-side", "done delete Part/T2", "skipped delete Gadget/OLD1: dependency-failed", "done delete Gadget/OLD2"}},
		{"delete of what an update still refers to", func(_ int, form string, w engine.Write) *fault {
			if form == "part" {
				return &fault{refuses: map[int]string{0: "no"}}
			}
			return nil
		}, []engine.Resource{gone("Gadget", "OLD1"), want("Part", "T1", fields{"gadget": "OLD2"})},
			[]string{"failed update Part/T1: refused-by-live-side", "skipped delete Gadget/OLD1: dependency-failed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", gadgetRow("OLD1", nil), gadgetRow("OLD2", nil))
			f.seed("part", row{"number": "T1", "gadgetcode": "OLD1"}, row{"number": "T2", "gadgetcode": "OLD2"})
			p := planOf(tenant(tt.want...), f, engine.PlanOptions{})
			f.fault = tt.fault
			same(t, "outcomes", tt.outcomes, outcomes(applyTo(t, f, p, engine.ApplyOptions{})))
		})
	}
}

// gadgets declares n of them.
func gadgets(n int, given fields) []engine.Resource {
	var out []engine.Resource
	for i := range n {
		out = append(out, want("Gadget", fmt.Sprintf("G%03d", i), given))
	}
	return out
}

func TestApplyRequests(t *testing.T) {
	tests := []struct {
		name     string
		n        int
		live     bool
		want     func(key string) engine.Resource
		requests int
	}{
		{"one", 1, false, func(k string) engine.Resource { return want("Gadget", k, nil) }, 3},
		{"a full batch", 50, false, func(k string) engine.Resource { return want("Gadget", k, nil) }, 3},
		{"one more", 51, false, func(k string) engine.Resource { return want("Gadget", k, nil) }, 6},
		{"updates", 120, true, func(k string) engine.Resource { return want("Gadget", k, fields{"name": "new"}) }, 9},
		{"deletes", 120, true, func(k string) engine.Resource { return gone("Gadget", k) }, 9},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			var wanted []engine.Resource
			for i := range tt.n {
				key := fmt.Sprintf("G%03d", i)
				wanted = append(wanted, tt.want(key))
				if tt.live {
					f.seed("gadget", gadgetRow(key, nil))
				}
			}
			tn := tenant(wanted...)
			f.fault = func(_ int, _ string, w engine.Write) *fault {
				if n := len(w.Rows) + len(w.IDs); n > engine.BatchSize {
					t.Errorf("%d in one request", n)
				}
				return nil
			}
			p := planOf(tn, f, engine.PlanOptions{})
			if f.lists != 1 || f.writes != 0 {
				t.Fatalf("the plan took %d listings", f.lists)
			}
			r := applyTo(t, f, p, engine.ApplyOptions{})
			if got := f.lists + f.writes - 1; got != tt.requests || r.Count(engine.Done, "") != tt.n {
				t.Errorf("%d requests for %d done, want %d for %d", got, r.Count(engine.Done, ""), tt.requests, tt.n)
			}
			converged(t, tn, f)
		})
	}
}

func TestApplyStopsAfterTheBatchInFlight(t *testing.T) {
	f := workshop()
	tn := tenant(append(gadgets(120, nil), want("Part", "T1", fields{"gadget": "G000"}))...)
	p := planOf(tn, f, engine.PlanOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	f.beforeWrite = func(n int) { cancel() }
	r, err := engine.Apply(ctx, catalog(), p, f, engine.ApplyOptions{Secrets: resolve, Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	if f.writes != 1 || r.Count(engine.Done, "") != 50 || r.Count(engine.Skipped, "") != 71 {
		t.Errorf("%d writes, %d done, %d skipped", f.writes, r.Count(engine.Done, ""), r.Count(engine.Skipped, ""))
	}
	if f.lists != 4 {
		t.Errorf("%d listings, want two of the plan and two of the batch", f.lists)
	}
	if c := r.Changes[60]; c.Why.Code != engine.CodeInterrupted || c.Tried {
		t.Errorf("got %+v", c.Why)
	}
}

func TestApplyCancelledBeforeItsFirstWrite(t *testing.T) {
	f := workshop()
	p := planOf(tenant(gadgets(3, nil)...), f, engine.PlanOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	f.unreadable = func(string, engine.Filter) error { cancel(); return nil }
	r, err := engine.Apply(ctx, catalog(), p, f, engine.ApplyOptions{Secrets: resolve})
	if err != nil || f.writes != 0 || r.Count(engine.Skipped, "") != 3 {
		t.Errorf("%d writes, %v, %v", f.writes, outcomes(r), err)
	}
}

func TestApplyForbidden(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G2", nil))
	p := planOf(tenant(want("Gadget", "G1", nil), want("Gadget", "G2", fields{"name": "new"}), want("Part", "T1", fields{"gadget": "G1"})), f, engine.PlanOptions{})
	r := applyTo(t, f, p, engine.ApplyOptions{On: func(e engine.Event) error {
		if e.Result == nil && e.Change.Ref.Key == "G1" {
			return errors.New("not on a Friday")
		}
		return nil
	}})
	same(t, "outcomes", []string{"skipped create Gadget/G1: forbidden", "done update Gadget/G2", "skipped create Part/T1: dependency-failed"}, outcomes(r))
	sameArgs(t, map[string]string{"reason": "not on a Friday"}, r)
	if f.row("gadget", "number", "G1") != nil {
		t.Error("it was written all the same")
	}
}

// Each change is told of before and after its write, one call at a time.
func TestApplyEvents(t *testing.T) {
	f := workshop()
	p := planOf(tenant(append(gadgets(60, nil), want("Deed", "D1", nil))...), f, engine.PlanOptions{})
	var mu sync.Mutex
	before, after := map[engine.Ref]int{}, map[engine.Ref]int{}
	applyTo(t, f, p, engine.ApplyOptions{On: func(e engine.Event) error {
		if !mu.TryLock() {
			t.Error("two calls overlap")
			return nil
		}
		defer mu.Unlock()
		for range 100 {
			runtime.Gosched() // lets another call in, if it could come
		}
		if e.Result == nil {
			before[e.Change.Ref]++
			f.mu.Lock() // other batches are being written
			there := f.row(map[string]string{"Gadget": "gadget", "Deed": "deed"}[e.Change.Ref.Kind], "number", e.Change.Ref.Key) != nil
			f.mu.Unlock()
			if there {
				t.Errorf("%s is announced after its write", e.Change.Ref)
			}
		} else {
			after[e.Change.Ref]++
		}
		return errorAfter(e)
	}})
	for _, c := range p.Changes() {
		if before[c.Ref] != 1 || after[c.Ref] != 1 {
			t.Errorf("%s: %d before, %d after", c.Ref, before[c.Ref], after[c.Ref])
		}
	}
}

// errorAfter is an error that comes too late to forbid anything.
func errorAfter(e engine.Event) error {
	if e.Result != nil {
		return errors.New("too late")
	}
	return nil
}
