package engine_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cosmicctl/engine"
)

// review plans anew and holds the plan against a reviewed one.
func review(reviewed *engine.Plan, t *engine.Tenant, f *fake) (*engine.Plan, *engine.Reviewed) {
	seen := engine.Observe(context.Background(), f, catalog(), t, nil)
	now := engine.NewPlan(catalog(), t, seen, engine.PlanOptions{})
	return now, engine.Review(reviewed, now, seen)
}

func TestReview(t *testing.T) {
	tn := tenant(want("Gadget", "G1", fields{"name": "new"}), want("Gadget", "G2", fields{"name": "new"}), want("Setting", "t/n", fields{"type": "t", "name": "n", "value": "1"}))
	f := workshop()
	f.seed("gadget", gadgetRow("G1", row{"id": "1"}), gadgetRow("G2", row{"id": "2", "name": "new"}))
	reviewed := planOf(tn, f, engine.PlanOptions{})

	_, r := review(reviewed, tn, f)
	if d := cmp.Diff(steps(reviewed), steps(r.Plan)); d != "" || len(r.Moved) > 0 || len(r.More) > 0 {
		t.Errorf("an unmoved tenant: %s %v %v", d, r.Moved, r.More)
	}

	moved := workshop()
	moved.seed("gadget", gadgetRow("G1", row{"id": "1", "name": "theirs", "maxrate": "7"}), gadgetRow("G2", row{"id": "2", "name": "theirs"}))
	_, r = review(reviewed, tn, moved)
	if d := cmp.Diff([]string{"1 create Setting/t/n: save"}, steps(r.Plan)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]engine.Ref{{Kind: "Gadget", Key: "G2"}}, r.More); d != "" {
		t.Error(d)
	}
	if len(r.Moved) != 1 || !r.Moved[0].Read {
		t.Fatalf("%+v", r.Moved)
	}
	fields := []engine.FieldMoved{{Field: "name", Then: "old", Now: "theirs", Wants: "new"}, {Field: "limit", Then: int64(0), Now: int64(7)}}
	if d := cmp.Diff(fields, r.Moved[0].Fields(catalog().Kind("Gadget"))); d != "" {
		t.Error(d)
	}
}

// A plan that is left with some of its changes tells of the access that these
// give and take, and of no other.
func TestReviewKeepsTheAccessOfItsChanges(t *testing.T) {
	kinds, tn, seen := inMemory(2)
	plan := func(rename string) *engine.Plan {
		for i := range tn.Resources {
			tn.Resources[i].Fields["tools"] = engine.NewSet("saw")
		}
		tn.Resources[1].Fields["name"] = rename
		return engine.NewPlan(kinds, tn, seen, engine.PlanOptions{})
	}
	rowsOf := func(p *engine.Plan) (out []string) {
		for _, row := range p.Access {
			out = append(out, fmt.Sprint(row.Gained, row.Cells[0].Items, row.Cells[1].Items))
		}
		return out
	}
	first, other := "false [G000000] [drill hammer]", "false [G000001] [drill hammer]"
	reviewed, now := plan("one"), plan("another")
	r := engine.Review(reviewed, now, seen)
	if d := cmp.Diff([]string{first, other}, rowsOf(now)); d != "" {
		t.Fatal(d)
	}
	if d := cmp.Diff([]string{first}, rowsOf(r.Plan)); d != "" || len(r.Moved) != 1 {
		t.Error(d, r.Moved)
	}
	if d := cmp.Diff([]string{first}, rowsOf(now.Without(r.Moved))); d != "" {
		t.Error(d)
	}
}

func TestMovedFields(t *testing.T) {
	k := catalog().Kind("Gadget")
	create := engine.Change{Action: engine.Create, After: fields{"name": "a", "pass": env("P")}, Fields: []engine.FieldChange{{Field: "name"}, {Field: "pass", Secret: true}}}
	remove := engine.Change{Action: engine.Delete, Before: fields{"name": "a", "limit": int64(1)}}
	object := func(f fields) engine.Resource { return engine.Resource{Fields: f} }
	tests := []struct {
		name  string
		moved engine.Moved
		want  []engine.FieldMoved
	}{
		{"an object that came", engine.Moved{Change: create, Now: []engine.Resource{object(fields{"name": "b", "limit": int64(1)})}},
			[]engine.FieldMoved{{Field: "name", Now: "b", Wants: "a"}, {Field: "pass", Wants: env("P"), Secret: true}}},
		{"an object that went", engine.Moved{Change: remove}, nil},
		{"an object to delete that changed", engine.Moved{Change: remove, Now: []engine.Resource{object(fields{"name": "b", "limit": int64(1)})}},
			[]engine.FieldMoved{{Field: "name", Then: "a", Now: "b"}}},
		{"two objects", engine.Moved{Change: create, Now: []engine.Resource{object(nil), object(nil)}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, tt.moved.Fields(k)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Whatever was reviewed, nothing is written that is not planned anew, and each
// reviewed change is either made as it was reviewed or explained.
func TestReviewOnlyChooses(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		reviewed := planOf(w.tenant(), w.live(), engine.PlanOptions{})
		for form, rows := range w.rows {
			for i := range rows {
				if rapid.Bool().Draw(t, fmt.Sprintf("%s %d moves", form, i)) {
					rows[i]["name"] = "moved"
				}
			}
		}
		now, r := review(reviewed, w.tenant(), w.live())
		planned := contents(now)
		for ref, c := range contents(r.Plan) {
			if d := cmp.Diff(planned[ref], c); d != "" {
				t.Fatalf("%s was not planned so: %s", ref, d)
			}
			if d := cmp.Diff(contents(reviewed)[ref], c); d != "" {
				t.Fatalf("%s was not reviewed so: %s", ref, d)
			}
		}
		if kept, all := len(contents(r.Plan)), len(contents(reviewed)); kept+len(r.Moved) != all {
			t.Fatalf("%d kept and %d moved of %d", kept, len(r.Moved), all)
		}
		for _, m := range r.Moved {
			if cmp.Equal(contents(reviewed)[m.Change.Ref], planned[m.Change.Ref]) {
				t.Fatalf("%s did not move", m.Change.Ref)
			}
		}
		result := applyTo(t, w.live(), r.Plan, engine.ApplyOptions{})
		if result.Count(engine.Stale, "") > 0 {
			t.Fatal("a change that was kept is stale")
		}
	})
}

// contents are the changes of a plan without what only explains them.
func contents(p *engine.Plan) map[engine.Ref]engine.Change {
	out := map[engine.Ref]engine.Change{}
	for _, c := range p.Changes() {
		c.By, c.When = "", ""
		out[c.Ref] = c
	}
	return out
}
