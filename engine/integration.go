package engine

import "slices"

// Gateway names what data of an outside system goes through the gateway of Invoice
// Cloud by.
type Gateway struct {
	// Code is the field that a request names; Enabled is a flag.
	Code    string `json:"code"`
	Enabled string `json:"enabled"`
	// The field Encryption has the value Encrypts where data is encrypted, with Key.
	Encryption string `json:"encryption"`
	Encrypts   string `json:"encrypts"`
	Key        string `json:"key"`
	// Callbacks are the addresses that results go to.
	Callbacks string `json:"callbacks"`
}

// An Integration is an outside system as it works: it logs in as an app, in the name
// of a user, and exchanges data under the code of a system.
type Integration struct {
	Client Client
	User   string // "" if none is known
	System System
}

// Subject names an integration by its app, user and system.
func (i *Integration) Subject() string {
	return i.Client.App + ":" + i.User + ":" + i.System.Code
}

// Client is an app that logs in.
type Client struct {
	Kind     *Kind
	Resource *Resource
	App      string
	Secret   SecretRef
	Enhanced bool
	Users    []string
	// Off tells that the manifest wants it disabled.
	Off bool
}

// System is the code that data is exchanged under.
type System struct {
	Kind      *Kind
	Resource  *Resource
	Code      string
	Encrypts  bool
	Key       *SecretRef // nil where there is none
	Callbacks []string
	Off       bool
}

// Clients are the apps that a tenant's manifests want, with their secrets.
func (c Catalog) Clients(t *Tenant) []Client {
	var out []Client
	for r, k := range c.wanted(t) {
		p := k.Probe
		if p == nil || secretOf(r, p.Secret) == nil {
			continue
		}
		out = append(out, Client{Kind: k, Resource: r, App: word(r, p.App), Secret: *secretOf(r, p.Secret),
			Enhanced: k.orCreate(r, p.Enhanced, t.Environment.Version) == true, Users: texts(r.Fields[p.Users]),
			Off: r.Fields[p.Enabled] == false})
	}
	return out
}

// Systems are the systems that a tenant's manifests want.
func (c Catalog) Systems(t *Tenant) []System {
	var out []System
	for r, k := range c.wanted(t) {
		g := k.Gateway
		if g == nil {
			continue
		}
		out = append(out, System{Kind: k, Resource: r, Code: word(r, g.Code), Key: secretOf(r, g.Key),
			Encrypts:  k.orCreate(r, g.Encryption, t.Environment.Version) == g.Encrypts,
			Callbacks: texts(r.Fields[g.Callbacks]), Off: r.Fields[g.Enabled] == false})
	}
	return out
}

// wanted yields the objects that manifests want, with their kinds.
func (c Catalog) wanted(t *Tenant) func(func(*Resource, *Kind) bool) {
	return func(yield func(*Resource, *Kind) bool) {
		for i := range t.Resources {
			r := &t.Resources[i]
			if k := c.Kind(r.Ref.Kind); k != nil && !r.Absent && !yield(r, k) {
				return
			}
		}
	}
}

// orCreate is a field's value, or that of a create where the manifest leaves it open.
func (k *Kind) orCreate(r *Resource, field string, v Version) any {
	if value, ok := r.Fields[field]; ok {
		return value
	}
	if f := k.Field(field); f != nil {
		value, _ := f.CreateValue(v)
		return value
	}
	return nil
}

func word(r *Resource, field string) string {
	s, _ := r.Fields[field].(string)
	return s
}

func secretOf(r *Resource, field string) *SecretRef {
	if ref, ok := r.Fields[field].(SecretRef); ok {
		return &ref
	}
	return nil
}

func texts(v any) []string {
	switch v := v.(type) {
	case Set:
		return v
	case List:
		return v
	}
	return nil
}

// Codes of why an object belongs to no integration.
const (
	CodeUnpaired Code = "integration-unpaired"
	CodeDisabled Code = "integration-disabled"
)

// Integrations pairs the apps of a tenant with its systems: those that have the same
// code or, where there is one of each, these. What belongs to none is advice.
func (c Catalog) Integrations(t *Tenant) ([]Integration, []Diagnostic) {
	var alone []Diagnostic
	clients := slices.DeleteFunc(c.Clients(t), func(a Client) bool {
		if a.Off {
			alone = append(alone, leftOut(CodeDisabled, a.Resource))
		}
		return a.Off
	})
	systems := slices.DeleteFunc(c.Systems(t), func(s System) bool {
		if s.Off {
			alone = append(alone, leftOut(CodeDisabled, s.Resource))
		}
		return s.Off
	})
	onlyOnes := len(clients) == 1 && len(systems) == 1
	var pairs []Integration
	paired := map[string]bool{}
	for _, a := range clients {
		i := slices.IndexFunc(systems, func(s System) bool { return onlyOnes || s.Code == a.App })
		if i < 0 {
			alone = append(alone, leftOut(CodeUnpaired, a.Resource))
			continue
		}
		paired[systems[i].Code] = true
		pairs = append(pairs, Integration{Client: a, User: first(a.Users), System: systems[i]})
	}
	for _, s := range systems {
		if !paired[s.Code] {
			alone = append(alone, leftOut(CodeUnpaired, s.Resource))
		}
	}
	slices.SortStableFunc(alone, Diagnostic.Compare)
	return pairs, alone
}

func leftOut(code Code, r *Resource) Diagnostic {
	return Diagnostic{Severity: Advice, Code: code, Pos: r.Origin, Args: map[string]string{"object": r.Ref.String()}}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
