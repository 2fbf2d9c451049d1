package cosmic

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cosmicctl/engine"
)

func TestNotifyAnswers(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   engine.Code
	}{
		{"as required", 200, `{"message":"回调成功","errorCode":"0","success":true}`, CallbackFine},
		{"a number", 200, `{"errorCode":0,"success":true}`, CallbackFine},
		{"the other edition", 200, `{"message":"","code":"200","success":true}`, CallbackFine},
		{"success as text", 200, `{"errorCode":"0","success":"true"}`, CallbackNo},
		{"no success", 200, `{"errorCode":"0"}`, CallbackNo},
		{"another code", 200, `{"errorCode":"1","success":true}`, CallbackCode},
		{"no code", 200, `{"success":true}`, CallbackCode},
		{"no JSON", 200, `ok`, CallbackNotJSON},
		{"nothing", 200, ``, CallbackNotJSON},
		{"a page", 200, `<html></html>`, CallbackPage},
		{"a login", 401, ``, CallbackLogin},
		{"forbidden", 403, `{"success":true,"errorCode":"0"}`, CallbackLogin},
		{"a wrong path", 404, ``, CallbackNotThere},
		{"GET alone", 405, ``, CallbackNotThere},
		{"an error", 500, `{"success":true,"errorCode":"0"}`, CallbackStatus},
		{"elsewhere", 307, ``, CallbackRedirect},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			knocks := 0
			var sent map[string]any
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				knocks++
				raw, _ := io.ReadAll(r.Body)
				sent, _ = decodeObject(raw)
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			defer s.Close()
			n := NewNotifier(nil, time.Minute, rand.Reader)
			defer n.Close()
			got := n.Notify(t.Context(), s.URL+"/cb", codec(t, vectorPassword))
			if got.Code != tt.want || knocks != 1 {
				t.Errorf("%+v after %d requests", got, knocks)
			}
			plain, err := codec(t, vectorPassword).Decode(text(sent["data"]))
			if err != nil || !strings.Contains(string(plain), "cosmicctl-verify-") || sent["returnCode"] != "9999" {
				t.Errorf("%v: %s, %v", sent, plain, err)
			}
		})
	}
}

// An address that takes the call and says nothing does not hold the run up.
func TestNotifyEndsInTime(t *testing.T) {
	done := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-done }))
	defer s.Close()
	defer close(done)
	n := NewNotifier(nil, 50*time.Millisecond, rand.Reader)
	if got := n.Notify(t.Context(), s.URL, Codec{}); got.Code != CallbackUnfinished || !strings.Contains(got.Said, "in time") {
		t.Errorf("%+v", got)
	}
}
