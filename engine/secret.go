package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// Redacted is what every output shows in place of a secret value.
const Redacted = "(secret)"

// Secret is a secret value. It cannot be printed, logged or marshalled: every
// such attempt yields [Redacted]. Only [Secret.Reveal] gives the value, and
// only the code that writes it to the live side calls that.
//
// The value stands behind a pointer because fmt cannot call the methods of an
// unexported field: printing a struct with such a field shows an address. And it
// stands in a function because there are printers that follow pointers into what
// is unexported, go-cmp for one: none sees what a function holds.
type Secret struct{ sealed *sealed }

type sealed struct{ reveal func() string }

// NewSecret holds a value so that it cannot leak.
func NewSecret(value string) Secret { return Secret{&sealed{func() string { return value }}} }

// Reveal returns the value.
func (s Secret) Reveal() string {
	if s.sealed == nil {
		return ""
	}
	return s.sealed.reveal()
}

// Format implements [fmt.Formatter] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, Redacted) }

// MarshalText implements [encoding.TextMarshaler], which JSON and YAML use too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(Redacted) }

// SecretRef names where a secret is kept; it is all that a manifest may say of
// one. Exactly one of Env, File, Exec and Age is set.
type SecretRef struct {
	Env  string   `json:"env,omitempty"`
	File string   `json:"file,omitempty"`
	Exec []string `json:"exec,omitempty"`
	// Age is the secret itself, encrypted, as base64 or as an armored file.
	Age string `json:"age,omitempty"`
	// Rotate counts how often the secret was asked to be written anew; 0 is never.
	Rotate int `json:"rotate,omitempty"`
	// Dir is the folder of the manifest that holds the reference; File is
	// looked up below it.
	Dir string `json:"-"`
}

// String names the reference for a person, as the manifest writes it; of what is
// encrypted it gives the beginning of a digest, to tell two of them apart.
func (r SecretRef) String() string {
	if r.Rotate > 0 {
		return fmt.Sprintf("{%s, rotate: %d}", r.source(), r.Rotate)
	}
	return "{" + r.source() + "}"
}

func (r SecretRef) source() string {
	switch {
	case r.Env != "":
		return "env: " + r.Env
	case r.File != "":
		return "file: " + r.File
	case r.Age != "":
		sum := sha256.Sum256([]byte(r.Age))
		return "age: … " + hex.EncodeToString(sum[:6])
	}
	return "exec: [" + strings.Join(r.Exec, ", ") + "]"
}

// closed names the live fields that may be a secret: the value of a field that
// takes one, unless the manifest wants a plain value there. No plan tells such a
// value, so that a saved one cannot notice that it moved.
func (k *Kind) closed(live, wanted map[string]any) []string {
	var out []string
	for _, f := range k.Fields {
		v, given := wanted[f.Name]
		_, secret := v.(SecretRef)
		if is := live[f.Name]; f.MaySecret && (secret || !given) && is != nil && is != "" {
			out = append(out, f.Name)
		}
	}
	return out
}

// open leaves out of live fields what may be a secret.
func (k *Kind) open(live, wanted map[string]any) map[string]any {
	closed := k.closed(live, wanted)
	if len(closed) == 0 {
		return live
	}
	return without(live, closed)
}

// SecretRule is what a resolved secret must be like.
type SecretRule struct {
	Min, Max int
	// Mixed asks for an upper and a lower case letter, a digit and another
	// character that is not "_" (facts page §1.6).
	Mixed bool
}

func (r SecretRule) args() map[string]string {
	return map[string]string{"min": strconv.Itoa(r.Min), "max": strconv.Itoa(r.Max)}
}

// Check says what is wrong with a value, as a diagnostic code, or "".
func (r SecretRule) Check(s Secret) Code {
	n := len([]rune(s.Reveal()))
	if r.Min > 0 && n < r.Min || r.Max > 0 && n > r.Max {
		return CodeSecretLength
	}
	if r.Mixed && !mixed(s.Reveal()) {
		return CodeSecretClasses
	}
	return ""
}

func mixed(s string) bool {
	var upper, lower, digit, special bool
	for _, c := range s {
		switch {
		case 'A' <= c && c <= 'Z':
			upper = true
		case 'a' <= c && c <= 'z':
			lower = true
		case '0' <= c && c <= '9':
			digit = true
		case c != '_':
			special = true
		}
	}
	return upper && lower && digit && special
}
