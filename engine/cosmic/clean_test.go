package cosmic

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
)

func TestCleanText(t *testing.T) {
	c := &censor{}
	for _, s := range []string{`Quo"te&<Secret>1`, "Sup3r-Secret", "Sup3r-Secret-and-more", "multi\nline-Secret", "abc"} {
		c.add(s)
	}
	tests := []struct{ name, text, want string }{
		{"plain", "操作失败", "操作失败"},
		{"control characters", "a\x00b\x07c\u0085d\x7fe", "abcde"},
		{"line ends", " a\r\nb\tc\u2028d\n", "a  b c d"},
		{"colours", "\x1b[1;31mred\x1b[0m", "red"},
		{"title of a terminal", "\x1b]0;pwned\x07x\x1b]8;;http://x\x1b\\y", "xy"},
		{"other escapes", "\x1bMx\x1b", "x"},
		{"direction and width", "a\u202eb\u200bc\u2066d\ufeff", "abcd"},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
		{"secret", "bad Sup3r-Secret!", "bad (secret)!"},
		{"longer secret first", "bad Sup3r-Secret-and-more!", "bad (secret)!"},
		{"secret in JSON", `{"x":"Quo\"te\u0026\u003cSecret\u003e1"}`, `{"x":"(secret)"}`},
		{"secret in loose JSON", `{"x":"Quo\"te&<Secret>1"}`, `{"x":"(secret)"}`},
		{"secret in a URL", "x=" + url.QueryEscape(`Quo"te&<Secret>1`), "x=(secret)"},
		{"secret of two lines", "x multi\nline-Secret", "x (secret)"},
		{"secret behind control characters", "Sup3r\x00-Sec\x1b[0mret", "(secret)"},
		{"secret as ASCII", `x \u0051uo\"te&\u003CSecret>1`, withheld},
		{"secret in JSON in JSON", `Quo\\\"te\\u0026\\u003cSecret\\u003e1`, withheld},
		{"secret in a page", "Quo&quot;te&amp;&lt;Secret&#62;1", withheld},
		{"secret in a URL in a page", "Quo%22te%26&#37;3CSecret%3e1", withheld},
		{"secret in base64", "x=" + base64.StdEncoding.EncodeToString([]byte(`{"x":"Sup3r-Secret"}`)), withheld},
		{"secret in base64 behind a word", "x/" + base64.RawURLEncoding.EncodeToString([]byte(`Quo\"te&<Secret>1`)), withheld},
		{"secret in hexadecimals", hex.EncodeToString([]byte("Sup3r-Secret")), withheld},
		{"no secret in base64", "x=" + base64.StdEncoding.EncodeToString([]byte("Sup3r Sacred")), "x=U3VwM3IgU2FjcmVk"},
		{"too short for a secret", "abc", "abc"},
		{"long", strings.Repeat("长", 700), strings.Repeat("长", 500) + "…"},
		{"secret at the cut", strings.Repeat("x", 495) + "Sup3r-Secret", strings.Repeat("x", 495) + "(secr…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.text(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
