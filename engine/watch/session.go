package watch

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A session lets a browser acknowledge after its user typed the token. It lives in
// memory: it ends with the process, or by its time.
type session struct {
	id    string
	CSRF  string // proves that a form came from a page of the session
	until time.Time
}

type sessions struct {
	mu   sync.Mutex
	byID map[string]*session
}

const (
	cookieName    = "cosmicctl_watch"
	sessionLasts  = 12 * time.Hour
	mostSessions  = 1000
	sessionLength = 24 // bytes
)

// open makes a session; the oldest gives way if there are too many.
func (s *sessions) open(random io.Reader, now time.Time) (*session, error) {
	secret := make([]byte, 2*sessionLength)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, err
	}
	v := &session{hex.EncodeToString(secret[:sessionLength]), hex.EncodeToString(secret[sessionLength:]), now.Add(sessionLasts)}
	s.mu.Lock()
	defer s.mu.Unlock()
	var oldest *session
	for id, old := range s.byID {
		switch {
		case !old.until.After(now):
			delete(s.byID, id)
		case oldest == nil || old.until.Before(oldest.until):
			oldest = old
		}
	}
	if len(s.byID) >= mostSessions {
		delete(s.byID, oldest.id)
	}
	s.byID[v.id] = v
	return v, nil
}

// of returns the session of a request; nil if it has none.
func (s *sessions) of(r *http.Request, now time.Time) *session {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.byID[c.Value]
	if v == nil || !v.until.After(now) {
		return nil
	}
	return v
}

func (s *sessions) end(v *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, v.id)
}

// same compares secrets in a time that does not tell how far they agree.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// allowed tells whether a text is the token. Who guesses is slowed down.
func (s *site) allowed(token string) bool {
	return s.web.Token != "" && s.tries.AllowN(s.Clock.Now(), 1) && same(token, s.web.Token)
}

// bearer tells whether a request of the API carries the token.
func (s *site) bearer(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && s.allowed(token)
}

// signIn opens a session for whoever knows the token, and leads back to the finding.
func (s *site) signIn(w http.ResponseWriter, r *http.Request) {
	back := "/"
	if id := r.PostFormValue("finding"); id != "" {
		back = "/findings/" + hexOnly(id)
	}
	if !s.allowed(r.PostFormValue("token")) {
		s.Log.Warn("somebody gave a wrong token", "from", r.RemoteAddr)
		http.Redirect(w, r, back+"?problem=token#acknowledge", http.StatusSeeOther)
		return
	}
	v, err := s.sessions.open(s.web.Random, s.Clock.Now())
	if err != nil {
		http.Error(w, s.say("no-session"), http.StatusInternalServerError)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: v.id, Path: "/", MaxAge: int(sessionLasts.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
	http.Redirect(w, r, back+"#acknowledge", http.StatusSeeOther)
}

// signOut ends a session.
func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	if v := s.sessions.of(r, s.Clock.Now()); v != nil && same(r.PostFormValue("csrf"), v.CSRF) {
		s.sessions.end(v)
		http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// hexOnly is what an id is made of, and nothing that leads elsewhere.
func hexOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789abcdef", r) {
			return r
		}
		return -1
	}, s)
}
