package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/secrets"
)

// stateKeyFile is where a key is kept that nobody gave, below the configuration
// folder.
const stateKeyFile = "cosmicctl/state.key"

// errNoKeyFile says that there is no kept key, and none was to be made.
var errNoKeyFile = report.Fault("no-state-key")

// keyOfWritten is the key of the fingerprints that a journal holds: the user's, or
// else one that is made once and kept in the configuration folder, never in the
// journal's: who reads one of the two learns nothing. Without a key all works, but
// nobody can tell later whether a secret changed; that is said.
func (a *app) keyOfWritten(journal string, create bool) (*secrets.Key, error) {
	if key, err := stateKey(); key != nil || err != nil {
		return key, err
	}
	path, err := keyFile(journal)
	if err == nil {
		var key *secrets.Key
		if key, err = keptKey(path, create); err == nil || errors.Is(err, errNoKeyFile) {
			return key, nil
		}
	}
	fmt.Fprintln(a.err, "cosmicctl:", a.words.Say("state-key-unkept", "error", report.Clean(a.words.Tell(err)), "variable", stateKeyVariable))
	return nil, nil
}

// keyFile is where the key is kept, unless that is in the journal's folder.
func keyFile(journal string) (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, filepath.FromSlash(stateKeyFile))
	if within(filepath.Dir(path), journal) || within(journal, filepath.Dir(path)) {
		return "", report.Fault("state-key-beside", "file", path, "journal", journal)
	}
	return path, nil
}

// within tells whether a folder is another one, or below it.
func within(dir, other string) bool {
	if dir == "" || other == "" {
		return false
	}
	rel, err := filepath.Rel(unlinked(other), unlinked(dir))
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}

// unlinked is a folder without links, as far as it is there.
func unlinked(dir string) string {
	full, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	for at := full; ; at = filepath.Dir(at) {
		if found, err := filepath.EvalSymlinks(at); err == nil {
			rest, _ := filepath.Rel(at, full)
			return filepath.Join(found, rest)
		}
		if at == filepath.Dir(at) {
			return full
		}
	}
}

func keptKey(path string, create bool) (*secrets.Key, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, errNoKeyFile
		}
		if err := makeKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	text, err := secrets.ReadFile(filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return nil, about(path, err)
	}
	key, err := secrets.NewKey(text.Reveal())
	return key, about(path, err)
}

// makeKey makes the file at once whole, and only where there is none: of two runs
// that make it, one wins, and both use its key.
func makeKey(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".state.key.*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(hex.EncodeToString(random) + "\n")
	if err == nil {
		err = tmp.Sync()
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Link(tmp.Name(), path)
}
