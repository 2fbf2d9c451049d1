package report

import (
	"strconv"
	"strings"

	"cosmicctl/engine"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Value writes a value in normal form for a person, in one line.
func Value(v any) string {
	switch v := v.(type) {
	case nil:
		return "(none)"
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case engine.SecretRef:
		return engine.Redacted + " from " + Clean(v.String())
	case engine.Set:
		return "[" + cleanJoin(v) + "]"
	case engine.List:
		return "[" + cleanJoin(v) + "]"
	case engine.Rows:
		items := make([]string, len(v))
		for i, r := range v {
			items[i] = r.String()
		}
		return "[" + cleanJoin(items) + "]"
	case string:
		return `"` + Clean(v) + `"`
	}
	return engine.Redacted
}

func cleanJoin(items []string) string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = Clean(item)
	}
	return strings.Join(out, ", ")
}

// Bounds of the highlight inside changed texts: below, a person sees the change
// at a glance; above, the comparison would take long.
const (
	inlineFrom = 12   // runes
	inlineTo   = 4096 // runes
)

// inline marks what changed inside a clean text, in both versions.
func (s Style) inline(before, after string) (string, string) {
	a, b := []rune(before), []rune(after)
	if !s.Color || min(len(a), len(b)) < inlineFrom || max(len(a), len(b)) > inlineTo {
		return `"` + string(a) + `"`, `"` + string(b) + `"`
	}
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // the result must not depend on the machine's speed
	var old, new strings.Builder
	for _, part := range d.DiffCleanupSemantic(d.DiffMainRunes(a, b, false)) {
		switch part.Type {
		case diffmatchpatch.DiffEqual:
			old.WriteString(part.Text)
			new.WriteString(part.Text)
		case diffmatchpatch.DiffDelete:
			old.WriteString(s.invert(part.Text))
		case diffmatchpatch.DiffInsert:
			new.WriteString(s.invert(part.Text))
		}
	}
	return `"` + old.String() + `"`, `"` + new.String() + `"`
}
