package report

import "cosmicctl/engine"

// Codes of what explain says, and of what is wrong with what it was asked.
const (
	CodeExplainKinds     engine.Code = "explain-kinds"
	CodeExplainLooked    engine.Code = "explain-looked-up"
	CodeExplainFrame     engine.Code = "explain-frame"
	CodeExplainMore      engine.Code = "explain-more"
	CodeExplainUnknown   engine.Code = "explain-unknown"
	CodeExplainNoField   engine.Code = "explain-no-field"
	CodeExplainPart      engine.Code = "explain-part"
	CodeExplainSection   engine.Code = "explain-section"
	CodeExplainOnlyRead  engine.Code = "explain-only-read"
	CodeExplainForm      engine.Code = "explain-form"
	CodeExplainNoForm    engine.Code = "explain-no-form"
	CodeExplainKey       engine.Code = "explain-key"
	CodeExplainAliases   engine.Code = "explain-aliases"
	CodeExplainMenu      engine.Code = "explain-menu"
	CodeExplainMenuSince engine.Code = "explain-menu-since"
	CodeExplainFields    engine.Code = "explain-fields"
	CodeExplainOneOf     engine.Code = "explain-one-of"
	CodeExplainRules     engine.Code = "explain-rules"
	CodeExplainRisks     engine.Code = "explain-risks"
	CodeExplainTraps     engine.Code = "explain-traps"
	CodeExplainPreset    engine.Code = "explain-preset"
	CodeExplainFrozen    engine.Code = "explain-frozen"
	CodeExplainNoDelete  engine.Code = "explain-no-delete"
	CodeExplainDelete    engine.Code = "explain-delete"
	CodeExplainRequired  engine.Code = "explain-required"
	CodeExplainListOf    engine.Code = "explain-list-of"
	CodeExplainMapOf     engine.Code = "explain-map-of"
	CodeExplainOptions   engine.Code = "explain-options"
	CodeExplainCreate    engine.Code = "explain-create"
	CodeExplainRef       engine.Code = "explain-ref"
	CodeExplainSecret    engine.Code = "explain-secret"
	CodeExplainMixed     engine.Code = "explain-secret-mixed"
	CodeExplainLength    engine.Code = "explain-secret-length"
	CodeExplainScreen    engine.Code = "explain-screen"
	CodeExplainProperty  engine.Code = "explain-property"
	CodeExplainNotLive   engine.Code = "explain-not-live"
	CodeExplainAny       engine.Code = "explain-any-name"
	CodeExplainAdvice    engine.Code = "explain-advice"
	CodeExplainSince     engine.Code = "explain-since"
	CodeExplainUntil     engine.Code = "explain-until"
	CodeExplainBecomes   engine.Code = "explain-becomes"
	CodeExplainFrom      engine.Code = "explain-from"
	CodeExplainOf        engine.Code = "explain-of"
	CodeExplainWhile     engine.Code = "explain-while"
	CodeSchemaWritten    engine.Code = "schema-written"
	CodeInitConsole      engine.Code = "init-console-ask"
	CodeInitAccount      engine.Code = "init-account-ask"
	CodeInitGive         engine.Code = "init-give"
	CodeFileThere        engine.Code = "file-there"
	CodeNoFolder         engine.Code = "no-folder"
	CodeNotDeclared      engine.Code = "not-declared"
)

// sortCode and happensCode are the codes of the words for a sort of value, and for
// what happens to a list or object.
func sortCode(sort string) engine.Code    { return engine.Code("sort-" + sort) }
func happensCode(what string) engine.Code { return engine.Code("happens-" + what) }

func explainWords() Words {
	return Words{
		CodeExplainKinds:     "Kinds, a list in the manifest each:",
		CodeExplainLooked:    "Kinds that are only looked up:",
		CodeExplainFrame:     "The rest of a manifest:",
		CodeExplainMore:      "cosmicctl explain KIND says all of one, and KIND.field all of a field.",
		CodeExplainUnknown:   "nothing is called {name}; `cosmicctl explain` lists all",
		CodeExplainNoField:   "{name} has no field {field}; `cosmicctl explain {topic}` lists them",
		CodeExplainPart:      "part of a manifest",
		CodeExplainSection:   "Section: {section}",
		CodeExplainOnlyRead:  "Only looked up; no manifest declares one.",
		CodeExplainNoForm:    "Form: none is known, so a person alone reads and writes it; plans are steps by hand",
		CodeExplainForm:      "Form: {form}, of the application {app}",
		CodeExplainKey:       "Key: {fields}",
		CodeExplainAliases:   "References may also name it by: {fields}",
		CodeExplainMenu:      "Menu: {menu}",
		CodeExplainMenuSince: "Menu from {version} on: {menu}",
		CodeExplainFields:    "Fields:",
		CodeExplainOneOf:     "Exactly one of: {fields}",
		CodeExplainRules:     "Rules:",
		CodeExplainRisks:     "What makes a change risky:",
		CodeExplainTraps:     "What is known to go wrong with a live one:",
		CodeExplainPreset:    "Never changed or deleted, since preset: where {properties}",
		CodeExplainFrozen:    "Not always changed: {fields}: {why}",
		CodeExplainNoDelete:  "Cannot be deleted: {why}",
		CodeExplainDelete:    "deleting it",
		CodeExplainRequired:  "required",
		CodeExplainListOf:    "list of {element}",
		CodeExplainMapOf:     "map of {element}",
		CodeExplainOptions:   "one of {words}",
		CodeExplainCreate:    "{value} on create",
		CodeExplainRef:       "refers to {kind}",
		CodeExplainSecret:    "may be a secret",
		CodeExplainMixed:     "a secret of letters of both cases, digits and others",
		CodeExplainLength:    "a secret of {min} to {max} characters",
		CodeExplainScreen:    "on the screen: {label}",
		CodeExplainProperty:  "property {property}",
		CodeExplainNotLive:   "not on the live side",
		CodeExplainAny:       "any name",
		CodeExplainAdvice:    "advice",
		CodeExplainSince:     "from {version} on",
		CodeExplainUntil:     "before {version}",
		CodeExplainBecomes:   "{field} becomes {value}",
		CodeExplainFrom:      "from {value}",
		CodeExplainOf:        "that begins with {word}",
		CodeExplainWhile:     "while {field} is {value}",
		CodeSchemaWritten:    "{file} written; `cosmicctl help editors` says how an editor finds it",

		CodeInitConsole: "Address of the web console, as in the browser: ",
		CodeInitAccount: "Data centre id (`cosmicctl connect` finds it): ",
		CodeInitGive:    "{flag} is needed; `cosmicctl connect CONSOLE-URL` finds what only the tenant knows",
		CodeFileThere:   "{file} is there already, and stays as it is",
		CodeNoFolder:    "{folder} is no folder",
		CodeNotDeclared: "{name} is nothing that a manifest lists",

		"sort-text": "text", "sort-boolean": "true or false", "sort-whole number": "whole number", "sort-number": "number",
		"sort-list": "list", "sort-map": "map", "sort-secret": "reference to a secret",

		"happens-fill":   "{field} gets its first element",
		"happens-empty":  "{field} loses its last element",
		"happens-gain":   "{field} gains an element",
		"happens-lose":   "{field} loses an element",
		"happens-change": "{field} changes",
	}
}
