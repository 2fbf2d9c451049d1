package engine

// Waiver lets a finding of a policy stand, for a time.
type Waiver struct {
	Rule   string `json:"rule"`
	Object string `json:"object"` // what it is about, "" for the tenant as a whole
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
	// Expires is the last day on which it holds, as 2006-01-02.
	Expires string   `json:"expires"`
	At      Position `json:"at"`
}
