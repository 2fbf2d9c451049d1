package cosmic

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"regexp"
	"strconv"
	"strings"
)

// A server that says again what it was sent may spell it in its own way: escaped
// as JSON, in a URL or a page, even one within another, or as base64. There are too
// many spellings to look for each, so a text is brought back to what it spells.

// spellings are a text and what it spells, layer by layer, all of them bare.
func spellings(s string) []string {
	var out []string
	for range 4 {
		out = append(out, bare(s))
		for _, decoded := range append(unbase64(s), unhex(s)...) {
			out = append(out, bare(unescape(decoded)))
		}
		next := unescape(s)
		if next == s {
			break
		}
		s = next
	}
	return out
}

// bare leaves out what escaping puts before a character, or in place of a space.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\+ `, r) {
			return -1
		}
		return r
	}, s)
}

var escaped = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}`)

// unescape undoes one layer of the escapes of JSON, URLs and pages.
func unescape(s string) string {
	return escaped.ReplaceAllStringFunc(html.UnescapeString(s), func(m string) string {
		n, _ := strconv.ParseUint(strings.TrimLeft(m, `\u%`), 16, 32)
		if m[0] == '%' {
			return string([]byte{byte(n)})
		}
		return string(rune(n))
	})
}

var (
	base64Word = regexp.MustCompile(`[0-9A-Za-z+/_-]{6,}`)
	hexWord    = regexp.MustCompile(`[0-9A-Fa-f]{8,}`)
	oneAlpha   = strings.NewReplacer("-", "+", "_", "/")
)

// unbase64 decodes all words, from each of four places: what stands before a value
// may look like a part of it.
func unbase64(s string) []string {
	return decoded(base64Word.FindAllString(oneAlpha.Replace(s), -1), 4, func(w string) []byte {
		b, _ := base64.RawStdEncoding.DecodeString(w[:len(w)-len(w)%4])
		rest, _ := base64.RawStdEncoding.DecodeString(w[len(w)-len(w)%4:])
		return append(b, rest...)
	})
}

func unhex(s string) []string {
	return decoded(hexWord.FindAllString(s, -1), 2, func(w string) []byte {
		b, _ := hex.DecodeString(w[:len(w)-len(w)%2])
		return b
	})
}

func decoded(words []string, places int, decode func(string) []byte) []string {
	if len(words) == 0 {
		return nil
	}
	out := make([]string, places)
	for at := range out {
		var b strings.Builder
		for _, w := range words {
			b.Write(decode(w[at:]))
			b.WriteByte('\n')
		}
		out[at] = b.String()
	}
	return out
}
