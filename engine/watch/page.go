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
	return frame{title, s.reasons(s.Health()), refresh, now, s.sessions.of(r, now)}
}

// fail shows that a page cannot be, and why.
func (s *site) fail(w http.ResponseWriter, r *http.Request, status int, code string, args ...any) {
	s.show(w, status, "problem.html", struct {
		frame
		Text string
	}{s.frame(r, s.say("not-shown"), 0), s.say(code, args...)})
}

func (s *site) broken(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.Error("the watch's database failed", "error", err)
	s.fail(w, r, http.StatusServiceUnavailable, "store-failed", "error", s.tell(err))
}
