package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/journal"
)

// recall is what the journals of a store tell of earlier runs.
type recall struct {
	store *journal.Store

	mu   sync.Mutex
	read map[journal.Place]*journal.History
}

// recall makes a session remember what earlier runs did. Nothing is read yet, and
// where there is no place for a journal there is nothing to remember.
func (s *session) recall(f journalFlags, write bool) error {
	store, err := f.store(s.flags)
	switch {
	case err != nil && write:
		return coded(exitRefused, err)
	case err != nil:
		return nil
	}
	r := &recall{store: store, read: map[journal.Place]*journal.History{}}
	s.recalled, s.created, s.lastSecrets = r, r.created, r
	s.writtenKey, err = s.keyOfWritten(store.Dir, write)
	return err
}

// placeOf is the live tenant behind a manifest.
func placeOf(t *engine.Tenant) journal.Place {
	base, account, _ := strings.Cut(t.Environment.LiveID(), " ")
	return journal.Place{BaseURL: base, AccountID: account}
}

// history reads the journal of a tenant, once.
func (r *recall) history(t *engine.Tenant) (*journal.History, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := placeOf(t)
	if h := r.read[p]; h != nil {
		return h, nil
	}
	h, err := r.store.Read(p)
	if err == nil && h.Fault != nil && !h.Fault.Torn {
		err = h.Fault
	}
	if err == nil {
		r.read[p] = h
	}
	return h, err
}

// tellInterrupted says which tenants have a run that nobody finished.
func (s *session) tellInterrupted() {
	if s.recalled == nil {
		return
	}
	for i := range s.loaded.Tenants {
		t := &s.loaded.Tenants[i].Tenant
		h, err := s.recalled.history(t)
		if err != nil {
			fmt.Fprintln(s.err, "cosmicctl:", s.words.Say("runs-unknown", "tenant", t.Name, "error", report.Clean(s.words.Tell(err))))
			continue
		}
		for _, run := range h.Interrupted() {
			fmt.Fprintln(s.err, "cosmicctl:", s.words.Say("was-interrupted", "tenant", t.Name, "run", run.Run))
		}
	}
}

// created are the ids of the objects of a kind that cosmicctl created.
func (r *recall) created(t *engine.Tenant, kind string) (map[string]bool, error) {
	h, err := r.history(t)
	if err == nil && len(h.Runs) == 0 {
		err = report.Fault("prune-no-run", "folder", r.store.Dir)
	}
	if err != nil {
		return nil, err
	}
	return h.Created(kind), nil
}

// last is what was last written of a secret.
func (r *recall) last(t *engine.Tenant, ref engine.Ref, field string) (writtenSecret, bool) {
	h, err := r.history(t)
	if err != nil {
		return writtenSecret{}, false
	}
	s, known := h.Secret(ref, field)
	return writtenSecret{Key: s.Key, Fingerprint: s.Fingerprint, Rotate: s.Rotate}, known
}

// writes names the secrets that a plan writes, for the journal. One that has no
// fingerprint is named all the same: how often it was rotated is known then.
func (s *session) writes(ctx context.Context, p *planned) ([]journal.Secret, error) {
	var out []journal.Secret
	for _, u := range p.plan.Secrets(p.kinds) {
		x := journal.Secret{Ref: u.Change.Ref, Field: u.Field.Name, Rotate: u.From.Rotate}
		if s.writtenKey != nil {
			value, err := s.resolve(ctx, u.From)
			if err != nil {
				return nil, err
			}
			x.Key, x.Fingerprint = s.writtenKey.ID(), writtenFingerprint(s.writtenKey, p.tenant, u.Change.Ref, u.Field.Name, value)
		}
		out = append(out, x)
	}
	return out, nil
}
