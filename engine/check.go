package engine

// A Check is one thing that was tried on a live side, and what came of it.
type Check struct {
	// Subject is what it was tried for, such as one of several integrations; "" is
	// the tenant.
	Subject string
	// Name says what was tried.
	Name   Code
	Result CheckResult
	// Finding puts the evidence into words, with what to do about a check that did
	// not pass; its class says what a failed one means for the run.
	Finding Diagnostic
	// Way says what to do where a kind file carries it itself.
	Way *Text
	// Evidence is what the live side said or held, in its own words.
	Evidence string
	// Menu is where a person finds it in the console; "" where nothing is to be done.
	Menu string
}

// CheckResult is how a check came out.
type CheckResult string

// The results.
const (
	Passed CheckResult = "pass"
	Warned CheckResult = "warn" // it works, and something about it is not as it should be
	Missed CheckResult = "fail"
	Untold CheckResult = "skip" // it was not tried, so nothing is known
)

// Results returns all results, the worst first.
func Results() []CheckResult { return []CheckResult{Missed, Warned, Untold, Passed} }

// Problem is a check that did not pass as a diagnostic of its tenant.
func (c *Check) Problem() Diagnostic {
	d := c.Finding
	d.Severity = Error
	if c.Result != Missed {
		d.Severity = Advice
	}
	d.Path = string(c.Name)
	if c.Subject != "" {
		d.Path = c.Subject + " " + d.Path
	}
	return d
}
