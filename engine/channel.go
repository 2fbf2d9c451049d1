package engine

// Watch is what the configuration of a watch says.
type Watch struct {
	Notify []Channel
	Origin Position
}

// Channel is where a watch tells of changes of state.
type Channel struct {
	Name string
	Type string
	// URL is a secret: whoever has the address of a robot can write to its chat.
	URL SecretRef
	// Secret is what its type signs with, nil if nothing is signed.
	Secret *SecretRef
	// MinRisk is the least risky class that is told, "" for every one.
	MinRisk Risk
	// Resolved tells whether it is told too that something ended.
	Resolved bool
	Origin   Position
}

// Wants tells whether the channel is told of something with these risks, or of its
// end. What has no risk of its own, such as a tenant that cannot be read, may hide
// any, so it is told everywhere.
func (c *Channel) Wants(risks []Risk, ended bool) bool {
	if ended && !c.Resolved {
		return false
	}
	if c.MinRisk == "" || len(risks) == 0 {
		return true
	}
	for _, r := range risks {
		if r.Rank() <= c.MinRisk.Rank() { // an unknown class ranks before all
			return true
		}
	}
	return false
}
