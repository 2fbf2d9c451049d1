package engine

// AccessRow is a row of who may reach what that a plan adds or takes away. Its
// cells are in the order of the columns of the kind's table.
type AccessRow struct {
	Kind   string  `json:"kind"`
	Gained bool    `json:"gained"`
	Cells  []Scope `json:"cells"`
}

// Scope is what a cell of an access table covers: the items or, with All,
// everything but the items.
type Scope struct {
	All   bool     `json:"all,omitempty"`
	Items []string `json:"items,omitempty"`
}

// Access says which table of who may reach what the objects of a kind make: a
// row for each object, whose cells are its columns' fields.
type Access struct {
	Title   Text           `json:"title"`
	Columns []AccessColumn `json:"columns"`
	// If names a flag; while it is off an object has no row.
	If string `json:"if,omitempty"`
}

// AccessColumn is a column of an access table.
type AccessColumn struct {
	Title Text   `json:"title"`
	Field string `json:"field"`
	// All names a flag that opens the column to everything.
	All string `json:"all,omitempty"`
	// EmptyIsAll says that an empty list means everything.
	EmptyIsAll bool `json:"emptyIsAll,omitempty"`
}
