package engine_test

import (
	"testing"

	"cosmicctl/engine"
)

func TestWhatAChannelWants(t *testing.T) {
	tests := []struct {
		name    string
		channel engine.Channel
		risks   []engine.Risk
		ended   bool
		want    bool
	}{
		{"everything", engine.Channel{}, []engine.Risk{engine.Routine}, false, true},
		{"no end", engine.Channel{}, []engine.Risk{engine.Routine}, true, false},
		{"an end", engine.Channel{Resolved: true}, []engine.Risk{engine.Routine}, true, true},
		{"risky enough", engine.Channel{MinRisk: engine.Widens}, []engine.Risk{engine.Widens, engine.Destroys}, false, true},
		{"riskier", engine.Channel{MinRisk: engine.Widens}, []engine.Risk{engine.Redirects}, false, true},
		{"not risky enough", engine.Channel{MinRisk: engine.Widens}, []engine.Risk{engine.Narrows, engine.Routine}, false, false},
		{"the end of what it was not told", engine.Channel{MinRisk: engine.Widens, Resolved: true}, []engine.Risk{engine.Narrows}, true, false},
		{"unreadable", engine.Channel{MinRisk: engine.Redirects}, nil, false, true},
		{"a class that is new", engine.Channel{MinRisk: engine.Redirects}, []engine.Risk{"eats-data"}, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.channel.Wants(tt.risks, tt.ended); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
