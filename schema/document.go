package schema

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/engine"
)

// What every manifest begins with.
const (
	APIVersion = "cosmicctl/v1"
	DocKind    = "Tenant"
	BaseKind   = "Base"
)

// A part is one document of a tenant, or of a base.
type part struct {
	base      bool
	name      string
	pos       engine.Position // of metadata.name
	labels    map[string]string
	env       *engine.Environment
	envPos    engine.Position
	at        map[string]engine.Position // of labels and of the environment's fields
	hasEnv    bool
	resources engine.Packed // all that are valid, if asked for
	waivers   []engine.Waiver
	protect   []engine.Protection
	declared  []declared
	diags     []engine.Diagnostic
	// vague tells that its labels are not all known.
	vague bool
	// union is what its bases say, nil without any; inherited is what of that the
	// document adds nothing to.
	union     *union
	inherited []*object
	// Of a base: the bases that it names, and what it says of objects.
	refs   []reference
	pieces []piece
}

// declared is all that validation keeps of a resource.
type declared struct {
	sec       *section
	key       string
	line, col int32
	index     int32
	absent    bool
}

func (d declared) pos(p *part) engine.Position {
	return engine.Position{File: p.pos.File, Line: int(d.line), Col: int(d.col)}
}

func (d declared) ref() engine.Ref { return engine.Ref{Kind: d.sec.kind.Name, Key: d.key} }

func (d declared) path() string { return elementPath(d.sec.kind.Section, int(d.index)) }

func elementPath(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// foreign tells whether a document of a folder is somebody else's: another
// apiVersion. A later version of our own is not foreign, it is refused.
func foreign(n *node) bool {
	return !versionRefused(n) && (n.kind != mapNode || !strings.HasPrefix(n.str("apiVersion"), "cosmicctl/"))
}

// versionRefused tells whether the apiVersion may stand in what was reported.
func versionRefused(n *node) bool {
	version := n.get("apiVersion")
	if version == nil {
		return n.merged || n.kind == refusedNode
	}
	return version.kind == refusedNode
}

// document checks one document. It keeps the resources only if asked to.
func (c *check) document(n *node, keep bool) *part {
	p := &part{pos: n.pos, at: map[string]engine.Position{}}
	if n.kind != mapNode {
		if n.kind != refusedNode {
			c.fault(CodeNotManifest, n.pos, "")
		}
		return p
	}
	if !c.header(n, DocKind, BaseKind) {
		return p
	}
	p.base = n.str("kind") == BaseKind
	c.metadata(n, p)
	c.based(n, p)
	seen := map[string]bool{}
	var resources []engine.Resource
	for _, e := range n.entries {
		if c.full() {
			break
		}
		if seen[e.key] {
			c.duplicate(e, n.keyPos(e.key))
			continue
		}
		seen[e.key] = true
		switch e.key {
		case "apiVersion", "kind", "metadata", "bases":
		case "environment":
			c.environment(e, p)
		case "waivers":
			c.waivers(e, p)
		case "protect":
			c.protect(e, p)
		default:
			resources = append(resources, c.section(e, p, keep)...)
		}
	}
	if keep {
		p.resources = c.packer.Pack(resources)
	}
	p.inherit()
	return p
}

// based reads the bases of a document. Those of a base are followed once it is
// known who needs it.
func (c *check) based(n *node, p *part) {
	refs := c.references(n)
	if p.base {
		p.refs = refs
		return
	}
	found := c.reached(refs)
	p.union = c.union(found)
	p.vague = p.vague || len(found) < len(refs) || len(refs) == 0 && n.get("bases") != nil || p.union != nil && p.union.vague
}

// inherit notes the objects of the bases that the document says nothing of.
func (p *part) inherit() {
	if p.union == nil {
		return
	}
	own := map[engine.Ref]bool{}
	for _, d := range p.declared {
		own[d.ref()] = true
	}
	for _, o := range p.union.order {
		if !own[o.ref()] {
			p.inherited = append(p.inherited, o)
		}
	}
}

func (c *check) duplicate(e entry, first engine.Position) {
	c.fault(CodeDuplicate, e.pos, e.key, "field", e.key, "first", strconv.Itoa(first.Line))
}

// header checks apiVersion and kind; of a document of another version, or of
// another kind of ours, nothing more can be said.
func (c *check) header(n *node, want ...string) bool {
	version, kind := n.get("apiVersion"), n.get("kind")
	switch {
	case versionRefused(n):
		return false
	case version == nil:
		c.fault(CodeMissing, n.pos, "apiVersion", "field", "apiVersion")
		return false
	case version.text != APIVersion:
		c.fault(CodeAPIVersion, version.pos, "apiVersion", "value", version.text, "want", APIVersion)
		return false
	case kind == nil:
		c.fault(CodeMissing, n.pos, "kind", "field", "kind")
	case kind.kind != refusedNode && !slices.Contains(want, kind.text):
		c.fault(CodeDocKind, kind.pos, "kind", "value", kind.text, "want", strings.Join(want, " or "))
		return !slices.Contains([]string{DocKind, BaseKind, WatchKind}, kind.text) // a misspelling
	}
	return true
}

func (c *check) metadata(n *node, p *part) {
	meta, before := n.get("metadata"), len(c.diags)
	switch {
	case meta == nil && p.base:
	case meta == nil:
		c.fault(CodeMissing, n.pos, "metadata", "field", "metadata")
	case p.base:
		c.value(c.schema.baseMetadata.shape, meta, "metadata")
	default:
		c.value(c.schema.metadata.shape, meta, "metadata")
	}
	if name := meta.get("name"); name != nil && name.kind == stringNode {
		p.name, p.pos = name.text, name.pos
	}
	c.labels(meta.get("labels"), p)
	p.vague = len(c.diags) > before
}

// section checks the objects of a kind and returns the valid ones, if they are to be
// kept.
func (c *check) section(e entry, p *part, keep bool) []engine.Resource {
	sec := c.schema.sections[e.key]
	if sec == nil {
		names := []string{"apiVersion", "kind", "metadata", "bases", "environment", "waivers", "protect"}
		for _, k := range c.schema.Kinds {
			if k.Section != "" {
				names = append(names, k.Section)
			}
		}
		d := engine.Diagnostic{Code: CodeUnknownField, Pos: e.pos, Path: e.key, Args: pairs([]string{"field", e.key})}
		suggest(&d, e.key, names)
		c.report(d)
		return nil
	}
	if !c.isList(e) {
		return nil
	}
	var out []engine.Resource
	p.declared = slices.Grow(p.declared, len(e.value.items))
	for i, item := range e.value.items {
		if c.full() {
			break
		}
		d, known := declaredBy(item, sec, i)
		of := p.union.object(d.ref())
		item.piece = p.base || known && of != nil
		valid := c.resource(sec, item, elementPath(e.key, i))
		switch {
		case p.base && known:
			p.pieces = append(p.pieces, piece{d, p, item, valid})
		case known && of != nil:
			whole, ok := c.completed(of, item, d.path())
			item, valid = whole, valid && ok
		}
		if valid && keep {
			out = append(out, *normal(sec.kind, item))
		}
		if known {
			p.declared = append(p.declared, d)
		}
	}
	return out
}

// isList reports a section that is no list.
func (c *check) isList(e entry) bool {
	switch e.value.kind {
	case listNode:
		return true
	case refusedNode:
	case nullNode:
		c.fault(CodeEmpty, e.value.pos, e.key, "field", e.key)
	default:
		c.fault(CodeType, e.value.pos, e.key, "got", string(e.value.kind), "want", string(listNode))
	}
	return false
}

// declaredBy tells which object a resource is about, valid or not.
func declaredBy(n *node, sec *section, index int) (declared, bool) {
	d := declared{sec: sec, index: int32(index), absent: n.get("state") != nil}
	key := map[string]any{}
	for _, name := range sec.kind.Key {
		v := n.get(name)
		if v == nil || v.text == "" || v.kind == nullNode {
			return d, false
		}
		key[name], d.line, d.col = v.text, int32(v.pos.Line), int32(v.pos.Col)
	}
	d.key = strings.Clone(sec.kind.KeyFrom(key)) // not the file's whole text
	return d, true
}

func (c *check) environment(e entry, p *part) {
	if p.base {
		c.fault(CodeBaseEnv, e.pos, e.key)
		return
	}
	p.hasEnv, p.envPos = true, e.pos
	before := len(c.diags)
	c.value(c.schema.environment.shape, e.value, "environment")
	if e.value.kind != mapNode {
		return
	}
	c.exactlyOne(c.schema.environment, e.value, "environment")
	c.headerNames(e.value.get("headers"), "environment.headers")
	if apps := e.value.get("appHeaders"); apps != nil {
		for _, app := range apps.entries {
			c.headerNames(app.value, "environment.appHeaders."+app.key)
		}
	}
	if len(c.diags) == before {
		p.env = environmentOf(e.value)
		e.value.places("environment", p.at)
	}
}

// headerNames checks the names that CUE patterns cannot give a message for.
func (c *check) headerNames(headers *node, path string) {
	if headers == nil {
		return
	}
	for _, e := range headers.entries {
		own := strings.EqualFold(e.key, "accesstoken") || strings.EqualFold(e.key, "access_token") ||
			strings.EqualFold(e.key, "host") || strings.EqualFold(e.key, "content-length")
		if own || e.key == "" || strings.Trim(strings.ToLower(e.key), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			c.fault(CodeHeaderName, e.pos, path+"."+e.key, "value", e.key)
		}
	}
}

// environmentOf reads a valid environment.
func environmentOf(n *node) *engine.Environment {
	auth := n.get("auth")
	env := &engine.Environment{
		BaseURL: baseURL(n), Version: engine.Version(n.str("version")),
		AccountID: n.str("accountId"), TenantID: n.str("tenantId"),
		Auth: engine.Auth{
			AppID: auth.str("appId"), AppSecret: secretRef(auth.get("appSecret")),
			User: auth.str("user"), UserType: auth.str("userType"), Flow: auth.str("flow"),
			SecretName: auth.str("secretName"),
		},
		API: byForm(n.get("api")), Properties: byForm(n.get("properties")),
	}
	env.Headers = headersOf(n.get("headers"))
	if apps := n.get("appHeaders"); apps != nil {
		env.AppHeaders = map[string]map[string]engine.HeaderValue{}
		for _, e := range apps.entries {
			env.AppHeaders[e.key] = headersOf(e.value)
		}
	}
	return env
}

func headersOf(n *node) map[string]engine.HeaderValue {
	if n == nil {
		return nil
	}
	out := map[string]engine.HeaderValue{}
	for _, e := range n.entries {
		v := engine.HeaderValue{Text: e.value.text}
		if e.value.kind == mapNode {
			ref := secretRef(e.value)
			v = engine.HeaderValue{Ref: &ref}
		}
		out[e.key] = v
	}
	return out
}

// baseURL is what stands before index.html of the console's address (facts page
// §1.0), without a slash at its end.
func baseURL(n *node) string {
	raw := n.str("baseURL")
	if console := n.str("consoleURL"); console != "" {
		raw, _, _ = strings.Cut(console, "index.html")
	}
	if u, err := url.Parse(raw); err == nil {
		u.RawQuery, u.Fragment = "", ""
		raw = u.String()
	}
	return strings.TrimRight(raw, "/")
}

func byForm(n *node) map[string]map[string]string {
	if n == nil {
		return nil
	}
	out := map[string]map[string]string{}
	for _, e := range n.entries {
		out[e.key] = e.value.words()
	}
	return out
}
