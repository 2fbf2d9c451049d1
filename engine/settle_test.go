package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cosmicctl/engine"
)

// diary is a journal in memory, which a crash ends.
type diary struct {
	requests []engine.Request
	results  map[engine.Ref]engine.ChangeResult
	// dead tells whether the program is gone; full is how many requests there is
	// room for, below 0 any number.
	dead func() bool
	full int
}

var errFull = errors.New("no space left on device")

func newDiary() *diary {
	return &diary{results: map[engine.Ref]engine.ChangeResult{}, dead: func() bool { return false }, full: -1}
}

func (d *diary) Request(r engine.Request) (string, error) {
	if len(d.requests) == d.full {
		return "", errFull
	}
	if r.Key == "" {
		r.Key = fmt.Sprint("key ", len(d.requests))
	}
	d.requests = append(d.requests, r)
	return r.Key, nil
}

func (d *diary) Results(list []engine.ChangeResult) error {
	for _, r := range list {
		if !d.dead() {
			d.results[r.Change.Ref] = r
		}
	}
	return nil
}

// open is what the diary does not know to be done.
func (d *diary) open(p *engine.Plan) *engine.Open {
	o := &engine.Open{Asked: map[engine.Ref]bool{}}
	for _, c := range p.Changes() {
		if d.results[c.Ref].Status != engine.Done {
			o.Changes = append(o.Changes, c)
		}
	}
	for _, r := range d.requests {
		for _, ref := range r.Refs {
			o.Asked[ref] = true
		}
	}
	return o
}

// settle plans anew and leaves what an interrupted run left.
func settle(w *world, f *fake, o *engine.Open) (*engine.Settlement, *engine.Tenant) {
	kinds := catalog()
	t := o.Reenable(kinds, w.tenant())
	seen := engine.Observe(context.Background(), f, kinds, t, nil)
	return o.Settle(kinds, engine.NewPlan(kinds, t, seen, engine.PlanOptions{}), seen), t
}

// state is what is live, without the ids, and without how far a deed was audited:
// that cannot be read, so nothing that was interrupted there is repeated.
func (f *fake) state() map[string][]row {
	out := map[string][]row{}
	for form, rows := range f.forms {
		for _, r := range rows {
			r = maps.Clone(r)
			delete(r, "id")
			delete(r, "status")
			out[form] = append(out[form], r)
		}
		slices.SortFunc(out[form], func(a, b row) int { return slices.Compare([]byte(keyIn(form, a)), []byte(keyIn(form, b))) })
	}
	return out
}

// A run that died at any of its writes is finished by what it left and nothing
// else, and leaves what the run would have left.
func TestSettleFinishesWhatDied(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		how := rapid.SampledFrom([]string{"dead before its effect", "dead after its effect", "dead amid of its effect"}).Draw(t, "death")
		whole := w.live()
		p := planOf(w.tenant(), whole, engine.PlanOptions{})
		applyTo(t, whole, p, engine.ApplyOptions{Parallel: 1})
		for n := range whole.writes {
			f, d := w.live(), newDiary()
			d.dead = func() bool { return f.writes > n }
			breakAt(f, n, how)
			applyTo(t, f, p, engine.ApplyOptions{Parallel: 1, Journal: d})
			f.fault, f.unreadable = nil, nil
			s, tenant := settle(w, f, d.open(p))
			if len(s.Moved) > 0 || len(s.More) > 0 {
				t.Fatalf("write %d, %s: moved %+v, more %v", n, how, s.Moved, s.More)
			}
			for _, r := range s.Found {
				if !d.open(p).Asked[r.Change.Ref] {
					t.Fatalf("%s was found made, and never asked for", r.Change.Ref)
				}
			}
			if r := applyTo(t, f, s.Plan, engine.ApplyOptions{}); r.Count(engine.Done, "") != len(r.Changes) {
				t.Fatalf("write %d, %s: %v", n, how, outcomes(r))
			}
			converged(t, tenant, f)
			if diff := cmp.Diff(whole.state(), f.state()); diff != "" {
				t.Fatalf("write %d, %s: %s", n, how, diff)
			}
		}
	})
}

// What somebody changed after the crash is neither written nor called made.
func TestSettleLeavesWhatMoved(t *testing.T) {
	declared := tenant(want("Gadget", "G1", fields{"name": "new"}), want("Gadget", "G2", fields{"name": "new"}), gone("Gadget", "G3"),
		want("Gadget", "G4", fields{"name": "made"}), want("Setting", "t n", fields{"type": "t", "name": "n", "value": "1"}))
	f := workshop()
	f.seed("gadget", gadgetRow("G1", row{"id": "1", "name": "old"}), gadgetRow("G2", row{"id": "2", "name": "old"}), gadgetRow("G3", row{"id": "3", "name": "old"}))
	p := planOf(declared, f, engine.PlanOptions{})
	open := &engine.Open{Changes: p.Changes(), Asked: map[engine.Ref]bool{}}
	for _, r := range f.forms["gadget"] {
		r["name"] = map[any]string{"1": "theirs", "2": "new", "3": "theirs"}[r["id"]]
	}
	f.seed("gadget", gadgetRow("G4", row{"id": "4", "name": "theirs"}))
	kinds := catalog()
	seen := engine.Observe(context.Background(), f, kinds, declared, nil)
	s := open.Settle(kinds, engine.NewPlan(kinds, declared, seen, engine.PlanOptions{}), seen)
	moved := []string{}
	for _, m := range s.Moved {
		moved = append(moved, m.Change.Ref.Key)
	}
	same(t, "moved", []string{"G1", "G4", "G3"}, moved)
	if len(s.Found) != 1 || s.Found[0].Change.Ref.Key != "G2" || s.Found[0].Live.Fields["name"] != "new" {
		t.Errorf("found %+v", s.Found)
	}
	if c := s.Plan.Changes(); len(c) != 1 || c[0].Ref.Kind != "Setting" {
		t.Errorf("left %v", steps(s.Plan))
	}
}

// A change is called made if it is live, whatever the manifests say by now, and
// never because they say nothing of it. Of a secret nobody can tell.
func TestSettleCallsMadeWhatIsLive(t *testing.T) {
	then := tenant(want("Gadget", "G1", fields{"name": "new"}), want("Gadget", "G2", fields{"name": "new"}), want("Gadget", "G3", fields{"name": "new"}),
		gone("Gadget", "G4"), gone("Gadget", "G5"), want("Gadget", "G6", fields{"name": "x"}), want("Gadget", "G7", fields{"name": "x"}),
		want("Gadget", "G8", fields{"pass": engine.SecretRef{Env: "P"}}), want("Gadget", "G9", fields{"name": "new"}))
	f := workshop()
	for i, key := range []string{"G1", "G2", "G3", "G4", "G5", "G8", "G9"} {
		f.seed("gadget", gadgetRow(key, row{"id": fmt.Sprint(i + 1), "name": "old"}))
	}
	p := planOf(then, f, engine.PlanOptions{SetSecrets: true})
	open := &engine.Open{Changes: p.Changes(), Asked: map[engine.Ref]bool{}}
	for _, c := range p.Changes() {
		open.Asked[c.Ref] = c.Ref.Key != "G7" && c.Ref.Key != "G9"
	}
	for _, key := range []string{"G1", "G3", "G9"} {
		f.row("gadget", "number", key)["name"] = "new"
	}
	f.forms["gadget"] = slices.DeleteFunc(f.forms["gadget"], func(r row) bool { return r["number"] == "G4" })
	f.seed("gadget", gadgetRow("G6", row{"id": "16", "name": "x"}), gadgetRow("G7", row{"id": "17", "name": "x"}))
	now := tenant(want("Gadget", "G1", fields{"name": "newer"}), want("Gadget", "G2", fields{"name": "newer"}), want("Gadget", "G6", fields{"name": "y"}),
		want("Gadget", "G8", fields{"name": "old"}))
	kinds := catalog()
	seen := engine.Observe(context.Background(), f, kinds, now, nil)
	s := open.Settle(kinds, engine.NewPlan(kinds, now, seen, engine.PlanOptions{}), seen)
	found := []string{}
	for _, r := range s.Found {
		found = append(found, fmt.Sprintf("%s %v", r.Change.Ref.Key, r.Tried))
	}
	slices.Sort(found)
	same(t, "found", []string{"G1 true", "G3 true", "G4 true", "G6 true", "G9 false"}, found)
}

// What a flag asked for is asked for again, as it was then.
func TestOpenPrune(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G1", row{"id": "1"}), gadgetRow("G2", row{"id": "2"}), gadgetRow("G3", row{"id": "3"}), gadgetRow("G4", row{"id": "4"}))
	asked := engine.Prune{Created: map[string]map[string]bool{"Gadget": {"1": true, "3": true}}, Named: []engine.Ref{{Kind: "Gadget", Key: "G2"}}}
	p := planOf(tenant(gone("Gadget", "G3")), f, engine.PlanOptions{Prune: asked})
	open := &engine.Open{Changes: p.Changes()}
	again := open.Prune(engine.Prune{Created: map[string]map[string]bool{}})
	want := engine.Prune{Created: map[string]map[string]bool{"Gadget": {"1": true}}, Named: asked.Named}
	if diff := cmp.Diff(want, again); diff != "" {
		t.Error(diff)
	}
}

// Nothing is sent that the journal has no room for, and what was sent is told.
func TestFullJournal(t *testing.T) {
	for room := range 4 {
		f, d := workshop(), newDiary()
		d.full = room
		declared := tenant(want("Deed", "D1", fields{"name": "x"}), want("Gadget", "G1", fields{"name": "x"}))
		p := planOf(declared, f, engine.PlanOptions{})
		r := applyTo(t, f, p, engine.ApplyOptions{Parallel: 1, Journal: d})
		if f.writes != room {
			t.Errorf("%d requests were sent, with room for %d", f.writes, room)
		}
		for _, c := range r.Changes {
			if c.Status != engine.Done && c.Why.Code != engine.CodeNotJournaled {
				t.Errorf("room for %d: %s is %s: %+v", room, c.Change.Ref, c.Status, c.Why)
			}
		}
	}
}

// Where a journal breaks down between switching an object off and on again, it is
// switched on all the same: nobody is left cut off.
func TestFullJournalCutsNobodyOff(t *testing.T) {
	f, d := workshop(), newDiary()
	f.seed("gadget", gadgetRow("G1", row{"id": "1", "name": "old", "enable": "1"}))
	f.locked = "enable"
	declared := tenant(want("Gadget", "G1", fields{"name": "new"}))
	declared.Environment.Version = "5.0.010"
	p := planOf(declared, f, engine.PlanOptions{})
	d.full = 1
	applyTo(t, f, p, engine.ApplyOptions{Journal: d})
	if got := f.forms["gadget"][0]["enable"]; got != "1" || f.writes != 2 {
		t.Errorf("enable is %v after %d writes", got, f.writes)
	}
}

// A request in doubt is repeated with its own key, and alone with those of it.
func TestDoubtKeepsItsKey(t *testing.T) {
	f, d := workshop(), newDiary()
	declared := tenant(want("Gadget", "G1", fields{"name": "x"}), want("Gadget", "G2", fields{"name": "x"}), want("Gadget", "G3", fields{"name": "x"}))
	ref := func(key string) engine.Ref { return engine.Ref{Kind: "Gadget", Key: key} }
	doubt := map[engine.Ref]string{ref("G1"): "earlier", ref("G3"): "earlier"}
	applyTo(t, f, planOf(declared, f, engine.PlanOptions{}), engine.ApplyOptions{Parallel: 1, Journal: d, InDoubt: doubt})
	got := map[string][]engine.Ref{}
	for _, r := range d.requests {
		got[r.Key] = append(got[r.Key], r.Refs...)
	}
	if diff := cmp.Diff([]engine.Ref{ref("G1"), ref("G3")}, got["earlier"]); diff != "" || len(d.requests) != 2 {
		t.Errorf("%d requests: %s", len(d.requests), diff)
	}
}

// Undoing what a run made leaves what was there before it, but for secrets.
func TestUndo(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		f, d := w.live(), newDiary()
		before := w.live()
		p := planOf(w.tenant(), f, engine.PlanOptions{})
		applyTo(t, f, p, engine.ApplyOptions{Journal: d})
		var made []engine.Made
		for _, c := range p.Changes() {
			m := engine.Made{Change: c}
			if l := d.results[c.Ref].Live; l != nil {
				m.Live = l.Fields
			}
			made = append(made, m)
		}
		kinds := catalog()
		undoing := engine.Undo(kinds, made)
		back := w.tenant()
		back.Resources = undoing.Resources
		seen := engine.Observe(context.Background(), f, kinds, back, nil)
		if moved := engine.Since(kinds, made, seen); len(moved) > 0 {
			t.Fatalf("moved: %+v", moved)
		}
		r := applyTo(t, f, engine.NewPlan(kinds, back, seen, engine.PlanOptions{}), engine.ApplyOptions{})
		if r.Count(engine.Done, "") != len(r.Changes) {
			t.Fatal(outcomes(r))
		}
		lost := map[string]bool{}
		for _, l := range undoing.Lost {
			lost[l.Ref.Key] = true
		}
		was, is := keyed(before), keyed(f)
		for key := range was {
			if lost[key] {
				delete(was, key)
				delete(is, key)
			}
		}
		if diff := cmp.Diff(was, is); diff != "" {
			t.Fatal(diff)
		}
	})
}

// keyed is the observation of what is live, by key.
func keyed(f *fake) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, k := range catalog() {
		if k.Section == "" {
			continue
		}
		list, err := f.List(context.Background(), k, nil)
		if err != nil {
			panic(err)
		}
		for _, r := range list.Rows {
			x := k.Decode(r)
			out[x.Ref.Key] = x.Fields
		}
	}
	return out
}
