package watch_test

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"cosmicctl/engine/watch"
)

// What is told is what changed, not what is.
func TestChangesAreTold(t *testing.T) {
	w := newWorld(t, "east", "west")
	w.after(time.Hour)
	expect(t, "clean", w.ear.heard(), []string{})
	w.set("east", clean(drift("App", "ERP", "http://a")))
	w.after(2 * time.Hour)
	w.set("east", clean(drift("App", "ERP", "http://b")))
	w.set("west", unreadable())
	w.after(2 * time.Hour)
	w.set("east", clean())
	w.set("west", clean())
	w.after(2 * time.Hour)
	expect(t, "all", w.ear.heard(), []string{"opened east changed App/ERP", "opened west unreadable", "changed east changed App/ERP",
		"closed west unreadable", "closed east changed App/ERP"})
}

// A week of looks, as they come: each tenant at its place in each interval.
func TestWeek(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSide(time.Now, "a", "b", "c", "d", "e")
		e := &ear{}
		store := openStore(t, filepath.Join(t.TempDir(), "watch.db"))
		defer store.Close()
		w, err := watch.New(t.Context(), options(t, store, s, clock{}, e))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 7*24*time.Hour)
		defer stop()
		w.Run(ctx)
		for name, at := range s.looked {
			if n := len(at); n < 7*96 || n > 7*96+1 {
				t.Errorf("%s was looked at %d times", name, n)
			}
		}
	})
}
