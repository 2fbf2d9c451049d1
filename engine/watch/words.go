package watch

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"cosmicctl/engine"
)

// words are what the templates say things with. Those of the page itself stand in
// its templates.
func (s *site) words(now time.Time) template.FuncMap {
	return template.FuncMap{
		"ago":   func(t time.Time) string { return lasting(now.Sub(t)) },
		"when":  func(t time.Time) string { return t.In(s.web.Zone).Format("2006-01-02 15:04") },
		"iso":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"class": classWords,
		"risk":  riskWords,
		"what":  whatWords,
		"state": stateWords,
		"read":  readWords,
		"count": count,
		"took":  func(ms int64) string { return fmt.Sprintf("%.1f s", float64(ms)/1000) },
	}
}

// lasting is a time in its largest unit, as one says it.
func lasting(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if d >= 2*u.unit || d >= u.unit && u.unit < time.Hour {
			return strconv.Itoa(int(d/u.unit)) + " " + u.name
		}
	}
	return "moments"
}

// count is a number of things.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

func classWords(c Class) string {
	words := map[Class]string{Changed: "changed", Missing: "missing", Unwanted: "should be gone", Fresh: "new", Unreadable: "cannot be read"}
	if w := words[c]; w != "" {
		return w
	}
	return string(c)
}

func riskWords(r engine.Risk) string { return strings.ReplaceAll(string(r), "-", " ") }

func whatWords(w What) string {
	if w == WasExpired {
		return "acknowledgement ended"
	}
	return string(w)
}

func stateWords(s State) string {
	if s == StateWaiting {
		return "not looked at yet"
	}
	return string(s)
}

func readWords(r Read) string {
	if r == NotRead {
		return "not compared"
	}
	return string(r)
}
