package secrets_test

import (
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"
)

func TestFingerprint(t *testing.T) {
	key := newKey(t, strings.Repeat("k", 32))
	first := key.Fingerprint(engine.NewSecret("value"), "demo", "App", "ERP01", "secret")
	if again := newKey(t, strings.Repeat("k", 32)).Fingerprint(engine.NewSecret("value"), "demo", "App", "ERP01", "secret"); again != first {
		t.Error("the same secret in the same place has two fingerprints")
	}
	tests := []struct {
		name string
		got  string
	}{
		{"another value", key.Fingerprint(engine.NewSecret("Value"), "demo", "App", "ERP01", "secret")},
		{"another place", key.Fingerprint(engine.NewSecret("value"), "prod", "App", "ERP01", "secret")},
		{"a place cut elsewhere", key.Fingerprint(engine.NewSecret("value"), "demo", "AppE", "RP01", "secret")},
		{"a value cut elsewhere", key.Fingerprint(engine.NewSecret("tvalue"), "demo", "App", "ERP01", "secre")},
		{"another key", newKey(t, strings.Repeat("k", 33)).Fingerprint(engine.NewSecret("value"), "demo", "App", "ERP01", "secret")},
		{"what names the key", key.ID()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got == first {
				t.Error("it has the same fingerprint")
			}
		})
	}
	if strings.HasPrefix(first, key.ID()) || newKey(t, strings.Repeat("k", 33)).ID() == key.ID() {
		t.Error("the name of a key does not tell it from another")
	}
}

func TestShortKey(t *testing.T) {
	if _, err := secrets.NewKey(strings.Repeat("k", secrets.MinKey-1)); err == nil {
		t.Error("a short key is taken")
	}
}

func newKey(t *testing.T, text string) *secrets.Key {
	t.Helper()
	k, err := secrets.NewKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
