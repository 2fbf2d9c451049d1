package policy

import "cosmicctl/engine"

// RulePrefix and the id of its rule are the code of a finding.
const RulePrefix = "policy/"

// The codes of what is wrong with a policy, or a waiver.
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
	CodeUnused   engine.Code = "waiver-unused"

	CodeUnwanted engine.Code = "policy-unwanted"
	CodeNotFound engine.Code = "policy-not-found-as-wanted"
	CodeUntested engine.Code = "policy-untested"

	HintObject engine.Code = "hint-waiver-object"
	HintTenant engine.Code = "hint-waiver-tenant"
	HintRule   engine.Code = "hint-policy-rule"
	HintHelp   engine.Code = "hint-policy-help"
)
