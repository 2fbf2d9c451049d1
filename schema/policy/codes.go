package policy

import "cosmicctl/engine"

// The codes of what is wrong with a policy. A finding has the code of its rule.
const (
	CodeNoPolicy engine.Code = "policy-not-found"
	CodeNoRules  engine.Code = "policy-without-rules"
	CodeTooLarge engine.Code = "policy-too-large"
	CodeInvalid  engine.Code = "policy-invalid"
	CodeImport   engine.Code = "policy-import"
	CodeMissing  engine.Code = "policy-field-missing"
	CodeKind     engine.Code = "policy-unknown-kind"
	CodeField    engine.Code = "policy-unknown-field"
	CodeSameRule engine.Code = "policy-same-rule"

	HintRule engine.Code = "hint-policy-rule"
	HintHelp engine.Code = "hint-policy-help"
)
