package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/journal"
)

// resumed returns the manifests of an apply; those of the run that it finishes, if
// it names none. None at all means that there is nothing to finish.
func (a *app) resumed(args []string, f applyFlags) ([]string, error) {
	if !f.resume || len(args) > 0 {
		return args, nil
	}
	store, err := f.store(f.connectFlags)
	if err != nil {
		return nil, coded(exitRefused, err)
	}
	all, err := histories(store)
	if err != nil {
		return nil, coded(exitRefused, err)
	}
	for _, h := range all {
		for _, run := range h.Interrupted() {
			for _, path := range run.Paths {
				if !slices.Contains(args, path) {
					args = append(args, path)
				}
			}
		}
	}
	switch {
	case len(all) == 0:
		fmt.Fprintln(a.out, a.words.Say("resume-no-journal", "folder", store.Dir))
	case len(args) == 0:
		fmt.Fprintln(a.out, nothingToResume)
	}
	return args, nil
}

const nothingToResume = "No run was interrupted; there is nothing to resume."

// histories reads all journals of a store; the error is about those that cannot be
// read.
func histories(store *journal.Store) ([]*journal.History, error) {
	places, err := store.Places()
	var out []*journal.History
	bad := []error{err}
	for _, p := range places {
		h, err := store.Read(p)
		if err != nil {
			bad = append(bad, err)
			continue
		}
		out = append(out, h)
	}
	return out, errors.Join(bad...)
}

// resume makes a session finish interrupted runs, and leaves the other tenants out.
func (s *session) resume(r *reviewed, manifests engine.Digest) error {
	var tenants []engine.Declared
	for _, t := range s.loaded.Tenants {
		for _, run := range s.kept.history[t.Name].Interrupted() {
			if run.Manifests != manifests {
				return coded(exitRefused, report.Fault("resume-other-manifests", "run", run.Run, "was", run.Manifests, "now", manifests))
			}
			s.kept.finishes[t.Name] = run
		}
		run := s.kept.finish(t.Name)
		if run == nil {
			continue
		}
		if run.Command == commandRollback {
			// Its wants are not in the manifests.
			_, back := s.wayBack(&t, s.kept.history[t.Name].Run(run.Of))
			t.Resources = []engine.Packed{engine.Pack(back.Resources)}
		}
		tenants = append(tenants, t)
	}
	if len(tenants) == 0 {
		fmt.Fprintln(s.out, nothingToResume)
	}
	s.loaded.Tenants = tenants
	r.choose = settled
	return nil
}

// finishing is what a run is that finishes an interrupted one: one that finishes a
// rollback is the same rollback.
func finishing(run *journal.Run) (command, of string) {
	if run.Command == commandRollback {
		return commandRollback, run.Of
	}
	return commandApply, run.Run
}

// settled leaves of a new plan what an interrupted run left, and tells what became
// of the rest.
func settled(p *planned, text *report.PlanText) []engine.Moved {
	if p.settled == nil {
		p.plan = &engine.Plan{Tenant: p.plan.Tenant, Problems: p.plan.Problems}
		return nil
	}
	p.plan = p.settled.Plan
	text.Found(p.settled.Found)
	text.More(p.settled.More, "interrupted-run")
	return p.settled.Moved
}

// absolute are the paths from wherever they are looked at.
func absolute(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		full, err := filepath.Abs(p)
		if err != nil {
			full = p
		}
		out[i] = full
	}
	return out
}
