package sandbox

import (
	"bytes"
	"encoding/base64"
	"testing"
)

// The vector of facts §5.3, made by Java.
const (
	vectorPassword = "synthetic-key"
	vectorKey      = "QRV4pRsmj5Vcn3z+fM22Qg=="
	vectorWire     = "AAECAwQFBgcICQoLGuEesMoFwoz9IFDkmSlYGGeiA1vuby/hOAw8dtO2rM5e+94T5SmL/UCVK3JkYOo="
	vectorPlain    = `{"amount":0.10,"name":"测试"}`
)

func TestVendorAES(t *testing.T) {
	if got := base64.StdEncoding.EncodeToString(aesKey(vectorPassword)); got != vectorKey {
		t.Errorf("key %s, want %s", got, vectorKey)
	}
	k := codec{sealed: true, password: vectorPassword}
	if got, err := k.decode(vectorWire); err != nil || string(got) != vectorPlain {
		t.Errorf("decoded %q, %v", got, err)
	}
	iv := []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	if got, err := k.encode([]byte(vectorPlain), iv); err != nil || got != vectorWire {
		t.Errorf("encoded %s, %v", got, err)
	}
	if !bytes.Equal(iv, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}) {
		t.Error("the IV was written to")
	}
}

func TestCodecRefuses(t *testing.T) {
	sealed := codec{sealed: true, password: vectorPassword}
	tests := []struct {
		name  string
		codec codec
		wire  string
	}{
		{"another password", codec{sealed: true, password: "another"}, vectorWire},
		{"a bit turned", sealed, "AAECAwQFBgcICQoLGuEesMoFwoz9IFDkmSlYGGeiA1vuby/hOAw8dtO2rM5e+94T5SmL/UCVK3JkYOs="},
		{"base64 where AES is due", sealed, "eyJhIjoxfQ=="},
		{"nothing to open", sealed, ""},
		{"AES where base64 is due", codec{}, vectorWire},
		{"no padding", codec{}, "eyJhIjoxfQ"},
		{"URL alphabet", codec{}, "8J-Y"},
		{"line break", codec{}, "eyJh\nIjoxfQ=="},
		{"bare JSON", codec{}, `{"a":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := tt.codec.decode(tt.wire); err == nil {
				t.Errorf("decoded %q", got)
			}
		})
	}
}
