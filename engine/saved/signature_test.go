package saved_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"cosmicctl/engine/saved"
)

// pair makes a signer and the line of its public key.
func pair(t *testing.T) (*saved.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := saved.NewSigner(pem.EncodeToMemory(block))
	if err != nil {
		t.Fatal(err)
	}
	public, err := ssh.NewPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	return s, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public)))
}

func TestVerify(t *testing.T) {
	signer, line := pair(t)
	_, stranger := pair(t)
	sig, err := signer.Sign([]byte("file"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, keys, file string
		sig              []byte
		want             error
	}{
		{"the key", line, "file", sig, nil},
		{"among others", "# keys\n" + stranger + "\r\n\n" + line + " a name\n", "file", sig, nil},
		{"another key", stranger, "file", sig, saved.ErrStranger},
		{"another file", line, "fil", sig, saved.ErrForged},
		{"no signature", line, "file", nil, saved.ErrNotArmor},
		{"a key for a signature", line, "file", []byte(line), saved.ErrNotArmor},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			trusted, err := saved.ParseTrusted([]byte(tt.keys))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := trusted.Verify([]byte(tt.file), tt.sig); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

// Every byte of a signature counts, so that no edit of one makes another that holds.
func TestVerifyAnyEdit(t *testing.T) {
	signer, line := pair(t)
	trusted, err := saved.ParseTrusted([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	armored, err := signer.Sign([]byte("file"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(armored)
	for i := range block.Bytes {
		block.Bytes[i] ^= 1
		if _, err := trusted.Verify([]byte("file"), pem.EncodeToMemory(block)); err == nil {
			t.Errorf("the signature holds with another byte %d", i)
		}
		block.Bytes[i] ^= 1
	}
}

func TestParseTrusted(t *testing.T) {
	_, line := pair(t)
	tests := []struct {
		name, line string
		ok         bool
	}{
		{"a key", line, true},
		{"a key with a name", line + " me@example.com", true},
		{"an allowed signer", "me@example.com " + line, true},
		{"nothing", "\n# none\n", false},
		{"no key", "ssh-ed25519 AAAA", false},
		{"another kind of key behind a good one", line + "\nssh-rsa AAAA", false},
		{"an authority", "cert-authority " + line, false},
		{"an allowed signer with a term", `me@example.com valid-before="20200101" ` + line, false},
		{"an allowed authority", "me@example.com cert-authority " + line, false},
		{"a restricted key", "restrict " + line, false},
		{"a key with a command", `command="a@b" ` + line, false},
		{"a key with two options", "a@b,restrict " + line, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := saved.ParseTrusted([]byte(tt.line)); (err == nil) != tt.ok {
				t.Error(err)
			}
		})
	}
}
