package notify_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"cosmicctl/engine"
	"cosmicctl/engine/notify"

	"github.com/google/go-cmp/cmp"
)

func TestEachVendorTakesAMessage(t *testing.T) {
	chat := []string{
		"cosmicctl: 1 opened",
		"opened · acme · third-party app ERP01 · changed · widens access",
		"  allowAllIPs: wanted false, live true",
		"  by lisi, 2026-03-02 09:10 · since 2026-03-02 09:15 +00:00",
	}
	withLink := append(chat[:len(chat):len(chat)], "https://watch.example/?a=1&b=2")
	want := map[string][]string{"feishu": chat, "slack": chat, "dingtalk": withLink, "wecom": withLink,
		"webhook": {"drift.changed", "opened acme ThirdPartyApp ERP01", "allowAllIPs: wanted false, live true"}}
	for _, kind := range types(t) {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			if err := w.sender.Check(w.channel); err != nil || len(w.asked()) > 0 {
				t.Fatalf("check: %v, %d requests", err, len(w.asked()))
			}
			g, err := w.send(message(opened()))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want[kind], g.lines); diff != "" {
				t.Error(diff)
			}
			if len(g.mentions) > 0 || g.link != "" && g.link != "https://watch.example/?a=1&b=2" {
				t.Errorf("mentions %q, link %q", g.mentions, g.link)
			}
		})
	}
}

func TestTheDocumentOfAWebhook(t *testing.T) {
	w := newWorld(t, "webhook")
	closed := notify.Event{Tenant: "other", What: notify.Closed}
	m := message(closed, opened())
	m.Omitted = 3
	g, err := w.send(m)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"formatVersion":1,"type":"drift.changed","id":"msg_1","timestamp":"2026-03-02T09:29:00Z","link":"https://watch.example/?a=1&b=2",` +
		`"events":[{"what":"opened","tenant":"acme","kind":"ThirdPartyApp","key":"ERP01","title":"third-party app ERP01","class":"changed","risks":["widens-access"],` +
		`"lines":["allowAllIPs: wanted false, live true"],"by":"lisi","when":"2026-03-02 09:10","since":"2026-03-02T09:15:00Z"},` +
		`{"what":"closed","tenant":"other","risks":[],"lines":[]}],"omitted":3}`
	if diff := cmp.Diff(want, string(g.raw)); diff != "" {
		t.Error(diff)
	}
}

// What is too much is left out, the least important first, and counted.
func TestALongMessageIsCut(t *testing.T) {
	for _, kind := range types(t) {
		for name, text := range map[string]string{"short": "", "Chinese": strings.Repeat("票", 50), "escaped": strings.Repeat(`<&"\`, 20), "huge": strings.Repeat("𠮷", 2000)} {
			t.Run(kind+" "+name, func(t *testing.T) {
				w := newWorld(t, kind)
				events := many(800, text)
				risky, gone := opened(), opened()
				risky.Tenant, gone.What = "risky", notify.Closed
				m := message(append([]notify.Event{gone}, append(events, risky)...)...)
				m.Omitted = 7
				g, err := w.send(m)
				if err != nil {
					t.Fatal(err)
				}
				if !utf8.Valid(g.raw) || strings.Contains(string(g.raw), "�") {
					t.Error("a character was cut in two")
				}
				if !strings.HasPrefix(g.lines[1], "opened") || !strings.Contains(g.lines[1], "risky") {
					t.Errorf("the riskiest is not the first: %q", g.lines[1])
				}
				told, left := 0, 0
				for _, l := range g.lines {
					if strings.HasPrefix(l, "opened") || strings.HasPrefix(l, "closed") {
						told++
					}
					_, _ = fmt.Sscanf(l, "… and %d more", &left)
				}
				if kind == "webhook" {
					var doc notify.Document
					_ = json.Unmarshal(g.raw, &doc)
					left = doc.Omitted
				}
				if told < 1 || told+left != len(m.Events)+m.Omitted {
					t.Errorf("%d told and %d counted of %d", told, left, len(m.Events)+m.Omitted)
				}
				if name == "short" && told < 5 {
					t.Errorf("only %d of the events told", told)
				}
			})
		}
	}
}

// At no length is a message a byte too long.
func TestEveryLength(t *testing.T) {
	for _, kind := range types(t) {
		if kind == "webhook" {
			continue
		}
		w := newWorld(t, kind)
		events := many(60, "")
		for i := range events {
			events[i].Lines = []string{strings.Repeat("a", 190), strings.Repeat("b", 190), strings.Repeat("c", 190), "", "", strings.Repeat("é", 9000)}
		}
		for n := range 80 {
			events[0].Lines[3], events[1].Lines[3] = strings.Repeat("x", n), strings.Repeat("y", n/2)
			if _, err := w.send(message(events...)); err != nil {
				t.Fatalf("%s with %d more: %v", kind, n, err)
			}
		}
	}
}

// One event alone always goes into a message, whatever is in it.
func TestOneHugeEventIsTold(t *testing.T) {
	for _, kind := range types(t) {
		for _, text := range []string{"<", "&", "票", `"`, "\x00", "𠮷"} {
			e := opened()
			e.Title, e.By, e.When = strings.Repeat(text, 5000), strings.Repeat(text, 5000), strings.Repeat(text, 5000)
			e.Lines = make([]string, 50)
			for i := range e.Lines {
				e.Lines[i] = strings.Repeat(text, 500)
			}
			w := newWorld(t, kind)
			if _, err := w.send(message(e)); err != nil {
				t.Errorf("%s, %q: %v", kind, text, err)
			}
		}
	}
}

func TestManyLinesAreCounted(t *testing.T) {
	e := opened()
	e.Lines = []string{"1", "2", "3", "4", "5", "6", "7", "8"}
	g, err := newWorld(t, "dingtalk").send(message(e))
	if err != nil || g.lines[8] != "  … 2 more lines" || g.lines[7] != "  6" {
		t.Errorf("%v %q", err, g.lines)
	}
}

// Names from a live side change nothing but themselves.
func TestHostileTexts(t *testing.T) {
	hostile := []string{
		"@all", "@team", `<at user_id="all">所有人</at>`, "<at id=all></at>", "<@all>", "<@U1>", "<!channel>", "<!here|x>", "<!subteam^S1>",
		"<https://evil.example|click>", "[click](https://evil.example)", "**bold** # `x` > q", "*b* _i_ ~s~ :joy:", "&lt;!channel&gt;",
		"a\nclosed · acme · everything", "a\r\n\u2028b", "a · closed · b", "\u202eabc\u2066", "a\x00\x1b[31mb", "\u200b@all", "\xff\xfe", "{{.}}", `\u0000`, `"}],"x":[{"`,
	}
	for _, kind := range types(t) {
		plain := newWorld(t, kind)
		base, err := plain.send(message(opened()))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range hostile {
			e := opened()
			e.Tenant, e.Title, e.Key, e.Class, e.By, e.When, e.Lines = text, text, text, text, text, text, []string{text}
			w := newWorld(t, kind)
			g, err := w.send(message(e))
			if err != nil {
				t.Errorf("%s %q: %v", kind, text, err)
				continue
			}
			if len(g.mentions) > 0 || g.link != base.link {
				t.Errorf("%s %q: mentions %q, link %q", kind, text, g.mentions, g.link)
			}
			if kind == "webhook" {
				continue // JSON, for a machine
			}
			if len(g.lines) != len(base.lines) || strings.Count(g.lines[1], " · ") != strings.Count(base.lines[1], " · ") {
				t.Errorf("%s %q: %q", kind, text, g.lines)
			}
			for _, r := range strings.Join(g.lines, "") {
				if r < ' ' || strings.ContainsRune("\u202e\u2066\u200b\u2028\x7f", r) {
					t.Errorf("%s %q: character %U", kind, text, r)
				}
			}
		}
	}
}

func TestNothingHappened(t *testing.T) {
	w := newWorld(t, "slack")
	if err := w.sender.Send(t.Context(), w.channel, notify.Message{ID: "a"}); err != nil || len(w.asked()) != 0 {
		t.Errorf("%v, %d requests", err, len(w.asked()))
	}
}

func TestUnknownRiskAndTime(t *testing.T) {
	e := opened()
	e.Risks = append(e.Risks, engine.Risk("new-class"))
	e.Since = e.Since.AddDate(20000, 0, 0)
	for _, kind := range types(t) {
		if _, err := newWorld(t, kind).send(message(e)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
