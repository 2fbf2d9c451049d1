package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// separator stands between the parts of a line, and so in none of them.
const separator = " · "

// clean makes a text from outside part of one line: nothing in it ends the line,
// hides, turns the direction of what follows, or looks like another part. What is
// far too long is cut first, so that a huge value costs nothing.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '·':
			return '•'
		case unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(cut(s, 4*longest), string(utf8.RuneError)))
	return strings.TrimSpace(s)
}

// longest is how many bytes of a line are told: a value can be of any length, and
// the smallest message of a vendor is to hold at least one event.
const longest = 200

// line cleans a text and cuts it, between two characters.
func line(s string) string { return cut(clean(s), longest) }

func cut(s string, most int) string {
	const mark = "…"
	if len(s) <= most {
		return s
	}
	n := most - len(mark)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + mark
}
