package main

import (
	"context"
	"fmt"
	"os"
	"strings"

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
		return nil, coded(exitInvalid, fmt.Errorf("%s: %w", stateKeyVariable, err))
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
		return nil, coded(exitInvalid, fmt.Errorf("the plan holds fingerprints of its secrets; set %s to the key that they were made with", stateKeyVariable))
	case key.ID() != p.Fingerprints.Key:
		return nil, coded(exitInvalid, fmt.Errorf("the plan's fingerprints of secrets were made with another key than that of %s", stateKeyVariable))
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
				return nil, fmt.Errorf("no fingerprint of %s.%s of tenant %s can be saved: %w; give the secret, or unset %s",
					u.Change.Ref, u.Field.Name, t.Name, err, stateKeyVariable)
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
				others = append(others, fmt.Sprintf("%s.%s of tenant %s", u.Change.Ref, u.Field.Name, p.tenant.Name))
			}
		}
	}
	if len(others) > 0 {
		return coded(exitStale, fmt.Errorf("secrets have other values than when the plan was saved: %s; nothing was written, plan again",
			strings.Join(others, ", ")))
	}
	return nil
}
