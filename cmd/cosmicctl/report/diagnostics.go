package report

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"cosmicctl/engine"
)

// Diagnostics writes diagnostics as lines `file:line:col: path: message`, with
// the source line and a mark below it where the style asks for that.
func Diagnostics(w io.Writer, style Style, words Words, diags []engine.Diagnostic) {
	for _, d := range diags {
		fmt.Fprintln(w, line(style, words, d))
		if style.Caret && d.Pos.File != "" && !isFlag(d.Pos) {
			caret(w, style, d.Pos)
		}
	}
}

func line(style Style, words Words, d engine.Diagnostic) string {
	var b strings.Builder
	if d.Pos.File != "" {
		b.WriteString(style.bold(placed(d.Pos)+":") + " ")
	}
	if d.Severity == engine.Advice {
		b.WriteString(style.yellow(words["advice"] + words["colon"]))
	}
	if d.Path != "" {
		b.WriteString(Clean(d.Path) + ": ")
	}
	b.WriteString(words.MessageAndHint(d))
	return b.String()
}

// caret shows the line of a place. The file is read again: diagnostics keep no
// text of manifests.
func caret(w io.Writer, style Style, pos engine.Position) {
	text, ok := sourceLine(pos)
	if !ok {
		return
	}
	runes := []rune(mask(text))
	col := min(max(pos.Col-1, 0), len(runes))
	start := max(0, col-60)
	shown := runes[start:min(len(runes), start+110)]
	left := width(Clean(string(runes[start:col])))
	fmt.Fprintf(w, "  %s\n  %s%s\n", style.dim(Clean(string(shown))), strings.Repeat(" ", left), style.red("^"))
}

// mask hides what stands behind a name that sounds like a secret: the line may be
// wrong exactly because a secret stands in it.
func mask(text string) string {
	return userinfo.ReplaceAllString(sensitive.ReplaceAllString(text, "${1}…"), "//…@")
}

var userinfo = regexp.MustCompile(`//[^/\s]*@`)

var sensitive = regexp.MustCompile(`(?i)(\w*(?:secret|passw|pwd|token|key|vector|identity)\w*["']?\s*:\s*)[^\s{].*`)

func sourceLine(pos engine.Position) (string, bool) {
	f, err := os.Open(pos.File)
	if err != nil {
		return "", false
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		if n == pos.Line {
			return strings.TrimPrefix(s.Text(), "\ufeff"), true
		}
	}
	return "", false
}
