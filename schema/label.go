package schema

import (
	"regexp"
	"strconv"
	"sync"

	"cosmicctl/engine"
)

// labelName is what a selector can name; it is compiled where a label is met, for it
// is large.
var labelName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[\p{L}\p{N}]([\p{L}\p{N}._/-]{0,61}[\p{L}\p{N}])?$`)
})

// labels reads the labels of a document, and checks what CUE patterns cannot give
// a message for.
func (c *check) labels(n *node, p *part) {
	if n == nil {
		return
	}
	if len(n.entries) > MaxLabels {
		c.fault(CodeManyLabels, n.pos, "metadata.labels", "max", strconv.Itoa(MaxLabels))
	}
	for _, e := range n.entries {
		if !labelName().MatchString(e.key) {
			c.fault(CodeLabelName, e.pos, "metadata.labels."+e.key, "value", e.key)
		}
	}
	p.labels = n.words()
	n.places("labels", p.at)
}

// joinLabels joins those of the parts of a tenant. Of one that is set twice it
// cannot be told what it is.
func joinLabels(t *engine.Tenant, parts []*part) (diags []engine.Diagnostic) {
	for _, p := range parts {
		for name, value := range p.labels {
			at := p.at["labels."+name]
			if first, twice := t.At["labels."+name]; twice {
				diags = append(diags, engine.Diagnostic{Severity: engine.Error, Code: CodeLabelTwice, Pos: at, Path: "metadata.labels." + name,
					Args: map[string]string{"label": name, "first": first.String()}})
				continue
			}
			t.Labels[name], t.At["labels."+name] = value, at
		}
	}
	return diags
}
