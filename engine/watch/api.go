package watch

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// The API says in JSON what the page shows. Fields are only added within a version.
const formatVersion = 1

type apiTenants struct {
	FormatVersion int           `json:"formatVersion"`
	At            time.Time     `json:"at"`
	Ready         bool          `json:"ready"`
	Tenants       []*TenantView `json:"tenants"`
}

type apiFindings struct {
	FormatVersion int           `json:"formatVersion"`
	At            time.Time     `json:"at"`
	Total         int           `json:"total"`
	Findings      []FindingView `json:"findings"`
}

type apiFinding struct {
	FormatVersion int         `json:"formatVersion"`
	Finding       FindingView `json:"finding"`
	History       []Entry     `json:"history"`
}

type apiError struct {
	FormatVersion int     `json:"formatVersion"`
	Error         problem `json:"error"`
}

type problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(v) // who asked has gone
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	answer(w, status, apiError{formatVersion, problem{code, message}})
}

// refused is why something is refused, by its code.
func (s *site) refused(code string, args ...any) string {
	return s.say("refused-"+code, append(args, "days", int(LongestAck/(24*time.Hour)))...)
}

// failed answers with a failure of the store.
func (s *site) failed(w http.ResponseWriter, err error) {
	s.Log.Error("the watch's database failed", "error", err)
	refuse(w, http.StatusServiceUnavailable, "store", s.tell(err))
}

func (s *site) apiTenants(w http.ResponseWriter, r *http.Request) {
	all, err := s.tenantViews(r.Context())
	if err != nil {
		s.failed(w, err)
		return
	}
	out := []*TenantView{}
	chosen := choose(r.URL.Query())
	for _, t := range all {
		if chosen.takes(t) {
			out = append(out, t)
		}
	}
	answer(w, http.StatusOK, apiTenants{formatVersion, s.Clock.Now().UTC(), s.Health().Ready(), out})
}

// mostFindings are given at once.
const mostFindings = 1000

// filter reads a filter of findings.
func filter(q url.Values) (Filter, error) {
	f := Filter{Tenant: q.Get("tenant"), Kind: q.Get("kind"), Class: q.Get("class"), State: q.Get("state"), Sort: q.Get("sort"), Limit: mostFindings}
	for name, n := range map[string]*int{"after": &f.After, "limit": &f.Limit} {
		if text := q.Get(name); text != "" {
			v, err := strconv.Atoi(text)
			if err != nil || v < 0 || name == "limit" && (v == 0 || v > mostFindings) {
				return f, filterError("wrong-number")
			}
			*n = v
		}
	}
	return f, f.check()
}

func (s *site) apiFindings(w http.ResponseWriter, r *http.Request) {
	f, err := filter(r.URL.Query())
	if err != nil {
		refuse(w, http.StatusBadRequest, "filter", s.say(err.Error()))
		return
	}
	found, total, err := s.Store.findings(r.Context(), f)
	if err != nil {
		s.failed(w, err)
		return
	}
	if found == nil {
		found = []FindingView{}
	}
	answer(w, http.StatusOK, apiFindings{formatVersion, s.Clock.Now().UTC(), total, found})
}

func (s *site) apiFinding(w http.ResponseWriter, r *http.Request) {
	f, history, err := s.Store.finding(r.Context(), r.PathValue("id"))
	switch {
	case err != nil:
		s.failed(w, err)
	case f == nil:
		refuse(w, http.StatusNotFound, "unknown", s.refused("unknown"))
	default:
		answer(w, http.StatusOK, apiFinding{formatVersion, *f, history})
	}
}

// apiAcknowledge takes an acknowledgement as JSON: by, reason, until.
func (s *site) apiAcknowledge(w http.ResponseWriter, r *http.Request) {
	if !s.bearer(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, http.StatusUnauthorized, "token", s.refused("token"))
		return
	}
	var a Ack
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		refuse(w, http.StatusBadRequest, "body", s.refused("body", "error", clean(err.Error())))
		return
	}
	a.At = s.Clock.Now()
	err := s.Store.Acknowledge(r.Context(), r.PathValue("id"), a)
	var wrong *AckError
	switch {
	case errors.As(err, &wrong) && wrong.Code == "unknown":
		refuse(w, http.StatusNotFound, wrong.Code, s.refused(wrong.Code))
	case errors.As(err, &wrong):
		refuse(w, http.StatusUnprocessableEntity, wrong.Code, s.refused(wrong.Code))
	case err != nil:
		s.failed(w, err)
	default:
		s.acknowledged(r.PathValue("id"), a)
		s.apiFinding(w, r)
	}
}

// acknowledged makes the watch see when the acknowledgement ends.
func (s *site) acknowledged(id string, a Ack) {
	s.Log.Info("acknowledged", "finding", id, "by", a.By, "until", a.Until)
	s.status.nudge()
}
