package report

import (
	"strings"

	"cosmicctl/engine"
)

// Words are the messages of one language, by code. {name} stands for an
// argument.
type Words map[engine.Code]string

// English returns the catalogue of messages. Kind files carry the words of
// their own rules.
func English() Words {
	w := Words{}
	for _, table := range []Words{fileWords(), fieldWords(), planWords(), guardWords(), hintWords(), baseWords(), liveWords(), refusalWords(), policyWords(), noticeWords(), suggestWords()} {
		for code, text := range table {
			w[code] = text
		}
	}
	return w
}

// Message puts a diagnostic into words.
func (w Words) Message(d engine.Diagnostic) string {
	text, known := w[d.Code]
	switch {
	case d.Text != nil && known:
		return fill(text, d.Args) + "; expected " + Clean(d.Text.EN)
	case d.Text != nil:
		return Clean(d.Text.EN)
	case known:
		return fill(text, d.Args)
	}
	return string(d.Code)
}

// Hint puts what to do into words, or returns "".
func (w Words) Hint(d engine.Diagnostic) string {
	return fill(w[d.Hint], d.Args)
}

func fill(text string, args map[string]string) string {
	pairs := make([]string, 0, 2*len(args))
	for name, value := range args {
		pairs = append(pairs, "{"+name+"}", Clean(value))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
