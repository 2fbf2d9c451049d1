package secrets

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"cosmicctl/engine"
)

// MinKey is how many characters the text of a [Key] has at least.
const MinKey = 32

// A Key makes fingerprints of secrets. Who has the key can tell whether a secret
// is the one of a fingerprint; who has not learns nothing of it.
type Key struct{ key []byte }

// NewKey derives a key from a text that is hard to guess.
func NewKey(text string) (*Key, error) {
	if len(text) < MinKey {
		return nil, engine.Fail("state-key-short", "least", MinKey)
	}
	key, err := hkdf.Key(sha256.New, []byte(text), nil, "cosmicctl fingerprint of a secret", sha256.Size)
	return &Key{key}, err
}

// ID tells keys apart.
func (k *Key) ID() string { return k.sum("id")[:16] }

// Fingerprint names a value in one place: the same value in two places has two
// fingerprints.
func (k *Key) Fingerprint(s engine.Secret, place ...string) string {
	return k.sum("secret", append(place, s.Reveal())...)
}

// sum is over the parts and where one ends and the next begins.
func (k *Key) sum(purpose string, parts ...string) string {
	mac := hmac.New(sha256.New, k.key)
	for _, p := range append([]string{purpose}, parts...) {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		mac.Write([]byte(p))
	}
	return hex.EncodeToString(mac.Sum(nil))
}
