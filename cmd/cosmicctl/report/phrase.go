package report

import (
	"strings"
	"unicode/utf8"

	"cosmicctl/engine"
)

// kindTitle is what a kind is called.
func (w Words) kindTitle(kinds engine.Catalog, kind string) string {
	if k := kinds.Kind(kind); k != nil {
		return w.Text(k.Title)
	}
	return Clean(kind)
}

func (w Words) objectName(kinds engine.Catalog, r engine.Ref) string {
	return w.kindTitle(kinds, r.Kind) + " " + Clean(r.Key)
}

// notes say why the changes of a group are planned, and whose work they undo.
func (g *group) notes(w Words, quote func(string) string) []string {
	var out []string
	for _, s := range []string{w.cause(g.Change), g.undone(w, quote), w.otherwise(g.Change)} {
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
func (w Words) some(names []string, quote func(string) string) string {
	const shown = 5
	out := make([]string, min(len(names), shown))
	for i := range out {
		out[i] = quote(names[i])
	}
	text := strings.Join(out, w["list-comma"])
	if len(names) > shown {
		text = w.Say("and-more", "names", text, "n", len(names)-shown)
	}
	return text
}

func (w Words) cutOff(c *engine.Change) string {
	return w.Say("cut-off", "steps", strings.Join(c.Steps, ", "))
}

// waiver says what a waiver lets stand, and until when.
func (w Words) waiver(x engine.Waiver) string {
	if x.Object == "" {
		return w.Say("waiver-of-rule", "rule", Clean(x.Rule), "expires", Clean(x.Expires))
	}
	return w.Say("waiver-for-object", "rule", Clean(x.Rule), "object", Clean(x.Object), "expires", Clean(x.Expires))
}

func (w Words) waiverReason(x engine.Waiver) string {
	return Clean(x.Owner) + w["colon"] + Clean(x.Reason)
}

// capitalized makes a text the beginning of a line.
func capitalized(s string) string {
	if s == "" {
		return s
	}
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}
