package saved

import (
	"bytes"
	"errors"
	"strings"

	"cosmicctl/engine"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// Namespace keeps a signature under a plan from being one under anything else,
// and the other way round. With it, ssh-keygen -Y signs and verifies plans too.
const Namespace = "cosmicctl-plan"

// The reasons for which a signature is refused.
var (
	ErrEncrypted = engine.Fail("sign-passphrase", "namespace", Namespace)
	ErrNotEd     = engine.Fail("sign-no-ed25519")
	ErrNotArmor  = engine.Fail("sign-not-armor")
	ErrPurpose   = engine.Fail("sign-purpose", "namespace", Namespace)
	ErrStranger  = engine.Fail("sign-stranger")
	ErrForged    = engine.Fail("sign-forged")
)

// Signer signs plans with an ed25519 key.
type Signer struct{ key ssh.Signer }

// NewSigner reads a private key in OpenSSH's format, or in PEM.
func NewSigner(private []byte) (*Signer, error) {
	key, err := ssh.ParsePrivateKey(private)
	var encrypted *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &encrypted):
		return nil, ErrEncrypted
	case err != nil:
		return nil, err
	case key.PublicKey().Type() != ssh.KeyAlgoED25519:
		return nil, ErrNotEd
	}
	return &Signer{key}, nil
}

// Sign returns the signature under a file.
func (s *Signer) Sign(file []byte) ([]byte, error) {
	sig, err := sshsig.Sign(bytes.NewReader(file), s.key, sshsig.HashSHA512, Namespace)
	if err != nil {
		return nil, err
	}
	return sshsig.Armor(sig), nil
}

// Trusted are the keys that may sign plans.
type Trusted []ssh.PublicKey

// ParseTrusted reads public keys, one a line: "ssh-ed25519 AAAA… name", or with
// the signer's name first as in a file of allowed signers. A line with options is
// refused, for what it restricts would not be kept.
func ParseTrusted(data []byte) (Trusted, error) {
	var out Trusted
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(line))
		switch {
		case err != nil:
			return nil, engine.Fail("sign-no-key", "line", n)
		case key.Type() != ssh.KeyAlgoED25519:
			return nil, engine.Fail("sign-line", "line", n, "error", ErrNotEd)
		case !nameOnly(options):
			return nil, engine.Fail("sign-options", "line", n)
		}
		out = append(out, key)
	}
	if len(out) == 0 {
		return nil, engine.Fail("sign-none")
	}
	return out, nil
}

// nameOnly tells whether what stands before a key is nothing or a signer's name.
func nameOnly(options []string) bool {
	return len(options) == 0 || len(options) == 1 && strings.Contains(options[0], "@") && !strings.ContainsAny(options[0], `="`)
}

// Verify returns the name of the trusted key that signed a file.
func (t Trusted) Verify(file, signature []byte) (string, error) {
	sig, err := sshsig.Unarmor(signature)
	switch {
	case err != nil:
		return "", ErrNotArmor
	case sig.Namespace != Namespace:
		return "", ErrPurpose
	}
	for _, key := range t {
		if bytes.Equal(key.Marshal(), sig.PublicKey.Marshal()) {
			if sshsig.Verify(bytes.NewReader(file), sig, key, sig.HashAlgorithm, Namespace) != nil {
				return "", ErrForged
			}
			return ssh.FingerprintSHA256(key), nil
		}
	}
	return "", ErrStranger
}
