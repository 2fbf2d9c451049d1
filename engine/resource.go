package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
)

// Ref names one object.
type Ref struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
}

func (r Ref) String() string { return r.Kind + "/" + r.Key }

// Position is a place in a manifest; line and column start at 1, the column
// counts characters.
type Position struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
}

func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// Compare orders positions by file, line and column.
func (p Position) Compare(o Position) int {
	return cmp.Or(cmp.Compare(p.File, o.File), cmp.Compare(p.Line, o.Line), cmp.Compare(p.Col, o.Col))
}

// Values in normal form. A field holds one of: string, bool, int64, [Set],
// List, [Rows] or, on the wanted side only, a [SecretRef].
type (
	// Set is a sorted list of different texts.
	Set []string
	// List is a list of texts whose order matters.
	List []string
	// Rows is a list of rows sorted by their text.
	Rows []Range
)

// NewSet sorts and deduplicates. It is never nil, which JSON would tell apart.
func NewSet(items ...string) Set {
	s := append(Set{}, items...)
	slices.Sort(s)
	return slices.Compact(s)
}

// NewRows sorts and deduplicates. They are never nil.
func NewRows(rows ...Range) Rows {
	s := append(Rows{}, rows...)
	slices.SortFunc(s, func(a, b Range) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(s)
}

// Imply adds what the given fields decide beside themselves. What is implied
// implies nothing further: the two sides of a pair would undo each other.
func (r *Resource) Imply(k *Kind) {
	implied := map[string]any{}
	for _, i := range k.Implies {
		v, given := r.Fields[i.Field]
		if !given {
			continue
		}
		maps.Copy(implied, i.Set)
		for _, name := range i.NonEmpty {
			set, _ := v.(Set)
			implied[name] = len(set) > 0
		}
	}
	maps.Copy(r.Fields, implied)
}

// Resource is one object in normal form, wanted or live.
type Resource struct {
	Ref    Ref
	Fields map[string]any
	// Absent marks a tombstone: the object is to be deleted.
	Absent bool
	// Origin is where the manifest declares it; At gives the places of its
	// fields ("apis") and their elements ("apis[2]"). Wanted side only.
	Origin Position
	At     map[string]Position
	// ID, By and When tell of the live object.
	ID   string
	By   string
	When string
	// Protected marks preset data. Live side only.
	Protected bool
	// Frozen are those of the kind that hold for the object. Live side only.
	Frozen []Frozen
}

// Place returns where a field stands, or the nearest parent that is known.
func (r *Resource) Place(path string) Position {
	if p, ok := r.At[path]; ok {
		return p
	}
	return r.Origin
}

// placeOf returns the manifest line that asks for the change of a field.
func (r *Resource) placeOf(f *FieldChange) Position {
	if p, ok := r.At[f.Field+"["+f.Element+"]"]; ok && f.Element != "" {
		return p
	}
	return r.Place(f.Field)
}

// Tenant is one tenant as its manifests want it.
type Tenant struct {
	Name        string
	Labels      map[string]string
	Environment Environment
	Resources   []Resource
	Waivers     []Waiver
	// Protect names objects that are never changed or deleted.
	Protect []Protection
	// Origin is where its environment stands; At gives the places of labels and
	// of the environment's fields ("environment.auth.flow").
	Origin Position
	At     map[string]Position
}

// Place returns where a field of the tenant stands, or the nearest parent that
// is known.
func (t *Tenant) Place(path string) Position {
	for path != "" {
		if p, ok := t.At[path]; ok {
			return p
		}
		path = path[:max(0, strings.LastIndexByte(path, '.'))]
	}
	return t.Origin
}

// Environment says how to reach a tenant.
type Environment struct {
	BaseURL   string
	Version   Version
	AccountID string
	TenantID  string
	Auth      Auth
	// API overrides paths, by form and operation.
	API map[string]map[string]string
	// Headers are sent with every call.
	Headers map[string]HeaderValue
	// AppHeaders are what other apps send in their own name, by app.
	AppHeaders map[string]map[string]HeaderValue
	// Properties gives a tenant's own property names, by form.
	Properties map[string]map[string]string
}

// LiveID names the live tenant behind an environment, however its address is
// written: manifests of any name that have the same are about the same tenant.
func (e *Environment) LiveID() string {
	u, err := url.Parse(e.BaseURL)
	if err != nil {
		return e.BaseURL + " " + e.AccountID
	}
	host, port := strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), u.Port()
	if port != "" && port != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		host = net.JoinHostPort(host, port)
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.Path, "/") + " " + e.AccountID
}

// LiveDigest names the live tenant as [Environment.LiveID] does, without telling its
// account, which is nobody's business (facts page §1.1).
func (e *Environment) LiveDigest() string {
	sum := sha256.Sum256([]byte(e.LiveID()))
	return hex.EncodeToString(sum[:12])
}

// IdentityHeader is the header by which a gateway before some hosts knows an app, so
// that one app's is none of another's (facts page §1.4).
const IdentityHeader = "x-acgw-identity"

// HeadersOf are the headers of calls in the name of an app: those of every call but,
// for another app than cosmicctl's own, its identity, and those of that app.
func (e *Environment) HeadersOf(app string) map[string]HeaderValue {
	out := maps.Clone(e.Headers)
	drop := func(name string) {
		maps.DeleteFunc(out, func(other string, _ HeaderValue) bool { return strings.EqualFold(other, name) })
	}
	if app != e.Auth.AppID {
		drop(IdentityHeader)
	}
	for name, v := range e.AppHeaders[app] {
		if drop(name); out == nil {
			out = map[string]HeaderValue{}
		}
		out[name] = v
	}
	return out
}

// HeaderValue is a literal or a reference to a secret.
type HeaderValue struct {
	Text string
	Ref  *SecretRef
}

// Auth is how cosmicctl itself logs in.
type Auth struct {
	AppID     string
	AppSecret SecretRef
	User      string
	UserType  string
	Flow      string
	// SecretName is the property that carries the secret in the old flow; ""
	// leaves it to the client.
	SecretName string
}

// EnhancedTokenSince is the version from which new apps use the enhanced token
// (facts page §1.3).
const EnhancedTokenSince Version = "6.0.1"

// Enhanced tells which token flow is used: the enhanced token or the old two
// steps.
func (e *Environment) Enhanced() bool {
	switch e.Auth.Flow {
	case FlowEnhanced:
		return true
	case FlowLogin:
		return false
	}
	return e.Version.Compare(EnhancedTokenSince) >= 0
}

// The token flows that a manifest may force.
const (
	FlowAuto     = "auto"
	FlowEnhanced = "enhanced"
	FlowLogin    = "login"
)
