package main

import (
	"strings"
	"testing"
	"unicode"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func rootIn(t *testing.T, words report.Words) *cobra.Command {
	t.Helper()
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	return (&app{words: words, schema: kinds}).root()
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// Each command and each flag says in Chinese what it says in English, and the names of
// commands, flags and values in it are the same.
func TestHelpIsInBothLanguages(t *testing.T) {
	texts, used := parseHelpTexts(chineseHelp), map[string]bool{}
	var walk func(english, chinese *cobra.Command)
	walk = func(english, chinese *cobra.Command) {
		path := english.CommandPath()
		used[path] = true
		if !strings.ContainsFunc(chinese.Short, isHan) || english.Long != "" && path != "cosmicctl" && !strings.ContainsFunc(chinese.Long, isHan) {
			t.Errorf("%s has no Chinese in help/zh.txt", path)
		}
		for _, flag := range wordsOfFlags(english.Long) {
			if !strings.Contains(chinese.Long, flag) {
				t.Errorf("%s: the Chinese does not speak of %s", path, flag)
			}
		}
		english.Flags().VisitAll(func(f *pflag.Flag) {
			other := chinese.Flags().Lookup(f.Name)
			used[path+" --"+f.Name], used["--"+f.Name] = true, true
			name, _ := pflag.UnquoteUsage(f)
			otherName, _ := pflag.UnquoteUsage(other)
			if !strings.ContainsFunc(other.Usage, isHan) || name != otherName {
				t.Errorf("%s --%s has no Chinese in help/zh.txt, or another value there: %s", path, f.Name, other.Usage)
			}
		})
		for i, c := range english.Commands() {
			walk(c, chinese.Commands()[i])
		}
	}
	walk(rootIn(t, report.English()), rootIn(t, report.Chinese()))
	for name := range texts {
		if !used[name] && name != "--help" && name != "--version" && name != "--lang" && !strings.HasPrefix(name, "#") {
			t.Errorf("help/zh.txt speaks of %s, which is not there", name)
		}
	}
}

// wordsOfFlags are the flags that a text names.
func wordsOfFlags(text string) []string {
	var out []string
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !(r == '-' || 'a' <= r && r <= 'z') }) {
		if strings.HasPrefix(word, "--") && len(word) > 3 {
			out = append(out, word)
		}
	}
	return out
}
