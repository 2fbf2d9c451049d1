package report

import "cosmicctl/engine"

// Codes of what turning a live tenant into a manifest comes to.
const (
	CodeNotSaid          engine.Code = "not-said"
	CodeFieldLeftOut     engine.Code = "field-left-out"
	CodeObjectLeftOut    engine.Code = "object-left-out"
	CodeObjectLeftOutFor engine.Code = "object-left-out-for-a-field"
	CodeNoLonger         engine.Code = "no-longer-declared"
	CodePulled           engine.Code = "pulled"
	CodeHidden           engine.Code = "values-hidden"
	CodeToSupply         engine.Code = "secrets-to-supply"
)

func pullWords() Words {
	return Words{
		engine.CodeMaySecret: "it may be a secret; --plain {field} says that it is none",
		CodeNotSaid:          "{what}",
		CodeFieldLeftOut:     "{field} is left out: {why}",
		CodeObjectLeftOut:    "{kind} {key} is left out: {why}",
		CodeObjectLeftOutFor: "{kind} {key} is left out for its {field}: {why}",
		CodeNoLonger:         "the tenant does not have it, so it is no longer declared",
		CodePulled:           "Tenant {tenant}: {added} objects declared anew, {changed} changed, {removed} no longer declared, {same} as they were, {elsewhere} to change in other files; {left} cannot be declared, {preset} are preset.",
		CodeHidden:           "{n} values are left out, for they may be secrets; --plain names fields that hold none.",
		CodeToSupply:         "Secrets to supply, by the environment variable that stands for each:",
	}
}
