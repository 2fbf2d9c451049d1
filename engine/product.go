package engine

import "slices"

// product is what an object lets through: every combination of what its columns
// cover. One that lets nothing through is nil.
type product []extent

// product reads the state of an object. A flag that the live side does not give is
// taken for the value with which the table tells the most: the object is on, and
// its lists count.
func (k *Kind) product(fields map[string]any, v Version) product {
	if fields == nil || k.Access.If != "" && fields[k.Access.If] == false {
		return nil
	}
	p := make(product, len(k.Access.Columns))
	for i := range p {
		p[i] = k.Access.Columns[i].extent(fields, k.Field(k.Access.Columns[i].Field).Type, v)
		if p[i].empty() {
			return nil
		}
	}
	return p
}

func (c *AccessColumn) extent(fields map[string]any, t Type, v Version) extent {
	all := c.All.Flag != "" && c.All.Holds(v) && fields[c.All.Flag] == true
	if t == TypeRanges {
		rows, _ := fields[c.Field].(Rows)
		if all || c.EmptyIsAll && len(rows) == 0 {
			return everyAddress()
		}
		return rows.allowed()
	}
	items := itemsOf(fields[c.Field])
	if all || c.EmptyIsAll && len(items) == 0 {
		return Scope{All: true}
	}
	return Scope{Items: items}
}

func itemsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case Set:
		return v
	case List:
		return NewSet(v...)
	}
	return nil
}

// minus is what p lets through and q does not, as products that do not overlap.
func (p product) minus(q product) []product {
	if p == nil {
		return nil
	}
	if q == nil {
		return []product{p}
	}
	var out []product
	both := slices.Clone(p) // in the columns so far, what q covers too
	for i := range p {
		if only := p[i].and(q[i].not()); !only.empty() {
			part := slices.Clone(both)
			part[i] = only
			out = append(out, part)
		}
		if both[i] = p[i].and(q[i]); both[i].empty() {
			break
		}
	}
	return out
}
