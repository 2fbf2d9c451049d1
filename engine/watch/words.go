package watch

import (
	"fmt"
	"html/template"
	"time"

	"cosmicctl/engine"
)

// Words puts codes into the language of the page. All codes begin with watch-, but for
// the risks (risk-…) and the language itself, as BCP 47 writes it (language). Names and
// values of arguments alternate.
type Words interface {
	Say(code engine.Code, args ...any) string
	// Count is a number of things, which are a code, with their plural.
	Count(n int, things engine.Code, args ...any) string
	// Text picks the language of a text that carries its own.
	Text(engine.Text) string
	// Tell puts an error into words, if it has a code.
	Tell(error) string
}

// say puts a code of the watch into words.
func (s *site) say(code string, args ...any) string {
	return s.web.Words.Say(engine.Code("watch-"+code), args...)
}

// tell is what an error says, on one line.
func (s *site) tell(err error) string { return clean(s.web.Words.Tell(err)) }

func (s *site) count(n int, things string) string {
	return s.web.Words.Count(n, engine.Code("watch-"+things))
}

// functions are what the templates say things with.
func (s *site) functions(now time.Time) template.FuncMap {
	when := func(t time.Time) string { return t.In(s.web.Zone).Format("2006-01-02 15:04") }
	lasting := func(t time.Time) string { return s.lasting(now.Sub(t)) }
	return template.FuncMap{
		"language": func() string { return s.web.Words.Say("language") },
		"say":      s.say,
		"count":    s.count,
		"name":     s.name,
		"beside":   s.beside,
		"lasting":  lasting,
		"ago":      func(t time.Time) string { return s.say("ago", "time", lasting(t)) },
		"when":     when,
		"both": func(t time.Time) string {
			return s.say("when-ago", "when", when(t), "ago", s.say("ago", "time", lasting(t)))
		},
		"since":  func(t time.Time) string { return s.say("since", "when", when(t), "time", lasting(t)) },
		"iso":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"class":  s.class,
		"risk":   s.risk,
		"what":   func(w What) string { return s.say("what-" + string(w)) },
		"state":  func(v any) string { return s.say(fmt.Sprint("state-", v)) },
		"read":   func(r Read) string { return s.say("read-" + string(r)) },
		"filter": func(state string) string { return s.say("filter-" + state) },
		"took":   func(ms int64) string { return s.say("seconds", "n", fmt.Sprintf("%.1f", float64(ms)/1000)) },
	}
}

// name is what a kind is called, and beside it what it is called on the screens of the
// product, if that is another language.
func (s *site) name(title engine.Text, kind string) string {
	if text := s.web.Words.Text(title); text != "" {
		return text
	}
	return kind
}

func (s *site) beside(title engine.Text) string {
	if s.web.Words.Text(title) == title.ZH {
		return ""
	}
	return title.ZH
}

// lasting is a time in its largest unit, as one says it.
func (s *site) lasting(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "days"}, {time.Hour, "hours"}, {time.Minute, "minutes"}} {
		if d >= 2*u.unit || d >= u.unit && u.unit < time.Hour {
			return s.say(u.name, "n", int(d/u.unit))
		}
	}
	return s.say("moments")
}

func (s *site) class(c Class) string { return s.say("class-" + string(c)) }

func (s *site) risk(r engine.Risk) string { return s.web.Words.Say("risk-" + engine.Code(r)) }
