package cosmic

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"testing"
)

// The vector of the facts page §5.3, made by Java.
const (
	vectorPassword = "synthetic-key"
	vectorKey      = "QRV4pRsmj5Vcn3z+fM22Qg=="
	vectorText     = "AAECAwQFBgcICQoLGuEesMoFwoz9IFDkmSlYGGeiA1vuby/hOAw8dtO2rM5e+94T5SmL/UCVK3JkYOo="
	vectorPlain    = `{"amount":0.10,"name":"测试"}`
)

func codec(t testing.TB, password string) Codec {
	t.Helper()
	c, err := NewCodec(password)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCodecOpensJavasVector(t *testing.T) {
	if got := base64.StdEncoding.EncodeToString(keyOf(vectorPassword)); got != vectorKey {
		t.Errorf("key %s", got)
	}
	got, err := codec(t, vectorPassword).Decode(vectorText)
	if err != nil || string(got) != vectorPlain {
		t.Errorf("%q, %v", got, err)
	}
	once := sha1.Sum([]byte(vectorPassword))
	if bytes.Equal(once[:keySize], keyOf(vectorPassword)) {
		t.Error("the SHA1 is taken once")
	}
}

// With the nonce of the vector the text is Java's too.
func TestCodecSealsAsJavaDoes(t *testing.T) {
	nonce := bytes.NewReader([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
	got, err := codec(t, vectorPassword).Encode([]byte(vectorPlain), nonce)
	if err != nil || got != vectorText {
		t.Errorf("%s, %v", got, err)
	}
}

func TestCodecRefuses(t *testing.T) {
	plain := base64.StdEncoding.EncodeToString([]byte(vectorPlain))
	tests := []struct {
		name, password, text string
		want                 error
	}{
		{"another key", "other-key", vectorText, errOtherKey},
		{"no base64", vectorPassword, "{}", errNotBase64},
		{"no base64 without a key", "", "{}", errNotBase64},
		{"nothing", vectorPassword, "", errShort},
		{"cut", vectorPassword, vectorText[:20], errShort},
		{"cut at its end", vectorPassword, vectorText[:len(vectorText)-4], errOtherKey},
		{"not encrypted", vectorPassword, plain, errOtherKey},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := codec(t, tt.password).Decode(tt.text); !errors.Is(err, tt.want) {
				t.Errorf("%q, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestCodecIgnoresLineBreaks(t *testing.T) {
	got, err := codec(t, vectorPassword).Decode(vectorText[:40] + "\r\n" + vectorText[40:] + "\n")
	if err != nil || string(got) != vectorPlain {
		t.Errorf("%q, %v", got, err)
	}
}

// No text makes a codec panic, and what it encodes it decodes.
func FuzzCodec(f *testing.F) {
	for _, password := range []string{"", vectorPassword} {
		f.Add(password, vectorText)
		f.Add(password, "AAECAwQFBgcICQoL")
		f.Add(password, "AAECAwQFBgcICQoLGuEesMoFwoz9IFDkmSlYGA==")
	}
	f.Fuzz(func(t *testing.T, password, text string) {
		c := codec(t, password)
		_, _ = c.Decode(text)
		encoded, err := c.Encode([]byte(text), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Decode(encoded); err != nil || string(got) != text {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	})
}
