package saved

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// Namespace keeps a signature under a plan from being one under anything else,
// and the other way round. With it, ssh-keygen -Y signs and verifies plans too.
const Namespace = "cosmicctl-plan"

// The reasons for which a signature is refused.
var (
	ErrEncrypted = errors.New("the key is protected by a passphrase; sign with ssh-keygen -Y sign -n " + Namespace + " -f KEY FILE")
	ErrNotEd     = errors.New("it is no ed25519 key; make one with ssh-keygen -t ed25519")
	ErrNotArmor  = errors.New("it is no signature of OpenSSH's format")
	ErrPurpose   = errors.New("the signature is for another purpose than " + Namespace)
	ErrStranger  = errors.New("it is signed by another key than those that are trusted")
	ErrForged    = errors.New("the signature is not of this file")
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
			return nil, fmt.Errorf("line %d is no public key", n)
		case key.Type() != ssh.KeyAlgoED25519:
			return nil, fmt.Errorf("line %d: %w", n, ErrNotEd)
		case !nameOnly(options):
			return nil, fmt.Errorf("line %d has options, which are not understood here; write the key and a name", n)
		}
		out = append(out, key)
	}
	if len(out) == 0 {
		return nil, errors.New("it holds no public key")
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
