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
