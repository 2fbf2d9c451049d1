package report

import (
	"bytes"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
)

// cleanJSON passes JSON on with control and format characters, and the beginnings
// of commands to CI servers, as escapes: it may be seen on a terminal or in a log.
// All of them are inside strings, because outside JSON is ASCII and knows no "#". A
// write must not end inside one.
type cleanJSON struct{ w io.Writer }

func (c cleanJSON) Write(p []byte) (int, error) {
	if _, err := c.w.Write(escapeJSON(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func escapeJSON(doc []byte) []byte {
	hidden := func(r rune) bool { return r >= 0x7f && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }
	doc = commandMark.ReplaceAll(doc, []byte(`#\u0023$1`))
	if bytes.IndexFunc(doc, hidden) < 0 {
		return doc
	}
	out := make([]byte, 0, len(doc)+64)
	for _, r := range string(doc) {
		switch {
		case !hidden(r):
			out = append(out, string(r)...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}
