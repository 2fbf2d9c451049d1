package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/secrets"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

func (a *app) decryptCommand() *cobra.Command {
	var f ageFlags
	cmd := &cobra.Command{
		Use:   "decrypt [FILE PLACE]",
		Short: "Print the value of an encrypted secret",
		Long: `Print the value of the encrypted secret that stands in a manifest at a place, given
by its path or its line, or of the one on stdin. The value goes to stdout in clear.`,
		Example: `  cosmicctl secret decrypt tenant.yaml 'thirdPartyApps[0].secret'
  cosmicctl secret decrypt tenant.yaml 17
  echo '{age: YWdl…}' | cosmicctl secret decrypt`,
		Args: noneOrTwo,
		RunE: func(cmd *cobra.Command, args []string) error { return a.decrypt(args, f) },
	}
	f.register(cmd)
	return cmd
}

func noneOrTwo(cmd *cobra.Command, args []string) error {
	if len(args) != 0 && len(args) != 2 {
		return coded(exitInvalid, report.Fault("name-secret", "usage", cmd.UseLine()))
	}
	return nil
}

func (a *app) decrypt(args []string, f ageFlags) error {
	text, err := a.ciphertext(args)
	if err != nil {
		return coded(exitInvalid, err)
	}
	value, err := f.opened(text)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, value.Reveal())
	return err
}

// ciphertext is the one at a place of a manifest, or on stdin, with or without
// the braces around it.
func (a *app) ciphertext(args []string) (string, error) {
	if len(args) == 2 {
		return ciphertextAt(args[0], args[1])
	}
	data, err := io.ReadAll(io.LimitReader(a.in, 4*secrets.MaxBytes))
	text := strings.TrimSpace(string(data))
	if inner, ok := strings.CutPrefix(text, "{age:"); ok {
		text = strings.TrimSuffix(inner, "}")
	}
	return text, err
}

func ciphertextAt(file, place string) (string, error) {
	_, all, err := schema.ReadManifest(file)
	if err != nil {
		return "", err
	}
	var here, places []string
	for _, c := range all {
		places = append(places, fmt.Sprintf("%s (line %d)", c.Path, c.Pos.Line))
		if c.Path == place || strconv.Itoa(c.Pos.Line) == place {
			here = append(here, c.Text)
		}
	}
	switch {
	case len(all) == 0:
		return "", report.Fault("no-secret-in", "file", file)
	case len(here) == 0:
		return "", report.Fault("no-secret-at", "file", file, "place", place, "places", strings.Join(places, ", "))
	case len(here) > 1:
		return "", report.Fault("many-secrets-at", "file", file, "n", len(here), "place", place, "places", strings.Join(places, ", "))
	}
	return here[0], nil
}
