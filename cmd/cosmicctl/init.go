package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

// initFile is what a first manifest is called.
const initFile = "tenant.yaml"

type initFlags struct {
	name, console, version, account, app, user string
	kinds                                      []string
}

func (a *app) initCommand() *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a first manifest",
		Long: `Write a first manifest, DIR/tenant.yaml, that validates: how to reach the tenant, and
for each of --kinds a commented example with the fields that it needs. On a terminal it
asks for what no flag gives. It connects to nothing and replaces no file.

Who does not know the data centre id, or has a tenant to ask, begins with 'cosmicctl
connect', which finds both, or with 'cosmicctl pull', which writes what is there.

Exit codes: 0 written, 3 something is missing or cannot be right, 5 the file is there.`,
		Example: `  cosmicctl init manifests/
  cosmicctl init --console-url https://cosmic.example.com/demo/index.html --version 6.0.14 --account-id 1355633519610561531 --kinds thirdPartyApps,businessSystems`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return coded(exitInvalid, report.Fault("name-one-folder", "usage", cmd.UseLine()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			return a.firstManifest(cmd.Context(), args[0], f)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&f.name, "name", "", "name of the tenant (default: from the address)")
	fs.StringVar(&f.console, "console-url", "", "address of the web console, as in the browser")
	fs.StringVar(&f.version, "version", "", "exact version of Cosmic, such as 6.0.14")
	fs.StringVar(&f.account, "account-id", "", "data centre id")
	fs.StringVar(&f.app, "app", "", "code of the third-party app that cosmicctl logs in with")
	fs.StringVar(&f.user, "user", "", "user that it acts for, by user name, phone or e-mail")
	fs.StringSliceVar(&f.kinds, "kinds", nil, "kinds to begin with, by name or section")
	return cmd
}

func (a *app) firstManifest(ctx context.Context, dir string, f initFlags) error {
	file := filepath.Join(dir, initFile)
	if _, err := os.Lstat(file); err == nil {
		return a.fault(exitRefused, report.CodeFileThere, "file", file)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return coded(exitInvalid, err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return a.fault(exitInvalid, report.CodeNoFolder, "folder", dir)
	}
	var example strings.Builder
	for _, name := range f.kinds {
		t, err := a.topic(a.schema.Topics(), name)
		if err != nil {
			return err
		}
		if t.Kind == nil || t.Kind.Section == "" {
			return a.fault(exitInvalid, report.CodeNotDeclared, "name", name)
		}
		a.exampleOf(&example, t)
	}
	e, err := a.asked(ctx, f)
	if err != nil {
		return err
	}
	text := []byte(e.document(a.words) + example.String())
	if err := a.checkEnvironment(ctx, dir, text, e.name); err != nil {
		return err
	}
	if err := writeFile(file, 0o644, writeBytes(text)); err != nil {
		return err
	}
	a.say(report.CodeWritten, "name", e.name, "file", file)
	a.next(e, file)
	return nil
}

// asked is the environment that flags and answers make.
func (a *app) asked(ctx context.Context, f initFlags) (*environment, error) {
	for _, q := range []struct {
		value *string
		flag  string
		code  engine.Code
	}{{&f.console, "console-url", report.CodeInitConsole}, {&f.version, "version", report.CodeVersionAsk}, {&f.account, "account-id", report.CodeInitAccount}} {
		if *q.value != "" {
			continue
		}
		if !isTerminal(a.in) {
			return nil, a.fault(exitInvalid, report.CodeInitGive, "flag", "--"+q.flag)
		}
		var err error
		if *q.value, err = a.ask(ctx, q.code, "like", "6.0.14"); err != nil {
			return nil, err
		}
	}
	bases, err := cosmic.Bases(f.console)
	if err != nil {
		return nil, a.fault(exitInvalid, report.CodeNoConsole, "error", a.words.Tell(err))
	}
	e := &environment{name: f.name, base: bases[0], account: f.account, version: engine.Version(f.version)}
	if e.name == "" {
		e.name = nameOf(e.base)
	}
	return e, a.loginAs(ctx, e, consoleFlags{app: f.app, user: f.user, secretEnv: "COSMIC_APP_SECRET"})
}

// exampleOf writes an object of a kind as a comment: what it needs, and what that is.
func (a *app) exampleOf(b *strings.Builder, t *schema.Topic) {
	fmt.Fprintf(b, "\n# %s: # %s; cosmicctl explain %s\n", t.Kind.Section, a.words.Text(t.Kind.Title), t.Name)
	lead := "- "
	for _, p := range t.Fields {
		if !p.Required {
			continue
		}
		value := ""
		if len(p.Takes) == 1 && p.Takes[0] == schema.Secret {
			value = " {env: " + strings.ToUpper(p.Name) + "}"
		}
		note := ""
		if p.Expect != nil {
			note = " # " + a.words.Text(*p.Expect)
		}
		fmt.Fprintf(b, "#   %s%s:%s%s\n", lead, p.Name, value, note)
		lead = "  "
	}
	for _, group := range t.ExactlyOne {
		fmt.Fprintf(b, "#     # %s\n", a.words.Say(report.CodeExplainOneOf, "fields", strings.Join(group, ", ")))
	}
}
