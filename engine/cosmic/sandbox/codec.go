package sandbox

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // the vendor derives the key by it
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf8"
)

// codec is how the data of a business system travels (facts §5.3): BASE64, or AES+BASE64 with the password of its row.
// The row's AES vector is not used: how it relates to GCM is not public.
type codec struct {
	sealed   bool
	password string
}

const ivSize = 12

var errUndecodable = errors.New("data does not decode by the scheme and key of its row")

// codecOf reads the scheme of a row of invsm_app_access_config. A row without one, or without the key it needs, has none.
func codecOf(r *row) (k codec, usable bool) {
	switch r.values["encryptiontype"] {
	case "0":
		k = codec{sealed: true, password: r.values["aespwds"]}
		return k, k.password != ""
	case "1":
		return k, true
	}
	return k, false
}

// aesKey is what Java's KeyGenerator makes of a SHA1PRNG seeded with the password: 16 bytes of its double SHA-1.
func aesKey(password string) []byte {
	once := sha1.Sum([]byte(password)) //nolint:gosec // see above
	twice := sha1.Sum(once[:])         //nolint:gosec // see above
	return twice[:aes.BlockSize]
}

func (k codec) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(aesKey(k.password))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// encode needs an IV that was never used before.
func (k codec) encode(plain, iv []byte) (string, error) {
	if !k.sealed {
		return base64.StdEncoding.EncodeToString(plain), nil
	}
	gcm, err := k.aead()
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(gcm.Seal(iv[:ivSize:ivSize], iv, plain, nil)), nil
}

// decode is strict: standard alphabet, padded, no line breaks, and UTF-8 inside.
func (k codec) decode(text string) ([]byte, error) {
	plain, err := base64.StdEncoding.Strict().DecodeString(text)
	if err == nil && k.sealed {
		plain, err = k.open(plain)
	}
	if err != nil || !utf8.Valid(plain) || strings.ContainsAny(text, "\r\n") {
		return nil, errUndecodable
	}
	return plain, nil
}

func (k codec) open(wire []byte) ([]byte, error) {
	gcm, err := k.aead()
	if err != nil {
		return nil, err
	}
	if len(wire) < ivSize {
		return nil, errUndecodable
	}
	return gcm.Open(nil, wire[:ivSize], wire[ivSize:], nil)
}
