package report

import (
	"cosmicctl/engine"
	"cosmicctl/schema"
	"cosmicctl/schema/policy"
)

func fileWords() Words {
	return Words{
		schema.CodeNotFound:      "no such file or folder",
		schema.CodeNoFile:        "cannot be read: {reason}",
		schema.CodeNotRegular:    "is not a regular file",
		schema.CodeNoManifest:    "no manifest found (a *.yaml or *.yml document with apiVersion " + schema.APIVersion + ")",
		schema.CodeEmptyFile:     "the file holds no document",
		schema.CodeEncoding:      "the file is encoded in {encoding}; save it as UTF-8",
		schema.CodeBinary:        "the file is not text in UTF-8",
		schema.CodeControl:       "a control character; YAML text must not hold one",
		schema.CodeTooLarge:      "the file is larger than {max} MiB; split it into parts of the tenant",
		schema.CodeTooManyDocs:   "the file holds more than {max} documents; split it",
		schema.CodeTooManyFields: "a map of more than {max} fields",
		schema.CodeMore:          "the file holds more; the first {max} are listed",
		schema.CodeTooDeep:       "maps and lists are nested more than {max} levels deep",

		schema.CodeSyntax:     "not valid YAML: {reason}",
		schema.CodeTab:        "a tab; YAML is indented with spaces",
		schema.CodeAnchor:     "anchors (&) are not allowed in a manifest; write the value where it is used",
		schema.CodeAlias:      "aliases (*) are not allowed in a manifest; write the value out",
		schema.CodeMerge:      "merge keys (<<) are not allowed in a manifest; write the fields out",
		schema.CodeTag:        "tags ({tag}) are not allowed in a manifest; to make a text of a value, put it in quotes",
		schema.CodeDirective:  "YAML directives (%) are not allowed in a manifest",
		schema.CodeComplexKey: "a field name must be a plain text",

		schema.CodeNotManifest:    "the document is not a map; a manifest begins with apiVersion, kind and metadata",
		schema.CodeAPIVersion:     "apiVersion {value} is not known to this cosmicctl; it reads {want}",
		schema.CodeDocKind:        "kind {value} is not known; write {want}",
		schema.CodeNoEnv:          "no part of tenant {tenant} has an environment; exactly one must",
		schema.CodeTwoEnvs:        "tenant {tenant} has an environment already, at {first}; exactly one part may have it",
		schema.CodeBaseUnreadable: "the base {base} cannot be read: {reason}",
		schema.CodeBaseOutside:    "the base {base} lies outside of {root}, which the bases of this manifest may not leave",
		schema.CodeNotBase:        "{base} is no base: {at} is something else; a base has a file of its own, in which each document has apiVersion " + schema.APIVersion + " and kind {want}",
		schema.CodeBaseEnv:        "a base has no environment; it stands in the manifest of each tenant",
		schema.CodeBaseCycle:      "bases name each other in a circle: {chain}",
		schema.CodeBaseDepth:      "bases name further ones more than {max} deep",
		schema.CodeSetTwice:       "`{field}` is set already, at {first}; manifests and bases add to each other and override nothing",
		schema.CodeLabelTwice:     "label {label} is set already, at {first}",
		schema.CodeLabelName:      "`{value}` cannot be the name of a label: it has at most 63 letters, digits, -, _, . and /, and a letter or digit begins and ends it",
		schema.CodeManyLabels:     "more than {max} labels",

		schema.CodeSameKey:       "{key} is declared twice; the first is at {first}",
		schema.CodeOnlyOne:       "a tenant has one of {section}; the first is at {first}",
		schema.CodeSameWaiver:    "rule {rule} is waived here already, at {first}",
		schema.CodeWaiverExpired: "the waiver of rule {rule} expired after {expires}; keep the rule, or have {owner} extend it",
		schema.CodeProtectKind:   "there is no kind {value} of objects; it is one of {options}",
		schema.CodeSameTenant:    "tenant {tenant} is the same live tenant (base address and accountId), at {first}; join the two under one name",
		schema.CodeHeaderName:    "header {value} cannot be set: a name has letters, digits and -, and those of the token and the connection are cosmicctl's own",
	}
}

func fieldWords() Words {
	return Words{
		schema.CodeUnknownField:  "unknown field `{field}`",
		schema.CodeDuplicate:     "field `{field}` is given twice; the first is in line {first}",
		schema.CodeMissing:       "field `{field}` is missing",
		schema.CodeEmpty:         "`{field}` has no value; give one or remove the field",
		schema.CodeType:          "a {got} where a {want} belongs",
		schema.CodeValue:         "`{value}` is not allowed",
		schema.CodeOption:        "`{value}` is not one of: {options}",
		schema.CodeOneOfNone:     "one of these is missing: {fields}",
		schema.CodeOneOfBoth:     "only one of these may be given: {fields}",
		schema.CodeNumber:        "it is not clear which text the number {value} stands for",
		schema.CodeTwice:         "`{value}` is listed twice",
		schema.CodeState:         "state `{value}` is not known; the only one is absent",
		schema.CodeTombstone:     "a resource with `state: absent` has its key ({key}) and nothing else",
		schema.CodeSecretLiteral: "a secret must not stand in a manifest",
		schema.CodeSecretForm:    "a reference to a secret names exactly one of env, file, exec and age",

		engine.CodeRangeForm:     "an address rule needs either `cidr` or both `start` and `end`",
		engine.CodeRangeCIDR:     "`{value}` is not an address range like 10.0.0.0/8 or 2001:db8::/32",
		engine.CodeRangeHostBits: "`{value}` has bits set after its prefix; write the first address of the range",
		engine.CodeRangeAddress:  "`{value}` are not two IP addresses",
		engine.CodeRangeFamily:   "`{value}` mixes IPv4 and IPv6",
		engine.CodeRangeOrder:    "`{value}`: the start comes after the end",
	}
}

func hintWords() Words {
	return Words{
		engine.HintDidYouMean: "did you mean `{suggestion}`?",
		schema.HintQuote:      "for a text write \"{text}\" in quotes",
		engine.HintPublish:    "add it to the published query API of {form}, or give the tenant's own name under environment.properties",
		schema.HintLacking:    "add it to the base, or to each manifest that takes it from there: {tenants}",
		schema.HintConcerned:  "it concerns {tenants}",
		schema.HintSecret:     "refer to it, for example {env: {name}}, {file: path} or {exec: [command, argument]}",
	}
}

func planWords() Words {
	return Words{
		engine.CodeUnknownRef:      "there is no {kind} {value} on this tenant",
		engine.CodeAmbiguousRef:    "several objects of the tenant are called {value} ({kind}); refer to it by its number",
		engine.CodeProtected:       "{key} is preset data of the tenant, which cosmicctl never changes or deletes; remove it from the manifest",
		engine.CodeDoubled:         "the tenant holds more than one object with the key {key} (ids {ids}); remove all but one in the console",
		engine.CodeIncomplete:      "the {kind} objects were not read completely ({doubt}); nothing of them is created or deleted",
		engine.CodeUnreadable:      "the {kind} objects cannot be read: {error}",
		engine.CodePropertyMissing: "the tenant's answer has no property {property}, so `{field}` cannot be compared",

		engine.CodeSecretUnresolved: "{error}",
		engine.CodeSecretLength:     "the secret must have {min} to {max} characters",
		engine.CodeSecretClasses:    "the secret must have an upper and a lower case letter, a digit and a special character other than _",

		engine.CodeNotReread:       "not written, because it could not be read again before the write: {reason}",
		engine.CodeMoved:           "it changed on the tenant since the plan was made, so it was not written; plan again",
		engine.CodeForbidden:       "not written: {reason}",
		engine.CodeNotJournaled:    "not written, because the journal cannot be kept: {error}",
		engine.CodeInterrupted:     "not written, because the run was stopped",
		engine.CodeDependency:      "not written, because {needs} failed",
		engine.CodeRequest:         "{error}",
		engine.CodeRefusedRow:      "the tenant refused the {op}: {error}",
		engine.CodeRotationUnknown: "rotate: {rotate} is left open, because nothing here tells which rotation of the secret was written last; write it with --set-secrets",
		engine.CodeRotationRefused: "the new secret was written, but a token request with it was refused: who has it is locked out; check it in the console",
		engine.CodeNotReadBack:     "written, but it could not be read back, so the outcome is unknown: {reason} {said}",
		engine.CodeStillThere:      "it is still there after the delete",
		engine.CodeNotThere:        "it is not there after the save",
		engine.CodeRowsStayed:      "rows of {fields} stayed after the save: the published save API of {form} merges entries; publish it with OverrideEntry on",
		engine.CodeDropped:         "the tenant took the save but not {fields}; add the properties to the published save and query APIs of {form}",
	}
}

func policyWords() Words {
	return Words{
		policy.CodeNoPolicy: "the policy cannot be read: {reason}; a policy is a folder, or built in: {packs}",
		policy.CodeNoRules:  "the policy has no rules; it needs *.cue files with `rules: \"some-id\": {kind: …, require: …, message: …}`",
		policy.CodeTooLarge: "the policy is too large: a file may have {bytes} KiB, and a folder {files} files",
		policy.CodeInvalid:  "the policy is not valid: {reason}",
		policy.CodeImport:   "a policy cannot import {value}; only CUE's built-in packages, such as \"strings\" and \"list\"",
		policy.CodeMissing:  "rule {rule} has no `{field}`",
		policy.CodeKind:     "there is no kind {value}; a rule is about one of {options}",
		policy.CodeField:    "there is no field `{field}` that `{pattern}` could speak of",
		policy.CodeSameRule: "there is a rule {rule} already, at {first}; ids are unique over all policies of a run",
		policy.CodeUnused:   "the waiver of rule {rule} waives nothing; remove it",
		policy.HintObject:   "the rule is about each {kind}: to waive it for one, name it under `object` as {kind}/its key",
		policy.HintTenant:   "the rule is about the tenant as a whole: leave `object` out",
		policy.CodeUnwanted: "rule {rule} finds this, and no `# want: {rule}` says so",
		policy.CodeNotFound: "rule {rule} should find something in this line, and does not",
		policy.CodeUntested: "no manifest shows that rule {rule} finds anything",
		policy.HintRule:     "rule {rule}",
		policy.HintHelp:     "rule {rule}, see {help}",
	}
}

// riskWords name the classes of changes.
func riskWords() Words {
	return Words{
		riskCode(engine.Redirects): "redirects data",
		riskCode(engine.Widens):    "widens access",
		riskCode(engine.Narrows):   "narrows access",
		riskCode(engine.Rotates):   "rotates a secret",
		riskCode(engine.Destroys):  "destroys",
		riskCode(engine.Routine):   "routine",
	}
}

func guardWords() Words {
	return Words{
		engine.CodeGuarded:       "`protect: {object}` ({at}) forbids to change or delete it",
		engine.CodeSelf:          "cosmicctl itself uses {name} of environment.auth and could lock itself out; to do it all the same, after everything else, add --allow-self {object}",
		engine.CodeSelfCutOff:    "on this version it must be disabled to be edited, and cosmicctl, which itself uses {name}, could not enable it again; edit it in the console",
		engine.CodePruneDeclared: "a manifest declares it; to delete it write `state: absent` there",
		engine.CodePrunePreset:   "it is preset data of the tenant, which cosmicctl never changes or deletes",
		CodePruneUnknown:         "what cosmicctl created here is not known: {error}",
		engine.CodeLimitChange:   "{n} of the {all} {kind} objects would be changed or deleted, beginning with {first}; --max-change allows {max}%",
		engine.CodeLimitDelete:   "{n} of the {all} {kind} objects would be deleted, beginning with {first}; --max-delete allows {max}",
		engine.CodeLimitRisk:     "{n} changes of {kind} objects are riskier than {max}, the first is {first} ({risk}); --max-risk forbids them",
		engine.HintOverride:      "apply refuses this plan unless --override names its digest",
	}
}

// CodePruneUnknown says that it is not known what may be pruned.
const CodePruneUnknown engine.Code = "prune-unknown"

// Codes of what keeps a command from connecting to a tenant.
const (
	CodeConnect   engine.Code = "not-connected"
	CodeNotKnown  engine.Code = "outcome-not-known"
	CodeHost      engine.Code = "host-not-allowed"
	CodePlainHTTP engine.Code = "plain-http"
	HintAllowHost engine.Code = "hint-allow-host"
)

// Codes of what accepting drift by an edit of the manifests comes to.
const (
	CodeNotEditable    engine.Code = "manifest-not-editable"
	CodeSharedResource engine.Code = "shared-resource"
	CodeSecretStays    engine.Code = "secret-stays"
	CodeSecretToCome   engine.Code = "secret-to-come"
	CodeLeftOut        engine.Code = "value-left-out"
	CodeRecordNext     engine.Code = "record-next"
)

func suggestWords() Words {
	return Words{
		schema.CodeUneditable:    "the manifest is written in a way that no edit is sure of; edit it by hand",
		schema.CodeInexpressible: "no fields of a manifest say what is live, so it cannot be accepted; apply undoes it",
		CodeNotEditable:          "the manifest cannot be edited: {error}",
		CodeSharedResource:       "{n} tenants stand on it, so an edit would change what all of them want; edit it by hand",
		CodeSecretStays:          "the tenant does not tell the secret that it has; put it where the manifest refers to",
		CodeSecretToCome:         "the patch refers to the secret {field} as {env: {name}}; put the live one there, or write where it is",
		CodeLeftOut:              "the patch leaves {field} out, for it may be a secret; add it by hand to manage it",
		CodeRecordNext:           "with the patch it is an object that nobody declared; `cosmicctl drift --record` makes it known",
	}
}

// Codes of what a base does not tell.
const (
	CodeBaseInvalid engine.Code = "base-invalid"
	CodeBaseEmpty   engine.Code = "base-without-manifests"
)

func baseWords() Words {
	return Words{
		CodeBaseInvalid: "the manifests of {base} have mistakes, the first at {place} ({mistake}), so it is not known what causes the changes of {tenants}",
		CodeBaseEmpty:   "{base} has none of these manifests, so all changes of {tenants} count as this branch's",
	}
}

// liveWords are the hints of the client, by what the tenant answered. This package
// does not know the client, so the codes are spelled out; a test of the command
// compares both.
func liveWords() Words {
	return Words{
		"hint-603": "the tenant finds the data invalid; compare the field it names with its rules",
		"hint-604": "the tenant received this request before and does not say what became of it; plan again to see",
	}
}

func refusalWords() Words {
	return Words{
		CodeConnect:   "{error}",
		CodeNotKnown:  "the run was interrupted before anything was known of it",
		CodeHost:      "secrets would be sent to {host}, which was not allowed outside the manifests",
		CodePlainHTTP: "secrets would be sent to {host} over plain http, which is for this machine only; use https",
		HintAllowHost: "if it is the right host, add --allow-host {host}, COSMICCTL_ALLOW_HOST, or a line in the hosts file (cosmicctl help secrets)",
	}
}
