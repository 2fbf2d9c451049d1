package engine

import (
	"slices"
	"strings"
)

// Self says which objects of a kind let cosmicctl itself in, so that a change may
// lock it out: the app that it logs in with, and what its user may call.
//
// # Not sawing off the branch
//
// Such a change is refused unless its object is named, and then it is a stage of
// its own after everything else. An edit during which the object must be disabled
// is refused even so: the step that would enable it again could not be made.
//
// A list of users matters only for an API that cosmicctl calls. Which those are
// stands in the tenant's list of APIs, by address; an API whose address is not
// known counts as one. The way not taken is to ask for every list without
// cosmicctl's user: most are of APIs that its user must not call.
type Self struct {
	// Field is what names cosmicctl, a text or a list that may hold it, and Auth
	// the field of the environment's auth that says how.
	Field string `json:"field"`
	Auth  string `json:"auth"`
	// Breaks are fields of which any change may lock it out, whatever its risk.
	Breaks []string `json:"breaks,omitempty"`
	// API is the field that names the API which a list is about, and Path the
	// field of that API which holds its address.
	API  string `json:"api,omitempty"`
	Path string `json:"path,omitempty"`
}

// name is what the environment says of cosmicctl itself.
func (a *Auth) name(field string) string {
	return map[string]string{"appId": a.AppID, "user": a.User}[field]
}

// Caller is a live side that knows which addresses are operations on a kind.
type Caller interface {
	Calls(k *Kind, path string) bool
}

// selfNames are further names to look up: of cosmicctl itself, where the tenant
// declares what may lock it out.
func selfNames(kinds Catalog, t *Tenant, looked *Kind) []string {
	for _, k := range kinds {
		if s := k.Self; s != nil && k.Field(s.Field).Ref == looked.Name && declares(t, k) {
			return []string{t.Environment.Auth.name(s.Auth)}
		}
	}
	return nil
}

// locksOut tells whether a change may lock cosmicctl out.
func (b *planner) locksOut(k *Kind, c *Change) bool {
	s := k.Self
	if s == nil || k.before(c) == nil {
		return false
	}
	own := b.tenant.Environment.Auth.name(s.Auth)
	if own == "" {
		return false
	}
	if f := k.Field(s.Field); f.Type == TypeText {
		name, _ := c.Before[s.Field].(string)
		return strings.EqualFold(name, own) && s.restricts(c)
	}
	keys := []string{own}
	if l := b.seen.Lookups[k.Field(s.Field).Ref]; l != nil && len(l.Keys[own]) > 0 {
		keys = l.Keys[own]
	}
	before, after := k.before(c), k.after(c)
	was := slices.ContainsFunc(keys, func(key string) bool { return k.lets(key, before) })
	out := slices.ContainsFunc(keys, func(key string) bool { return !k.lets(key, after) })
	return was && out && b.calls(k, before)
}

// restricts tells whether a change of cosmicctl's own object disables, restricts
// or re-keys it.
func (s *Self) restricts(c *Change) bool {
	return c.CutsOff || slices.ContainsFunc(c.Risks, func(r Risk) bool { return r == Narrows || r == Rotates || r == Destroys }) ||
		slices.ContainsFunc(c.Fields, func(f FieldChange) bool { return slices.Contains(s.Breaks, f.Field) })
}

// offLast makes what switches an object off its last step.
func (k *Kind) offLast(c *Change) {
	off := func(op string) int {
		if slices.ContainsFunc(k.Fields, func(f *Field) bool { return f.Off != "" && f.Off == op }) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(c.Steps, func(a, b string) int { return off(a) - off(b) })
}

// lets tells whether an object's list holds a name, or is one whose emptiness
// means everything.
func (k *Kind) lets(name string, fields map[string]any) bool {
	list, _ := fields[k.Self.Field].(Set)
	return slices.Contains(list, name) || len(list) == 0 && fields != nil && k.Access.opens(k.Self.Field)
}

// opens tells whether an empty list of a column means everything.
func (a *Access) opens(field string) bool {
	return a != nil && slices.ContainsFunc(a.Columns, func(c AccessColumn) bool { return c.Field == field && c.EmptyIsAll })
}

// calls tells whether cosmicctl may call the API that an object is about.
func (b *planner) calls(k *Kind, object map[string]any) bool {
	if k.Self.API == "" {
		return true
	}
	api := k.Field(k.Self.API)
	key, _ := object[api.Name].(string)
	return !b.seen.Foreign[Ref{api.Ref, key}]
}

// foreign are the looked up APIs that cosmicctl surely does not call.
func foreign(r Reader, kinds Catalog, lookups map[string]*Lookup) map[Ref]bool {
	caller, knows := r.(Caller)
	out := map[Ref]bool{}
	for _, k := range kinds {
		if k.Self == nil || k.Self.API == "" || !knows {
			continue
		}
		api := k.Field(k.Self.API).Ref
		if lookups[api] == nil {
			continue
		}
		for key, fields := range lookups[api].Found {
			path, _ := fields[k.Self.Path].(string)
			called := slices.ContainsFunc(kinds, func(k *Kind) bool { return caller.Calls(k, path) })
			out[Ref{api, key}] = path != "" && !called
		}
	}
	return out
}
