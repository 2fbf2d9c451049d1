//go:build unix

package secrets_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"
)

// A secret that others on the machine can read is none.
func TestFileOfItsOwnerAlone(t *testing.T) {
	tests := []struct {
		mode    os.FileMode
		refused bool
	}{{0o600, false}, {0o400, false}, {0o700, false}, {0o711, false}, {0o640, true}, {0o440, true}, {0o604, true}, {0o644, true}, {0o620, true}, {0o602, true}}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%04o", tt.mode), func(t *testing.T) {
			dir := tree(t, map[string]string{"key": "hunter2"})
			path := filepath.Join(dir, "key")
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			says := ""
			if tt.refused {
				says = fmt.Sprintf("secret-file-open (mode: %04o, file: %s)", tt.mode, path)
			}
			s, err := (&secrets.Resolver{}).Resolve(t.Context(), engine.SecretRef{File: "key", Dir: dir})
			expect(t, s, err, "hunter2", says, tt.refused)
			s, err = secrets.ReadFile(dir, "key")
			expect(t, s, err, "hunter2", says, tt.refused)
		})
	}
}
