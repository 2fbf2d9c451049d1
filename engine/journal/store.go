package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Store is a folder of journals. Its folders and files are for their owner alone,
// where modes exist.
type Store struct {
	Dir string
	// Now is the clock of the records.
	Now func() time.Time
	// Unique returns a text that it did not return before.
	Unique func() string
}

// Place is a live tenant. Two are the same if their texts are: whoever makes one
// brings the address to one form.
type Place struct {
	BaseURL   string `json:"baseURL"`
	AccountID string `json:"accountId"`
}

func (p Place) folder() string {
	sum := sha256.Sum256([]byte(p.BaseURL + "\x00" + p.AccountID))
	return hex.EncodeToString(sum[:16])
}

// The files of a place.
const (
	fileName  = "journal.jsonl"
	lockName  = "lock"
	ownerName = "owner.json"
)

func (s *Store) path(p Place, name string) string { return filepath.Join(s.Dir, p.folder(), name) }

// NewRun returns a name for a run that none had before: when it began, and more.
func (s *Store) NewRun() string { return s.Now().UTC().Format("20060102-150405-") + s.Unique()[:6] }

// Places returns the places of which there is a journal. The error is about each
// file that is none or of which not even the beginning holds.
func (s *Store) Places() ([]Place, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []Place
	bad := []error{err}
	for _, e := range entries {
		if e.Type().IsRegular() {
			continue // not of ours: a folder that a repository or a runner keeps
		}
		h, err := readHeader(filepath.Join(s.Dir, e.Name(), fileName))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			bad = append(bad, err)
		default:
			out = append(out, h.Place)
		}
	}
	return out, errors.Join(bad...)
}

// folder makes the folder of a place, and makes it last.
func (s *Store) folder(p Place) (string, error) {
	dir := filepath.Join(s.Dir, p.folder())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return dir, errors.Join(syncDir(dir), syncDir(s.Dir))
}
