package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/journal"

	"github.com/google/go-cmp/cmp"
)

var place = journal.Place{BaseURL: "https://cosmic.example.com/acme", AccountID: "1001"}

// newStore is a store in a folder of the test, with a clock that goes on by a
// second a call.
func newStore(t testing.TB) *journal.Store {
	t.Helper()
	now, n := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC), 0
	return &journal.Store{Dir: filepath.Join(t.TempDir(), "state"),
		Now:    func() time.Time { now = now.Add(time.Second); return now },
		Unique: func() string { n++; return fmt.Sprintf("%06d-unique", n) },
	}
}

func create(key string) engine.Change {
	return engine.Change{Action: engine.Create, Ref: engine.Ref{Kind: "Gadget", Key: key}, Steps: []string{engine.OpSave},
		After: map[string]any{"code": key, "limit": int64(1) << 60, "tools": engine.Set{"a"}, "pass": engine.SecretRef{Env: "P"}},
		Risks: []engine.Risk{engine.Routine}}
}

func remove(key, id string) engine.Change {
	return engine.Change{Action: engine.Delete, Ref: engine.Ref{Kind: "Gadget", Key: key}, ID: id, Steps: []string{engine.OpDelete},
		Before: map[string]any{"code": key, "urls": engine.List{"x"}}, Risks: []engine.Risk{engine.Destroys}}
}

func planOf(changes ...engine.Change) engine.PlanRecord {
	return engine.NewPlanRecord(&engine.Plan{Tenant: "acme", Stages: [][]engine.Change{changes}})
}

func result(c *engine.Change, s engine.Status, id string) engine.ChangeResult {
	r := engine.ChangeResult{Change: c, Status: s, Tried: s == engine.Done || s == engine.Failed}
	if id != "" {
		r.Live = &engine.Resource{Ref: c.Ref, ID: id, Fields: map[string]any{"code": c.Ref.Key}}
	}
	return r
}

// must stops a test at an error.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func file(t testing.TB, s *journal.Store) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.Dir, "*", "journal.jsonl"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d journals, %v", len(found), err)
	}
	return found[0]
}

// write keeps a run that made one object and was interrupted while it made another.
func write(t testing.TB, s *journal.Store) (run string, a, b engine.Change) {
	t.Helper()
	j := must[*journal.Journal](t)(s.Open(place))
	defer j.Close()
	a, b = create("A"), create("B")
	run = s.NewRun()
	if err := j.Begin(journal.Begin{Run: run, Command: "apply", Tenant: "acme", Plan: planOf(a, b)}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []engine.Change{a, b} {
		must[string](t)(j.Request(engine.Request{Kind: "Gadget", Op: engine.OpSave, Refs: []engine.Ref{c.Ref}}))
		if c.Ref.Key == "A" {
			if err := j.Results([]engine.ChangeResult{result(&a, engine.Done, "11")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return run, a, b
}

func TestInterruptedRun(t *testing.T) {
	s := newStore(t)
	run, a, b := write(t, s)
	h := must[*journal.History](t)(s.Read(place))
	if len(h.Interrupted()) != 1 || h.Interrupted()[0].Run != run || h.Fault != nil {
		t.Fatalf("%+v", h)
	}
	if diff := cmp.Diff([]engine.Change{a, b}, h.Runs[0].Changes()); diff != "" {
		t.Error(diff)
	}
	doubt := h.InDoubt()
	if len(doubt) != 1 || doubt[b.Ref].Key == "" || doubt[b.Ref].Key == h.Runs[0].Requests[0].Key {
		t.Errorf("in doubt: %v", doubt)
	}
	if got := h.Created("Gadget"); !got["11"] || len(got) != 1 || len(h.Created("Part")) != 0 {
		t.Errorf("created: %v", got)
	}
	if got := h.Runs[0].Outcomes[a.Ref].Live["code"].V; got != "A" {
		t.Errorf("read back: %v", got)
	}
}

// While a lost request may still come, a repetition that the tenant refused as one
// does not prolong that; one that was lost itself does.
func TestDoubtOfRepetitions(t *testing.T) {
	s := newStore(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s.Now = func() time.Time { return now }
	j := must[*journal.Journal](t)(s.Open(place))
	defer j.Close()
	a, key := create("A"), ""
	for _, tt := range []struct {
		name     string
		repeated bool
		since    time.Time
	}{
		{"lost", false, now},
		{"refused as a repetition", true, now},
		{"refused again", true, now},
		{"lost again", false, now.Add(3 * time.Minute)},
	} {
		r := result(&a, engine.Failed, "")
		r.InDoubt, r.Repeated = true, tt.repeated
		err := j.Begin(journal.Begin{Run: s.NewRun(), Command: "apply", Tenant: "acme", Plan: planOf(a)})
		if err == nil {
			key, err = j.Request(engine.Request{Key: key, Kind: "Gadget", Op: engine.OpSave, Refs: []engine.Ref{a.Ref}})
		}
		if err := errors.Join(err, j.Results([]engine.ChangeResult{r}), j.End()); err != nil {
			t.Fatal(err)
		}
		got := must[*journal.History](t)(s.Read(place)).InDoubt()[a.Ref]
		if got.Key != key || !got.At.Equal(tt.since) {
			t.Errorf("%s: in doubt since %s, want %s, key %s of %s", tt.name, got.At, tt.since, got.Key, key)
		}
		now = now.Add(time.Minute)
	}
}

// A later run ends the interrupted one with what it found.
func TestSettle(t *testing.T) {
	s := newStore(t)
	run, a, b := write(t, s)
	j := must[*journal.Journal](t)(s.Open(place))
	gone := remove("A", "11")
	later := s.NewRun()
	err := errors.Join(j.Begin(journal.Begin{Run: later, Command: "apply", Of: run, Plan: planOf(gone)}), j.Settle(run, []engine.ChangeResult{result(&b, engine.Done, "12")}),
		j.Results([]engine.ChangeResult{result(&gone, engine.Done, "")}), j.End(), j.Close())
	h := must[*journal.History](t)(s.Read(place))
	if err != nil || len(h.Interrupted()) != 0 || h.Run(run).SettledBy != later || h.Run(later).SettledBy != "" {
		t.Errorf("%v, %+v", err, h.Interrupted())
	}
	if len(h.InDoubt()) != 0 {
		t.Errorf("in doubt: %v", h.InDoubt())
	}
	if got := h.Created(a.Ref.Kind); !got["12"] || len(got) != 1 {
		t.Errorf("created and not deleted: %v", got)
	}
}

// What stands in a journal is as it was written, or the first record that is not
// is named, and nothing is written after it.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(lines []string) []string
		record int
		torn   bool
	}{
		{"edited", func(l []string) []string { l[2] = strings.Replace(l[2], `"op":"save"`, `"op":"send"`, 1); return l }, 3, false},
		{"a record missing", func(l []string) []string { return append(l[:2], l[3:]...) }, 3, false},
		{"two exchanged", func(l []string) []string { l[2], l[3] = l[3], l[2]; return l }, 3, false},
		{"one doubled", func(l []string) []string { return append(l, l[4]+"\n") }, 6, false},
		{"another's last line", func(l []string) []string { l[4] = "x"; return append(l, "") }, 5, false},
		{"cut off", func(l []string) []string { l[4] = l[4][:len(l[4])/2]; return l[:5] }, 5, true},
		{"cut off in its hash", func(l []string) []string { l[4] = l[4][:3]; return l[:5] }, 5, true},
		{"without its last line end", func(l []string) []string { return l[:5] }, 5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			write(t, s)
			path := file(t, s)
			lines := strings.Split(string(must[[]byte](t)(os.ReadFile(path))), "\n")
			spoilt := []byte(strings.Join(c.change(lines), "\n"))
			if err := os.WriteFile(path, spoilt, 0o600); err != nil {
				t.Fatal(err)
			}
			h := must[*journal.History](t)(s.Read(place))
			if h.Fault == nil || h.Fault.Record != c.record || h.Fault.Torn != c.torn || h.Records != c.record-1 {
				t.Fatalf("%d records, %+v", h.Records, h.Fault)
			}
			j, err := s.Open(place)
			if c.torn != (err == nil) {
				t.Fatal(err)
			}
			if !c.torn {
				if after := must[[]byte](t)(os.ReadFile(path)); !bytes.Equal(after, spoilt) {
					t.Error("a journal that does not hold was written to")
				}
				return
			}
			if !j.Dropped {
				t.Error("a dropped record is not told of")
			}
			if err := errors.Join(j.Begin(journal.Begin{Command: "apply"}), j.Close()); err != nil {
				t.Fatal(err)
			}
			if h := must[*journal.History](t)(s.Read(place)); h.Fault != nil || h.Records != c.record {
				t.Errorf("after it %d records, %v", h.Records, h.Fault)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	s := newStore(t)
	write(t, s)
	path := file(t, s)
	data := must[[]byte](t)(os.ReadFile(path))
	other := journal.Place{BaseURL: "https://cosmic.example.com/other", AccountID: "1001"}
	j := must[*journal.Journal](t)(s.Open(other))
	j.Close()
	others, err := filepath.Glob(filepath.Join(s.Dir, "*", "journal.jsonl"))
	if err != nil || len(others) != 2 {
		t.Fatal(others, err)
	}
	for _, o := range others {
		if o != path {
			if err := os.WriteFile(o, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.Open(other); err == nil || !strings.Contains(err.Error(), "address: https://cosmic.example.com/acme, account: 1001") {
		t.Errorf("another place's journal: %v", err)
	}
	if _, err := s.Read(other); err == nil {
		t.Error("another place's journal was read")
	}
}

func TestPlaces(t *testing.T) {
	s := newStore(t)
	if got := must[[]journal.Place](t)(s.Places()); len(got) != 0 {
		t.Error(got)
	}
	write(t, s)
	if got := must[[]journal.Place](t)(s.Places()); len(got) != 1 || got[0] != place {
		t.Error(got)
	}
}

// A journal in which no run began is left as it is.
func TestEndOfNothing(t *testing.T) {
	s := newStore(t)
	j := must[*journal.Journal](t)(s.Open(place))
	if err := errors.Join(j.End(), j.Close()); err != nil {
		t.Fatal(err)
	}
	if h := must[*journal.History](t)(s.Read(place)); h.Records != 1 {
		t.Errorf("%d records", h.Records)
	}
}

func TestModes(t *testing.T) {
	s := newStore(t)
	write(t, s)
	path := file(t, s)
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): os.ModeDir | 0o700, s.Dir: os.ModeDir | 0o700} {
		if info := must[os.FileInfo](t)(os.Stat(name)); info.Mode() != want {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

// After a record that could not be kept none is taken.
func TestUnwritable(t *testing.T) {
	s := newStore(t)
	j := must[*journal.Journal](t)(s.Open(place))
	j.Close()
	if err := j.Begin(journal.Begin{Run: "r"}); err == nil {
		t.Fatal("a run began on a closed file")
	}
	if err := j.End(); err == nil {
		t.Error("a record was taken after one that was not kept")
	}
	if err := os.WriteFile(s.Dir+"2", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.Dir += "2"
	if _, err := s.Open(place); err == nil {
		t.Error("a journal was opened below a file")
	}
}

func TestLock(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	me := journal.Owner{User: "me", Host: "here", PID: 1, At: time.Unix(0, 0).UTC()}
	you := journal.Owner{User: "you", Host: "here", PID: 2}
	l := must[*journal.Lock](t)(s.Lock(ctx, place, me, false))
	var held *journal.HeldError
	if _, err := s.Lock(ctx, place, you, false); !errors.As(err, &held) || held.Owner != me || held.Elsewhere {
		t.Fatalf("a second owner: %v", err)
	}
	if _, err := s.Unlock(place); !errors.As(err, &held) {
		t.Fatalf("a living owner's lock: %v", err)
	}
	soon, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	if _, err := s.Lock(soon, place, you, true); !errors.As(err, &held) {
		t.Fatalf("waited for: %v", err)
	}
	waited := make(chan error)
	go func() {
		l, err := s.Lock(ctx, place, you, true)
		waited <- errors.Join(err, l.Release())
	}()
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Fatal(err)
	}
}

// The lock of an owner who died is taken on the same machine; on another one only
// by unlocking it.
func TestDeadOwner(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	write(t, s)
	owner := filepath.Join(filepath.Dir(file(t, s)), "owner.json")
	if err := os.WriteFile(owner, []byte(`{"user":"dead","host":"there","pid":7}`), 0o600); err != nil {
		t.Fatal(err)
	}
	l := must[*journal.Lock](t)(s.Lock(ctx, place, journal.Owner{Host: "there"}, false))
	if l.Left == nil || l.Left.User != "dead" {
		t.Errorf("left by %v", l.Left)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"elsewhere": `{"user":"dead","host":"there","pid":7}`, "cut off": `{"us`} {
		if err := os.WriteFile(owner, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var held *journal.HeldError
		if _, err := s.Lock(ctx, place, journal.Owner{Host: "here"}, false); !errors.As(err, &held) || !held.Elsewhere {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Unlock(place); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		l := must[*journal.Lock](t)(s.Lock(ctx, place, journal.Owner{Host: "here"}, false))
		if l.Left != nil || l.Release() != nil {
			t.Errorf("%s: left by %v", name, l.Left)
		}
	}
}

// No bytes make a reader panic, or a journal that does not hold be written to.
func FuzzJournal(f *testing.F) {
	seed := newStore(f)
	write(f, seed)
	data := must[[]byte](f)(os.ReadFile(file(f, seed)))
	f.Add(data)
	f.Add(data[:len(data)-7])
	f.Add([]byte{})
	f.Add([]byte("x {}\n"))
	within := must[string](f)(filepath.Rel(seed.Dir, file(f, seed)))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newStore(t)
		path := filepath.Join(s.Dir, within)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
		h, err := s.Read(place)
		if err == nil {
			h.InDoubt()
			h.Created("Gadget")
		}
		j, opened := s.Open(place)
		if opened == nil {
			j.Close()
		}
		if after := must[[]byte](t)(os.ReadFile(path)); opened != nil && !bytes.Equal(after, data) {
			t.Error("a journal that was refused was written to")
		}
	})
}
