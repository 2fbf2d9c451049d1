package main

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"

	"github.com/spf13/cobra"
)

//go:embed help/*.md help/*.json help/zh
var topics embed.FS

//go:embed help/zh.txt
var chineseHelp string

func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Help for a command or a topic: " + strings.Join(topicNames(), ", "),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Root().Help()
			}
			for _, file := range a.topicFiles(args[0]) {
				if text, err := topics.ReadFile(file); err == nil {
					_, err = a.out.Write(text)
					return err
				}
			}
			found, _, err := cmd.Root().Find(args)
			if err != nil || found == cmd.Root() {
				return coded(exitInvalid, report.Fault("no-topic", "name", strconv.Quote(args[0]), "topics", strings.Join(topicNames(), ", ")))
			}
			return found.Help()
		},
	}
}

// topicFiles are the files that a guide may stand in; the first that is there is read.
func (a *app) topicFiles(name string) []string {
	files := []string{"help/" + name + ".md", "help/" + name + ".json"}
	if a.chinese() {
		return append([]string{"help/zh/" + name + ".md"}, files...)
	}
	return files
}

// topicNames lists the guides that are built in.
func topicNames() []string {
	files, _ := fs.Glob(topics, "help/*.md")
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, "help/"), ".md")
	}
	return files
}
