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
)

// A part is one document of a tenant.
type part struct {
	name      string
	pos       engine.Position // of metadata.name
	labels    map[string]string
	env       *engine.Environment
	envPos    engine.Position
	at        map[string]engine.Position // of labels and of the environment's fields
	hasEnv    bool
	resources []engine.Resource
	waivers   []engine.Waiver
	protect   []engine.Protection
	declared  []declared
	diags     []engine.Diagnostic
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
	if !c.header(n, DocKind) {
		return p
	}
	c.metadata(n, p)
	seen := map[string]bool{}
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
		case "apiVersion", "kind", "metadata":
		case "environment":
			c.environment(e, p)
		case "waivers":
			c.waivers(e, p)
		case "protect":
			c.protect(e, p)
		default:
			c.section(e, p, keep)
		}
	}
	return p
}

func (c *check) duplicate(e entry, first engine.Position) {
	c.fault(CodeDuplicate, e.pos, e.key, "field", e.key, "first", strconv.Itoa(first.Line))
}

// header checks apiVersion and kind; of a document of another version, or of
// another kind of ours, nothing more can be said.
func (c *check) header(n *node, want string) bool {
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
	case kind.kind != refusedNode && kind.text != want:
		c.fault(CodeDocKind, kind.pos, "kind", "value", kind.text, "want", want)
		return kind.text != DocKind && kind.text != WatchKind // a misspelling
	}
	return true
}

func (c *check) metadata(n *node, p *part) {
	meta := n.get("metadata")
	if meta == nil {
		c.fault(CodeMissing, n.pos, "metadata", "field", "metadata")
		return
	}
	c.value(c.schema.metadata.shape, meta, "metadata")
	if name := meta.get("name"); name != nil && name.kind == stringNode {
		p.name, p.pos = name.text, name.pos
	}
	p.labels = meta.get("labels").words()
	meta.get("labels").places("labels", p.at)
}

func (c *check) section(e entry, p *part, keep bool) {
	sec := c.schema.sections[e.key]
	if sec == nil {
		names := []string{"apiVersion", "kind", "metadata", "environment", "waivers", "protect"}
		for _, k := range c.schema.Kinds {
			if k.Section != "" {
				names = append(names, k.Section)
			}
		}
		d := engine.Diagnostic{Code: CodeUnknownField, Pos: e.pos, Path: e.key, Args: pairs([]string{"field", e.key})}
		suggest(&d, e.key, names)
		c.report(d)
		return
	}
	if !c.isList(e) {
		return
	}
	p.declared = slices.Grow(p.declared, len(e.value.items))
	for i, item := range e.value.items {
		if c.full() {
			return
		}
		path := elementPath(e.key, i)
		if c.resource(sec, item, path) && keep {
			p.resources = append(p.resources, *normal(sec.kind, item))
		}
		if d, ok := declaredBy(item, sec, i); ok {
			p.declared = append(p.declared, d)
		}
	}
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
	p.hasEnv, p.envPos = true, e.pos
	before := len(c.diags)
	c.value(c.schema.environment.shape, e.value, "environment")
	if e.value.kind != mapNode {
		return
	}
	c.exactlyOne(c.schema.environment, e.value, "environment")
	c.headerNames(e.value.get("headers"))
	if len(c.diags) == before {
		p.env = environmentOf(e.value)
		e.value.places("environment", p.at)
	}
}

// headerNames checks the names that CUE patterns cannot give a message for.
func (c *check) headerNames(headers *node) {
	if headers == nil {
		return
	}
	for _, e := range headers.entries {
		own := strings.EqualFold(e.key, "accesstoken") || strings.EqualFold(e.key, "access_token") ||
			strings.EqualFold(e.key, "host") || strings.EqualFold(e.key, "content-length")
		if own || e.key == "" || strings.Trim(strings.ToLower(e.key), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			c.fault(CodeHeaderName, e.pos, "environment.headers."+e.key, "value", e.key)
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
	if headers := n.get("headers"); headers != nil {
		env.Headers = map[string]engine.HeaderValue{}
		for _, e := range headers.entries {
			v := engine.HeaderValue{Text: e.value.text}
			if e.value.kind == mapNode {
				ref := secretRef(e.value)
				v = engine.HeaderValue{Ref: &ref}
			}
			env.Headers[e.key] = v
		}
	}
	return env
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
