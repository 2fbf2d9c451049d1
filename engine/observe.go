package engine

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Live is what was read of one kind.
type Live struct {
	// Objects by key; more than one for a key that is doubled.
	Objects map[string][]Resource
	// Doubt says why it may be incomplete; "" if it is complete.
	Doubt string
	// Err is why nothing could be read.
	Err error
}

// Observation is the live side as far as a tenant's manifests need it.
type Observation struct {
	Live    map[string]*Live   // by kind
	Lookups map[string]*Lookup // by kind that is only looked up
	Foreign map[Ref]bool       // looked up APIs that cosmicctl itself does not call
}

// Observe reads each kind that the tenant declares, whole, and looks up what its
// resources refer to. What could not be read is part of the observation: it
// forbids what depends on it, and nothing else. What the same resources refer to
// in a base, if there is one, is looked up too. Further kinds to read may be named.
func Observe(ctx context.Context, r Reader, kinds Catalog, t, base *Tenant, also ...string) *Observation {
	return observe(ctx, r, kinds, t, base, nil, also)
}

// ObserveAgain reads as [Observe] does, and looks up nothing that an earlier
// observation of the tenant found: a name that meant one object then is taken to
// mean it still. Who looks often looks up anew from time to time.
func ObserveAgain(ctx context.Context, r Reader, kinds Catalog, t *Tenant, earlier *Observation, also ...string) *Observation {
	return observe(ctx, r, kinds, t, nil, earlier, also)
}

func observe(ctx context.Context, r Reader, kinds Catalog, t, base *Tenant, earlier *Observation, also []string) *Observation {
	o := &Observation{Live: map[string]*Live{}, Lookups: map[string]*Lookup{}}
	base = base.only(t)
	var mu sync.Mutex
	var g errgroup.Group
	for _, k := range kinds {
		if k.Section != "" && (declares(t, k) || slices.Contains(also, k.Name)) {
			g.Go(func() error {
				live := readKind(ctx, r, k)
				mu.Lock()
				defer mu.Unlock()
				o.Live[k.Name] = live
				return nil
			})
		}
		if k.Section != "" {
			continue
		}
		names, more := namesOf(kinds, t, k), slices.Concat(namesOf(kinds, base, k), selfNames(kinds, t, k))
		if l := earlier.lookup(k.Name); l.settles(slices.Concat(names, more)) {
			mu.Lock()
			o.Lookups[k.Name] = l
			mu.Unlock()
			continue
		}
		if len(names)+len(more) > 0 {
			g.Go(func() error {
				found := lookUp(ctx, r, k, names)
				found.askMore(ctx, r, k, names, more)
				mu.Lock()
				defer mu.Unlock()
				o.Lookups[k.Name] = found
				return nil
			})
		}
	}
	_ = g.Wait()
	o.Foreign = foreign(r, kinds, o.Lookups)
	return o
}

// only is the part of a base that speaks of a tenant's resources.
func (t *Tenant) only(of *Tenant) *Tenant {
	out := &Tenant{}
	if t == nil {
		return out
	}
	declared := make(map[Ref]bool, len(of.Resources))
	for i := range of.Resources {
		declared[of.Resources[i].Ref] = true
	}
	for _, r := range t.Resources {
		if declared[r.Ref] {
			out.Resources = append(out.Resources, r)
		}
	}
	return out
}

func declares(t *Tenant, k *Kind) bool {
	for i := range t.Resources {
		if t.Resources[i].Ref.Kind == k.Name {
			return true
		}
	}
	return false
}

func readKind(ctx context.Context, r Reader, k *Kind) *Live {
	if k.Formless() {
		return &Live{Err: formlessError{k}}
	}
	list, err := r.List(ctx, k, nil)
	if err != nil {
		return &Live{Err: err}
	}
	return newLive(k, list)
}

// newLive decodes a listing. A row without a key may be any object, so it
// leaves a doubt.
func newLive(k *Kind, list *Listing) *Live {
	l := &Live{Objects: make(map[string][]Resource, len(list.Rows)), Doubt: list.Doubt}
	for _, row := range list.Rows {
		r := k.Decode(row)
		if !k.hasKey(r.Fields) {
			l.Doubt = "a row has no " + k.Field(k.Key[0]).Property
			continue
		}
		l.Objects[r.Ref.Key] = append(l.Objects[r.Ref.Key], r)
	}
	return l
}

func (k *Kind) hasKey(fields map[string]any) bool {
	for _, name := range k.Key {
		if s, _ := fields[name].(string); s == "" {
			return false
		}
	}
	return true
}

// read returns the objects with the given keys, in one filtered request.
func read(ctx context.Context, r Reader, k *Kind, keyed []map[string]any) (*Live, error) {
	filter := Filter{}
	for _, name := range k.Key {
		property := k.Field(name).Property
		seen := map[string]bool{}
		for _, fields := range keyed {
			if v, _ := fields[name].(string); !seen[v] {
				seen[v] = true
				filter[property] = append(filter[property], v)
			}
		}
	}
	list, err := r.List(ctx, k, filter)
	if err != nil {
		return nil, err
	}
	return newLive(k, list), nil
}
