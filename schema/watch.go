package schema

import (
	"slices"
	"strings"

	"cosmicctl/engine"
)

// WatchKind is the kind of the document that configures a watch. It may stand among
// manifests, which do not hold it.
const WatchKind = "Watch"

func isWatch(n *node) bool {
	return n.kind == mapNode && n.str("apiVersion") == APIVersion && n.str("kind") == WatchKind
}

// LoadWatch reads the configuration of a watch from a file. It is nil if there is a
// mistake; the error is never of the file.
func (s *Schema) LoadWatch(path string) (*engine.Watch, []engine.Diagnostic, error) {
	fault := func(code engine.Code, pos engine.Position, args ...string) (*engine.Watch, []engine.Diagnostic, error) {
		return nil, []engine.Diagnostic{{Severity: engine.Error, Code: code, Pos: pos, Args: pairs(args)}}, nil
	}
	data, wrong := read(path, path)
	if wrong == nil {
		data, wrong = text(path, data)
	}
	if wrong != nil {
		return nil, []engine.Diagnostic{*wrong}, nil
	}
	docs, diags := parse(path, data)
	switch {
	case len(diags) > 0:
		return nil, diags, nil
	case len(docs) == 0:
		return fault(CodeEmptyFile, engine.Position{File: path, Line: 1, Col: 1})
	case len(docs) > 1:
		return fault(CodeTooManyDocs, docs[1].root.pos, "max", "1")
	}
	c, err := s.checker()
	if err != nil {
		return nil, nil, err
	}
	defer s.checkers.Put(c)
	chk := &check{checker: c, diags: docs[0].diags}
	w := chk.watch(docs[0].root)
	slices.SortStableFunc(chk.diags, engine.Diagnostic.Compare)
	if chk.err != nil || len(chk.diags) > 0 {
		return nil, chk.diags, chk.err
	}
	return w, nil, nil
}

// watch checks the document; what it returns holds only without a mistake.
func (c *check) watch(n *node) *engine.Watch {
	if n.kind != mapNode {
		if n.kind != refusedNode {
			c.fault(CodeNotManifest, n.pos, "")
		}
		return nil
	}
	if !c.header(n, WatchKind) {
		return nil
	}
	w := &engine.Watch{Origin: n.pos}
	seen := map[string]engine.Position{}
	for _, e := range n.entries {
		first, twice := seen[e.key]
		switch {
		case twice:
			c.duplicate(e, first)
		case e.key == "notify":
			w.Notify = c.channels(e)
		case e.key != "apiVersion" && e.key != "kind":
			d := engine.Diagnostic{Code: CodeUnknownField, Pos: e.pos, Path: e.key, Args: pairs([]string{"field", e.key})}
			suggest(&d, e.key, []string{"apiVersion", "kind", "notify"})
			c.report(d)
		}
		seen[e.key] = e.pos
	}
	if n.get("notify") == nil && !n.merged {
		c.fault(CodeMissing, n.pos, "notify", "field", "notify")
	}
	return w
}

func (c *check) channels(e entry) []engine.Channel {
	if !c.isList(e) {
		return nil
	}
	var out []engine.Channel
	first := map[string]engine.Position{}
	for i, item := range e.value.items {
		path := elementPath(e.key, i)
		before := len(c.diags)
		c.value(c.schema.channels.shape, item, path)
		if item.kind != mapNode {
			continue
		}
		c.rules(c.schema.channels, item, path)
		if name := item.get("name"); name != nil && name.kind == stringNode {
			if at, twice := first[name.text]; twice {
				c.fault(CodeSameKey, name.pos, join(path, "name"), "key", name.text, "first", at.String())
			}
			first[name.text] = name.pos
		}
		if len(c.diags) == before {
			out = append(out, channelOf(item))
		}
	}
	return out
}

// channelOf reads a valid channel. It keeps no text of the file.
func channelOf(n *node) engine.Channel {
	ch := engine.Channel{Name: strings.Clone(n.str("name")), Type: strings.Clone(n.str("type")), URL: secretRef(n.get("url")),
		MinRisk: engine.Risk(strings.Clone(n.str("minRisk"))), Resolved: !strings.EqualFold(n.str("resolved"), "false"), Origin: n.pos}
	if s := n.get("secret"); s != nil {
		ref := secretRef(s)
		ch.Secret = &ref
	}
	return ch
}
