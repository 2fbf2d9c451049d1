package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// RunLine is a run of the past as a list of them shows it.
type RunLine struct {
	Run, Command, Of, Tenant, By string
	At                           time.Time
	Changes, Done, Failed        int
	Interrupted                  bool
	SettledBy                    string
}

// History writes a list of runs.
func (w Words) History(out io.Writer, style Style, lines []RunLine) {
	if len(lines) == 0 {
		fmt.Fprintln(out, w["no-run-known"])
		return
	}
	rows := [][]string{strings.Split(w["history-columns"], "|")}
	for _, l := range lines {
		command := l.Command
		if l.Of != "" {
			command = w.Say("command-of-run", "command", l.Command, "run", l.Of)
		}
		rows = append(rows, []string{l.Run, l.At.Local().Format("2006-01-02 15:04:05"), l.Tenant, command, l.By, strconv.Itoa(l.Changes), l.outcome(w)})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i := range row {
			row[i] = Clean(row[i])
			widths[i] = max(widths[i], width(row[i]))
		}
	}
	for i, row := range rows {
		line := padded(row, widths)
		if i == 0 {
			line = style.dim(line)
		}
		fmt.Fprintln(out, line)
	}
}

func (l *RunLine) outcome(w Words) string {
	counts := w.Say("run-done-of", "done", l.Done, "changes", l.Changes)
	if l.Failed > 0 {
		counts += w["comma"] + w.Say("run-failed", "n", l.Failed)
	}
	switch {
	case l.Interrupted:
		return w.Say("run-interrupted", "counts", counts)
	case l.SettledBy != "":
		return w.Say("run-settled", "run", l.SettledBy, "counts", counts)
	case l.Done == l.Changes:
		return w["run-done"]
	}
	return counts
}

// Verdict says whether a journal holds; fault is why not.
func (w Words) Verdict(records, runs int, fault error) string {
	text := w.Say("records-of-runs", "records", w.Count(records, "n-records"), "runs", w.Count(runs, "n-runs"))
	if fault != nil {
		return w.Say("journal-fault", "records", text, "fault", Clean(w.Tell(fault)))
	}
	return w.Say("journal-holds", "records", text)
}
