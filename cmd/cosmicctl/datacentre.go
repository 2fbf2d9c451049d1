package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/cosmic"
)

// account finds the ID of the data centre: it is given, the only one, asked for, or
// copied from the browser. The ID is sensitive, and so are the messages about it.
func (a *app) account(ctx context.Context, site *cosmic.Site, f consoleFlags) (string, error) {
	switch list := site.DataCentres; {
	case f.userLanguage != "":
		return a.accountCopied(ctx, list, f.userLanguage)
	case len(list) == 0:
		return a.accountUnlisted(ctx, site, f)
	case f.dataCentre != "":
		return a.accountCalled(list, f.dataCentre)
	case len(list) == 1:
		a.say(report.CodeCentre, "name", centreName(list[0]))
		return list[0].ID, nil
	case !isTerminal(a.in):
		a.tellCentres(list)
		return "", a.fault(exitInvalid, report.CodeCentreChoose, "n", strconv.Itoa(len(list)))
	}
	a.tellCentres(site.DataCentres)
	called, err := a.ask(ctx, report.CodeCentreAsk)
	if err != nil {
		return "", err
	}
	return a.accountCalled(site.DataCentres, called)
}

// accountCalled chooses by ID, number or name, whichever fits first.
func (a *app) accountCalled(list []cosmic.DataCentre, called string) (string, error) {
	for _, of := range []func(cosmic.DataCentre) string{
		func(d cosmic.DataCentre) string { return d.ID },
		func(d cosmic.DataCentre) string { return d.Number },
		func(d cosmic.DataCentre) string { return d.Name },
	} {
		found := slices.DeleteFunc(slices.Clone(list), func(d cosmic.DataCentre) bool { return called == "" || of(d) != called })
		switch len(found) {
		case 0:
			continue
		case 1:
			a.say(report.CodeCentre, "name", centreName(found[0]))
			return found[0].ID, nil
		}
		a.tellCentres(found)
		return "", a.fault(exitInvalid, report.CodeCentreSeveral, "n", strconv.Itoa(len(found)))
	}
	a.tellCentres(list)
	return "", a.fault(exitInvalid, report.CodeCentreUnknown)
}

var onlyDigits = regexp.MustCompile(`^[0-9]{6,50}$`)

// accountUnlisted does without a list.
func (a *app) accountUnlisted(ctx context.Context, site *cosmic.Site, f consoleFlags) (string, error) {
	why := "none"
	if site.Unlisted != nil {
		why = reasonOf(site.Unlisted)
	}
	if onlyDigits.MatchString(f.dataCentre) {
		a.say(report.CodeCentreTaken, "error", why)
		return f.dataCentre, nil
	}
	menu := ""
	for _, k := range a.schema.Kinds {
		if k.Probe != nil {
			menu = k.MenuOn(likely(site, f.version))
		}
	}
	a.say(report.CodeCentreNone, "error", why, "menu", menu)
	if !isTerminal(a.in) {
		return "", a.fault(exitInvalid, report.CodeCentreGive)
	}
	pasted, err := a.ask(ctx, report.CodeCentrePaste)
	if err != nil {
		return "", err
	}
	return a.accountOf(nil, pasted)
}

// accountCopied reads what was copied from the browser.
func (a *app) accountCopied(ctx context.Context, list []cosmic.DataCentre, file string) (string, error) {
	const most = 1 << 20
	in, err := a.in, error(nil)
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return "", coded(exitInvalid, about("--user-language", err))
		}
		defer opened.Close()
		in = opened
	}
	body, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil {
		return "", coded(exitInvalid, about("--user-language", err))
	}
	if ctx.Err() != nil {
		return "", interrupted(ctx, "nothing was chosen")
	}
	return a.accountOf(list, string(body))
}

func (a *app) accountOf(list []cosmic.DataCentre, pasted string) (string, error) {
	id, err := cosmic.AccountOf(pasted)
	if err != nil {
		return "", a.fault(exitInvalid, report.CodeCentreBody, "error", a.words.Tell(err))
	}
	i := slices.IndexFunc(list, func(d cosmic.DataCentre) bool { return d.ID == id })
	switch {
	case len(list) == 0:
		a.say(report.CodeCentre, "name", "id "+cosmic.Mask(id))
	case i < 0:
		return "", a.fault(exitInvalid, report.CodeCentreOther)
	default:
		a.say(report.CodeCentre, "name", centreName(list[i]))
	}
	return id, nil
}

// centreName calls a data centre by what may be shown of it.
func centreName(d cosmic.DataCentre) string {
	parts := slices.DeleteFunc([]string{d.Name, d.Number, "id " + cosmic.Mask(d.ID)}, func(s string) bool { return s == "" })
	return strings.Join(parts, " · ")
}

// tellCentres lists data centres, in the order of their numbers.
func (a *app) tellCentres(list []cosmic.DataCentre) {
	a.say(report.CodeCentres, "n", strconv.Itoa(len(list)))
	list = slices.SortedStableFunc(slices.Values(list), func(x, y cosmic.DataCentre) int {
		return cmp.Or(cmp.Compare(x.Number, y.Number), cmp.Compare(x.ID, y.ID))
	})
	w := tabwriter.NewWriter(a.err, 0, 0, 2, ' ', 0)
	for _, d := range list {
		fmt.Fprintf(w, "  %s\t%s\tid %s\n", report.Clean(d.Number), report.Clean(d.Name), cosmic.Mask(d.ID))
	}
	_ = w.Flush()
}

// reasonOf is why a request failed, without what it was about.
func reasonOf(err error) string {
	if e, ok := errors.AsType[*cosmic.Error](err); ok {
		return e.Reason()
	}
	return err.Error()
}
