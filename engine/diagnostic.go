package engine

import "cmp"

// Code names a message. Its words stand in the catalogue of the report
// package; tests and machines compare codes.
type Code string

// Severity ranks a diagnostic.
type Severity string

// The severities.
const (
	Error  Severity = "error"
	Advice Severity = "advice"
)

// Class says what a diagnostic means for the run, and so for the exit code.
type Class int

// The classes; the zero value is a mistake in the input.
const (
	ClassInvalid    Class = iota // a mistake in the input
	ClassRefused                 // a guard forbids it
	ClassUnreadable              // the live side could not be read, or not completely
	ClassFailed                  // the live side is in a state that nothing can be planned for
	ClassStale                   // the live side moved since the plan
)

// Diagnostic is one mistake of a user, or one finding about a tenant that a
// user must act on.
type Diagnostic struct {
	Severity Severity          `json:"severity"`
	Code     Code              `json:"code"`
	Pos      Position          `json:"position"`
	Path     string            `json:"path,omitempty"`
	Args     map[string]string `json:"args,omitempty"`
	// Text is the message where a kind file carries it itself.
	Text *Text `json:"text,omitempty"`
	// Hint names a further message that says what to do, if one helps.
	Hint  Code  `json:"hint,omitempty"`
	Class Class `json:"-"`
	// Span limits the diagnostic to tenants of these versions.
	Span Span `json:"-"`
}

// Compare orders diagnostics by place, then by code.
func (d Diagnostic) Compare(o Diagnostic) int {
	return cmp.Or(
		d.Pos.Compare(o.Pos),
		cmp.Compare(d.Path, o.Path),
		cmp.Compare(d.Code, o.Code),
		cmp.Compare(d.Args["value"], o.Args["value"]),
	)
}

// The codes of the engine.
const (
	CodeSecretLength  Code = "secret-length"
	CodeSecretClasses Code = "secret-classes"
	CodeRangeForm     Code = "range-form"
	CodeRangeCIDR     Code = "range-cidr"
	CodeRangeHostBits Code = "range-host-bits"
	CodeRangeAddress  Code = "range-address"
	CodeRangeFamily   Code = "range-family"
	CodeRangeOrder    Code = "range-order"

	CodeUnknownRef      Code = "unknown-reference"
	CodeAmbiguousRef    Code = "ambiguous-reference"
	CodeProtected       Code = "protected"
	CodeDoubled         Code = "doubled-key"
	CodeIncomplete      Code = "incompletely-read"
	CodeUnreadable      Code = "unreadable"
	CodePropertyMissing Code = "property-missing"
	CodeByHand          Code = "left-by-hand"

	CodeMaySecret Code = "may-be-secret"

	CodeGuarded       Code = "protected-by-manifest"
	CodeSelf          Code = "own-access"
	CodeSelfCutOff    Code = "own-access-cut-off"
	CodePruneDeclared Code = "prune-declared"
	CodePrunePreset   Code = "prune-preset"
	CodeLimitChange   Code = "limit-change"
	CodeLimitDelete   Code = "limit-delete"
	CodeLimitRisk     Code = "limit-risk"

	CodeSecretUnresolved Code = "secret-unresolved"
	CodeNotReread        Code = "not-reread"
	CodeMoved            Code = "moved-since-plan"
	CodeForbidden        Code = "forbidden"
	CodeNotJournaled     Code = "not-journaled"
	CodeInterrupted      Code = "interrupted"
	CodeDependency       Code = "dependency-failed"
	CodeRequest          Code = "request-failed"
	CodeUnpublished      Code = "not-published"
	CodeNeedsByHand      Code = "needs-step-by-hand"
	CodeRefusedRow       Code = "refused-by-live-side"
	CodeRotationUnknown  Code = "rotation-unknown"
	CodeRotationRefused  Code = "rotation-refused"
	CodeNotReadBack      Code = "not-read-back"
	CodeStillThere       Code = "still-there"
	CodeNotThere         Code = "not-there"
	CodeRowsStayed       Code = "rows-stayed"
	CodeDropped          Code = "silently-dropped"

	HintDidYouMean Code = "hint-did-you-mean"
	HintPublish    Code = "hint-publish-property"
	HintOverride   Code = "hint-override"
	HintPublishAPI Code = "hint-publish-api"

	RemindPreset     Code = "remind-preset"
	RemindProtected  Code = "remind-protected"
	RemindEmptyIsAll Code = "remind-empty-is-all"
	RemindDisable    Code = "remind-disable"
	RemindSelf       Code = "remind-self"
)
