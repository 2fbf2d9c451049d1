package cosmic

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Cosmic writes the same value now as text, now as a number or a boolean:
// counts and expires_in are strings in the vendor's own examples, and one API
// says "true" where another says true (facts page §2.2, §2.3, §12). So every
// scalar is read through these functions.

// field returns the first of the named properties that is there and not null.
func field(m map[string]any, names ...string) any {
	for _, n := range names {
		if v := m[n]; v != nil {
			return v
		}
	}
	return nil
}

// object returns v as an object; of anything else, as an empty one.
func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// text is the text of a scalar; of anything else it is compact JSON.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return compact(v)
}

func compact(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// count reads a whole number.
func count(v any) (n int64, ok bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(text(v)), 10, 64)
	return n, err == nil
}

// flag reads a yes or no.
func flag(v any) (yes, ok bool) {
	switch strings.ToLower(strings.TrimSpace(text(v))) {
	case "true", "success", "1":
		return true, true
	case "false", "error", "fail", "failed", "0":
		return false, true
	}
	return false, false
}
