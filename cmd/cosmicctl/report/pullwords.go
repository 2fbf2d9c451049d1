package report

import (
	"cosmicctl/engine"
	"cosmicctl/schema"
)

// Codes of what turning a live tenant into a manifest comes to.
const (
	CodeFieldLeftOut     engine.Code = "field-left-out"
	CodeObjectLeftOut    engine.Code = "object-left-out"
	CodeObjectLeftOutFor engine.Code = "object-left-out-for-a-field"
	CodeWantsOther       engine.Code = "wants-another-field"
	CodeMayBeShared      engine.Code = "may-be-shared"
	CodeNoLonger         engine.Code = "no-longer-declared"
	CodePulled           engine.Code = "pulled"
	CodePulledNothing    engine.Code = "pulled-nothing"
	CodePulledAdded      engine.Code = "pulled-added"
	CodePulledChanged    engine.Code = "pulled-changed"
	CodePulledRemoved    engine.Code = "pulled-removed"
	CodePulledSame       engine.Code = "pulled-same"
	CodePulledElsewhere  engine.Code = "pulled-elsewhere"
	CodePulledLeft       engine.Code = "pulled-left"
	CodePulledPreset     engine.Code = "pulled-preset"
	CodeHidden           engine.Code = "values-hidden"
	CodeToSupply         engine.Code = "secrets-to-supply"
	CodePullFlags        engine.Code = "pull-flags"
	CodePullFileTaken    engine.Code = "pull-file-taken"
	CodePullUnwritten    engine.Code = "pull-unwritten"
	CodeFmtNothing       engine.Code = "fmt-nothing"
	CodeFmtStdin         engine.Code = "fmt-stdin"
)

func pullWords() Words {
	return Words{
		schema.CodeUnformattable: "the file is written in a way of which no layout is sure to keep all; it is left as it is",
		engine.CodeMaySecret:     "it may be a secret; --plain {field} says that it is none",
		CodeFieldLeftOut:         "{field} is left out: {why}",
		CodeObjectLeftOut:        "{kind} {key} is left out: {why}",
		CodeObjectLeftOutFor:     "{kind} {key} is left out for its {field}: {why}",
		CodeWantsOther:           "a manifest that gives it wants another {field} than is live",
		CodeMayBeShared:          "it stands in a base, on which tenants that were not chosen may stand too; choose all, or edit it by hand",
		CodeNoLonger:             "the tenant does not have it, so it is no longer declared",
		CodePulled:               "Tenant {tenant}: {counts}.",
		CodePulledNothing:        "nothing to declare",
		CodePulledAdded:          "{n} objects declared anew",
		CodePulledChanged:        "{n} changed",
		CodePulledRemoved:        "{n} no longer declared",
		CodePulledSame:           "{n} as they were",
		CodePulledElsewhere:      "{n} to change in other files",
		CodePulledLeft:           "{n} that cannot be declared",
		CodePulledPreset:         "{n} preset",
		CodeHidden:               "Values left out because they may be secrets: {n}. --plain names fields that hold none.",
		CodeToSupply:             "Secrets to supply, by the environment variable that stands for each:",
		CodePullFlags:            "--out, --write and --diff each say where the result goes; give one of them",
		CodePullFileTaken:        "{file} is there, and declares no tenant {tenant}; name another file, or one of PATH",
		CodePullUnwritten:        "--out: {error}",
		CodeFmtNothing:           "no manifest found there",
		CodeFmtStdin:             "- stands for stdin; give it alone, without --check and --diff",
	}
}
