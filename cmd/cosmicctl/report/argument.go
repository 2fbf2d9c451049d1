package report

import (
	"maps"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// Arguments of messages are data, and are the same in every language, in the documents
// for machines too. The few that are words themselves are put into the language when a
// message is read.

// argumentCode is the code of an argument that is a word.
func argumentCode(word string) engine.Code { return "argument:" + engine.Code(word) }

// Of returns the catalogue with the names of kinds, which their files carry.
func (w Words) Of(kinds engine.Catalog) Words {
	out := maps.Clone(w)
	for _, k := range kinds {
		out[argumentCode(k.Title.EN)] = w.Text(k.Title)
	}
	return out
}

// argument puts an argument that names a kind, or a sort of value, into the language.
func (w Words) argument(name, value string) string {
	if !slices.Contains([]string{"kind", "got", "want", "risk", "undone"}, name) {
		return value
	}
	words := strings.Split(value, ", ")
	for i, word := range words {
		if known := w[argumentCode(word)]; known != "" {
			words[i] = known
		}
	}
	return strings.Join(words, w["list-comma"])
}
