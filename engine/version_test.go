package engine_test

import (
	"testing"

	"cosmicctl/engine"
)

func TestVersionCompare(t *testing.T) {
	tests := []struct {
		name string
		a, b engine.Version
		want int
	}{
		{"equal", "6.0.1", "6.0.1", 0},
		{"missing parts are zero", "6.0", "6.0.0", 0},
		{"missing parts are before", "6.0", "6.0.1", -1},
		{"by number, not by text", "6.0.14", "6.0.9", 1},
		{"leading zeros", "5.0.005", "5.0.5", 0},
		{"major first", "8.0", "6.9.99", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.a.Compare(tt.b); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
			if got := tt.b.Compare(tt.a); got != -tt.want {
				t.Errorf("the other way: got %d, want %d", got, -tt.want)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	tests := []struct {
		name string
		span engine.Span
		v    engine.Version
		want bool
	}{
		{"always", engine.Span{}, "5.0", true},
		{"before", engine.Span{Since: "6.0.1"}, "6.0", false},
		{"at the start", engine.Span{Since: "6.0.1"}, "6.0.1", true},
		{"inside", engine.Span{Since: "5.0.005", Until: "5.0.020"}, "5.0.019", true},
		{"at the end", engine.Span{Since: "5.0.005", Until: "5.0.020"}, "5.0.020", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.span.Holds(tt.v); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestEnhanced(t *testing.T) {
	tests := []struct {
		name    string
		flow    string
		version engine.Version
		want    bool
	}{
		{"old version", engine.FlowAuto, "6.0", false},
		{"new version", engine.FlowAuto, "6.0.1", true},
		{"nothing said", "", "8.0", true},
		{"forced on an old version", engine.FlowEnhanced, "5.0", true},
		{"forced on a new version", engine.FlowLogin, "8.0.1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := engine.Environment{Version: tt.version, Auth: engine.Auth{Flow: tt.flow}}
			if got := e.Enhanced(); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
