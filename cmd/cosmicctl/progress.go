package main

import (
	"fmt"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
)

// progress shows an apply as it goes: one line a change, and on a terminal a
// line below them that counts.
type progress struct {
	text       *report.PlanText
	live       bool
	done, all  int
	inProgress bool
}

func newProgress(text *report.PlanText, all int) *progress {
	return &progress{text: text, all: all, live: isTerminal(text.W)}
}

func (p *progress) begin(t *engine.Tenant) {
	fmt.Fprintln(p.text.W, p.text.Words.Say("applying", "tenant", report.Clean(t.Name)))
}

func (p *progress) event(e engine.Event) error {
	if e.Result != nil {
		p.clear()
		p.done++
		p.text.Outcome(e.Result)
	}
	if p.live {
		fmt.Fprintf(p.text.W, "\r  %s", p.text.Words.Say("progress", "done", p.done, "all", p.all))
		p.inProgress = true
	}
	return nil
}

func (p *progress) clear() {
	if p.inProgress {
		fmt.Fprint(p.text.W, "\r\x1b[K")
		p.inProgress = false
	}
}

func (p *progress) end() { p.clear() }
