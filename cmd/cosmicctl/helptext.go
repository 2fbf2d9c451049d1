package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Commands say in English, where they are made, what they and their flags do. Another
// language is a text beside the guides, which is put over the whole tree before a
// command line is read, so that no command knows of it. What a text lacks stays English.

// helpTexts are the texts by what they are about: "cosmicctl plan", "--base", or
// "cosmicctl pull --diff" for a flag that is another one there.
type helpTexts map[string]string

// parseHelpTexts reads texts, each below a line that begins with "= ".
func parseHelpTexts(text string) helpTexts {
	all := helpTexts{}
	for part := range strings.SplitSeq("\n"+text, "\n= ") {
		name, body, _ := strings.Cut(part, "\n")
		if name != "" {
			all[name] = strings.TrimSpace(body)
		}
	}
	return all
}

// put writes the texts over a command and all below it.
func (h helpTexts) put(cmd *cobra.Command) {
	if text, known := h[cmd.CommandPath()]; known {
		text = strings.ReplaceAll(text, "{topics}", strings.Join(topicNames(), ", "))
		cmd.Short, cmd.Long, _ = strings.Cut(text, "\n\n")
	}
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) {
			if text := h.flag(cmd, f); text != "" {
				f.Usage = text
			}
		})
	}
	for _, c := range cmd.Commands() {
		h.put(c)
	}
}

// flag is the text of a flag: that of its command, or the one that all share.
func (h helpTexts) flag(cmd *cobra.Command, f *pflag.Flag) string {
	if text, known := h[cmd.CommandPath()+" --"+f.Name]; known {
		return text
	}
	return h["--"+f.Name]
}

// chineseUsage is cobra's own frame of a help, in Chinese.
func chineseUsage(template string) string {
	return strings.NewReplacer(
		"Usage:", "用法：", "Aliases:", "别名：", "Examples:", "示例：", "Available Commands:", "命令：", "Additional Commands:", "其他命令：",
		"Global Flags:", "全局参数：", "Flags:", "参数：", "Additional help topics:", "其他主题：",
		`Use "{{.CommandPath}} [command] --help" for more information about a command.`, `用 "{{.CommandPath}} [command] --help" 查看一个命令的说明。`,
	).Replace(template)
}
