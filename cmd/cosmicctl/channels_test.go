package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/notify"
	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
)

// The types of channels that a watch may name are those that messages are sent to,
// and both agree on which of them sign.
func TestTypesOfChannels(t *testing.T) {
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	load := func(channel string) (*engine.Watch, []engine.Diagnostic) {
		file := filepath.Join(t.TempDir(), "watch.yaml")
		text := "apiVersion: cosmicctl/v1\nkind: Watch\nnotify: [{name: a, url: {env: U}, " + channel + "}]\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		w, diags, err := s.LoadWatch(file)
		if err != nil {
			t.Fatal(err)
		}
		return w, diags
	}
	_, diags := load("type: none")
	if len(diags) != 1 || diags[0].Code != schema.CodeOption {
		t.Fatal(diags)
	}
	named := map[string]bool{}
	for _, name := range strings.Split(diags[0].Args["options"], ", ") {
		named[name] = true
	}
	sent := map[string]bool{}
	sender, err := notify.New(notify.Options{Phrase: report.English().Phrase})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range notify.Types() {
		sent[name] = true
		for extra, secret := range map[string]string{"": "", ", secret: {env: S}": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"} {
			w, diags := load("type: " + name + extra)
			err := sender.Check(notify.Channel{Name: "a", Type: name, URL: engine.NewSecret("https://host.example/x"), Secret: engine.NewSecret(secret)})
			if (w == nil) != (err != nil) {
				t.Errorf("type %s%s: a watch says %v, the sender %v", name, extra, diags, err)
			}
		}
	}
	if diff := cmp.Diff(named, sent); diff != "" {
		t.Error(diff)
	}
}

// The guide shows every field of the document that a webhook gets, and no other.
func TestTheGuideShowsTheDocument(t *testing.T) {
	for _, file := range []string{"help/notifications.md", "help/zh/notifications.md"} {
		guide, err := topics.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, block, _ := strings.Cut(string(guide), "```json\n")
		block, _, _ = strings.Cut(block, "```")
		d := json.NewDecoder(strings.NewReader(block))
		d.DisallowUnknownFields()
		var doc notify.Document
		if err := d.Decode(&doc); err != nil || doc.FormatVersion != notify.FormatVersion || len(doc.Events) != 1 {
			t.Fatalf("%s: %v: %+v", file, err, doc)
		}
		for _, v := range []reflect.Value{reflect.ValueOf(doc), reflect.ValueOf(doc.Events[0])} {
			for i := range v.NumField() {
				if name := v.Type().Field(i).Name; v.Field(i).IsZero() && name != "Omitted" {
					t.Errorf("%s does not show %s", file, name)
				}
			}
		}
	}
}

// The guide tells people to make cosmicctl the keyword of a robot.
func TestTheKeywordOfARobot(t *testing.T) {
	title := report.English().Phrase(notify.CodeTitle, map[string]string{"counts": "1 new"})
	if !strings.Contains(title, "cosmicctl") {
		t.Errorf("the title is %q", title)
	}
}
