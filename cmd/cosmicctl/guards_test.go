package main

import (
	"errors"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

// What may be pruned is what the journal tells, kind by kind; what it cannot tell
// keeps its tenant from being planned.
func TestPruneAsksTheJournal(t *testing.T) {
	broken := errors.New("a record is cut off")
	s := &session{app: &app{words: report.English()}}
	s.schema = schemaOf(t)
	s.created = func(tn *engine.Tenant, kind string) (map[string]bool, error) {
		if kind == "ThirdPartyApp" {
			return nil, broken
		}
		return map[string]bool{tn.Name + " " + kind: true}, nil
	}
	flags := guardFlags{maxChange: "30%", prune: []string{"Parameter", "BusinessSystem"}, pruneForeign: []string{"Parameter/a/b"}, allowSelf: []string{"ThirdPartyApp/me"}}
	if err := s.guard(flags); err != nil {
		t.Fatal(err)
	}
	got, err := s.planOptions(&engine.Tenant{Name: "acme"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := engine.PlanOptions{AllowSelf: []engine.Ref{{Kind: "ThirdPartyApp", Key: "me"}}, Prune: engine.Prune{
		Created: map[string]map[string]bool{"Parameter": {"acme Parameter": true}, "BusinessSystem": {"acme BusinessSystem": true}},
		Named:   []engine.Ref{{Kind: "Parameter", Key: "a/b"}}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	flags.prune = []string{"ThirdPartyApp"}
	if err := s.guard(flags); err != nil {
		t.Fatal(err)
	}
	if _, err := s.planOptions(&engine.Tenant{Name: "acme"}, nil); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	d := unpruned(report.English(), &engine.Tenant{}, broken)
	if text := s.words.Message(d); text != "what cosmicctl created here is not known: a record is cut off" || codeOfDiagnostic(d) != exitRefused {
		t.Errorf("%s %+v", text, d)
	}
}
