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
func (g *group) notes() []string {
	var out []string
	for _, s := range []string{cause(g.Change), g.undone()} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// keys names the objects of a group.
func keys(places []place) []string {
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = p.Ref.Key
	}
	return out
}

// some names the first of many.
func some(names []string) string {
	const shown = 5
	if len(names) <= shown {
		return cleanJoin(names)
	}
	return fmt.Sprintf("%s … and %d more", cleanJoin(names[:shown]), len(names)-shown)
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
