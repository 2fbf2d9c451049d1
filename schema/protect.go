package schema

import (
	"fmt"
	"strings"

	"cosmicctl/engine"
)

func (c *check) protect(e entry, p *part) {
	before := len(c.diags)
	c.value(c.schema.protect.shape, e.value, e.key)
	if len(c.diags) > before || e.value.kind != listNode {
		return
	}
	c.repeated(e.value, e.key)
	for i, item := range e.value.items {
		kind, _, _ := strings.Cut(item.text, "/")
		if !c.schema.declares(kind) {
			c.unknownKind(kind, item.pos, fmt.Sprintf("%s[%d]", e.key, i))
			continue
		}
		p.protect = append(p.protect, engine.Protection{Object: strings.Clone(item.text), At: item.pos})
	}
}

// declares tells whether a manifest can declare objects of a kind.
func (s *Schema) declares(kind string) bool {
	k := s.Kinds.Kind(kind)
	return k != nil && k.Section != ""
}

func (c *check) unknownKind(kind string, pos engine.Position, path string) {
	var names []string
	for _, k := range c.schema.Kinds {
		if k.Section != "" {
			names = append(names, k.Name)
		}
	}
	d := engine.Diagnostic{Code: CodeProtectKind, Pos: pos, Path: path,
		Args: pairs([]string{"value", kind, "options", strings.Join(names, ", ")})}
	suggest(&d, kind, names)
	c.report(d)
}
