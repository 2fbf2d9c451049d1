package report

import "cosmicctl/engine"

// Phrase puts a code into words, and returns the code itself for one that has none.
func (w Words) Phrase(code engine.Code, args map[string]string) string {
	return w.Message(engine.Diagnostic{Code: code, Args: args})
}

// noticeWords are those of notifications. This package does not know the one that
// sends them, so the codes are spelled out; a test of the command compares both. The
// title begins with the word that a robot may be told to look for.
func noticeWords() Words {
	w := Words{
		"notice-title":            "cosmicctl: {counts}",
		"notice-count":            "{n} {what}",
		"notice-opened":           "new",
		"notice-changed":          "changed again",
		"notice-closed":           "resolved",
		"notice-expired":          "no longer acknowledged",
		"notice-unreadable":       "unreadable",
		"notice-readable":         "readable again",
		"notice-by":               "by {by}",
		"notice-when":             "by {by}, {when}",
		"notice-since":            "since {since}",
		"notice-lines":            "… {n} more lines",
		"notice-more":             "… and {n} more",
		"notice-class-changed":    "changed",
		"notice-class-missing":    "missing",
		"notice-class-unwanted":   "unwanted",
		"notice-class-new":        "new",
		"notice-class-unreadable": "unreadable",
		"notice-page":             "Open the page",
	}
	for code, words := range riskWords() {
		w["notice-"+code] = words
	}
	return w
}
