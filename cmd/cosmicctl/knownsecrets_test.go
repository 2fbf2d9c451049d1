package main

import (
	"testing"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"
)

// memory remembers one secret.
type memory map[string]writtenSecret

func (m memory) last(_ *engine.Tenant, ref engine.Ref, field string) (writtenSecret, bool) {
	w, ok := m[ref.String()+"."+field]
	return w, ok
}

func TestKnownSecret(t *testing.T) {
	t.Setenv("KNOWN", "value")
	t.Setenv("OTHER", "another")
	key, err := secrets.NewKey("0123456789abcdef0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	old, err := secrets.NewKey("another key of at least 32 letters")
	if err != nil {
		t.Fatal(err)
	}
	tenant := &engine.Tenant{Name: "demo", Environment: engine.Environment{AccountID: "1"}}
	ref := engine.Ref{Kind: "ThirdPartyApp", Key: "A"}
	written := writtenFingerprint(key, tenant, ref, "secret", engine.NewSecret("value"))
	tests := []struct {
		name string
		from engine.SecretRef
		last *writtenSecret
		key  *secrets.Key
		want engine.SecretState
	}{
		{name: "nothing remembers", from: engine.SecretRef{Env: "KNOWN"}, key: key},
		{name: "nothing was written", from: engine.SecretRef{Env: "KNOWN"}, last: &writtenSecret{}, key: key},
		{name: "the same", from: engine.SecretRef{Env: "KNOWN"}, last: &writtenSecret{key.ID(), written, 0}, key: key, want: engine.SecretSame},
		{name: "another value", from: engine.SecretRef{Env: "OTHER"}, last: &writtenSecret{key.ID(), written, 0}, key: key, want: engine.SecretChanged},
		{name: "not to be had", from: engine.SecretRef{Env: "NONE"}, last: &writtenSecret{key.ID(), written, 0}, key: key},
		{name: "a command", from: engine.SecretRef{Exec: []string{"true"}}, last: &writtenSecret{key.ID(), written, 0}, key: key},
		{name: "no key", from: engine.SecretRef{Env: "KNOWN"}, last: &writtenSecret{key.ID(), written, 0}},
		{name: "of another key", from: engine.SecretRef{Env: "OTHER"}, last: &writtenSecret{old.ID(), written, 0}, key: key},
		{name: "a rotation", from: engine.SecretRef{Env: "KNOWN", Rotate: 2}, last: &writtenSecret{key.ID(), written, 1}, key: key, want: engine.SecretRotated},
		{name: "a rotation needs no key", from: engine.SecretRef{Env: "KNOWN", Rotate: 1}, last: &writtenSecret{}, want: engine.SecretRotated},
		{name: "a rotation that is done", from: engine.SecretRef{Env: "KNOWN", Rotate: 2}, last: &writtenSecret{key.ID(), written, 2}, key: key, want: engine.SecretSame},
		{name: "a lower count", from: engine.SecretRef{Env: "KNOWN", Rotate: 1}, last: &writtenSecret{key.ID(), written, 2}, key: key, want: engine.SecretSame},
		{name: "a rotation of which nothing is known", from: engine.SecretRef{Env: "KNOWN", Rotate: 1}, key: key},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &session{app: &app{}, resolved: map[string]engine.Secret{}, writtenKey: tt.key}
			if tt.last != nil {
				s.lastSecrets = memory{"ThirdPartyApp/A.secret": *tt.last}
			}
			want := &engine.Resource{Ref: ref, Fields: map[string]any{"secret": tt.from}}
			if got := s.knownSecret(t.Context(), &planned{tenant: tenant})(want, want, "secret"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	moved := &engine.Tenant{Name: "demo", Environment: engine.Environment{AccountID: "2"}}
	if writtenFingerprint(key, moved, ref, "secret", engine.NewSecret("value")) == written {
		t.Error("another account has the same fingerprint")
	}
	renamed := &engine.Tenant{Name: "renamed", Environment: engine.Environment{AccountID: "1"}}
	if writtenFingerprint(key, renamed, ref, "secret", engine.NewSecret("value")) != written {
		t.Error("the manifest's name of a tenant counts")
	}
}
