package engine_test

import (
	"flag"
	"testing"

	"pgregory.net/rapid"
)

// TestMain fixes the seed of all properties: a run can be repeated. Another
// one is tried with -rapid.seed.
func TestMain(m *testing.M) {
	flag.Parse()
	seeded := false
	flag.Visit(func(f *flag.Flag) { seeded = seeded || f.Name == "rapid.seed" })
	if !seeded {
		_ = flag.Set("rapid.seed", "20261124")
	}
	_ = flag.Set("rapid.nofailfile", "true")
	m.Run()
}

func check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	rapid.Check(t, property)
}
