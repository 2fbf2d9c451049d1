package main

import (
	"errors"
	"strconv"

	"cosmicctl/cmd/cosmicctl/report"

	"github.com/spf13/pflag"
)

// flagFault gives a mistake in a flag its code, so that it is told in either language.
func flagFault(err error) error {
	if e, is := errors.AsType[*pflag.NotExistError](err); is {
		if short := e.GetSpecifiedShortnames(); short != "" {
			return report.Fault("flag-unknown-short", "flag", strconv.Quote(e.GetSpecifiedName()), "given", "-"+short)
		}
		return report.Fault("flag-unknown", "flag", "--"+e.GetSpecifiedName())
	}
	if e, is := errors.AsType[*pflag.ValueRequiredError](err); is {
		if short := e.GetSpecifiedShortnames(); short != "" {
			return report.Fault("flag-no-value", "flag", "-"+short)
		}
		return report.Fault("flag-no-value", "flag", "--"+e.GetSpecifiedName())
	}
	if e, is := errors.AsType[*pflag.InvalidValueError](err); is {
		return report.Fault("flag-invalid", "flag", "--"+e.GetFlag().Name, "value", strconv.Quote(e.GetValue()), "error", e.Unwrap())
	}
	if e, is := errors.AsType[*pflag.InvalidSyntaxError](err); is {
		return report.Fault("flag-syntax", "flag", e.GetSpecifiedFlag())
	}
	return err
}
