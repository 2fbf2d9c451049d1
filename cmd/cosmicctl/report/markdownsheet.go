package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"cosmicctl/engine"
)

// A sheet is Markdown that stays within a size.
//
// A text from outside stands in it in one of two ways, and in both it is only
// text: in a <code> element with every character that Markdown knows written as
// an entity ([code]), which holds in a paragraph, a table and raw HTML alike; or
// in a fence that is longer than any run of backticks inside ([fence]). In both,
// forges neither mention people nor link issues.
type sheet struct {
	text  strings.Builder
	size  int
	words Words
}

// reserved is kept for what must be said at the end.
const reserved = 600

func (s *sheet) left() int { return s.size - reserved - s.text.Len() }

// must writes what has a bounded length and is always said.
func (s *sheet) must(part string) { s.text.WriteString(part) }

// add writes a part if there is room for it.
func (s *sheet) add(part string) bool {
	if len(part) > s.left() {
		return false
	}
	s.text.WriteString(part)
	return true
}

// fits tells whether a part takes no more than its share of what is left.
func (s *sheet) fits(part string) bool { return len(part) <= s.left()/3 }

// list writes as many of n items as there is room for, and counts the others.
func (s *sheet) list(head, foot string, noun engine.Code, n int, item func(i int) string) {
	const more = 60 // bytes of the line that counts
	if n == 0 {
		return
	}
	room := s.left()/3 - len(head) - len(foot) - more
	var b strings.Builder
	i := 0
	for ; i < n; i++ {
		part := item(i)
		if b.Len()+len(part) > room {
			break
		}
		b.WriteString(part)
	}
	switch {
	case i == n:
		s.add(head + b.String() + foot)
	case i == 0:
		s.add(s.words.Say("no-room", "what", s.words.Count(n, noun)) + "\n\n")
	default:
		s.add(head + b.String() + "\n" + s.words.Say("and-what-more", "what", s.words.Count(n-i, noun)) + s.words["full-stop"] + "\n" + foot)
	}
}

// code makes a text from outside part of a line of Markdown, of a table or of
// HTML. A long one is cut.
func code(s string) string { return "<code>" + entities(Clean(s)) + "</code>" }

// entities writes the characters as entities to which Markdown, a table or HTML
// gives a meaning inside a line, among them those that make links: "@" of a mail,
// "www." and "://".
func entities(s string) string { return entitiesWithin(s, 600) }

// wholeCode is [code] of a text that must not be cut.
func wholeCode(s string) string { return "<code>" + entitiesWithin(whole(s), 1<<30) + "</code>" }

// entitiesWithin writes at most so many bytes.
func entitiesWithin(s string, most int) string {
	var b strings.Builder
	last := ' '
	for _, r := range s {
		if b.Len() > most {
			return b.String() + "…"
		}
		if strings.ContainsRune("&<>`*_~[]\\|!@$", r) || r == '.' && (last == 'w' || last == 'W') || r == '/' && last == ':' {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// fence puts lines into a fence of a language.
func fence(language string, lines []string) string {
	body := strings.Join(lines, "\n")
	bars := strings.Repeat("`", max(3, longestRun(body, '`')+1))
	return bars + language + "\n" + body + "\n" + bars + "\n"
}

func longestRun(s string, of byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != of {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// shortened cuts a line at a whole character.
func (w Words) shortened(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + w.Say("and-what-more", "what", w.Count(len(s)-most, "n-bytes"))
}

// fold is a part that opens on a click. The summary is Markdown-free HTML.
func fold(summary, body string) string {
	return "<details><summary>" + summary + "</summary>\n\n" + body + "\n</details>\n\n"
}
