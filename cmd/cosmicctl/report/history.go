package report

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/mattn/go-runewidth"
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
func History(w io.Writer, style Style, lines []RunLine) {
	if len(lines) == 0 {
		fmt.Fprintln(w, "No run is known.")
		return
	}
	rows := [][]string{{"RUN", "WHEN", "TENANT", "COMMAND", "BY", "CHANGES", "OUTCOME"}}
	for _, l := range lines {
		command := l.Command
		if l.Of != "" {
			command += " of " + l.Of
		}
		rows = append(rows, []string{l.Run, l.At.Local().Format("2006-01-02 15:04:05"), l.Tenant, command, l.By, strconv.Itoa(l.Changes), l.outcome()})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i := range row {
			row[i] = Clean(row[i])
			widths[i] = max(widths[i], runewidth.StringWidth(row[i]))
		}
	}
	for i, row := range rows {
		line := padded(row, widths)
		if i == 0 {
			line = style.dim(line)
		}
		fmt.Fprintln(w, line)
	}
}

func (l *RunLine) outcome() string {
	counts := fmt.Sprintf("%d of %d done", l.Done, l.Changes)
	if l.Failed > 0 {
		counts += fmt.Sprintf(", %d failed", l.Failed)
	}
	switch {
	case l.Interrupted:
		return "interrupted, " + counts
	case l.SettledBy != "":
		return "interrupted, settled by " + l.SettledBy + ", " + counts
	case l.Done == l.Changes:
		return "done"
	}
	return counts
}

// Verdict says whether a journal holds; fault is why not.
func Verdict(records, runs int, fault error) string {
	text := fmt.Sprintf("%s of %s", count(records, "record"), count(runs, "run"))
	if fault != nil {
		return text + "; then " + Clean(fault.Error())
	}
	return text + ", all as they were written"
}
