package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/secrets"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

func (a *app) rekeyCommand() *cobra.Command {
	var f struct {
		ageFlags
		recipientFlags
	}
	cmd := &cobra.Command{
		Use:   "rekey PATH…",
		Short: "Encrypt all secrets of manifests anew, to other keys",
		Long: `Open every encrypted secret of manifests and encrypt it anew, to the given public
keys and to no others. Nothing else of a file changes. No file is written unless
all secrets of all files can be opened, and each file is replaced as a whole.

What was encrypted to the old keys stays readable to them in the history of the
repository: where a key is lost, change the secrets too.`,
		Example: `  cosmicctl secret rekey --age-identity old.key -R keys.pub manifests/`,
		Args:    paths,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.rekey(cmd.Context(), args, f.ageFlags, f.recipientFlags)
		},
	}
	f.ageFlags.register(cmd)
	f.recipientFlags.register(cmd)
	return cmd
}

// rekeyed is a manifest with its ciphertexts made anew.
type rekeyed struct {
	file  string
	data  []byte
	count int
}

func (a *app) rekey(ctx context.Context, args []string, from ageFlags, to recipientFlags) error {
	recipients, err := to.recipients()
	if err != nil {
		return err
	}
	files, err := schema.ManifestFiles(args)
	if err != nil {
		return coded(exitInvalid, err)
	}
	var all []rekeyed
	var failed []error
	for _, file := range files {
		r, err := rekeyFile(file, from, recipients)
		if err != nil {
			failed = append(failed, unjoin(err)...)
		}
		if r.count > 0 {
			all = append(all, r)
		}
	}
	if err := errors.Join(failed...); err != nil {
		for _, e := range unjoin(err) {
			fmt.Fprintln(a.err, report.Clean(a.words.Tell(e)))
		}
		return coded(exitInvalid, report.Fault("no-file-written"))
	}
	return a.replaceAll(ctx, all)
}

func rekeyFile(file string, from ageFlags, to *secrets.Recipients) (rekeyed, error) {
	src, found, err := schema.ReadManifest(file)
	if err != nil || len(found) == 0 {
		return rekeyed{}, err
	}
	texts := make([]string, len(found))
	var failed []error
	for i, c := range found {
		if texts[i], err = rekeyOne(c, from, to); err != nil {
			failed = append(failed, report.Fault("about", "what", fmt.Sprintf("%s: %s", c.Pos, c.Path), "error", err))
		}
	}
	if err := errors.Join(failed...); err != nil {
		return rekeyed{}, err
	}
	data, err := schema.Rewrite(src, found, texts)
	return rekeyed{file, data, len(found)}, err
}

func rekeyOne(c schema.Ciphertext, from ageFlags, to *secrets.Recipients) (string, error) {
	value, err := from.opened(c.Text)
	if err != nil {
		return "", err
	}
	text, err := to.Encrypt(value)
	if err == nil && c.Armored() {
		return secrets.Armored(text)
	}
	return text, err
}

// replaceAll replaces the files one by one, each as a whole.
func (a *app) replaceAll(ctx context.Context, all []rekeyed) error {
	count := 0
	for i, r := range all {
		err := ctx.Err()
		if err == nil {
			err = replaceFile(r.file, r.data)
		}
		if err != nil {
			return coded(exitPartial, report.Fault("rekeyed-some", "file", r.file, "error", err, "n", i, "all", len(all)))
		}
		count += r.count
		fmt.Fprintln(a.out, report.Clean(r.file))
	}
	fmt.Fprintln(a.err, a.words.Say("rekeyed", "n", count, "files", len(all)))
	return nil
}

// replaceFile replaces what a file holds, or where a link leads, in one step.
func replaceFile(path string, data []byte) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(real)
	if err != nil {
		return err
	}
	return writeFile(real, info.Mode().Perm(), writeBytes(data))
}
