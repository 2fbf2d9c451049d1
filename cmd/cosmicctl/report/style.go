package report

// A Style is how a text looks; the zero value is plain.
type Style struct {
	Color bool
	// Caret shows the source line of a diagnostic with a mark below it.
	Caret bool
}

func (s Style) paint(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) green(t string) string  { return s.paint("32", t) }
func (s Style) yellow(t string) string { return s.paint("33", t) }
func (s Style) red(t string) string    { return s.paint("31", t) }
func (s Style) bold(t string) string   { return s.paint("1", t) }
func (s Style) dim(t string) string    { return s.paint("2", t) }
func (s Style) invert(t string) string { return s.paint("7", t) }
