package main

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/journal"

	"github.com/spf13/cobra"
)

// The commands that write, as a journal names them.
const (
	commandApply    = "apply"
	commandRollback = "rollback"
)

// journalFlags say where it is kept what applies do.
type journalFlags struct {
	journal  string
	lockWait time.Duration
	settle   time.Duration
}

func (f *journalFlags) register(cmd *cobra.Command) {
	f.registerDir(cmd)
	fs := cmd.Flags()
	fs.DurationVar(&f.lockWait, "lock-wait", 0, "how long to wait for another run on the same tenant to end (default: fail at once)")
	fs.DurationVar(&f.settle, "settle-time", 2*time.Minute, "how long a write whose answer was lost may still take effect; the vendor asks for calls below 50 s")
}

func (f *journalFlags) registerDir(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.journal, "journal", "", "folder of the journals (default $XDG_STATE_HOME/cosmicctl; with --sandbox beside its state)")
}

// store opens no file yet.
func (f *journalFlags) store(c connectFlags) (*journal.Store, error) {
	dir, err := f.journal, error(nil)
	switch {
	case dir != "":
	case c.sandbox:
		dir = filepath.Join(filepath.Dir(sandboxState(c.sandboxState)), "journal")
	default:
		dir, err = stateHome()
	}
	return &journal.Store{Dir: dir, Now: time.Now, Unique: uniqueText}, err
}

// stateHome is where a program keeps what it must not lose, and no person edits.
func stateHome() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "cosmicctl"), nil
	}
	if runtime.GOOS == "windows" {
		dir, err := os.UserCacheDir() // %LocalAppData%, which nobody clears
		return filepath.Join(dir, "cosmicctl"), err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", report.Fault("no-home", "error", err)
	}
	return filepath.Join(home, ".local", "state", "cosmicctl"), nil
}

func uniqueText() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

func owner() journal.Owner {
	o := journal.Owner{PID: os.Getpid(), At: time.Now().UTC().Truncate(time.Second)}
	if u, err := user.Current(); err == nil {
		o.User = u.Username
	}
	host, _ := os.Hostname()
	o.Host = cmp.Or(host, "localhost")
	return o
}
