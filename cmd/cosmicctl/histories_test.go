package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/cosmic/sandbox"
	"cosmicctl/schema"
)

// TestHistories draws histories of one tenant: edits of the manifest, applies, some
// of them with faults, stopped, or with somebody at the console while they run,
// resumes and rollbacks. After each step the sandbox's log is held against what was
// wanted: nothing is deleted without a tombstone or a rollback, nothing protected or
// preset, nothing that moved and nothing that no manifest mentions is written, each effect stands in the
// journal and no key has two, and no object is there twice. At the end one apply
// makes all as it is wanted.
//
// COSMICCTL_HISTORIES says how many.
func TestHistories(t *testing.T) {
	n := 30
	if s := os.Getenv("COSMICCTL_HISTORIES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("CRASH_SECRET", crashSecret)
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	kinds := schemaOf(t)
	var mu sync.Mutex
	done, effects, moves := map[string]int{}, 0, 0
	t.Run("histories", func(t *testing.T) {
		for seed := range n {
			t.Run(strconv.Itoa(seed), func(t *testing.T) {
				t.Parallel()
				h := newHistory(t, kinds, uint64(seed))
				for range 6 {
					step := historySteps[h.rng.IntN(len(historySteps))]
					h.told = append(h.told, step.name)
					step.do(h, t)
					h.check(t)
					mu.Lock()
					done[step.name]++
					mu.Unlock()
				}
				h.finish(t)
				mu.Lock()
				effects, moves = effects+h.effects, moves+h.moves
				mu.Unlock()
				if t.Failed() {
					t.Logf("the history: %v", h.told)
				}
			})
		}
	})
	t.Logf("%d histories: steps %v; %d effects of the sandbox's log held against what may be, %d objects moved under an apply", n, done, effects, moves)
	if moves == 0 {
		t.Error("no object moved under an apply")
	}
	for _, s := range historySteps {
		if done[s.name] == 0 {
			t.Errorf("no history had a step %q", s.name)
		}
	}
}

// history is a tenant, what a manifest wants of it, and what was done so far.
type history struct {
	*crashWorld
	rng    *rand.Rand
	wanted map[string]string // by name of a parameter; "" is a tombstone
	keep   map[string]bool   // names under protect
	told   []string

	seen    int             // entries of the log that were checked
	effects int             // how many of them took effect
	moves   int             // objects that somebody changed between a plan and its write
	there   map[string]bool // ids of the objects at the last check
	undoing bool            // the last step was a rollback
	rival   atomic.Value    // func(n int64) at the nth request of an apply
	nth     atomic.Int64
}

func newHistory(t *testing.T, kinds *schema.Schema, seed uint64) *history {
	t.Helper()
	h := &history{rng: rand.New(rand.NewPCG(seed, 11)), wanted: map[string]string{}, keep: map[string]bool{}}
	h.crashWorld = (&crashBase{schema: kinds}).world(t)
	h.rival.Store(func(int64) {})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.rival.Load().(func(int64))(h.nth.Add(1))
		h.box.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	h.url = front.URL
	h.console(t)
	h.edit(t)
	return h
}

var historySteps = []struct {
	name string
	do   func(*history, *testing.T)
}{
	{"edit and apply", func(h *history, t *testing.T) { h.edit(t); h.apply(t) }},
	{"edit and apply", func(h *history, t *testing.T) { h.edit(t); h.apply(t) }},
	{"console and apply", func(h *history, t *testing.T) { h.console(t); h.apply(t) }},
	{"apply with a fault", func(h *history, t *testing.T) {
		h.edit(t)
		h.fault(t, crashFaults[h.rng.IntN(6)], 1)
		h.apply(t)
		h.ask(t, "DELETE", "/faults", "")
	}},
	{"apply beside a person", func(h *history, t *testing.T) {
		h.edit(t)
		h.beside(t, h.rng.Int64N(4)+2)
	}},
	{"stopped apply and resume", func(h *history, t *testing.T) {
		h.edit(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		at := h.rng.Int64N(8) + 1
		h.rival.Store(func(n int64) {
			if n == at {
				cancel()
			}
		})
		h.nth.Store(0)
		h.command(t, ctx, "apply", "--auto-approve", "tenant.yaml")
		h.rival.Store(func(int64) {})
		h.check(t)
		h.command(t, t.Context(), "apply", "--resume", "--auto-approve", "tenant.yaml")
	}},
	{"rollback", func(h *history, t *testing.T) {
		runs := begun.FindAllSubmatch(h.journal(t), -1)
		if len(runs) == 0 {
			return
		}
		h.undoing = true
		h.command(t, t.Context(), "rollback", "--auto-approve", "--allow-partial", string(runs[len(runs)-1][1]), "tenant.yaml")
		h.check(t)
		h.undoing = false
	}},
}

// beside applies while somebody edits an object before the nth request. Once it was
// planned, and read again after that edit, it is not to be written.
func (h *history) beside(t *testing.T, nth int64) {
	t.Helper()
	planned := h.differing(t)
	if planned == "" {
		planned = "p" + strconv.Itoa(h.rng.IntN(8))
	}
	start, edited, earlier := len(h.box.Log()), 0, h.keys(t) // a late write of an earlier run is not of this one
	h.nth.Store(0)
	h.rival.Store(func(n int64) {
		if n == nth {
			edited = len(h.box.Log())
			h.put(t, planned, "9")
		}
	})
	h.apply(t)
	h.rival.Store(func(int64) {})
	read := func(e sandbox.Entry) bool { return e.Op == "query" && e.Form == parameterForm }
	log := h.box.Log()
	if edited == 0 || !slices.ContainsFunc(log[start:edited], read) {
		return
	}
	seen := false
	for _, e := range log[edited:] {
		if read(e) && !seen {
			seen = true
			h.moves++
		}
		if seen && e.Effect && !earlier[e.IdempotencyKey] && slices.ContainsFunc(e.Keys, func(key string) bool { return strings.HasPrefix(key, planned+"/") }) {
			t.Errorf("%s of %s, which moved since it was planned", e.Op, planned)
		}
	}
}

// differing is a parameter that an apply would change; "" if there is none.
func (h *history) differing(t *testing.T) string {
	t.Helper()
	live := h.values(t)
	for _, name := range slices.Sorted(maps.Keys(h.wanted)) {
		if h.wanted[name] != live[name] && !h.keep[name] {
			return name
		}
	}
	return ""
}

// values are the live parameters.
func (h *history) values(t *testing.T) map[string]string {
	t.Helper()
	var list struct{ Rows []map[string]any }
	if err := json.Unmarshal(h.ask(t, "GET", "/tenants/%2Fierp/forms/"+parameterForm+"/rows", ""), &list); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range list.Rows {
		out[fmt.Sprint(r["config_key"])] = fmt.Sprint(r["config_value"])
	}
	return out
}

func (h *history) apply(t *testing.T) {
	t.Helper()
	h.command(t, t.Context(), "apply", "--auto-approve", "tenant.yaml")
}

// command runs in this process, and ends with a promised code.
func (h *history) command(t *testing.T, ctx context.Context, args ...string) exitCode {
	t.Helper()
	args[len(args)-1] = filepath.Join(h.dir, args[len(args)-1])
	args = append(args, "--rate-second=-1", "--rate-minute=-1", "--max-change=100%", "--max-delete=99", "--allow-host=127.0.0.1", "--journal", filepath.Join(h.dir, "cosmicctl"))
	if args[0] != "plan" {
		args = append(args, "--settle-time=1s")
	}
	var out bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &out, words: report.English(), schema: h.schema}
	code := a.run(ctx, args)
	h.told = append(h.told, fmt.Sprintf("%s: exit %d", args[0], code))
	if !slices.Contains([]exitCode{exitClean, exitError, exitUnreachable, exitRefused, exitStale, exitPartial}, code) {
		t.Errorf("%v: exit %d: %s", args[:2], code, &out)
	}
	return code
}

// edit changes what the manifest says of some parameters.
func (h *history) edit(t *testing.T) {
	t.Helper()
	for range 3 {
		name := "p" + strconv.Itoa(h.rng.IntN(8))
		switch h.rng.IntN(5) {
		case 0:
			h.wanted[name] = ""
		case 1:
			delete(h.wanted, name)
		case 2:
			h.keep[name] = !h.keep[name]
		default:
			h.wanted[name] = strconv.Itoa(h.rng.IntN(4) + 1)
		}
	}
	h.render(t)
}

func (h *history) render(t *testing.T) {
	t.Helper()
	var b strings.Builder
	b.WriteString(strings.SplitAfter(crashManifest(0), "userType: UserName}\n")[0])
	b.WriteString("protect:\n  - Parameter/none/none\n")
	for i := range 8 {
		if name := "p" + strconv.Itoa(i); h.keep[name] {
			fmt.Fprintf(&b, "  - Parameter/t/%s\n", name)
		}
	}
	b.WriteString("parameters:\n  - {type: t, name: always, value: 1}\n")
	for i := range 8 {
		name := "p" + strconv.Itoa(i)
		switch v, given := h.wanted[name]; {
		case given && v == "":
			fmt.Fprintf(&b, "  - {type: t, name: %s, state: absent}\n", name)
		case given:
			fmt.Fprintf(&b, "  - {type: t, name: %s, value: %s}\n", name, v)
		}
	}
	h.write(t, b.String())
}

const parameterForm = "invsm_param_configuration"

// console is somebody who changes, adds or deletes one.
func (h *history) console(t *testing.T) {
	name := "p" + strconv.Itoa(h.rng.IntN(8))
	if h.rng.IntN(3) == 0 {
		h.ask(t, "DELETE", "/tenants/%2Fierp/forms/"+parameterForm+"/rows?config_key="+name, "")
		return
	}
	h.put(t, name, strconv.Itoa(h.rng.IntN(4)+1))
}

func (h *history) put(t *testing.T, name, value string) {
	h.ask(t, "PUT", "/tenants/%2Fierp/forms/"+parameterForm+"/rows", fmt.Sprintf(`[{"config_type":"t","config_key":%q,"config_value":%q}]`, name, value))
}

// check holds what took effect since the last check against what may.
func (h *history) check(t *testing.T) {
	t.Helper()
	log := h.box.Log()
	for _, e := range log[h.seen:] {
		if e.Effect && e.Op != "getToken" {
			h.checkEffect(t, e)
			h.effects++
		}
	}
	h.seen = len(log)
	known, effects := h.keys(t), map[string]int{}
	for _, e := range log {
		if e.Effect && e.IdempotencyKey != "" {
			effects[e.IdempotencyKey]++
		}
	}
	for key, n := range effects {
		if n > 1 || !known[key] {
			t.Errorf("the request %s took effect %d times, and the journal knows of it: %v", key, n, known[key])
		}
	}
	var list struct{ Rows []map[string]any }
	if err := json.Unmarshal(h.ask(t, "GET", "/tenants/%2Fierp/forms/invsm_param_configuration/rows", ""), &list); err != nil {
		t.Fatal(err)
	}
	there := map[any]int{}
	h.there = map[string]bool{}
	for _, r := range list.Rows {
		h.there[fmt.Sprint(r["id"])] = true
		if there[r["config_key"]]++; there[r["config_key"]] > 1 {
			t.Errorf("%v is there twice", r["config_key"])
		}
	}
}

// keys are those of all requests that the journal knows.
func (h *history) keys(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, m := range requestKey.FindAllSubmatch(h.journal(t), -1) {
		out[string(m[1])] = true
	}
	return out
}

func (h *history) checkEffect(t *testing.T, e sandbox.Entry) {
	t.Helper()
	if len(e.Preset) > 0 {
		t.Errorf("%s of preset data %v", e.Op, e.Preset)
	}
	for i, key := range e.Keys {
		name, _, _ := strings.Cut(key, "/")
		v, mentioned := h.wanted[name]
		switch {
		case name == "always":
		case h.keep[name] && (e.Op == "delete" || h.there[e.IDs[i]]):
			t.Errorf("%s of %s, which is protected", e.Op, name)
		case h.undoing:
		case !mentioned:
			t.Errorf("%s of %s, which no manifest mentions", e.Op, name)
		case (e.Op == "delete") != (v == ""):
			t.Errorf("%s of %s, which is wanted as %q", e.Op, name, v)
		}
	}
}

// finish applies what is wanted with nothing in the way.
func (h *history) finish(t *testing.T) {
	t.Helper()
	clear(h.keep)
	h.render(t)
	for _, command := range [][]string{{"apply", "--auto-approve"}, {"plan"}, {"apply", "--resume", "--auto-approve"}} {
		if code := h.command(t, t.Context(), append(command, "tenant.yaml")...); code != exitClean {
			t.Errorf("at the end %v: exit %d", command, code)
		}
	}
	h.check(t)
}
