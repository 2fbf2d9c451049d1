package main

import (
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"

	"github.com/spf13/cobra"
)

// The languages that --lang names.
const (
	langEnglish = "en"
	langChinese = "zh"
)

// wordsOf is the catalogue of the language that a command line asks for, or else the
// environment. It is known before anything else, since help is in a language too; that
// the flag has a value which is none is said later, like all that is wrong with flags.
func wordsOf(args []string, getenv func(string) string) report.Words {
	switch lang := languageAsked(args); {
	case lang == langChinese, lang != langEnglish && strings.HasPrefix(strings.ToLower(locale(getenv)), langChinese):
		return report.Chinese()
	}
	return report.English()
}

// chinese tells whether a person reads Chinese.
func (a *app) chinese() bool { return strings.HasPrefix(a.words.Language(), langChinese) }

// languageAsked is the last value of --lang; "" without one.
func languageAsked(args []string) string {
	asked := ""
	for i, arg := range args {
		switch value, given := strings.CutPrefix(arg, "--lang="); {
		case arg == "--":
			return asked
		case given:
			asked = value
		case arg == "--lang" && i+1 < len(args):
			asked = args[i+1]
		}
	}
	return asked
}

// locale is the language of messages, as POSIX finds it.
func locale(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			return value
		}
	}
	return ""
}

func registerLanguage(root *cobra.Command) {
	root.PersistentFlags().Func("lang", "`LANGUAGE` of what a person reads: en, or zh for 简体中文 (default: that of LC_ALL, LC_MESSAGES or LANG)", func(value string) error {
		switch value {
		case langEnglish, langChinese:
			return nil
		case "":
			return report.Fault("language-empty")
		}
		return report.Fault("language-unknown", "language", strconv.Quote(value))
	})
}
