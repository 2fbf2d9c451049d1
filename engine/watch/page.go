package watch

import (
	"net/http"
	"time"
)

// frame is what all pages have.
type frame struct {
	Title   string
	Trouble []string
	Refresh int // seconds; 0 for a page that holds a form
	Now     time.Time
	Session *session
}

// refresh is how often a page on a wall asks anew.
const refresh = 30

func (s *site) frame(r *http.Request, title string, refresh int) frame {
	now := s.Clock.Now()
	return frame{title, s.Health().reasons(), refresh, now, s.sessions.of(r, now)}
}

// fail shows that a page cannot be.
func (s *site) fail(w http.ResponseWriter, r *http.Request, status int, text string) {
	s.show(w, status, "problem.html", struct {
		frame
		Text string
	}{s.frame(r, "Not shown", 0), text})
}

func (s *site) broken(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.Error("the watch's database failed", "error", err)
	s.fail(w, r, http.StatusServiceUnavailable, "The database failed: "+clean(err.Error())+".")
}
