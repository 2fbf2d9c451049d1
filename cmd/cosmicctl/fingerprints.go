package main

import (
	"context"
	"os"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/saved"
	"cosmicctl/engine/secrets"
)

const stateKeyVariable = "COSMICCTL_STATE_KEY"

// stateKey is the key of fingerprints that the user gave; nil if there is none.
func stateKey() (*secrets.Key, error) {
	text := os.Getenv(stateKeyVariable)
	if text == "" {
		return nil, nil
	}
	key, err := secrets.NewKey(text)
	if err != nil {
		return nil, coded(exitInvalid, about(stateKeyVariable, err))
	}
	return key, nil
}

// keyOf is the key that the fingerprints of a plan were made with; nil if it has none.
func keyOf(p *saved.Plan) (*secrets.Key, error) {
	if p.Fingerprints == nil {
		return nil, nil
	}
	key, err := stateKey()
	switch {
	case err != nil:
		return nil, err
	case key == nil:
		return nil, coded(exitInvalid, report.Fault("fingerprints-no-key", "variable", stateKeyVariable))
	case key.ID() != p.Fingerprints.Key:
		return nil, coded(exitInvalid, report.Fault("fingerprints-other-key", "variable", stateKeyVariable))
	}
	return key, nil
}

// fingerprints names each secret that the plans write.
func (s *session) fingerprints(ctx context.Context, key *secrets.Key, tenants []saved.Tenant) (*saved.Fingerprints, error) {
	out := &saved.Fingerprints{Key: key.ID()}
	for _, t := range tenants {
		for _, u := range t.Plan.Secrets(s.schema.Kinds) {
			f, err := s.fingerprint(ctx, key, t.Name, u)
			if err != nil {
				return nil, report.Fault("no-fingerprint", "object", u.Change.Ref.String(), "field", u.Field.Name, "tenant", t.Name, "error", err, "variable", stateKeyVariable)
			}
			out.Of = append(out.Of, f)
		}
	}
	return out, nil
}

func (s *session) fingerprint(ctx context.Context, key *secrets.Key, tenant string, u engine.SecretUse) (saved.Fingerprint, error) {
	value, err := s.resolve(ctx, u.From)
	ref := u.Change.Ref
	f := saved.Fingerprint{Tenant: tenant, Ref: ref, Field: u.Field.Name}
	if err == nil {
		f.Value = key.Fingerprint(value, tenant, ref.Kind, ref.Key, u.Field.Name)
	}
	return f, err
}

// sameSecrets refuses secrets other than those that were planned.
func (r *reviewed) sameSecrets(ctx context.Context, s *session, changed []*planned) error {
	if r.key == nil {
		return nil
	}
	planned := map[saved.Fingerprint]bool{}
	for _, f := range r.plan.Fingerprints.Of {
		planned[f] = true
	}
	var others []string
	for _, p := range changed {
		for _, u := range p.plan.Secrets(p.kinds) {
			f, err := s.fingerprint(ctx, r.key, p.tenant.Name, u)
			if err != nil || !planned[f] {
				others = append(others, s.words.Say("field-of-tenant", "object", u.Change.Ref, "field", u.Field.Name, "tenant", p.tenant.Name))
			}
		}
	}
	if len(others) > 0 {
		return coded(exitStale, report.Fault("secrets-moved", "secrets", strings.Join(others, s.words["list-comma"])))
	}
	return nil
}
