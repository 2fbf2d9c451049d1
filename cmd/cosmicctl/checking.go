package main

import (
	"context"

	"cosmicctl/cmd/cosmicctl/report"
)

// checking runs a command that tries things on tenants and writes nothing there. What
// comes of it is told in every format.
func (a *app) checking(ctx context.Context, command string, args []string, c connectFlags, f outputFlags, do func(*session, outputs, *report.Run) error) error {
	o, err := f.parse()
	if err != nil {
		return err
	}
	run := &report.Run{Command: command}
	return a.told(o, run, a.documentOptions(f.budget, false), func() error {
		s, err := a.open(ctx, args, c)
		if err != nil {
			return err
		}
		defer s.close()
		run.Load(s.loaded)
		s.code = codeOfDiagnostics(s.loaded.Diagnostics)
		if o.text() {
			s.diagnostics()
		}
		return do(s, o, run)
	})
}
