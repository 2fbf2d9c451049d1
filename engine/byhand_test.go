package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

// missing is an answer of a live side that does not publish an operation. It did
// not execute it.
type missing struct{ error }

func (missing) Unpublished() bool { return true }
func (missing) NotSent() bool     { return true }

var errUnpublished = fmt.Errorf("gadget: %w", missing{errors.New("no such API")})

// unpublishedQuery makes the listings of forms fail.
func unpublishedQuery(forms ...string) func(string, engine.Filter) error {
	return func(form string, _ engine.Filter) error {
		if slices.Contains(forms, form) {
			return errUnpublished
		}
		return nil
	}
}

// lacks makes operations of gadgets unpublished.
func lacks(ops ...string) func(int, string, engine.Write) *fault {
	return func(_ int, form string, w engine.Write) *fault {
		if form == "gadget" && slices.Contains(ops, w.Op) {
			return &fault{err: errUnpublished}
		}
		return nil
	}
}

// inWords writes steps in a line each: what to do, and the fields with their values.
func inWords(steps []engine.ByHand) []string {
	var out []string
	for _, h := range steps {
		line := fmt.Sprintf("%s %s (%s of %s)", h.Action, h.Ref, h.Op, h.Form)
		for _, f := range h.Fields {
			value := fmt.Sprint(f.After)
			switch {
			case f.Default:
				value += "?"
			case f.Before != nil:
				value = fmt.Sprint(f.Before, "→", f.After)
			}
			line += " " + f.Field + "=" + value
		}
		for _, r := range h.Reminders {
			line += " !" + string(r)
		}
		out = append(out, line)
	}
	return out
}

func TestPlanLeavesToAPersonWhatCannotBeRead(t *testing.T) {
	tests := []struct {
		name   string
		reason string
		lacks  []string // forms whose query is not published
		change func(*engine.Tenant)
		prune  []engine.Ref
		self   bool // gadgets let cosmicctl in
		want   []engine.Resource
		steps  []string
		// problems are code, class and severity.
		problems []string
		changes  int
	}{
		{name: "declared", lacks: []string{"gadget"}, reason: "defaults are for a new object only, and nothing virtual is on the screen",
			want:  []engine.Resource{want("Gadget", "G1", fields{"tools": set("saw"), "pass": env("P"), "label": "x"}), want("Setting", "", fields{"type": "t", "name": "n", "value": "v"})},
			steps: []string{"ensure Gadget/G1 (query of gadget) code=G1 enabled=true? open=false fresh=true? tools=[saw] pass={env: P} !remind-preset"}, changes: 1,
			problems: []string{"advice left-by-hand gadgets"}},
		{name: "a tombstone", lacks: []string{"gadget"}, want: []engine.Resource{gone("Gadget", "G1")},
			steps: []string{"ensure-gone Gadget/G1 (query of gadget) code=G1 !remind-preset"}, problems: []string{"advice left-by-hand gadgets"}},
		{name: "order", lacks: []string{"gadget", "part"}, reason: "what others refer to comes before them, and goes after them",
			want: []engine.Resource{gone("Gadget", "G2"), want("Part", "P1", fields{"gadget": "G1"}), gone("Part", "P2"), want("Gadget", "G1", nil)},
			steps: []string{"ensure Gadget/G1 (query of gadget) code=G1 enabled=true? open=false? fresh=true? !remind-preset", "ensure Part/P1 (query of part) code=P1 gadget=G1",
				"ensure-gone Part/P2 (query of part) code=P2", "ensure-gone Gadget/G2 (query of gadget) code=G2 !remind-preset"},
			problems: []string{"advice left-by-hand gadgets", "advice left-by-hand parts"}},
		{name: "must be disabled", lacks: []string{"gadget"}, change: func(t *engine.Tenant) { t.Environment.Version = "5.0.010" },
			want:     []engine.Resource{want("Gadget", "G1", nil)},
			steps:    []string{"ensure Gadget/G1 (query of gadget) code=G1 enabled=true? open=false? fresh=false? !remind-preset !remind-disable"},
			problems: []string{"advice left-by-hand gadgets"}},
		{name: "references that cannot be looked up", lacks: []string{"tool"}, reason: "a person can pick what cosmicctl cannot",
			want:     []engine.Resource{want("Gadget", "G1", fields{"tools": set("saw")}), want("Gadget", "G2", nil)},
			steps:    []string{"ensure Gadget/G1 (query of tool) code=G1 enabled=true? open=false fresh=true? tools=[saw] !remind-preset"},
			problems: []string{"advice left-by-hand gadgets"}, changes: 1},
		{name: "and a mistake beside them", lacks: []string{"tool"}, reason: "a mistake is told, not clicked",
			want:     []engine.Resource{want("Gadget", "G1", fields{"tools": set("saw"), "owners": set("nobody")})},
			problems: []string{"error unreadable Gadget/G1.tools", "error unknown-reference Gadget/G1.owners"}},
		{name: "protected by the manifest", lacks: []string{"gadget"}, reason: "nobody deletes it, and a person is told to compare only",
			change: func(t *engine.Tenant) {
				t.Protect = []engine.Protection{{Object: "Gadget/G1"}, {Object: "Gadget/G2"}}
			},
			want:     []engine.Resource{want("Gadget", "G1", fields{"enabled": true}), gone("Gadget", "G2")},
			steps:    []string{"ensure Gadget/G1 (query of gadget) code=G1 enabled=true open=false? fresh=true? !remind-preset !remind-protected"},
			problems: []string{"advice left-by-hand gadgets", "error protected-by-manifest Gadget/G2"}},
		{name: "cosmicctl's own", lacks: []string{"gadget"}, reason: "a person is told what it is, and not told to delete it",
			change: func(t *engine.Tenant) { t.Environment.Auth.AppID = "G1" }, self: true,
			want:     []engine.Resource{want("Gadget", "G1", fields{"enabled": true})},
			steps:    []string{"ensure Gadget/G1 (query of gadget) code=G1 enabled=true open=false? fresh=true? !remind-preset !remind-self"},
			problems: []string{"advice left-by-hand gadgets"}},
		{name: "cosmicctl's own, to go", lacks: []string{"gadget"}, change: func(t *engine.Tenant) { t.Environment.Auth.AppID = "G1" }, self: true,
			want: []engine.Resource{gone("Gadget", "G1")}, problems: []string{"error own-access Gadget/G1"}},
		{name: "pruned by name", lacks: []string{"gadget"}, prune: []engine.Ref{{Kind: "Gadget", Key: "G9"}, {Kind: "Gadget", Key: "G1"}},
			want: []engine.Resource{want("Gadget", "G1", nil)},
			steps: []string{"ensure Gadget/G1 (query of gadget) code=G1 enabled=true? open=false? fresh=true? !remind-preset",
				"ensure-gone Gadget/G9 (query of gadget) !remind-preset"},
			problems: []string{"error prune-declared Gadget/G1", "advice left-by-hand gadgets"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.unreadable = unpublishedQuery(tt.lacks...)
			tn := tenant(tt.want...)
			if tt.change != nil {
				tt.change(tn)
			}
			kinds := catalog()
			if tt.self {
				kinds.Kind("Gadget").Self = &engine.Self{Field: "code", Auth: "appId"}
			}
			p := engine.NewPlan(kinds, tn, engine.Observe(t.Context(), f, kinds, tn, nil, "Gadget"), engine.PlanOptions{Prune: engine.Prune{Named: tt.prune}})
			same(t, "steps", tt.steps, inWords(p.ByHand))
			var problems []string
			for _, d := range p.Problems {
				problems = append(problems, fmt.Sprintf("%s %s %s", d.Severity, d.Code, d.Path))
			}
			slices.Sort(problems)
			slices.Sort(tt.problems)
			same(t, "problems", tt.problems, problems)
			if n := len(p.Changes()); n != tt.changes {
				t.Errorf("%d changes, want %d", n, tt.changes)
			}
			checkDrift(t, f, tn)
		})
	}
}

// checkDrift holds that drift has no steps: what cannot be read is not compared.
func checkDrift(t *testing.T, f *fake, tn *engine.Tenant) {
	t.Helper()
	kinds := catalog()
	d := engine.NewDrift(kinds, tn, engine.Observe(context.Background(), f, kinds, tn, nil), engine.DriftOptions{})
	unread := slices.ContainsFunc(d.Problems, func(p engine.Diagnostic) bool {
		return p.Severity == engine.Error && p.Class == engine.ClassUnreadable
	})
	if len(d.ByHand) > 0 || !unread {
		t.Errorf("drift has steps %v, and problems %v", inWords(d.ByHand), d.Problems)
	}
}

// An error that says nothing of the API is what it was: nobody knows what to do.
func TestPlanTellsWhatIsBrokenFromWhatIsNotPublished(t *testing.T) {
	f := workshop()
	f.unreadable = func(string, engine.Filter) error { return errors.New("HTTP 404: a page") }
	p := planOf(tenant(want("Gadget", "G1", nil)), f, engine.PlanOptions{})
	if len(p.ByHand) > 0 || p.Problems[0].Code != engine.CodeUnreadable || p.Problems[0].Severity != engine.Error {
		t.Errorf("%v %v", inWords(p.ByHand), p.Problems)
	}
}

func TestApplyLeavesToAPersonWhatIsNotPublished(t *testing.T) {
	tests := []struct {
		name     string
		reason   string
		version  engine.Version
		lacks    []string
		live     row // of G1
		want     []engine.Resource
		outcomes []string
		log      []string
		steps    []string
		enabled  string
	}{
		{name: "a delete", lacks: []string{"delete"}, want: []engine.Resource{gone("Gadget", "G1"), want("Gadget", "G2", nil)},
			outcomes: []string{"done create Gadget/G2", "by-hand delete Gadget/G1: not-published"}, log: []string{"gadget save 1", "gadget delete 1"},
			steps: []string{"delete Gadget/G1 (delete of gadget) code=G1→G1"}, enabled: "1"},
		{name: "asked once", lacks: []string{"save"}, reason: "a rotation comes in a later stage, and is not sent any more",
			want:     []engine.Resource{want("Gadget", "G1", fields{"mode": "locked", "pass": env("P")}), want("Gadget", "G2", fields{"name": "b", "tools": set("saw")})},
			outcomes: []string{"by-hand create Gadget/G2: not-published", "by-hand update Gadget/G1: not-published"}, log: []string{"gadget save 1"},
			steps: []string{"update Gadget/G1 (save of gadget) code=G1→G1 mode=plain→locked pass={env: P}",
				"create Gadget/G2 (save of gadget) code=G2 name=b enabled=true? open=false fresh=true? tools=[saw]"}, enabled: "1"},
		{name: "a part of it", lacks: []string{"enable"}, live: row{"enable": "0"}, reason: "what was saved is not clicked again",
			want:     []engine.Resource{want("Gadget", "G1", fields{"mode": "locked", "pass": env("P"), "enabled": true})},
			outcomes: []string{"by-hand update Gadget/G1: not-published"}, log: []string{"gadget save 1", "gadget enable 1"},
			steps: []string{"update Gadget/G1 (enable of gadget) code=G1→G1 enabled=false→true"}, enabled: "0"},
		{name: "a save in between", version: "5.0.010", lacks: []string{"save"}, reason: "callers are let in again",
			want:     []engine.Resource{want("Gadget", "G1", fields{"name": "new"})},
			outcomes: []string{"by-hand update Gadget/G1: not-published"}, log: []string{"gadget disable 1", "gadget save 1", "gadget enable 1"},
			steps: []string{"update Gadget/G1 (save of gadget) code=G1→G1 name=old→new !remind-disable"}, enabled: "1"},
		{name: "not cut off for nothing", version: "5.0.010", lacks: []string{"save"}, reason: "a rotation comes later, when it is known that no save is published",
			want:     []engine.Resource{want("Gadget", "G1", fields{"mode": "locked", "pass": env("P")}), want("Gadget", "G7", fields{"name": "new"})},
			outcomes: []string{"by-hand update Gadget/G7: not-published", "by-hand update Gadget/G1: not-published"}, log: []string{"gadget disable 1", "gadget save 1", "gadget enable 1"},
			steps: []string{"update Gadget/G1 (save of gadget) code=G1→G1 mode=plain→locked pass={env: P} !remind-disable",
				"update Gadget/G7 (save of gadget) code=G7→G7 name=old→new !remind-disable"}, enabled: "1"},
		{name: "the last of three", version: "5.0.010", lacks: []string{"enable"}, reason: "callers are cut off until a person lets them in",
			want:     []engine.Resource{want("Gadget", "G1", fields{"name": "new"})},
			outcomes: []string{"by-hand update Gadget/G1: not-published"}, log: []string{"gadget disable 1", "gadget save 1", "gadget enable 1"},
			steps: []string{"update Gadget/G1 (enable of gadget) code=G1→G1 enabled=false→true !remind-disable"}, enabled: "0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", gadgetRow("G1", tt.live), gadgetRow("G7", nil))
			tn := tenant(tt.want...)
			if tt.version != "" {
				tn.Environment.Version, f.locked = tt.version, "enable"
			}
			p := planOf(tn, f, engine.PlanOptions{})
			f.fault = lacks(tt.lacks...)
			r := applyTo(t, f, p, engine.ApplyOptions{})
			same(t, "outcomes", tt.outcomes, outcomes(r))
			same(t, "writes", tt.log, f.log)
			same(t, "steps", tt.steps, inWords(engine.Runbook(catalog(), p, r)))
			if got := f.row("gadget", "number", "G1")["enable"]; got != tt.enabled {
				t.Errorf("enable %v, want %s", got, tt.enabled)
			}
			for _, c := range engine.Recheck(engine.Runbook(catalog(), p, r), catalog(), planOf(tn, f, engine.PlanOptions{}), engine.Observe(t.Context(), f, catalog(), tn, nil)) {
				if c == engine.CheckedDone {
					t.Error("a step that nobody did is taken for done")
				}
			}
		})
	}
}

// What needs an object that is left to a person waits for it.
func TestApplyWaitsForWhatIsLeftToAPerson(t *testing.T) {
	f := workshop()
	tn := tenant(want("Gadget", "G1", nil), want("Part", "P1", fields{"gadget": "G1"}))
	p := planOf(tn, f, engine.PlanOptions{})
	f.fault = lacks("save")
	r := applyTo(t, f, p, engine.ApplyOptions{})
	same(t, "outcomes", []string{"by-hand create Gadget/G1: not-published", "skipped create Part/P1: needs-step-by-hand"}, outcomes(r))
}

// A later look tells a step that is done from one that is not, and from what nobody
// can see.
func TestCheckOfSteps(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil), gadgetRow("G3", nil), gadgetRow("G4", nil), gadgetRow("G5", nil), gadgetRow("G6", nil))
	tn := tenant(want("Gadget", "G1", fields{"name": "new"}), want("Gadget", "G2", fields{"name": "new"}), want("Gadget", "G3", fields{"pass": env("P")}),
		gone("Gadget", "G4"), gone("Gadget", "G5"), want("Part", "P1", nil))
	f.unreadable = unpublishedQuery("part")
	p := planOf(tn, f, engine.PlanOptions{SetSecrets: true, Prune: engine.Prune{Named: []engine.Ref{{Kind: "Gadget", Key: "G6"}}}})
	f.fault = lacks("save", "delete")
	r := applyTo(t, f, p, engine.ApplyOptions{})
	steps := engine.Runbook(catalog(), p, r)
	f.row("gadget", "number", "G1")["name"] = "new"
	f.forms["gadget"] = slices.DeleteFunc(f.forms["gadget"], func(r map[string]any) bool { return r["number"] == "G4" })
	seen := engine.Observe(t.Context(), f, catalog(), tn, nil)
	var got []string
	for i, c := range engine.Recheck(steps, catalog(), engine.NewPlan(catalog(), tn, seen, engine.PlanOptions{}), seen) {
		got = append(got, string(c)+" "+steps[i].Ref.String())
	}
	same(t, "checks", []string{"done Gadget/G1", "open Gadget/G2", "unseen Gadget/G3", "unseen Part/P1", "done Gadget/G4", "open Gadget/G5", "open Gadget/G6"}, got)
}

// The digest names the steps too; a plan without any has the digest that it had.
func TestDigestOfSteps(t *testing.T) {
	digest := func(p *engine.Plan) engine.Digest {
		var d engine.PlanDigest
		d.Add(tenant(), p)
		return d.Digest()
	}
	f := workshop()
	f.unreadable = unpublishedQuery("gadget")
	one := digest(planOf(tenant(want("Gadget", "G1", fields{"name": "a"})), f, engine.PlanOptions{}))
	two := digest(planOf(tenant(want("Gadget", "G1", fields{"name": "b"})), f, engine.PlanOptions{}))
	if empty := digest(&engine.Plan{}); one == two || one == empty {
		t.Errorf("%s %s %s", one, two, empty)
	}
}

// A record of a plan gives back its steps with the types of their values.
func TestRecordOfSteps(t *testing.T) {
	f := workshop()
	f.unreadable = unpublishedQuery("gadget")
	p := planOf(tenant(want("Gadget", "G1", fields{"tools": set("saw"), "limit": int64(9007199254740993), "pass": env("P"), "urls": engine.List{"a"}})), f, engine.PlanOptions{})
	record := engine.NewPlanRecord(p)
	if d := cmp.Diff(p.ByHand, record.Unpack().ByHand); d != "" || len(p.ByHand) != 1 || !strings.Contains(inWords(p.ByHand)[0], "limit=9007199254740993") {
		t.Errorf("%s %v", d, inWords(p.ByHand))
	}
}
