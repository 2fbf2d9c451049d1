package schema

import "cosmicctl/engine"

// The codes of what validation finds. Rules of kind files carry their own.
const (
	CodeEmptyFile     engine.Code = "empty-file"
	CodeEncoding      engine.Code = "wrong-encoding"
	CodeBinary        engine.Code = "binary-file"
	CodeControl       engine.Code = "control-character"
	CodeTooLarge      engine.Code = "file-too-large"
	CodeTooDeep       engine.Code = "nested-too-deep"
	CodeTooManyDocs   engine.Code = "too-many-documents"
	CodeTooManyFields engine.Code = "too-many-fields"
	CodeMore          engine.Code = "more-mistakes"
	CodeNotFound      engine.Code = "path-not-found"
	CodeNoFile        engine.Code = "file-unreadable"
	CodeNotRegular    engine.Code = "not-a-regular-file"
	CodeNoManifest    engine.Code = "no-manifest"

	CodeSyntax     engine.Code = "yaml-syntax"
	CodeTab        engine.Code = "yaml-tab"
	CodeAnchor     engine.Code = "yaml-anchor"
	CodeAlias      engine.Code = "yaml-alias"
	CodeMerge      engine.Code = "yaml-merge-key"
	CodeTag        engine.Code = "yaml-tag"
	CodeDirective  engine.Code = "yaml-directive"
	CodeComplexKey engine.Code = "yaml-complex-key"

	CodeNotManifest engine.Code = "not-a-manifest"
	CodeAPIVersion  engine.Code = "unknown-api-version"
	CodeDocKind     engine.Code = "unknown-document-kind"
	CodeNoEnv       engine.Code = "no-environment"
	CodeTwoEnvs     engine.Code = "two-environments"
	CodeSameKey     engine.Code = "same-key"
	CodeOnlyOne     engine.Code = "only-one"
	CodeHeaderName  engine.Code = "header-name"

	CodeUnknownField engine.Code = "unknown-field"
	CodeDuplicate    engine.Code = "duplicate-field"
	CodeMissing      engine.Code = "missing-field"
	CodeEmpty        engine.Code = "empty-value"
	CodeType         engine.Code = "wrong-type"
	CodeValue        engine.Code = "wrong-value"
	CodeOption       engine.Code = "not-an-option"
	CodeOneOfNone    engine.Code = "one-of-missing"
	CodeOneOfBoth    engine.Code = "one-of-both"
	CodeNumber       engine.Code = "ambiguous-number"
	CodeTwice        engine.Code = "repeated-element"
	CodeState        engine.Code = "wrong-state"
	CodeTombstone    engine.Code = "tombstone-with-fields"
	CodeNoTombstone  engine.Code = "tombstone-refused"

	CodeBaseUnreadable engine.Code = "base-unreadable"
	CodeBaseOutside    engine.Code = "base-outside"
	CodeNotBase        engine.Code = "not-a-base"
	CodeBaseEnv        engine.Code = "base-environment"
	CodeBaseCycle      engine.Code = "base-cycle"
	CodeBaseDepth      engine.Code = "base-depth"
	CodeSetTwice       engine.Code = "set-twice"

	CodeLabelTwice engine.Code = "label-twice"
	CodeLabelName  engine.Code = "label-name"
	CodeManyLabels engine.Code = "too-many-labels"

	CodeProtectKind engine.Code = "protect-kind"
	CodeSameTenant  engine.Code = "same-live-tenant"

	CodeSameWaiver    engine.Code = "same-waiver"
	CodeWaiverExpired engine.Code = "waiver-expired"

	CodeSecretLiteral engine.Code = "literal-secret"
	CodeSecretForm    engine.Code = "secret-form"

	CodeUneditable    engine.Code = "edit-refused"
	CodeInexpressible engine.Code = "not-expressible"
	CodeUnformattable engine.Code = "format-refused"

	HintQuote   engine.Code = "hint-quote"
	HintSecret  engine.Code = "hint-secret-reference"
	HintLacking engine.Code = "hint-base-lacking"
	// HintConcerned names the tenants of whose version a mistake of a base is one.
	HintConcerned engine.Code = "hint-base-concerned"
)
