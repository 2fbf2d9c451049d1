package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"cosmicctl/engine"
)

// Examination is what a doctor found of tenants, in the order of their names.
type Examination struct {
	Words   Words
	Version string // of cosmicctl
	Tenants []Examined
}

// Examined is a tenant with its checks. Its data centre is shown masked.
type Examined struct {
	Tenant     *engine.Tenant
	DataCentre string
	Checks     []engine.Check
}

// ExaminationFormats are the formats of an examination.
func ExaminationFormats() []string { return []string{Text, "json", "markdown"} }

// Write writes an examination in a format.
func (x *Examination) Write(w io.Writer, format string, s Style) error {
	switch format {
	case "json":
		return x.json(w)
	case "markdown":
		return x.markdown(w)
	}
	return x.text(w, s)
}

// told is a check in words.
type told struct {
	Topic    string
	Message  string
	Way      string
	Evidence string
}

func (x *Examination) tell(c *engine.Check) told {
	t := told{Topic: x.Words.Say(c.Name, "subject", Clean(c.Subject)), Evidence: Clean(c.Evidence)}
	switch {
	case c.Way != nil:
		t.Message, t.Way = x.Words.Message(c.Finding), Clean(x.Words.Text(*c.Way))
	case c.Finding.Code != "":
		t.Message, t.Way = x.Words.Message(c.Finding), fill(x.Words[wayOf(c.Finding.Code)], c.Finding.Args)
	}
	if c.Menu != "" && c.Result != engine.Passed {
		t.Way += x.Words.Say("doctor-menu", "menu", Clean(c.Menu))
	}
	return t
}

// wayOf is the code of the words that say the way out of a trap.
func wayOf(trap engine.Code) engine.Code { return "way-" + trap }

func (x *Examination) text(w io.Writer, s Style) error {
	marks := map[engine.CheckResult]string{
		engine.Passed: s.green(x.Words.Say("doctor-pass")), engine.Warned: s.yellow(x.Words.Say("doctor-warn")),
		engine.Missed: s.red(x.Words.Say("doctor-fail")), engine.Untold: s.dim(x.Words.Say("doctor-skip")),
	}
	var b strings.Builder
	for i := range x.Tenants {
		t := &x.Tenants[i]
		heading := &PlanText{W: &b, Style: s, Words: x.Words}
		heading.Heading(t.Tenant)
		for j := range t.Checks {
			c := &t.Checks[j]
			told := x.tell(c)
			line := "  " + marks[c.Result] + "  " + told.Topic
			if c.Result == engine.Passed && told.Evidence != "" {
				line += "  " + s.dim(told.Evidence)
			}
			if told.Message != "" {
				line += x.Words["colon"] + told.Message
			}
			fmt.Fprintln(&b, line)
			if c.Result != engine.Passed && told.Evidence != "" {
				fmt.Fprintln(&b, "        "+s.dim(x.Words.Say("doctor-said", "evidence", told.Evidence)))
			}
			if told.Way != "" {
				fmt.Fprintln(&b, "        "+x.Words.Say("doctor-way", "way", told.Way))
			}
		}
		fmt.Fprintln(&b, s.bold(x.sum(t)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (x *Examination) sum(t *Examined) string {
	n := map[engine.CheckResult]int{}
	for i := range t.Checks {
		n[t.Checks[i].Result]++
	}
	return x.Words.Say("doctor-sum", "n", len(t.Checks), "pass", n[engine.Passed], "warn", n[engine.Warned],
		"fail", n[engine.Missed], "open", n[engine.Untold])
}

// json writes {formatVersion, tenants: [{tenant, baseUrl, version, dataCentre, checks}]}.
func (x *Examination) json(w io.Writer) error {
	type check struct {
		Topic    engine.Code        `json:"topic"`
		State    engine.CheckResult `json:"state"`
		Subject  string             `json:"subject,omitempty"`
		Trap     engine.Code        `json:"trap,omitempty"`
		Args     map[string]string  `json:"args,omitempty"`
		Message  string             `json:"message,omitempty"`
		Evidence string             `json:"evidence,omitempty"`
		WayOut   string             `json:"wayOut,omitempty"`
		Menu     string             `json:"menu,omitempty"`
	}
	type tenant struct {
		Tenant     string  `json:"tenant"`
		BaseURL    string  `json:"baseUrl"`
		Version    string  `json:"version"`
		DataCentre string  `json:"dataCentre"`
		Checks     []check `json:"checks"`
	}
	doc := struct {
		FormatVersion int      `json:"formatVersion"`
		Command       string   `json:"command"`
		Tool          string   `json:"cosmicctl"`
		Tenants       []tenant `json:"tenants"`
	}{1, "doctor", x.Version, []tenant{}}
	for i := range x.Tenants {
		t := &x.Tenants[i]
		out := tenant{t.Tenant.Name, t.Tenant.Environment.BaseURL, string(t.Tenant.Environment.Version), t.DataCentre, []check{}}
		for j := range t.Checks {
			c := &t.Checks[j]
			told := x.tell(c)
			out.Checks = append(out.Checks, check{c.Name, c.Result, c.Subject, c.Finding.Code, c.Finding.Args, told.Message, told.Evidence, told.Way, c.Menu})
		}
		doc.Tenants = append(doc.Tenants, out)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}

// markdown writes a report to attach to a ticket: what is wrong first, then a list of
// all that was looked at.
func (x *Examination) markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", x.Words.Say("doctor-title"))
	fmt.Fprintf(&b, "%s\n", x.Words.Say("doctor-tool", "version", entities(x.Version)))
	for i := range x.Tenants {
		t := &x.Tenants[i]
		env := &t.Tenant.Environment
		fmt.Fprintf(&b, "\n## %s\n\n", entities(t.Tenant.Name))
		fmt.Fprintf(&b, "%s · Cosmic %s · %s %s\n\n%s\n\n", code(env.BaseURL), entities(string(env.Version)), x.Words.Say(engine.TopicDataCentre), code(t.DataCentre), x.sum(t))
		for j := range t.Checks {
			c := &t.Checks[j]
			told := x.tell(c)
			fmt.Fprintf(&b, "- **%s** %s", x.Words.Say(engine.Code("doctor-"+string(c.Result))), entities(told.Topic))
			if told.Message != "" {
				fmt.Fprintf(&b, "%s%s", x.Words["colon"], entities(told.Message))
			}
			b.WriteString("\n")
			if told.Evidence != "" && c.Result != engine.Passed {
				fmt.Fprintf(&b, "  - %s\n", entities(x.Words.Say("doctor-said", "evidence", told.Evidence)))
			}
			if told.Way != "" {
				fmt.Fprintf(&b, "  - %s\n", entities(x.Words.Say("doctor-way", "way", told.Way)))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
