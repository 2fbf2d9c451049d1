package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/saved"
	"cosmicctl/engine/secrets"

	"github.com/spf13/cobra"
)

// saveFlags say where a plan is kept.
type saveFlags struct{ save, sign string }

func (f *saveFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.save, "save", "", "file to save the plan to, for show and apply")
	cmd.Flags().StringVar(&f.sign, "sign", "", "ed25519 private key to sign the saved plan with, as FILE.sig")
}

// saveKeys are the keys that a saved plan is made with; each may be nil.
type saveKeys struct {
	signer       *saved.Signer
	fingerprints *secrets.Key
}

// keys reads the keys before anything is planned.
func (f *saveFlags) keys() (saveKeys, error) {
	var k saveKeys
	var err error
	switch {
	case f.save == "" && f.sign == "":
		return k, nil
	case f.save == "":
		return k, coded(exitInvalid, report.Fault("sign-nothing"))
	case f.sign != "":
		if k.signer, err = readSigner(f.sign); err != nil {
			return k, err
		}
	}
	k.fingerprints, err = stateKey()
	return k, err
}

// savePlan writes what a run showed as a file that can be reviewed and applied.
func (s *session) savePlan(ctx context.Context, file string, k saveKeys, run *report.Run) error {
	p := &saved.Plan{Created: time.Now().UTC().Truncate(time.Second), Tool: version(),
		Manifests: engine.DigestManifests(s.loaded.Tenants), Digest: engine.Digest(run.Digest),
		SetSecrets: s.flags.setSecrets, Base: run.Base, Files: run.Files, Diagnostics: run.Diagnostics}
	for _, t := range run.Tenants {
		p.Tenants = append(p.Tenants, saved.Tenant{Name: t.Name, BaseURL: t.BaseURL, Version: t.Version, Plan: t.Plan})
	}
	var err error
	if k.fingerprints != nil {
		if p.Fingerprints, err = s.fingerprints(ctx, k.fingerprints, p.Tenants); err != nil {
			return coded(exitInvalid, err)
		}
	}
	var data bytes.Buffer
	if err := saved.Encode(&data, p); err != nil {
		return about("--save", err)
	}
	if err := writeFile(file, 0o600, writeBytes(data.Bytes())); err != nil {
		return about("--save", err)
	}
	fmt.Fprintln(s.err, s.words.Say("saved", "file", report.Clean(file)))
	if k.signer == nil {
		return nil
	}
	return s.sign(k.signer, file, data.Bytes())
}

func writeBytes(data []byte) func(io.Writer) error {
	return func(w io.Writer) error { _, err := w.Write(data); return err }
}

// savedPlan tells whether a file is a saved plan, by its content.
func savedPlan(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	start, err := io.ReadAll(io.LimitReader(f, 256))
	return err == nil && saved.Is(start)
}

// readSaved reads a saved plan, once its signature is verified if signedBy names
// the keys.
func (a *app) readSaved(path, signedBy string) (*saved.Plan, error) {
	data, err := readBounded(path, saved.MaxBytes)
	if err != nil {
		return nil, coded(exitInvalid, err)
	}
	if err := a.verify(path, data, signedBy); err != nil {
		return nil, err
	}
	p, err := saved.Decode(data, a.schema.Kinds)
	if err != nil {
		return nil, coded(exitInvalid, report.Fault("plan-refused", "file", path, "error", err))
	}
	return p, nil
}

// readBounded reads a regular file of at most so many bytes, and one more.
func readBounded(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, report.Fault("not-regular", "file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}
