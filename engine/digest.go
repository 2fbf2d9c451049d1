package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A Digest names something by its content. Two things with the same content have
// the same digest, wherever they stand and in whatever order they were read.
type Digest string

// Valid tells whether it has the form of a digest.
func (d Digest) Valid() bool {
	digits, ok := strings.CutPrefix(string(d), digestName)
	return ok && len(digits) == 2*sha256.Size && strings.Trim(digits, "0123456789abcdef") == ""
}

const digestName = "sha256:"

// digestOf is the digest of what v says in JSON.
func digestOf(v any) Digest {
	sum := sha256.Sum256(inJSON(v))
	return Digest(digestName + hex.EncodeToString(sum[:]))
}

// inJSON is what v says in JSON. Its types marshal without fail.
func inJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// DigestManifests names what manifests want: not where it stands in them, nor
// with which line ends and remarks.
func DigestManifests(tenants []Declared) Digest {
	sorted := make([]*Declared, len(tenants))
	for i := range tenants {
		sorted[i] = &tenants[i]
	}
	slices.SortFunc(sorted, func(a, b *Declared) int { return cmp.Compare(a.Name, b.Name) })
	list := sha256.New() // of a list in JSON, of which one tenant at a time is there
	before := "["
	for _, t := range sorted {
		_, _ = list.Write([]byte(before))
		_, _ = list.Write(inJSON(contentOfTenant(t.Whole())))
		before = ","
	}
	_, _ = list.Write([]byte(strings.TrimPrefix(before, ",") + "]"))
	return Digest(digestName + hex.EncodeToString(list.Sum(nil)))
}

type tenantContent struct {
	Name        string
	Labels      map[string]string
	Environment Environment
	Resources   []resourceContent
	Waivers     []Waiver
	Protect     Set `json:",omitempty"`
}

type resourceContent struct {
	Ref    Ref
	Absent bool
	Fields map[string]Value
}

func contentOfTenant(t *Tenant) tenantContent {
	out := tenantContent{Name: t.Name, Labels: maps.Clone(t.Labels), Environment: t.Environment}
	for _, r := range t.Resources {
		out.Resources = append(out.Resources, resourceContent{r.Ref, r.Absent, NewValues(r.Fields)})
	}
	slices.SortFunc(out.Resources, func(a, b resourceContent) int { return compareRefs(a.Ref, b.Ref) })
	for _, p := range t.Protect {
		out.Protect = append(out.Protect, p.Object)
	}
	slices.Sort(out.Protect)
	for _, w := range t.Waivers {
		w.At = Position{}
		out.Waivers = append(out.Waivers, w)
	}
	slices.SortFunc(out.Waivers, func(a, b Waiver) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Expires, b.Expires),
			cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}

// PlanDigest names the plans of tenants by what would be done to which tenant and
// account, from which live state. What only explains it does not count (places,
// causes, who changed the object last), nor does the address: secrets go only to
// hosts that were allowed by name.
type PlanDigest struct{ tenants map[string]Digest }

// Add adds the plan of a tenant.
func (d *PlanDigest) Add(t *Tenant, p *Plan) {
	if p.Empty() && len(p.ByHand) == 0 {
		return
	}
	if d.tenants == nil {
		d.tenants = map[string]Digest{}
	}
	var changes []changeContent
	for _, c := range p.Changes() {
		changes = append(changes, contentOf(&c))
	}
	slices.SortFunc(changes, func(a, b changeContent) int { return compareRefs(a.Ref, b.Ref) })
	content := []any{t.Environment.AccountID, t.Environment.TenantID, changes}
	if len(p.ByHand) > 0 {
		content = append(content, contentOfSteps(p.ByHand))
	}
	d.tenants[t.Name] = digestOf(content)
}

// Digest returns the digest of what was added.
func (d *PlanDigest) Digest() Digest { return digestOf(d.tenants) }

// changeContent is what a change does, and to what.
type changeContent struct {
	Ref    Ref
	Action Action
	ID     string
	Before map[string]Value
	After  map[string]Value
	Fields []fieldContent
	Steps  []string
}

// stepContent is what a person is to do by hand.
type stepContent struct {
	Ref    Ref
	Action Action
	Fields []fieldContent
}

func contentOfSteps(steps []ByHand) []stepContent {
	var out []stepContent
	for _, h := range steps {
		out = append(out, stepContent{h.Ref, h.Action, contentOfFields(h.Fields)})
	}
	slices.SortFunc(out, func(a, b stepContent) int { return compareRefs(a.Ref, b.Ref) })
	return out
}

type fieldContent struct {
	Field, Element string
	Before, After  Value
	Default        bool
	Secret         bool
}

func contentOf(c *Change) changeContent {
	out := changeContent{Ref: c.Ref, Action: c.Action, ID: c.ID, Before: NewValues(c.Before), After: NewValues(c.After), Steps: c.Steps}
	out.Fields = contentOfFields(c.Fields)
	return out
}

func contentOfFields(fields []FieldChange) []fieldContent {
	var out []fieldContent
	for _, f := range fields {
		out = append(out, fieldContent{f.Field, f.Element, Value{f.Before}, Value{f.After}, f.Default, f.Secret})
	}
	return out
}
