package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// A canary is a secret value that is looked for wherever it must not be.
type canary struct {
	name  string
	value string
	// place is the one part of a request that may hold it, as [places] names it;
	// "" is none at all.
	place string
}

// canaryPart is how much of a secret's beginning or end already is a leak, in
// characters.
const canaryPart = 8

// newCanary makes the value of the letter's canary. Both of its ends hold what
// encodings write in their own way, and nothing else looks like either; it keeps
// the vendor's rules for secrets of 16 characters.
func newCanary(letter rune) string {
	return `K` + string(letter) + `"\/密<%` + `&'钥+> 1` + string(letter)
}

// parts are the ends of a value, as they look squeezed.
func (c canary) parts() []string {
	if !utf8.ValidString(c.value) {
		return []string{squeeze(c.value[:canaryPart]), squeeze(c.value[len(c.value)-canaryPart:])}
	}
	r := []rune(c.value)
	return []string{squeeze(string(r[:canaryPart])), squeeze(string(r[len(r)-canaryPart:]))}
}

// sought tells which canaries a text holds, whole or in part, in clear or in any
// mixture of encodings.
func sought(text string, canaries []canary) []string {
	var found []string
	all := views(text)
	for _, c := range canaries {
		for _, part := range c.parts() {
			if slices.ContainsFunc(all, func(view string) bool { return strings.Contains(view, part) }) {
				found = append(found, c.name)
				break
			}
		}
	}
	return found
}

// views are a text and what becomes of it when its encodings are undone, one
// layer after another, all of them squeezed.
func views(text string) []string {
	var out []string
	for _, t := range peeled(text) {
		out = append(out, t)
		for _, bytes := range append(unbase64(t), unhex(t)...) {
			out = append(out, peeled(bytes)...)
		}
	}
	for i := range out {
		out[i] = squeeze(out[i])
	}
	return out
}

// peeled undoes the escapes of JSON, Go, URLs, HTML and XML as often as there are any.
func peeled(text string) []string {
	out := []string{text}
	for range 4 {
		next := html.UnescapeString(text)
		next = unescape(next, `\u`, 4)
		next = unescape(next, `\x`, 2)
		next = unescape(next, `%`, 2)
		if next == text {
			break
		}
		text = next
		out = append(out, text)
	}
	return out
}

// unescape replaces a mark and so many hexadecimal digits by what they stand for:
// two are a byte, more are a character.
func unescape(text, mark string, digits int) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, mark)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		text = after
		n, err := strconv.ParseUint(after[:min(digits, len(after))], 16, 32)
		switch {
		case err != nil || len(after) < digits:
			b.WriteString(mark)
			continue
		case digits == 2:
			b.WriteByte(byte(n))
		default:
			b.WriteRune(rune(n))
		}
		text = after[digits:]
	}
}

// squeeze leaves out what encodings put before or between characters, or write in
// place of a space.
func squeeze(text string) string {
	drop := func(r rune) bool { return r == '\\' || r == '+' || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }
	if strings.IndexFunc(text, drop) < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !drop(r) {
			b.WriteString(text[i : i+n])
		}
		i += n
	}
	return b.String()
}

// unbase64 decodes all that may be base64 of either alphabet. Where a value begins
// in it cannot be told, so each of four places is tried.
func unbase64(text string) []string {
	text = strings.NewReplacer("-", "+", "_", "/").Replace(text)
	runs := strings.FieldsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '+' || r == '/')
	})
	var out [4]strings.Builder
	for _, run := range runs {
		for at := range out {
			if len(run) < 12 {
				continue
			}
			part := run[at:]
			decoded, _ := base64.RawStdEncoding.DecodeString(part[:len(part)-len(part)%4])
			tail, _ := base64.RawStdEncoding.DecodeString(part[len(part)-len(part)%4:])
			out[at].Write(decoded)
			out[at].Write(tail)
			out[at].WriteByte('\n')
		}
	}
	return []string{out[0].String(), out[1].String(), out[2].String(), out[3].String()}
}

func unhex(text string) []string {
	runs := strings.FieldsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'f' || 'A' <= r && r <= 'F' || '0' <= r && r <= '9')
	})
	var out [2]strings.Builder
	for _, run := range runs {
		for at := range out {
			if len(run) >= 2*canaryPart {
				decoded, _ := hex.DecodeString(run[at : len(run)-(len(run)-at)%2])
				out[at].Write(decoded)
				out[at].WriteByte('\n')
			}
		}
	}
	return []string{out[0].String(), out[1].String()}
}

// An encoding is a way in which a server, a library or a page writes a text.
type encoding struct {
	name   string
	encode func(string) string
}

func encodings() []encoding {
	return []encoding{
		{"in clear", func(s string) string { return s }},
		{"JSON as Go writes it", jsonText},
		{"JSON with < as it is", func(s string) string {
			return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(jsonText(s))
		}},
		{"JSON with slashes escaped", func(s string) string { return strings.ReplaceAll(jsonText(s), "/", `\/`) }},
		{"JSON in ASCII", func(s string) string { return strings.Trim(strconv.QuoteToASCII(s), `"`) }},
		{"JSON in capital ASCII", func(s string) string { return escapeAll(s, `\u%04X`, 0x80) }},
		{"JSON with all escaped", func(s string) string { return escapeAll(s, `\u%04x`, 0) }},
		{"JSON in JSON", func(s string) string { return jsonText(jsonText(s)) }},
		{"a quoted string of Go", strconv.Quote},
		{"a query", url.QueryEscape},
		{"a path", url.PathEscape},
		{"a query in small letters", func(s string) string {
			return regexp.MustCompile("%..").ReplaceAllStringFunc(url.QueryEscape(s), strings.ToLower)
		}},
		{"percent of every byte", func(s string) string { return "%" + strings.Join(pairs(hex.EncodeToString([]byte(s))), "%") }},
		{"a query of JSON", func(s string) string { return url.QueryEscape(jsonText(s)) }},
		{"HTML", html.EscapeString},
		{"HTML with names", func(s string) string {
			return strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;").Replace(html.EscapeString(s))
		}},
		{"HTML in decimals", func(s string) string { return escapeAll(s, "&#%d;", 0) }},
		{"HTML in hexadecimals", func(s string) string { return escapeAll(s, "&#x%X;", 0) }},
		{"HTML of JSON", func(s string) string { return html.EscapeString(jsonText(s)) }},
		{"XML", func(s string) string {
			var b bytes.Buffer
			_ = xml.EscapeText(&b, []byte(s))
			return b.String()
		}},
		{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
		{"base64, one byte on", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(":" + s + "}")) }},
		{"base64, two bytes on", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("x:" + s + "}]")) }},
		{"base64 for URLs", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }},
		{"base64 in a path", func(s string) string { return "/api/" + base64.RawURLEncoding.EncodeToString([]byte(s)) }},
		{"base64 of JSON", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(jsonText(s))) }},
		{"base64 in a query", func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) }},
		{"hexadecimals", func(s string) string { return hex.EncodeToString([]byte(s)) }},
		{"capital hexadecimals", func(s string) string { return "0x" + strings.ToUpper(hex.EncodeToString([]byte(s))) }},
	}
}

func jsonText(s string) string {
	b, _ := json.Marshal(s)
	return string(b[1 : len(b)-1])
}

// escapeAll writes the characters from one on by a format, and JSON's own two with
// a backslash.
func escapeAll(s, format string, from rune) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= from:
			fmt.Fprintf(&b, format, r)
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func pairs(s string) []string {
	var out []string
	for pair := range slices.Chunk([]byte(s), 2) {
		out = append(out, string(pair))
	}
	return out
}

// What looks for canaries finds them in every encoding, whole and in part, and
// nothing else.
func TestSought(t *testing.T) {
	canaries := []canary{{name: "a", value: newCanary('a')}, {name: "b", value: newCanary('b')},
		{name: "bytes", value: "\x00\xff\x80k\x01\x02\x03\x04middle\xfe\xed\x0b\xad\xca\xfe\xba\xbe"}}
	for _, e := range encodings() {
		t.Run(e.name, func(t *testing.T) {
			for _, c := range canaries[:2] {
				r := []rune(c.value)
				for _, part := range []string{c.value, string(r[:canaryPart]), string(r[:canaryPart+3]), string(r[len(r)-canaryPart:])} {
					text := `{"message": "` + e.encode(part) + `"}`
					if found := sought(text, canaries); !slices.Equal(found, []string{c.name}) {
						t.Errorf("%s: found %q", text, found)
					}
				}
			}
		})
	}
	for _, text := range []string{canaries[2].value, hex.EncodeToString([]byte(canaries[2].value)), base64.StdEncoding.EncodeToString([]byte(canaries[2].value))} {
		if found := sought(text, canaries); !slices.Equal(found, []string{"bytes"}) {
			t.Errorf("%q: found %q", text, found)
		}
	}
	if found := sought(newCanary('c')+url.QueryEscape(newCanary('d')), canaries); len(found) > 0 {
		t.Errorf("found %q", found)
	}
}
