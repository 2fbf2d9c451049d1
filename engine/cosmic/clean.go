package cosmic

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"cosmicctl/engine"
)

// censor makes text of the live side fit to be shown: one line, short, without
// anything that steers a terminal, and without the secrets it knows.
type censor struct {
	mu      sync.RWMutex
	secrets []string // longest first
	bare    []string // the same as [spellings] makes them
}

const (
	maxText = 500 // characters
	// shortest is the length from which a value is struck out; what is shorter
	// is no secret and would mutilate texts.
	shortest = 4
)

// add makes the censor know a secret, also as it looks inside JSON or a URL.
func (c *censor) add(secret string) {
	if len(secret) < shortest {
		return
	}
	quoted, _ := json.Marshal(secret)
	forms := []string{
		secret, oneLine(secret), strings.Trim(string(quoted), `"`), compact(secret),
		url.QueryEscape(secret), url.PathEscape(secret),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range forms {
		if f = strings.Trim(f, `"`); len(f) >= shortest && !slices.Contains(c.secrets, f) {
			c.secrets = append(c.secrets, f)
		}
	}
	if b := bare(secret); len(b) >= shortest && !slices.Contains(c.bare, b) {
		c.bare = append(c.bare, b)
	}
	slices.SortFunc(c.secrets, func(a, b string) int { return len(b) - len(a) })
}

// withheld stands for a text that spells a secret in a way that cannot be struck out.
const withheld = engine.Redacted + ", as this text spells a secret and is not shown"

// text cleans a text. It cuts last, so that no secret is cut in half and
// missed.
func (c *censor) text(s string) string {
	s = c.strike(oneLine(s))
	if c.spelled(s) {
		return withheld
	}
	if r := []rune(s); len(r) > maxText {
		return string(r[:maxText]) + "…"
	}
	return s
}

func (c *censor) strike(s string) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, secret := range c.secrets {
		s = strings.ReplaceAll(s, secret, engine.Redacted)
	}
	return s
}

// spelled tells whether a text still holds a secret, however it is spelled.
func (c *censor) spelled(s string) bool {
	if len(s) < shortest {
		return false
	}
	all := spellings(s)
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.ContainsFunc(c.bare, func(secret string) bool {
		return slices.ContainsFunc(all, func(spelling string) bool { return strings.Contains(spelling, secret) })
	})
}

// escapes are the control sequences of terminals, which would leave readable
// remains if only their first character were removed.
var escapes = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)?|\x1b[@-_]`)

// oneLine removes control and formatting characters; line ends become spaces.
func oneLine(s string) string {
	s = escapes.ReplaceAllString(strings.ToValidUTF8(s, "�"), "")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
