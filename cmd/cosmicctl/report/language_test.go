package report_test

import (
	"maps"
	"regexp"
	"slices"
	"testing"
	"unicode"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

var argument = regexp.MustCompile(`\{\w+\}`)

// arguments are those of a text, each once. The two forms of a count have the same.
func arguments(text string) []string {
	found := argument.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// Both languages say the same: every code is in both, with the same arguments.
func TestLanguagesHaveTheSameCodes(t *testing.T) {
	english, chinese := report.English(), report.Chinese()
	if len(english) < 150 {
		t.Fatalf("only %d codes", len(english))
	}
	codes := func(w report.Words) []engine.Code { return slices.Sorted(maps.Keys(w)) }
	if diff := cmp.Diff(codes(english), codes(chinese)); diff != "" {
		t.Errorf("codes that only one language has (- English, + Chinese):\n%s", diff)
	}
	for code, text := range english {
		if diff := cmp.Diff(arguments(text), arguments(chinese[code])); diff != "" {
			t.Errorf("%s has other arguments in Chinese:\n%s\n%s\n%s", code, text, chinese[code], diff)
		}
	}
}

// No text of the Chinese catalogue was forgotten in English: each has Chinese in it,
// unless it is all names and arguments; nor the other way round, where only what is on
// the product's screens is Chinese.
func TestChineseIsChinese(t *testing.T) {
	nothing := regexp.MustCompile(`^(?:cosmicctl: )?[^A-Za-z]*$`)
	for code, text := range report.Chinese() {
		bare := argument.ReplaceAllString(text, "")
		if code != "language" && !nothing.MatchString(bare) && !slices.ContainsFunc([]rune(bare), isHan) {
			t.Errorf("%s is not Chinese: %s", code, text)
		}
	}
	latin := regexp.MustCompile(`[A-Za-z]`)
	for code, text := range report.English() {
		if !latin.MatchString(argument.ReplaceAllString(text, "")) && slices.ContainsFunc([]rune(text), isHan) {
			t.Errorf("%s is not English: %s", code, text)
		}
	}
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// A text that a kind file carries is read in the language of the catalogue.
func TestMessagesHaveTheTextOfTheirLanguage(t *testing.T) {
	d := engine.Diagnostic{Text: &engine.Text{EN: "a rule", ZH: "一条规则"}}
	for _, c := range []struct {
		words report.Words
		want  string
	}{{report.English(), "a rule"}, {report.Chinese(), "一条规则"}} {
		if got := c.words.Message(d); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	d.Text.ZH = ""
	if got := report.Chinese().Message(d); got != "a rule" {
		t.Errorf("%q where there is no Chinese", got)
	}
}
