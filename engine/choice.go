package engine

import (
	"fmt"
	"path"
	"slices"
)

// Choice says which of the declared tenants a run is about. The zero value is all.
type Choice struct {
	// Names are patterns as of [path.Match], one of which the name must match.
	Names    []string
	Selector Selector
}

// NewChoice reads a choice as a person writes it.
func NewChoice(names []string, selector string) (Choice, error) {
	for _, pattern := range names {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			return Choice{}, fmt.Errorf("%q is no pattern of names; write one such as prod-* or [ab]*", pattern)
		}
	}
	s, err := ParseSelector(selector)
	return Choice{names, s}, err
}

// All tells whether nothing is chosen, so that every tenant is meant.
func (c Choice) All() bool { return len(c.Names) == 0 && len(c.Selector) == 0 }

// Named tells whether a tenant of that name can be meant.
func (c Choice) Named(name string) bool {
	return len(c.Names) == 0 || slices.ContainsFunc(c.Names, func(pattern string) bool {
		ok, _ := path.Match(pattern, name)
		return ok
	})
}

// Means tells whether a tenant is meant.
func (c Choice) Means(name string, labels map[string]string) bool {
	return c.Named(name) && c.Selector.Matches(labels)
}
