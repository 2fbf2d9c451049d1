package schema

import (
	"fmt"
	"strings"

	"cosmicctl/engine"
)

// Opening is how a document of a new manifest begins.
type Opening struct {
	Tenant *engine.Tenant
	// From is a manifest with the tenant's environment, which the document then has
	// too, as it is written there; nil for a further part of the tenant.
	From *Draft
}

// Begin begins a manifest, with a document for each opening.
func (e *Editor) Begin(file string, openings []Opening) (*Draft, error) {
	var b strings.Builder
	for i, o := range openings {
		if i > 0 {
			b.WriteString("---\n")
		}
		text, err := o.text()
		if err != nil {
			return nil, err
		}
		b.WriteString(text)
	}
	return e.Draft(file, []byte(b.String()))
}

func (o Opening) text() (string, error) {
	head := "apiVersion: " + APIVersion + "\nkind: " + DocKind + "\n"
	if o.From == nil {
		return head + "metadata: {name: " + written(nodeOf(o.Tenant.Name), true, 0) + "}\n", nil
	}
	for _, doc := range o.From.docs {
		if !foreign(doc.root) && doc.root.get("metadata").str("name") == o.Tenant.Name && doc.root.get("environment") != nil {
			return head + o.From.entry(doc.root, "metadata") + "\n" + o.From.entry(doc.root, "environment"), nil
		}
	}
	return "", fmt.Errorf("%s has no environment of tenant %s any more", o.From.file, o.Tenant.Name)
}

// entry is an entry of a document, as it is written if it has lines of its own.
func (d *Draft) entry(root *node, key string) string {
	p := &splicer{ruler: ruler{d.src}}
	s, err := p.document(root)
	if i, part := s.get(key); err == nil && !s.flow && part != nil && p.column(s.parts[i].head) == 0 {
		text := string(p.src[p.lineStart(part.head):p.lineEnd(part.end)])
		text = strings.ReplaceAll(text, "\r\n", "\n")
		return strings.ReplaceAll(text, "\r", "\n") + "\n"
	}
	p = &splicer{ruler: ruler{[]byte("\n")}}
	value := root.get(key)
	return key + ":\n  " + p.block(value, 2) + "\n"
}
