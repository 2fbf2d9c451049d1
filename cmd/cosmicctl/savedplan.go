package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/saved"
)

// savePlan writes what a run showed as a file that can be reviewed and applied.
func (s *session) savePlan(file string, run *report.Run) error {
	p := &saved.Plan{Created: time.Now().UTC().Truncate(time.Second), Tool: version(),
		Manifests: engine.DigestManifests(s.loaded.Tenants), Digest: engine.Digest(run.Digest),
		SetSecrets: s.flags.setSecrets, Base: run.Base, Files: run.Files, Diagnostics: run.Diagnostics}
	for _, t := range run.Tenants {
		p.Tenants = append(p.Tenants, saved.Tenant(t))
	}
	if err := writeFile(file, 0o600, func(w io.Writer) error { return saved.Encode(w, p) }); err != nil {
		return fmt.Errorf("--save: %w", err)
	}
	fmt.Fprintf(s.err, "Saved the plan to %s\n", report.Clean(file))
	return nil
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

// readSaved reads a saved plan.
func (a *app) readSaved(path string) (*saved.Plan, error) {
	data, err := readBounded(path, saved.MaxBytes)
	if err != nil {
		return nil, coded(exitInvalid, err)
	}
	p, err := saved.Decode(data, a.schema.Kinds)
	if err != nil {
		return nil, coded(exitInvalid, fmt.Errorf("%s is refused: %w", path, err))
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
		return nil, errors.New(path + " is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}
