package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"

	"github.com/spf13/cobra"
)

// consoleFlags say what an address of the console does not.
type consoleFlags struct {
	dataCentre   string
	userLanguage string
	version      string
	name         string
	tenantID     string
	app          string
	user         string
	userType     string
	secretEnv    string
	secretFile   string
	caFile       string
	output       string
	force        bool
}

func (a *app) connectCommand() *cobra.Command {
	var f consoleFlags
	cmd := &cobra.Command{
		Use:   "connect CONSOLE-URL",
		Short: "Make the environment of a manifest from the address of a console",
		Long: `Make the environment part of a manifest from the address of a tenant's web console,
copied from the browser as it is: with index.html or without, with query and fragment.

The context path is tried as it was given, then /ierp. Which token flows answer tells
Cosmic before 6.0.1 from later ones; the exact version is asked for, or given. The data
centre is the one that the console lists; of several one is asked for, or given. Where
the console lists none, it says how to find the id in the browser, and takes the answer
of getUserLanguage.do that was copied there.

No secret is sent, no app named and no redirect followed, so that no attempt to log in
is spent. Over plain HTTP only this machine is asked. An id of a data centre is
sensitive: it stands in what is written, and nowhere else.

The environment goes to stdout as a manifest, or to a file that is not there yet, or
into a manifest that has none. Without a terminal, what was not given is a placeholder.

Exit codes: 0 written, 3 an address or flag that cannot be right, 4 no Cosmic answers,
5 there is a file already. See 'cosmicctl help connect'.`,
		Example: `  cosmicctl connect 'https://cosmic.example.com/ierp/index.html?formId=home_page'
  cosmicctl connect --version 6.0.14 --data-centre demo -o tenant.yaml cosmic.example.com/ierp
  cosmicctl connect --version 5.0 --user-language body.json https://cosmic.example.com/demo`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return coded(exitInvalid, report.Fault("name-one-console", "usage", cmd.UseLine()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.connectConsole(cmd.Context(), args[0], f) },
	}
	f.register(cmd)
	return cmd
}

func (f *consoleFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVar(&f.dataCentre, "data-centre", "", "data centre, by its number, id or name")
	fs.StringVar(&f.userLanguage, "user-language", "", "`FILE` with the answer of getUserLanguage.do as the browser shows it, or - for stdin")
	fs.StringVar(&f.version, "version", "", "exact version of Cosmic, such as 6.0.14")
	fs.StringVar(&f.name, "name", "", "name of the tenant in manifests (default: from the address)")
	fs.StringVar(&f.tenantID, "tenant-id", "", "tenant id, where the platform has several tenants")
	fs.StringVar(&f.app, "app", "", "code of the third-party app that cosmicctl logs in with")
	fs.StringVar(&f.user, "user", "", "user that it acts for, by user name, phone or e-mail")
	fs.StringVar(&f.userType, "user-type", "", "Mobile, UserName or Email (default: by what the user looks like)")
	fs.StringVar(&f.secretEnv, "secret-env", "COSMIC_APP_SECRET", "environment variable that will hold the app's secret")
	fs.StringVar(&f.secretFile, "secret-file", "", "file, beside the manifest, that will hold the app's secret")
	fs.StringVar(&f.caFile, "ca-file", "", "certificate authorities to trust, as PEM")
	fs.StringVarP(&f.output, "output", "o", "", "manifest to write; one that has no environment gets it")
	fs.BoolVar(&f.force, "force", false, "replace the file, whatever it holds")
}

func (a *app) connectConsole(ctx context.Context, pasted string, f consoleFlags) error {
	bases, err := cosmic.Bases(pasted)
	if err != nil {
		return a.fault(exitInvalid, report.CodeNoConsole, "error", a.words.Tell(err))
	}
	file, err := a.environmentFile(ctx, f)
	if err != nil {
		return err
	}
	site, err := a.explore(ctx, bases, f.caFile)
	if err != nil {
		return err
	}
	e := &environment{name: cmp.Or(file.tenant, f.name, nameOf(site.Base)), base: site.Base, tenantID: f.tenantID}
	if e.account, err = a.account(ctx, site, f); err != nil {
		return err
	}
	if e.version, e.flow, err = a.versionOf(ctx, site, f.version); err != nil {
		return err
	}
	if err := a.loginAs(ctx, e, f); err != nil {
		return err
	}
	if err := a.writeEnvironment(ctx, file, e); err != nil {
		return err
	}
	a.next(e, file.path)
	return nil
}

// explore finds the base address, and says what answers there.
func (a *app) explore(ctx context.Context, bases []string, caFile string) (*cosmic.Site, error) {
	roots, err := rootCAs(caFile)
	if err != nil {
		return nil, coded(exitInvalid, err)
	}
	x := cosmic.NewExplorer(roots, 0, a.client.Now)
	defer x.Close()
	site, trials := x.Explore(ctx, bases)
	if ctx.Err() != nil {
		return nil, interrupted(ctx, "the console was not explored")
	}
	for _, t := range trials {
		d := said(report.CodeNotHere, "base", t.Base, "error", t.Err.Reason())
		if d.Hint = t.Err.Hint(); site != nil {
			d.Hint = ""
		}
		report.Diagnostics(a.err, style(a.err), a.words, []engine.Diagnostic{d})
	}
	if site == nil {
		return nil, a.fault(exitUnreachable, report.CodeNowhere)
	}
	code := report.CodeSiteUnclear
	switch enhanced, twoSteps := site.Enhanced == cosmic.Yes, site.TwoSteps == cosmic.Yes; {
	case enhanced && twoSteps:
		code = report.CodeSiteBoth
	case enhanced:
		code = report.CodeSiteEnhanced
	case twoSteps && site.Enhanced == cosmic.No:
		code = report.CodeSiteTwoSteps
	}
	a.say(code, "base", site.Base, "since", string(engine.EnhancedTokenSince))
	return site, nil
}

var versionForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)

// versionOf is the version that was given or asked for, and the flow where that
// alone would choose one that does not answer.
func (a *app) versionOf(ctx context.Context, site *cosmic.Site, given string) (v engine.Version, flow string, err error) {
	like := "6.0.14"
	if site.Enhanced == cosmic.No {
		like = "5.0.020"
	}
	if given == "" && !isTerminal(a.in) {
		return "", "", a.fault(exitInvalid, report.CodeVersionGive, "like", like)
	}
	if given == "" {
		if given, err = a.ask(ctx, report.CodeVersionAsk, "like", like); err != nil {
			return "", "", err
		}
	}
	if v = engine.Version(given); !versionForm.MatchString(given) {
		return v, "", nil // the schema says what a version is
	}
	old := v.Compare(engine.EnhancedTokenSince) < 0
	switch {
	case old && site.Enhanced == cosmic.Yes:
		return "", "", a.fault(exitInvalid, report.CodeVersionBefore, "version", given, "base", site.Base, "since", string(engine.EnhancedTokenSince))
	case !old && site.Enhanced == cosmic.No && site.TwoSteps == cosmic.Yes:
		a.say(report.CodeVersionFlow, "version", given, "base", site.Base)
		return v, engine.FlowLogin, nil
	}
	return v, "", nil
}

// What stands for an app and a user that nobody named.
const placeholder = "cosmicctl"

// loginAs fills in how cosmicctl itself will log in.
func (a *app) loginAs(ctx context.Context, e *environment, f consoleFlags) error {
	e.app, e.user, e.secretEnv, e.secretFile = f.app, f.user, f.secretEnv, f.secretFile
	for _, q := range []struct {
		value *string
		code  engine.Code
		open  *bool
	}{{&e.app, report.CodeAppAsk, &e.appOpen}, {&e.user, report.CodeUserAsk, &e.userOpen}} {
		if *q.value != "" {
			continue
		}
		if !isTerminal(a.in) {
			*q.value, *q.open = placeholder, true
			continue
		}
		answer, err := a.ask(ctx, q.code, "default", placeholder)
		if err != nil {
			return err
		}
		*q.value = cmp.Or(answer, placeholder)
	}
	if strings.ContainsFunc(e.user, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return a.fault(exitInvalid, report.CodeUserChinese, "user", e.user)
	}
	e.userType = cmp.Or(f.userType, userTypeOf(e.user))
	return nil
}

// likely is the version that menus are told of before the exact one is known.
func likely(site *cosmic.Site, given string) engine.Version {
	if given == "" && site.Enhanced == cosmic.No {
		return "5.0"
	}
	return cmp.Or(engine.Version(given), engine.EnhancedTokenSince)
}

// next says what is left to do by hand.
func (a *app) next(e *environment, file string) {
	for _, k := range a.schema.Kinds {
		if k.Probe != nil {
			a.say(report.CodeNextApp, "menu", k.MenuOn(e.version), "app", e.app, "user", e.user)
		}
	}
	a.say(report.CodeNextSecret, "secret", e.secret())
	if file != "" {
		a.say(report.CodeNextCheck, "file", file)
	}
}

// said makes a message of a code and its arguments, by name and value.
func said(code engine.Code, args ...string) engine.Diagnostic {
	d := engine.Diagnostic{Severity: engine.Error, Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		d.Args[args[i]] = args[i+1]
	}
	return d
}

// say tells something on stderr.
func (a *app) say(code engine.Code, args ...string) {
	fmt.Fprintln(a.err, a.words.Message(said(code, args...)))
}

// fault ends a command with a message.
func (a *app) fault(exit exitCode, code engine.Code, args ...string) error {
	return coded(exit, errors.New(a.words.Message(said(code, args...))))
}
