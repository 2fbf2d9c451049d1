package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

// The table is a promise to scripts: these numbers and words never change.
func TestExitCodesAreFrozen(t *testing.T) {
	want := map[exitCode]string{0: "clean or done", 1: "error", 2: "differs", 3: "invalid input",
		4: "live side unreachable or incompletely read", 5: "refused", 6: "stale", 7: "some writes done, some not",
		130: "interrupted", 143: "terminated"}
	got := map[exitCode]string{exitClean: "clean or done", exitError: "error", exitDiffers: "differs", exitInvalid: "invalid input",
		exitUnreachable: "live side unreachable or incompletely read", exitRefused: "refused", exitStale: "stale",
		exitPartial: "some writes done, some not", exitInterrupt: "interrupted", exitTerminated: "terminated"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, file := range []string{"help/exit-codes.md", "../../README.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for code, words := range want {
			if !strings.Contains(string(text), fmt.Sprintf("| %d | %s", code, words)) {
				t.Errorf("%s does not say %d %s", file, code, words)
			}
		}
	}
}

func TestWorstExitCodeWins(t *testing.T) {
	tests := []struct {
		name  string
		codes []exitCode
		want  exitCode
	}{
		{"nothing", nil, 0},
		{"clean and differs", []exitCode{0, 2}, 2},
		{"differs and invalid", []exitCode{2, 3}, 3},
		{"invalid and unreachable", []exitCode{3, 4}, 4},
		{"unreachable and refused", []exitCode{4, 5}, 5},
		{"refused and stale", []exitCode{5, 6}, 6},
		{"stale and partial", []exitCode{6, 7}, 7},
		{"partial and error", []exitCode{7, 1}, 1},
		{"error and terminated", []exitCode{1, 143}, 143},
		{"both signals", []exitCode{143, 130}, 130},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := worst(tt.codes...); got != tt.want {
				t.Errorf("worst(%v) = %d, want %d", tt.codes, got, tt.want)
			}
		})
	}
}

func TestExitCodeOfErrors(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want exitCode
	}{
		{"none", nil, exitClean},
		{"plain", errors.New("x"), exitError},
		{"coded", coded(exitRefused, errors.New("x")), exitRefused},
		{"wrapped", fmt.Errorf("y: %w", coded(exitInvalid, errors.New("x"))), exitInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := codeOf(tt.err); got != tt.want {
				t.Errorf("%d, want %d", got, tt.want)
			}
		})
	}
}

func TestExitCodeOfAnApply(t *testing.T) {
	tests := []struct {
		name     string
		statuses []engine.Status
		want     exitCode
	}{
		{"all done", []engine.Status{engine.Done, engine.Done}, exitClean},
		{"one failed beside a done one", []engine.Status{engine.Done, engine.Failed}, exitPartial},
		{"one skipped beside a done one", []engine.Status{engine.Done, engine.Skipped}, exitPartial},
		{"one stale beside a done one", []engine.Status{engine.Done, engine.Stale}, exitPartial},
		{"stale alone", []engine.Status{engine.Stale}, exitStale},
		{"skipped alone", []engine.Status{engine.Skipped}, exitError},
		{"failed alone", []engine.Status{engine.Failed}, exitError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &engine.Result{}
			for _, s := range tt.statuses {
				why := &engine.Diagnostic{Code: engine.CodeRefusedRow}
				r.Changes = append(r.Changes, engine.ChangeResult{Status: s, Why: why, Change: &engine.Change{}})
			}
			if got := codeOfResult(r); got != tt.want {
				t.Errorf("%d, want %d", got, tt.want)
			}
		})
	}
}

// What stopped a run stands in its documents too, as the code it exits with.
func TestInterruptedDocuments(t *testing.T) {
	for _, command := range []string{"validate", "plan"} {
		for _, want := range []exitCode{exitInterrupt, exitTerminated} {
			t.Run(fmt.Sprint(command, want), func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(context.Background())
				cancel(coded(want, context.Canceled))
				var out, errs bytes.Buffer
				code := run(ctx, []string{command, "-o", "json", "--policy", "baseline", "../../examples/quickstart"}, strings.NewReader(""), &out, &errs)
				var doc struct {
					ExitCode exitCode `json:"exitCode"`
				}
				if err := json.Unmarshal(out.Bytes(), &doc); err != nil || code != want || doc.ExitCode != want {
					t.Errorf("exit %d, in the document %d, %v: %s", code, doc.ExitCode, err, &errs)
				}
			})
		}
	}
}
