package main

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"
)

//go:embed help/*.md help/*.json
var topics embed.FS

func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Help for a command or a topic: " + strings.Join(topicNames(), ", "),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Root().Help()
			}
			for _, suffix := range []string{".md", ".json"} {
				if text, err := topics.ReadFile("help/" + args[0] + suffix); err == nil {
					_, err = a.out.Write(text)
					return err
				}
			}
			found, _, err := cmd.Root().Find(args)
			if err != nil || found == cmd.Root() {
				return coded(exitInvalid, fmt.Errorf("no command or topic %q; topics are %s", args[0], strings.Join(topicNames(), ", ")))
			}
			return found.Help()
		},
	}
}

// topicNames lists the guides that are built in.
func topicNames() []string {
	files, _ := fs.Glob(topics, "help/*.md")
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, "help/"), ".md")
	}
	return files
}
