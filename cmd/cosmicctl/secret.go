package main

import (
	"fmt"
	"os"
	"strings"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func (a *app) secretCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "secret",
		Short: "Encrypt secrets for manifests, and open them",
		Args:  noCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(a.encryptCommand(), a.decryptCommand(), a.rekeyCommand())
	return cmd
}

func (a *app) encryptCommand() *cobra.Command {
	var f recipientFlags
	cmd := &cobra.Command{
		Use:   "encrypt",
		Short: "Encrypt a secret read from stdin; print what goes into a manifest",
		Long: `Read a secret from stdin, or from the terminal without showing it, encrypt it with
age to each public key, and print the one line that goes into a manifest:

    secret: {age: YWdlLWVuY3J5cHRpb24ub3JnL3Yx…}

One line break at its end is taken off. Make a pair of keys with age-keygen.`,
		Example: `  openssl rand -base64 24 | cosmicctl secret encrypt -R keys.pub
  cosmicctl secret encrypt -r age1…`,
		Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.encrypt(f) },
	}
	f.register(cmd)
	return cmd
}

func (a *app) encrypt(f recipientFlags) error {
	to, err := f.recipients()
	if err != nil {
		return err
	}
	value, err := a.readSecret()
	if err != nil {
		return coded(exitInvalid, err)
	}
	text, err := to.Encrypt(value)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "{age: %s}\n", text)
	return err
}

// readSecret reads a secret from stdin, and from a terminal unseen.
func (a *app) readSecret() (engine.Secret, error) {
	if !isTerminal(a.in) {
		return secrets.Read(a.in)
	}
	fmt.Fprint(a.err, "Secret (not shown): ")
	line, err := term.ReadPassword(int(a.in.(*os.File).Fd()))
	fmt.Fprintln(a.err)
	if err != nil {
		return engine.Secret{}, err
	}
	return secrets.Read(strings.NewReader(string(line)))
}
