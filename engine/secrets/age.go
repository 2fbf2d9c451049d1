package secrets

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strings"

	"cosmicctl/engine"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// Identities open what was encrypted to them; they are the private side.
type Identities struct{ all []age.Identity }

// ParseIdentities reads private keys as age-keygen writes them, one a line;
// blank lines and those that begin with # are left out. No error repeats them.
func ParseIdentities(text string) (*Identities, error) {
	all, err := age.ParseIdentities(strings.NewReader(lines(text)))
	if err != nil {
		return nil, engine.Fail("age-not-private")
	}
	return &Identities{all}, nil
}

// Recipients are whom to encrypt to; they are the public side.
type Recipients struct{ all []age.Recipient }

// ParseRecipients reads public keys of age, one a line.
func ParseRecipients(text string) (*Recipients, error) {
	all, err := age.ParseRecipients(strings.NewReader(lines(text)))
	if err != nil {
		return nil, engine.Fail("age-not-public")
	}
	return &Recipients{all}, nil
}

// lines takes the blanks around each line off, and the carriage returns.
func lines(text string) string {
	all := strings.Split(text, "\n")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return strings.Join(all, "\n")
}

// Add returns all recipients of both.
func (r *Recipients) Add(more *Recipients) *Recipients {
	return &Recipients{slices.Concat(r.all, more.all)}
}

// Encrypt returns what only the recipients can open, as one line of base64.
func (r *Recipients) Encrypt(s engine.Secret) (string, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, r.all...)
	if err == nil {
		_, err = io.WriteString(w, s.Reveal())
	}
	if err == nil {
		err = w.Close()
	}
	return base64.StdEncoding.EncodeToString(out.Bytes()), err
}

// Open returns the value of a ciphertext, be it in base64 or armored.
func (i *Identities) Open(text string) (engine.Secret, error) {
	value, err := i.open(text)
	if err == nil && value == "" {
		err = engine.Fail("secret-empty")
	}
	if err != nil {
		return engine.Secret{}, err
	}
	return engine.NewSecret(value), nil
}

func (i *Identities) open(text string) (string, error) {
	cipher, err := dearmored(text)
	if err != nil {
		return "", err
	}
	plain, err := age.Decrypt(bytes.NewReader(cipher), i.all...)
	if _, other := errors.AsType[*age.NoIdentityMatchError](err); other {
		return "", engine.Fail("age-other-keys")
	}
	if err != nil {
		return "", engine.Fail("age-not-whole") // the library quotes what it read
	}
	data, err := io.ReadAll(io.LimitReader(plain, MaxBytes+1))
	switch {
	case err != nil:
		return "", engine.Fail("age-cut")
	case len(data) > MaxBytes:
		return "", engine.Fail("secret-too-long", "most", MaxBytes)
	}
	return trim(data), nil
}

func dearmored(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, armor.Header) {
		data, err := io.ReadAll(armor.NewReader(strings.NewReader(text)))
		if err != nil {
			return nil, engine.Fail("age-armor")
		}
		return data, nil
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, engine.Fail("age-neither")
	}
	return data, nil
}

// Armored writes a ciphertext as the lines of an armored file.
func Armored(text string) (string, error) {
	cipher, err := dearmored(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	w := armor.NewWriter(&out)
	if _, err := w.Write(cipher); err != nil {
		return "", err
	}
	err = w.Close()
	return strings.TrimSuffix(out.String(), "\n"), err
}
