package watch_test

import (
	"bufio"
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cosmicctl/engine/watch"
)

func refused(t *testing.T, file, want string) {
	t.Helper()
	s, err := watch.Open(t.Context(), file)
	if err == nil {
		s.Close()
		t.Fatalf("%s was opened, want %q", file, want)
	}
	var e *watch.StoreError
	if !errors.As(err, &e) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), file) {
		t.Errorf("%v, want %q", err, want)
	}
}

func TestStoreIsForOneWatch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "watch.db")
	s := openStore(t, file)
	refused(t, file, "store-in-use")
	if _, err := s.Rows(t.Context(), "tenant"); err != nil {
		t.Errorf("the first was disturbed: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := openStore(t, file).Close(); err != nil {
		t.Fatal(err)
	}
}

func TestStoreIsForItsOwner(t *testing.T) {
	w := newWorld(t, "east")
	w.after(time.Hour)
	found, err := filepath.Glob(w.file + "*")
	if err != nil || len(found) < 2 {
		t.Fatalf("%q, %v", found, err)
	}
	for _, f := range found {
		if i, err := os.Stat(f); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v: %v", f, i.Mode(), err)
		}
	}
}

// edit changes a closed database as another program would.
func edit(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestStoreRefusesOthers(t *testing.T) {
	later := filepath.Join(t.TempDir(), "later.db")
	openStore(t, later).Close()
	edit(t, later, "PRAGMA user_version = 99")
	before, err := os.ReadFile(later)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, later, "store-newer (found: 99")
	if after, err := os.ReadFile(later); err != nil || !bytes.Equal(before, after) {
		t.Error("a store of a later version was changed")
	}
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	edit(t, foreign, "CREATE TABLE songs (name TEXT)")
	refused(t, foreign, "store-foreign")
	text := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(text, bytes.Repeat([]byte("not a database\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, text, "store-damaged")
	refused(t, t.TempDir(), "store-unopened")
}

func TestStoreDamaged(t *testing.T) {
	w := newWorld(t, "east", "west")
	w.set("east", clean(drift("App", "A", "x"), drift("App", "B", "x")))
	w.after(time.Hour)
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(w.file)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.db")
	if err := os.WriteFile(cut, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, cut, "store-damaged")
	scribbled := filepath.Join(t.TempDir(), "scribbled.db")
	for i := 4096; i < len(whole); i += 100 {
		whole[i] ^= 0xff
	}
	if err := os.WriteFile(scribbled, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, scribbled, "store-damaged")
}

func TestStoreMigrates(t *testing.T) {
	file := filepath.Join(t.TempDir(), "watch.db")
	s := openStore(t, file)
	if err := s.Migrate(t.Context(), "CREATE TABLE more (name TEXT)", "INSERT INTO more VALUES ('x')"); err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context(), "CREATE TABLE more (name TEXT)", "INSERT INTO more VALUES ('x')"); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if n, err := s.Rows(t.Context(), "more"); n != 1 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if err := s.Migrate(t.Context(), "", "", "CREATE TABLE third (name TEXT)", "nonsense"); err == nil {
		t.Error("a broken step was taken")
	}
	if _, err := s.Rows(t.Context(), "third"); err == nil {
		t.Error("half of the steps were taken")
	}
	s.Close()
	refused(t, file, "store-newer (found: 3")
}

// A store that cannot write loses what it was told, and nothing else: the next look
// finds it again, and then it is told.
func TestStoreFails(t *testing.T) {
	for _, c := range []struct{ name, breaks, heals, says string }{
		{"disk full", "max_page_count = 1", "max_page_count = 100000", "store-full"},
		{"read-only", "query_only = 1", "query_only = 0", "store-unwritable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, "east", "west")
			w.after(time.Hour)
			if h := w.Health(); !h.Ready() {
				t.Fatalf("%+v", h)
			}
			if err := w.store.Pragma(t.Context(), c.breaks); err != nil {
				t.Fatal(err)
			}
			var many []watch.Finding
			for i := range 100 {
				many = append(many, drift("App", fmt.Sprintf("A%03d", i), strings.Repeat("x", 500)))
			}
			w.set("east", clean(many...))
			w.after(time.Hour)
			if h := w.Health(); h.Ready() || h.Store == nil || !strings.Contains(h.Store.Error(), c.says) {
				t.Errorf("%+v", h)
			}
			expect(t, "told", w.ear.heard(), []string{})
			if n, err := w.store.Rows(t.Context(), "finding"); n != 0 || err != nil {
				t.Errorf("%d findings, %v", n, err)
			}
			if err := w.store.Pragma(t.Context(), c.heals); err != nil {
				t.Fatal(err)
			}
			w.after(time.Hour)
			if h := w.Health(); !h.Ready() || len(w.ear.heard()) != len(many) {
				t.Errorf("%+v, %d told", h, len(w.ear.heard()))
			}
		})
	}
}

// A process that is killed at any moment leaves a store that opens, with all that it
// said was recorded.
func TestStoreSurvivesAKill(t *testing.T) {
	const file = "COSMICCTL_WATCH_KILL"
	if name := os.Getenv(file); name != "" {
		w := &world{t: t, ear: &ear{}, clock: &steady{now: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)}, file: name}
		w.side = newSide(w.clock.Now, "east")
		w.open()
		for i := 0; ; i++ {
			w.set("east", clean(drift("App", "A", fmt.Sprint(i))))
			w.after(16 * time.Minute)
			fmt.Println("recorded", i)
		}
	}
	for range 3 {
		name := filepath.Join(t.TempDir(), "watch.db")
		child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		child.Env = append(os.Environ(), file+"="+name)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		last := -1
		lines := bufio.NewScanner(out)
		for last < 5 && lines.Scan() {
			fmt.Sscanf(lines.Text(), "recorded %d", &last)
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			fmt.Sscanf(lines.Text(), "recorded %d", &last)
		}
		child.Wait()
		w := &world{t: t, ear: &ear{}, clock: &steady{now: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)}, file: name}
		w.side = newSide(w.clock.Now, "east")
		w.open()
		n, err := w.store.Rows(t.Context(), "history")
		if err != nil || last < 5 || n < last+1 || n > last+2 {
			t.Errorf("%d entries of history after %d were recorded: %v", n, last+1, err)
		}
		w.store.Close()
	}
}
