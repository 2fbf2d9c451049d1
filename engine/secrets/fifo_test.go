//go:build unix

package secrets_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"
)

// Opening a pipe that nobody writes to would hang for ever.
func TestFifo(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &secrets.Resolver{}
	s, err := r.Resolve(t.Context(), engine.SecretRef{File: "pipe", Dir: dir})
	expect(t, s, err, "", "secret-not-regular", true)
}
