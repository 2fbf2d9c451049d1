package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const longest = 300 // runes of one value in a line

// Clean makes a text from outside safe to print in one line, also in the log of a
// CI server: control and format characters and the beginnings of commands become
// visible escapes, and a very long text is cut.
func Clean(s string) string {
	return uncommand(visible(s, longest))
}

// whole cleans a text that must not be cut, because somebody copies it.
func whole(s string) string { return uncommand(visible(s, len(s))) }

func visible(s string, most int) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > most {
			b.WriteString("…")
			break
		}
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029':
			b.WriteString(escape(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func plain(s string) bool {
	if len(s) > longest {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// What the runners of GitHub, Azure and TeamCity take for commands in a log: at
// the beginning of a line, and ##[ or ##name[ anywhere in one.
var (
	commandStart = regexp.MustCompile(`^\s*:(:[A-Za-z-]+[^:]*::)`)
	commandMark  = regexp.MustCompile(`##([A-Za-z]*\[)`)
)

func uncommand(s string) string {
	if !strings.Contains(s, "::") && !strings.Contains(s, "##") {
		return s
	}
	return commandMark.ReplaceAllString(commandStart.ReplaceAllString(s, `\u{3a}$1`), `#\u{23}$1`)
}

func escape(r rune) string {
	const hex = "0123456789abcdef"
	out := []byte(`\u{`)
	started := false
	for shift := 20; shift >= 0; shift -= 4 {
		d := byte(r >> shift & 0xf)
		if started = started || d != 0 || shift == 0; started {
			out = append(out, hex[d])
		}
	}
	return string(append(out, '}'))
}
