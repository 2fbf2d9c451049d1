package main

import (
	"errors"
	"fmt"
	"os"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/saved"
)

// signatureOf is where the signature under a saved plan lies, as ssh-keygen
// writes it.
func signatureOf(plan string) string { return plan + ".sig" }

const mostKey = 1 << 20 // bytes of a file of keys, or of a signature

func readSigner(file string) (*saved.Signer, error) {
	data, err := readBounded(file, mostKey)
	if err != nil {
		return nil, coded(exitInvalid, about("--sign", err))
	}
	s, err := saved.NewSigner(data)
	if err != nil {
		return nil, coded(exitInvalid, about("--sign "+file, err))
	}
	return s, nil
}

func (s *session) sign(signer *saved.Signer, file string, data []byte) error {
	sig, err := signer.Sign(data)
	if err == nil {
		err = writeFile(signatureOf(file), 0o644, writeBytes(sig))
	}
	if err != nil {
		return about("--sign", err)
	}
	fmt.Fprintln(s.err, s.words.Say("signed", "file", report.Clean(signatureOf(file))))
	return nil
}

// verify refuses a plan that no trusted key signed. Without keys nothing is
// verified, and it says so.
func (a *app) verify(path string, data []byte, signedBy string) error {
	if signedBy == "" {
		fmt.Fprintln(a.err, a.words["not-signed-by"])
		return nil
	}
	keys, err := readBounded(signedBy, mostKey)
	if err != nil {
		return coded(exitInvalid, about("--signed-by", err))
	}
	trusted, err := saved.ParseTrusted(keys)
	if err != nil {
		return coded(exitInvalid, about("--signed-by "+signedBy, err))
	}
	sig, err := readBounded(signatureOf(path), mostKey)
	if errors.Is(err, os.ErrNotExist) {
		return coded(exitRefused, report.Fault("plan-unsigned", "file", path, "signature", signatureOf(path)))
	}
	if err != nil {
		return coded(exitRefused, report.Fault("plan-refused", "file", path, "error", err))
	}
	key, err := trusted.Verify(data, sig)
	if err != nil {
		return coded(exitRefused, report.Fault("plan-refused", "file", path, "error", err))
	}
	fmt.Fprintln(a.err, a.words.Say("signed-by", "key", key))
	return nil
}
