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
	t := told{Topic: x.Words.Say(c.Topic, "subject", Clean(c.Subject)), Evidence: Clean(c.Evidence)}
	switch {
	case c.Text != nil:
		t.Message, t.Way = Clean(x.Words.Text(*c.Text)), Clean(x.Words.Text(*c.Way))
	case c.Trap != "":
		t.Message, t.Way = fill(x.Words[c.Trap], c.Args), fill(x.Words[wayOf(c.Trap)], c.Args)
	}
	if c.Menu != "" && c.State != engine.CheckPass {
		t.Way += x.Words.Say("doctor-menu", "menu", Clean(c.Menu))
	}
	return t
}

// wayOf is the code of the words that say the way out of a trap.
func wayOf(trap engine.Code) engine.Code { return "way-" + trap }

func (x *Examination) text(w io.Writer, s Style) error {
	marks := map[engine.CheckState]string{
		engine.CheckPass: s.green(x.Words.Say("doctor-pass")), engine.CheckWarn: s.yellow(x.Words.Say("doctor-warn")),
		engine.CheckFail: s.red(x.Words.Say("doctor-fail")), engine.CheckOpen: s.dim(x.Words.Say("doctor-open")),
	}
	var b strings.Builder
	for i := range x.Tenants {
		t := &x.Tenants[i]
		heading := &PlanText{W: &b, Style: s, Words: x.Words}
		heading.Heading(t.Tenant)
		for j := range t.Checks {
			c := &t.Checks[j]
			told := x.tell(c)
			line := "  " + marks[c.State] + "  " + told.Topic
			if c.State == engine.CheckPass && told.Evidence != "" {
				line += "  " + s.dim(told.Evidence)
			}
			if told.Message != "" {
				line += x.Words["colon"] + told.Message
			}
			fmt.Fprintln(&b, line)
			if c.State != engine.CheckPass && told.Evidence != "" {
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
	n := map[engine.CheckState]int{}
	for i := range t.Checks {
		n[t.Checks[i].State]++
	}
	return x.Words.Say("doctor-sum", "n", len(t.Checks), "pass", n[engine.CheckPass], "warn", n[engine.CheckWarn],
		"fail", n[engine.CheckFail], "open", n[engine.CheckOpen])
}

// json writes {formatVersion, tenants: [{tenant, baseUrl, version, dataCentre, checks}]}.
func (x *Examination) json(w io.Writer) error {
	type check struct {
		engine.Check
		Message string `json:"message,omitempty"`
		WayOut  string `json:"wayOut,omitempty"`
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
			c := t.Checks[j]
			told := x.tell(&c)
			c.Evidence, c.Text, c.Way = told.Evidence, nil, nil
			out.Checks = append(out.Checks, check{c, told.Message, told.Way})
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
			fmt.Fprintf(&b, "- **%s** %s", x.Words.Say(engine.Code("doctor-"+string(c.State))), entities(told.Topic))
			if told.Message != "" {
				fmt.Fprintf(&b, "%s%s", x.Words["colon"], entities(told.Message))
			}
			b.WriteString("\n")
			if told.Evidence != "" && c.State != engine.CheckPass {
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
