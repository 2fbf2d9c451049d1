package schema

import (
	"strings"

	"cosmicctl/engine"
)

func (c *check) waivers(e entry, p *part) {
	if !c.isList(e) {
		return
	}
	for i, item := range e.value.items {
		before := len(c.diags)
		c.value(c.schema.waivers.shape, item, elementPath(e.key, i))
		if len(c.diags) == before && item.kind == mapNode {
			p.waivers = append(p.waivers, waiverOf(item))
		}
	}
}

// waiverOf reads a valid waiver. It keeps no text of the file.
func waiverOf(n *node) engine.Waiver {
	text := func(name string) string { return strings.Clone(n.str(name)) }
	return engine.Waiver{Rule: text("rule"), Object: text("object"), Owner: text("owner"), Reason: text("reason"),
		Expires: text("expires"), At: n.pos}
}

// sameWaivers reports what is waived twice: which of the two holds, and until
// when, could not be seen at a glance.
func sameWaivers(parts []*part) []engine.Diagnostic {
	var diags []engine.Diagnostic
	first := map[[2]string]engine.Position{}
	for _, p := range parts {
		for _, w := range p.waivers {
			about := [2]string{w.Rule, w.Object}
			if at, twice := first[about]; twice {
				diags = append(diags, engine.Diagnostic{Severity: engine.Error, Code: CodeSameWaiver, Pos: w.At, Path: "waivers",
					Args: map[string]string{"rule": w.Rule, "first": at.String()}})
				continue
			}
			first[about] = w.At
		}
	}
	return diags
}

// expired reports the waivers that no longer hold. The manifests are valid beside
// that, and can be planned.
func expired(parts []*part, today string) []engine.Diagnostic {
	var diags []engine.Diagnostic
	for _, p := range parts {
		for _, w := range p.waivers {
			if w.Expired(today) {
				diags = append(diags, engine.Diagnostic{Severity: engine.Error, Code: CodeWaiverExpired, Pos: w.At, Path: "waivers",
					Args: map[string]string{"rule": w.Rule, "expires": w.Expires, "owner": w.Owner}})
			}
		}
	}
	return diags
}
