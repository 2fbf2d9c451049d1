package main

import (
	"os"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"
)

// precommitVerb writes the configuration of pre-commit for the hook of this
// repository with arguments, as whoever uses it does, but for the program: that of
// the test stands in for one that pre-commit would build.
//
//	precommit ARG…
func precommitVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: precommit ARG…")
	}
	var hooks []map[string]any
	readYAML(ts, ".pre-commit-hooks.yaml", &hooks)
	for _, h := range hooks {
		h["language"], h["args"] = "system", args
	}
	config, err := yaml.Marshal(map[string]any{"repos": []any{map[string]any{"repo": "local", "hooks": hooks}}})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(".pre-commit-config.yaml"), config, 0o600))
}
