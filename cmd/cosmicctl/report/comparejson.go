package report

import "cosmicctl/engine"

// comparison is what a tenant was compared with, in JSON.
type comparison struct {
	First   Compared                `json:"first"`
	Live    bool                    `json:"live"`
	Kinds   []engine.KindComparison `json:"kinds"`
	Ignored []engine.IgnoredField   `json:"ignored"`
}

func newComparison(p *Pair) *comparison {
	if p == nil {
		return nil
	}
	return &comparison{p.First, p.Live, append([]engine.KindComparison{}, p.Kinds...), append([]engine.IgnoredField{}, p.Ignored...)}
}
