package main

import (
	"os"
	"path/filepath"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/secrets"

	"github.com/spf13/cobra"
)

// Where the private keys of age are given, beside --age-identity.
const (
	identityVariable     = "COSMICCTL_AGE_IDENTITY"
	identityFileVariable = "COSMICCTL_AGE_IDENTITY_FILE"
)

// ageFlags say with which private keys encrypted secrets are opened.
type ageFlags struct{ identity string }

func (f *ageFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.identity, "age-identity", "",
		"file of private keys that open {age: …}; also "+identityFileVariable+", or the keys themselves in "+identityVariable)
}

// identities reads the private keys: of the flag, or else of the environment.
func (f *ageFlags) identities() (*secrets.Identities, error) {
	file, text := f.identity, os.Getenv(identityVariable)
	if file == "" && text != "" {
		keys, err := secrets.ParseIdentities(text)
		return keys, about(identityVariable, err)
	}
	if file == "" {
		file = os.Getenv(identityFileVariable)
	}
	if file == "" {
		return nil, report.Fault("no-identity", "variable", identityVariable, "files", identityFileVariable)
	}
	dir, name := filepath.Split(file)
	if dir == "" {
		dir = "."
	}
	value, err := secrets.ReadFile(dir, name)
	if err != nil {
		return nil, about(file, err)
	}
	keys, err := secrets.ParseIdentities(value.Reveal())
	return keys, about(file, err)
}

// about says what an error is about.
func about(what string, err error) error {
	if err == nil {
		return nil
	}
	return report.Fault("about", "what", what, "error", err)
}

// recipientFlags say whom to encrypt to.
type recipientFlags struct {
	keys  []string
	files []string
}

func (f *recipientFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringSliceVarP(&f.keys, "recipient", "r", nil, "public key (age1…) to encrypt to; may be repeated")
	cmd.Flags().StringSliceVarP(&f.files, "recipients-file", "R", nil, "file of public keys to encrypt to, one a line")
}

func (f *recipientFlags) recipients() (*secrets.Recipients, error) {
	all := &secrets.Recipients{}
	add := func(what, text string) error {
		more, err := secrets.ParseRecipients(text)
		if err != nil {
			return coded(exitInvalid, about(what, err))
		}
		all = all.Add(more)
		return nil
	}
	for _, key := range f.keys {
		if err := add("--recipient", key); err != nil {
			return nil, err
		}
	}
	for _, file := range f.files {
		data, err := readBounded(file, secrets.MaxBytes)
		if err != nil {
			return nil, coded(exitInvalid, err)
		}
		if err := add(file, string(data)); err != nil {
			return nil, err
		}
	}
	if len(f.keys)+len(f.files) == 0 {
		return nil, coded(exitInvalid, report.Fault("no-recipient"))
	}
	return all, nil
}

// opened opens a ciphertext for a command that is about ciphertexts.
func (f *ageFlags) opened(text string) (engine.Secret, error) {
	keys, err := f.identities()
	if err != nil {
		return engine.Secret{}, coded(exitInvalid, err)
	}
	s, err := keys.Open(text)
	if err != nil {
		return s, coded(exitInvalid, err)
	}
	return s, nil
}
