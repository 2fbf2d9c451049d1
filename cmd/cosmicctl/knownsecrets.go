package main

import (
	"context"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"
)

// writtenSecret is what is remembered of a secret that this tool wrote.
type writtenSecret struct {
	Key         string // which key the fingerprint was made with
	Fingerprint string
	Rotate      int // the count of the manifest at that time
}

// lastSecrets tells which secret was last written to a field of an object; false
// if nothing is known of any.
type lastSecrets interface {
	last(t *engine.Tenant, ref engine.Ref, field string) (writtenSecret, bool)
}

// writtenFingerprint names a secret of a live tenant, however its manifest calls
// the tenant.
func writtenFingerprint(key *secrets.Key, t *engine.Tenant, ref engine.Ref, field string, value engine.Secret) string {
	return key.Fingerprint(value, "written", t.Environment.AccountID, t.Environment.TenantID, ref.Kind, ref.Key, field)
}

// knownSecret says what is known of a secret of a live object: by what was written
// last, or else, if the user asked for that, by a token request.
func (s *session) knownSecret(ctx context.Context, p *planned) func(want, live *engine.Resource, field string) engine.SecretState {
	return func(want, live *engine.Resource, field string) engine.SecretState {
		from, _ := want.Fields[field].(engine.SecretRef)
		last, known := s.lastWritten(p.tenant, want.Ref, field)
		if wrote, asked := p.left.Wrote(want.Ref, field); wrote || asked && s.kept.finish(p.tenant.Name) != nil {
			return engine.SecretInDoubt
		}
		if known && from.Rotate > last.Rotate {
			return engine.SecretRotated
		}
		if state := s.remembered(ctx, p.tenant, want.Ref, field, from, last); state != engine.SecretUnknown {
			return state
		}
		return s.probed(ctx, p, live, field, from)
	}
}

func (s *session) lastWritten(t *engine.Tenant, ref engine.Ref, field string) (writtenSecret, bool) {
	if s.lastSecrets == nil {
		return writtenSecret{}, false
	}
	return s.lastSecrets.last(t, ref, field)
}

// remembered compares a secret with the one that was written last. Without the
// secret, or without the key, nothing is known: a review has neither.
func (s *session) remembered(ctx context.Context, t *engine.Tenant, ref engine.Ref, field string, from engine.SecretRef, last writtenSecret) engine.SecretState {
	if last.Fingerprint == "" || s.writtenKey == nil || s.writtenKey.ID() != last.Key {
		return engine.SecretUnknown
	}
	value, err := s.resolve(ctx, from)
	switch {
	case err != nil:
		return engine.SecretUnknown
	case writtenFingerprint(s.writtenKey, t, ref, field, value) == last.Fingerprint:
		return engine.SecretSame
	}
	return engine.SecretChanged
}

// probed asks for a token with a secret, if the user wants that.
func (s *session) probed(ctx context.Context, p *planned, live *engine.Resource, field string, from engine.SecretRef) engine.SecretState {
	if !s.flags.probeSecrets {
		return engine.SecretUnknown
	}
	login, askable := p.kinds.Kind(live.Ref.Kind).Login(live.Fields, field, engine.NewSecret(""))
	if !askable {
		return engine.SecretUnknown
	}
	value, err := s.resolve(ctx, from)
	if err != nil {
		return engine.SecretUnknown
	}
	login.Secret = value
	return p.live.Probe(ctx, login)
}
