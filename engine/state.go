package engine

import "maps"

// before is what holds of an object before a change; nil for nothing.
func (k *Kind) before(c *Change) map[string]any {
	if c.Action.Sort() == Create {
		return k.missing(c.After)
	}
	return c.Before
}

// after is what holds of an object after a change; nil for nothing.
func (k *Kind) after(c *Change) map[string]any {
	if c.Action.Sort() == Delete {
		return k.missing(c.Before)
	}
	after := maps.Clone(k.before(c))
	if after == nil {
		return c.After
	}
	maps.Copy(after, c.After)
	return after
}

// missing is what the lack of an object stands for; nil for nothing.
func (k *Kind) missing(object map[string]any) map[string]any {
	if k.AbsentMeans == nil {
		return nil
	}
	fields := maps.Clone(k.AbsentMeans)
	for _, name := range k.Key {
		fields[name] = object[name]
	}
	return fields
}
