package report

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// width is how many columns of a terminal a text takes. What may be narrow or wide,
// such as "→", is narrow: terminals draw it so, whatever the language of the environment
// is, and a text must not depend on that.
func width(s string) int {
	narrow := runewidth.Condition{StrictEmojiNeutral: true}
	return narrow.StringWidth(s)
}

// pad fills a text with spaces up to a width.
func pad(s string, to int) string {
	return s + strings.Repeat(" ", max(0, to-width(s)))
}

// padded sets cells in columns.
func padded(cells []string, widths []int) string {
	var b strings.Builder
	for i, c := range cells {
		if i == len(cells)-1 {
			b.WriteString(c)
		} else {
			b.WriteString(pad(c, widths[i]) + "  ")
		}
	}
	return b.String()
}
