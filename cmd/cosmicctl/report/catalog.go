package report

import (
	"maps"
	"strings"
	"sync"

	"cosmicctl/engine"
)

// Words are the messages of one language, by code. {name} stands for an
// argument.
type Words map[engine.Code]string

// language is the code whose text is the language itself, as BCP 47 writes it.
const language engine.Code = "language"

// The languages of the catalogue.
const (
	english = "en"
	chinese = "zh-Hans"
)

// tables are the catalogue, a table for each subject: English, and Chinese with the
// same codes and the same arguments in each text.
func tables() [][2]func() Words {
	return [][2]func() Words{
		{argumentWords, argumentWordsZH},
		{baseWords, baseWordsZH},
		{commandWords, commandWordsZH},
		{compareWords, compareWordsZH},
		{connectWords, connectWordsZH},
		{countWords, countWordsZH},
		{doctorWords, doctorWordsZH},
		{documentWords, documentWordsZH},
		{explainWords, explainWordsZH},
		{faultWords, faultWordsZH},
		{fieldWords, fieldWordsZH},
		{fileWords, fileWordsZH},
		{guardWords, guardWordsZH},
		{hintWords, hintWordsZH},
		{joinWords, joinWordsZH},
		{keptWords, keptWordsZH},
		{liveWords, liveWordsZH},
		{loadWords, loadWordsZH},
		{movedWords, movedWordsZH},
		{noticeWords, noticeWordsZH},
		{pageWords, pageWordsZH},
		{planTextWords, planTextWordsZH},
		{planWords, planWordsZH},
		{policyWords, policyWordsZH},
		{publishWords, publishWordsZH},
		{pullWords, pullWordsZH},
		{refusalWords, refusalWordsZH},
		{resultWords, resultWordsZH},
		{riskWords, riskWordsZH},
		{ruleWords, ruleWordsZH},
		{runbookWords, runbookWordsZH},
		{secretWords, secretWordsZH},
		{storyWords, storyWordsZH},
		{suggestWords, suggestWordsZH},
		{verifyWords, verifyWordsZH},
		{watchWords, watchWordsZH},
	}
}

// English returns the catalogue of messages, which nobody changes. Kind files carry the
// words of their own rules.
func English() Words { return inEnglish() }

// Chinese returns the catalogue in simplified Chinese.
func Chinese() Words { return inChinese() }

var (
	inEnglish = sync.OnceValue(func() Words { return catalogue(english, 0) })
	inChinese = sync.OnceValue(func() Words { return catalogue(chinese, 1) })
)

func catalogue(tag string, column int) Words {
	w := Words{language: tag}
	for _, t := range tables() {
		maps.Copy(w, t[column]())
	}
	return w
}

// Language is the language as BCP 47 writes it.
func (w Words) Language() string { return w[language] }

// Text picks the language of a text that is not in the catalogue.
func (w Words) Text(t engine.Text) string {
	if w[language] == chinese && t.ZH != "" {
		return t.ZH
	}
	return t.EN
}

// Message puts a diagnostic into words.
func (w Words) Message(d engine.Diagnostic) string {
	text, known := w[d.Code]
	switch {
	case d.Text != nil && known:
		return w.Say("expected", "message", w.fill(text, d.Args), "expected", Clean(w.Text(*d.Text)))
	case d.Text != nil:
		return Clean(w.Text(*d.Text))
	case known:
		return w.fill(text, d.Args)
	}
	return string(d.Code)
}

// Hint puts what to do into words, or returns "".
func (w Words) Hint(d engine.Diagnostic) string {
	return w.fill(w[d.Hint], d.Args)
}

// MessageAndHint is both in a line.
func (w Words) MessageAndHint(d engine.Diagnostic) string {
	text := w.Message(d)
	if hint := w.Hint(d); hint != "" {
		text += w["semicolon"] + hint
	}
	return text
}

func (w Words) fill(text string, args map[string]string) string {
	pairs := make([]string, 0, 2*len(args))
	for name, value := range args {
		pairs = append(pairs, "{"+name+"}", Clean(w.argument(name, value)))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
