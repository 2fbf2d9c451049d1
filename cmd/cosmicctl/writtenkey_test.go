package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
)

func TestKeyOfWritten(t *testing.T) {
	config := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, config)
	}
	t.Setenv(stateKeyVariable, "")
	journal := t.TempDir()
	var errs bytes.Buffer
	a := &app{err: &errs, words: report.English()}
	key := func(journal string, create bool) string {
		t.Helper()
		k, err := a.keyOfWritten(journal, create)
		if err != nil {
			t.Fatal(err)
		}
		if k == nil {
			return ""
		}
		return k.ID()
	}
	if key(journal, false) != "" || errs.Len() > 0 {
		t.Errorf("a plan made a key, or complained: %s", &errs)
	}
	first := key(journal, true)
	path, err := keyFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	if first == "" || key(journal, true) != first || key(journal, false) != first {
		t.Error("the key is not made once")
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	left, _ := os.ReadDir(filepath.Dir(path))
	if len(left) != 1 || errs.Len() > 0 {
		t.Errorf("left %v, said %s", left, &errs)
	}
	for _, beside := range []string{filepath.Dir(path), config, filepath.Join(filepath.Dir(path), "journal")} {
		errs.Reset()
		if key(beside, true) != "" || !strings.Contains(errs.String(), "beside the journal") || !strings.Contains(errs.String(), stateKeyVariable) {
			t.Errorf("a journal in %s: %s", beside, &errs)
		}
	}
	t.Setenv(stateKeyVariable, strings.Repeat("k", 32))
	if given := key(journal, true); given == first || given == "" {
		t.Error("the user's own key is not taken")
	}
}

// Of runs that make the key at the same time, all use the same.
func TestKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cosmicctl", "state.key")
	var wg sync.WaitGroup
	ids := make([]string, 20)
	for i := range ids {
		wg.Go(func() {
			if k, err := keptKey(path, true); err == nil {
				ids[i] = k.ID()
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("keys %v", ids)
		}
	}
}

// Where nothing can be kept, all else works, and that is said.
func TestKeyThatCannotBeKept(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, []byte("no folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	short := t.TempDir()
	if err := os.MkdirAll(filepath.Join(short, "cosmicctl"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(short, "cosmicctl", "state.key"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, config, says string }{
		{"no folder can be made", blocked, "no key of fingerprints is kept"},
		{"what is there is no key", short, "fewer than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []string{"XDG_CONFIG_HOME", "AppData"} {
				t.Setenv(name, tt.config)
			}
			if runtime.GOOS == "darwin" {
				t.Setenv("HOME", tt.config)
			}
			t.Setenv(stateKeyVariable, "")
			var errs bytes.Buffer
			key, err := (&app{err: &errs, words: report.English()}).keyOfWritten(t.TempDir(), true)
			if key != nil || err != nil || !strings.Contains(errs.String(), tt.says) {
				t.Errorf("%v %v %s", key, err, &errs)
			}
		})
	}
}
