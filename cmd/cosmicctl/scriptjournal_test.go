package main

import (
	"path/filepath"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"
)

var begun = regexp.MustCompile(`"type":"begin","body":\{"run":"([^"]+)"`)

// journalVerb sets JOURNAL to the file of the only journal, and RUN to the run that
// began last in it.
func journalVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: journal")
	}
	files, err := filepath.Glob(filepath.Join(ts.Getenv("XDG_STATE_HOME"), "cosmicctl", "*", "journal.jsonl"))
	ts.Check(err)
	if len(files) != 1 {
		ts.Fatalf("%d journals", len(files))
	}
	runs := begun.FindAllStringSubmatch(ts.ReadFile(files[0]), -1)
	if len(runs) == 0 {
		ts.Fatalf("no run in %s", files[0])
	}
	ts.Setenv("JOURNAL", files[0])
	ts.Setenv("RUN", runs[len(runs)-1][1])
}
