package secrets_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"

	"filippo.io/age"
)

// pair makes the two sides of a key.
func pair(t *testing.T) (*secrets.Identities, *secrets.Recipients) {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	private, err := secrets.ParseIdentities("# a remark\r\n\n  " + key.String() + " \r\n")
	if err != nil {
		t.Fatal(err)
	}
	public, err := secrets.ParseRecipients(key.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	return private, public
}

func encrypted(t *testing.T, to *secrets.Recipients, value string) string {
	t.Helper()
	text, err := to.Encrypt(engine.NewSecret(value))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAge(t *testing.T) {
	mine, me := pair(t)
	_, other := pair(t)
	text := encrypted(t, me, "hunter2")
	armored, err := secrets.Armored(text)
	if err != nil {
		t.Fatal(err)
	}
	cut := base64.StdEncoding.EncodeToString(decoded(t, text)[:len(decoded(t, text))-3])
	changed := decoded(t, text)
	changed[len(changed)-1] ^= 1
	tests := []struct{ name, age, want, says string }{
		{name: "in base64", age: text, want: "hunter2"},
		{name: "over several lines", age: text[:70] + "\n  " + text[70:], want: "hunter2"},
		{name: "armored", age: armored, want: "hunter2"},
		{name: "to several", age: encrypted(t, me.Add(other), "hunter2"), want: "hunter2"},
		{name: "one line break at the end", age: encrypted(t, me, "hunter2\r\n"), want: "hunter2"},
		{name: "to another", age: encrypted(t, other, "hunter2"), says: "age-other-keys"},
		{name: "of nothing", age: encrypted(t, me, "\n"), says: "secret-empty"},
		{name: "cut", age: cut, says: "age-cut"},
		{name: "changed", age: base64.StdEncoding.EncodeToString(changed), says: "age-cut"},
		{name: "damaged armor", age: strings.Replace(armored, "\n", "\n!", 1), says: "age-armor"},
		{name: "not base64", age: "hunter2!", says: "age-neither"},
		{name: "base64 of something else", age: "aHVudGVyMg==", says: "age-not-whole"},
		{name: "too long", age: encrypted(t, me, strings.Repeat("x", secrets.MaxBytes+1)), says: "secret-too-long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &secrets.Resolver{Identities: func() (*secrets.Identities, error) { return mine, nil }}
			s, err := r.Resolve(t.Context(), engine.SecretRef{Age: tt.age})
			expect(t, s, err, tt.want, tt.says, false)
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Error("the error shows the text")
			}
		})
	}
	if text == encrypted(t, me, "hunter2") {
		t.Error("the same secret gives the same ciphertext: it tells who holds which")
	}
}

func decoded(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A mistake in a key is told without the key.
func TestAgeKeysThatAreNone(t *testing.T) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	public := key.Recipient().String()
	broken := strings.Replace(key.String(), key.String()[20:24], "BBBB", 1)
	for _, text := range []string{"", "# nothing", "hunter2", broken, strings.ToLower(key.String()), public} {
		if _, err := secrets.ParseIdentities(text); err == nil || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("as a private key: %v", err)
		}
	}
	for _, text := range []string{"", "# nothing", "hunter2", key.String(), public[:30]} {
		if _, err := secrets.ParseRecipients(text); err == nil || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("as a public key: %v", err)
		}
	}
	r := &secrets.Resolver{}
	s, err := r.Resolve(t.Context(), engine.SecretRef{Age: "x"})
	expect(t, s, err, "", "secret-no-identity", false)
}
