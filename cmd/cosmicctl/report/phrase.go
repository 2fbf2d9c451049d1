package report

import (
	"fmt"
	"strings"

	"cosmicctl/engine"
)

// kindTitle is what a kind is called.
func kindTitle(kinds engine.Catalog, kind string) string {
	if k := kinds.Kind(kind); k != nil {
		return k.Title.EN
	}
	return Clean(kind)
}

func objectName(kinds engine.Catalog, r engine.Ref) string {
	return kindTitle(kinds, r.Kind) + " " + Clean(r.Key)
}

// notes say why the changes of a group are planned, and whose work they undo.
func (g *group) notes(quote func(string) string) []string {
	var out []string
	for _, s := range []string{cause(g.Change), g.undone(quote), otherwise(g.Change)} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// keys names the objects of a group, each once: on several tenants they may have
// the same key.
func keys(places []place) []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range places {
		if !seen[p.Ref.Key] {
			seen[p.Ref.Key] = true
			out = append(out, p.Ref.Key)
		}
	}
	return out
}

// some names the first of many.
func some(names []string, quote func(string) string) string {
	const shown = 5
	out := make([]string, min(len(names), shown))
	for i := range out {
		out[i] = quote(names[i])
	}
	text := strings.Join(out, ", ")
	if len(names) > shown {
		text += fmt.Sprintf(" … and %d more", len(names)-shown)
	}
	return text
}

func cutOff(c *engine.Change) string {
	return "this version wants " + strings.Join(c.Steps, ", ") + ": callers are cut off in between"
}

// waiver says what a waiver lets stand, and until when.
func waiver(w engine.Waiver) string {
	text := "of " + Clean(w.Rule)
	if w.Object != "" {
		text += " for " + Clean(w.Object)
	}
	return text + ", until " + Clean(w.Expires)
}

func waiverReason(w engine.Waiver) string {
	return Clean(w.Owner) + ": " + Clean(w.Reason)
}

// capitalized makes a text the beginning of a line.
func capitalized(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
