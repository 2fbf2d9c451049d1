package engine

import "slices"

// AccessRow is a row of who may reach what that a plan adds or takes away. Its
// cells are in the order of the columns of the kind's table.
//
// # How to read an access table
//
// A kind may say that its objects let somebody in: an app that may call APIs from
// addresses, users who may call an API, a system whose data goes to addresses.
// The table of such a kind lists what its objects let through that they did not
// before, and what they no longer let through. A row stands for every combination
// of what its cells cover: two APIs and a range of addresses are all calls of
// either API from any address of the range. Rows of one object never overlap.
//
// Each table is a gate of its own, and a call must pass all of them: that an app
// gains an API says nothing of the users whom another object lets call it. What
// decides who gets a token in the first place (secrets, token flows, agent users)
// is no table; the risks of a change tell of it.
//
// A row is no field of the diff. It is computed from the whole state of an object
// before and after, with all that no manifest manages: an API added to an app that
// may call all of them, or that is off, or a range inside one that is allowed
// anyway, gives no row. Only an object with a change can have one, and a change
// holds that whole state, since nothing is planned for a key that two objects
// share.
//
// The state of an object is a product of sets, one for each column, and the
// difference of two products is a few products that do not overlap:
//
//	A1×A2 \ B1×B2 = (A1\B1)×A2 ∪ (A1∩B1)×(A2\B2)
//
// The way not taken is a list of all points: a single range of addresses holds
// more of them than any plan could.
type AccessRow struct {
	Kind   string  `json:"kind"`
	Gained bool    `json:"gained"`
	Cells  []Scope `json:"cells"`
	// Key is that of the object whose change makes the row: a plan that is left
	// with some of its changes keeps their rows.
	Key string `json:"key,omitempty"`
}

// Access says which table of who may reach what the objects of a kind make: a
// row for each object, whose cells are its columns' fields.
type Access struct {
	Title   Text           `json:"title"`
	Columns []AccessColumn `json:"columns"`
	// If names a flag; while it is off an object has no row.
	If string `json:"if,omitempty"`
}

// AccessColumn is a column of an access table. A list of address ranges covers
// what lies in a range of policy allow and in none of policy deny; any other
// field covers its values.
type AccessColumn struct {
	Title Text   `json:"title"`
	Field string `json:"field"`
	// All opens the column to everything.
	All Opener `json:"all"`
	// EmptyIsAll says that an empty list means everything.
	EmptyIsAll bool `json:"emptyIsAll,omitempty"`
}

// Opener is a flag that means everything while it is on, within a span of
// versions. The zero Opener opens nothing.
type Opener struct {
	Span
	Flag string `json:"flag"`
}

// accessRows are what the changes add to the tables of their kinds, and take away.
func accessRows(kinds Catalog, changes []Change, v Version) []AccessRow {
	sorted := make([]*Change, len(changes))
	for i := range changes {
		sorted[i] = &changes[i]
	}
	slices.SortFunc(sorted, func(a, b *Change) int { return compareRefs(a.Ref, b.Ref) })
	var rows []AccessRow
	for _, c := range sorted {
		k := kinds.Kind(c.Ref.Kind)
		if k.Access == nil || !k.Access.shows(c) {
			continue
		}
		rows = append(rows, accessBetween(k, c.Ref.Key, k.product(k.before(c), v), k.product(k.after(c), v))...)
	}
	return rows
}

// accessBetween are the rows by which an object lets through something else after
// than before.
func accessBetween(k *Kind, key string, before, after product) []AccessRow {
	return append(rowsOf(k, key, true, after.minus(before)), rowsOf(k, key, false, before.minus(after))...)
}

// shows tells whether a change may be one of the table's; most updates of a large
// plan are not.
func (a *Access) shows(c *Change) bool {
	return c.Action.Sort() != Update || slices.ContainsFunc(c.Fields, func(f FieldChange) bool {
		return f.Field == a.If || slices.ContainsFunc(a.Columns, func(col AccessColumn) bool {
			return f.Field == col.Field || f.Field == col.All.Flag
		})
	})
}

func rowsOf(k *Kind, key string, gained bool, products []product) []AccessRow {
	rows := make([]AccessRow, len(products))
	for i, p := range products {
		rows[i] = AccessRow{Kind: k.Name, Key: key, Gained: gained, Cells: make([]Scope, len(p))}
		for j, e := range p {
			rows[i].Cells[j] = e.scope()
		}
	}
	return rows
}
