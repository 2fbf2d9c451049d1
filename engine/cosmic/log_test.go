package cosmic

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func nullLog() *log.Logger { return log.New(io.Discard, "", 0) }

// The log tells of each request, and nothing of what it carries.
func TestLog(t *testing.T) {
	f := newFake(t)
	f.fill("third_app", 1)
	var b bytes.Buffer
	c, _ := f.tenant(func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{
			Level: slog.LevelDebug,
			ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			},
		}))
	})
	mustList(t, c)
	f.on(failing(1, func(w http.ResponseWriter) {
		w.WriteHeader(200)
		w.Write([]byte(`{"errorCode":"403","message":"` + testSecret + `","status":false}`))
	}))
	listError(t, c)
	f.on(failing(1, status(404)))
	listError(t, c)
	want := strings.Join([]string{
		`level=DEBUG msg="cosmic request" method=POST path=/kapi/oauth2/getToken duration=0s status=200 errorCode=0`,
		`level=DEBUG msg="cosmic request" method=POST path=/kapi/v2/open/third_app/query duration=0s status=200 errorCode=0`,
		`level=DEBUG msg="cosmic request" method=POST path=/kapi/v2/open/third_app/query duration=0s status=200 errorCode=403`,
		`level=DEBUG msg="cosmic request" method=POST path=/kapi/v2/open/third_app/query duration=0s status=404`,
	}, "\n") + "\n"
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
}

// Every hint that an error can name is in the list for the catalogue.
func TestHintsAreListed(t *testing.T) {
	for _, form := range []string{"", "third_app"} {
		for f := faultAnswer; f <= faultLocal; f++ {
			for _, code := range []string{"", "401", "403", "404", "429", "603", "604", "612", "999"} {
				e := &Error{Form: form, Code: code, Status: 404, fault: f}
				if h := e.Hint(); h != "" && !slices.Contains(Hints(), h) {
					t.Errorf("%s is not listed", h)
				}
			}
		}
	}
	if h := slices.Clone(Hints()); len(slices.Compact(slices.Sorted(slices.Values(h)))) != len(h) {
		t.Error("a hint is listed twice")
	}
}
