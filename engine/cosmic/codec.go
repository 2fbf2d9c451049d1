package cosmic

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // the vendor derives its keys by it
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Codec encodes the data that an outside system and Invoice Cloud exchange, as
// base64 or, with a password, encrypted before that (facts page §5.3).
//
// The key is what Java makes of a password with SHA1PRNG: the first 16 bytes of the
// SHA1 of the SHA1. A client in the wild takes the SHA1 once, which the vendor's own
// vector refutes. What the dictionary's 向量 is for is not known; it plays no part.
type Codec struct{ sealed cipher.AEAD }

const (
	nonceSize = 12
	keySize   = 16
)

var (
	errNotBase64 = errors.New("it is not base64")
	errShort     = errors.New("it is too short to be encrypted")
	errOtherKey  = errors.New("the key does not fit")
)

// NewCodec makes a codec; without a password it does not encrypt.
func NewCodec(password string) (Codec, error) {
	if password == "" {
		return Codec{}, nil
	}
	block, err := aes.NewCipher(keyOf(password))
	if err != nil {
		return Codec{}, fmt.Errorf("make the cipher: %w", err)
	}
	sealed, err := cipher.NewGCM(block)
	return Codec{sealed}, err
}

func keyOf(password string) []byte {
	first := sha1.Sum([]byte(password)) //nolint:gosec // see Codec
	second := sha1.Sum(first[:])        //nolint:gosec // see Codec
	return second[:keySize]
}

// Encrypts tells whether the codec does more than base64.
func (c Codec) Encrypts() bool { return c.sealed != nil }

// Encode encodes data; random is where the nonce of an encryption comes from.
func (c Codec) Encode(plain []byte, random io.Reader) (string, error) {
	if !c.Encrypts() {
		return base64.StdEncoding.EncodeToString(plain), nil
	}
	nonce := make([]byte, nonceSize)
	if _, err := io.ReadFull(random, nonce); err != nil {
		return "", fmt.Errorf("draw a random number: %w", err)
	}
	return base64.StdEncoding.EncodeToString(c.sealed.Seal(nonce, nonce, plain, nil)), nil
}

// Decode undoes Encode. Line breaks do not matter, for some encoders of Java make them.
func (c Codec) Decode(text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	switch {
	case err != nil:
		return nil, errNotBase64
	case !c.Encrypts():
		return data, nil
	case len(data) < nonceSize+c.sealed.Overhead():
		return nil, errShort
	}
	plain, err := c.sealed.Open(nil, data[:nonceSize], data[nonceSize:], nil)
	if err != nil {
		return nil, errOtherKey
	}
	return plain, nil
}
