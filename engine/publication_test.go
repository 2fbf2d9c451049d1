package engine_test

import (
	"errors"
	"slices"
	"testing"

	"cosmicctl/engine"
)

// listed is a live side whose tools are its APIs.
type listed struct{ *fake }

func (listed) Path(k *engine.Kind, op string) string { return "/v2/" + k.Form + "/" + op }

// listedCatalog says that tools are APIs with addresses.
func listedCatalog() engine.Catalog {
	kinds := catalog()
	tool, grant := kinds.Kind("Tool"), kinds.Kind("Grant")
	tool.Fields = append(tool.Fields, textField("path", "path"))
	grant.Field("subject").Ref = "Tool"
	grant.Self = &engine.Self{Field: "members", Auth: "user", API: "subject", Path: "path"}
	return kinds
}

// The tenant's list of APIs tells which changes a person must make, if it tells
// anything at all.
func TestPlanLeavesToAPersonWhatTheListOfAPIsLacks(t *testing.T) {
	everything := []string{"/v2/gadget/query", "/kapi/v2/gadget/save", "/v2/gadget/delete"}
	wanted := []engine.Resource{want("Gadget", "G1", fields{"name": "new", "tools": set("saw")}), gone("Gadget", "G2")}
	step := "delete Gadget/G2 (delete of gadget) code=G2→G2"
	tests := []struct {
		name    string
		reason  string
		listed  []string
		want    []engine.Resource
		breaks  func(*fake)
		steps   []string
		changes int
		asked   int
	}{
		{name: "all", listed: everything, want: wanted, changes: 2, asked: 1},
		{name: "no delete", listed: everything[:2], want: wanted, changes: 1, asked: 1, steps: []string{step}},
		{name: "no save", listed: []string{everything[0], everything[2]}, want: wanted, changes: 1, asked: 1,
			steps: []string{"update Gadget/G1 (save of gadget) code=G1→G1 name=old→new"}},
		{name: "nothing of gadgets", reason: "they were just read, so that the list does not tell", listed: nil, want: wanted, changes: 2, asked: 1},
		{name: "the list was not needed", listed: everything[:2], want: wanted[1:], changes: 1},
		{name: "nothing to do", listed: everything[:2], want: []engine.Resource{want("Gadget", "G3", fields{"tools": set("saw")})}},
		{name: "the list cannot be read", listed: everything[:2], want: wanted, changes: 2, asked: 1,
			breaks: func(f *fake) { f.unreadable = func(string, engine.Filter) error { return errors.New("gone") } }},
		{name: "the list is not complete", listed: everything[:2], want: wanted, changes: 2, asked: 1,
			breaks: func(f *fake) { f.doubt = func(string, engine.Filter) string { return "short" } }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil), gadgetRow("G3", row{"toolentry": list(row{"toolid_number": "saw"})}))
			for i, path := range tt.listed {
				f.seed("tool", row{"number": string(rune('a' + i)), "path": path})
			}
			kinds, tn := listedCatalog(), tenant(tt.want...)
			seen := engine.Observe(t.Context(), f, kinds, tn, nil)
			p := engine.NewPlan(kinds, tn, seen, engine.PlanOptions{})
			if tt.name == "nothing to do" && !p.Empty() {
				t.Fatal(details(p))
			}
			if tt.breaks != nil {
				tt.breaks(f)
			}
			before := f.lists
			p.LeaveByHand(t.Context(), listed{f}, kinds, tn, seen)
			same(t, "steps", tt.steps, inWords(p.ByHand))
			if n := len(p.Changes()); n != tt.changes {
				t.Errorf("%d changes, want %d", n, tt.changes)
			}
			if n := f.lists - before; n != tt.asked {
				t.Errorf("asked %d times, want %d", n, tt.asked)
			}
			if told := slices.ContainsFunc(p.Problems, func(d engine.Diagnostic) bool { return d.Code == engine.CodeByHand }); told != (len(tt.steps) > 0) || p.Unseen() {
				t.Errorf("told %t, unseen %t: %v", told, p.Unseen(), p.Problems)
			}
		})
	}
}
