package watch

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// findingsPage lists findings.
func (s *site) findingsPage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f, err := filter(q)
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, err.Error())
		return
	}
	f.Limit = rowsOfPage
	data := struct {
		frame
		Filter
		Found []FindingView
		Total int
		Next  string

		StateChoices []string
		ClassChoices []Class
	}{frame: s.frame(r, s.say("findings"), refresh), Filter: f, StateChoices: []string{FindOpen, FindUnacknowledged, FindAcknowledged, FindClosed, FindAll},
		ClassChoices: []Class{Changed, Missing, Unwanted, Fresh, Unreadable}}
	if data.Found, data.Total, err = s.Store.findings(r.Context(), f); err != nil {
		s.broken(w, r, err)
		return
	}
	if next := f.After + len(data.Found); next < data.Total {
		q.Set("after", strconv.Itoa(next))
		data.Next = "/findings?" + q.Encode()
	}
	s.show(w, http.StatusOK, "findings.html", data)
}

// findingPage is all about a finding, with the form to acknowledge it.
func (s *site) findingPage(w http.ResponseWriter, r *http.Request) {
	problem := ""
	if r.URL.Query().Get("problem") == "token" {
		problem = s.say("wrong-token")
	}
	s.showFinding(w, r, http.StatusOK, Ack{}, problem)
}

func (s *site) showFinding(w http.ResponseWriter, r *http.Request, status int, typed Ack, problem string) {
	f, history, err := s.Store.finding(r.Context(), r.PathValue("id"))
	if err != nil {
		s.broken(w, r, err)
		return
	}
	if f == nil {
		s.fail(w, r, http.StatusNotFound, "no-finding")
		return
	}
	title := f.Key
	if title == "" {
		title = s.name(f.Title, f.Kind)
	}
	if title == "" {
		title = f.Tenant
	}
	day := func(d time.Duration) string { return s.Clock.Now().In(s.web.Zone).Add(d).Format(time.DateOnly) }
	s.show(w, status, "finding.html", struct {
		frame
		FindingView
		History             []Entry
		Form                bool // whether there is a token to type
		Typed               Ack
		Problem             string
		First, Usual, Final string // days until which it may be acknowledged
	}{s.frame(r, title+" "+s.class(f.Class), 0), *f, history, s.web.Token != "", typed, problem, day(0), day(7 * 24 * time.Hour), day(LongestAck - 24*time.Hour)})
}

// acknowledge takes the form of a finding's page. The day it names is the last.
func (s *site) acknowledge(w http.ResponseWriter, r *http.Request) {
	now := s.Clock.Now()
	v := s.sessions.of(r, now)
	if v == nil || !same(r.PostFormValue("csrf"), v.CSRF) {
		s.fail(w, r, http.StatusForbidden, "other-form")
		return
	}
	a := Ack{By: r.PostFormValue("by"), Reason: r.PostFormValue("reason"), At: now}
	if day, err := time.ParseInLocation(time.DateOnly, r.PostFormValue("until"), s.web.Zone); err == nil {
		a.Until = day.AddDate(0, 0, 1)
	}
	err := s.Store.Acknowledge(r.Context(), r.PathValue("id"), a)
	var wrong *AckError
	switch {
	case errors.As(err, &wrong):
		s.showFinding(w, r, http.StatusUnprocessableEntity, a, s.refused(wrong.Code))
	case err != nil:
		s.broken(w, r, err)
	default:
		s.acknowledged(r.PathValue("id"), a)
		http.Redirect(w, r, "/findings/"+hexOnly(r.PathValue("id"))+"#acknowledge", http.StatusSeeOther)
	}
}
