package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/watch"
)

// saidByPage is a code that a template or the code of the page puts into words.
var saidByPage = regexp.MustCompile(`(?:\bsay|\.fail\(w, r, [A-Za-z.]+,|\.count\([A-Za-z.]+,|\bcount \.[A-Za-z]+|filterError)[( ]*"([a-z-]+)"`)

// The page of a watch says what the catalogue has words for, and the catalogue has no
// words that the page does not say.
func TestWordsOfTheWatchPage(t *testing.T) {
	said := map[string]bool{"seconds": true, "days": true, "hours": true, "minutes": true, "refused-token": true, "refused-body": true, "refused-unknown": true}
	for _, pattern := range []string{"../../engine/watch/page/*.html", "../../engine/watch/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, m := range saidByPage.FindAllStringSubmatch(string(text), -1) {
				if !strings.HasSuffix(m[1], "-") {
					said[m[1]] = true
				}
			}
		}
	}
	for prefix, names := range derivedWords() {
		for _, n := range names {
			said[prefix+n] = true
		}
	}
	if len(said) < 130 {
		t.Fatalf("the page says only %d codes", len(said))
	}
	words := report.English()
	for code := range said {
		if _, known := words[engine.Code("watch-"+code)]; !known {
			t.Errorf("the page says %s, which has no words", code)
		}
	}
	for code := range words {
		if name, is := strings.CutPrefix(string(code), "watch-"); is && !said[name] {
			t.Errorf("%s has words that the page does not say", code)
		}
	}
}

// derivedWords are codes made of a beginning and what there is of something.
func derivedWords() map[string][]string {
	states := []string{"stale"}
	for _, s := range watch.States() {
		states = append(states, string(s))
	}
	return map[string][]string{
		"state-":   states,
		"class-":   {string(watch.Changed), string(watch.Missing), string(watch.Unwanted), string(watch.Fresh), string(watch.Unreadable)},
		"read-":    {string(watch.Complete), string(watch.Incomplete), string(watch.NotRead), string(watch.Failed)},
		"filter-":  {watch.FindOpen, watch.FindUnacknowledged, watch.FindAcknowledged, watch.FindClosed, watch.FindAll},
		"what-":    {string(watch.WasOpened), string(watch.WasChanged), string(watch.WasClosed), string(watch.WasAcknowledged), string(watch.WasExpired), string(watch.WasDropped), string(watch.WasResumed)},
		"refused-": {"by-missing", "reason-missing", "until-missing", "until-past", "until-late", "unknown", "closed"},
	}
}
